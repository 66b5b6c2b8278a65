# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_blob on real registries, where something goes wrong or is not as usual."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.clients import Place
from tests.support.images import Pusher, sha256
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.recorder import Cut, RecordedRequest, Recorder, Reply
from tests.support.registries import RunningRegistry


@pytest.fixture
def blob(place: Place, recorder: Recorder, modules: ModuleRunner) -> Callable[..., ModuleRun]:
    """Run registry_blob on this test's repository, by way of the recorder."""

    def run(*, check: bool = False, name: str = "", **options: Any) -> ModuleRun:
        return modules.run(
            "registry_blob", {"repository": f"{recorder.address}/{place.name}{name}", **options}, check=check
        )

    return run


class TestUpload:
    """state=present with src or content."""

    @pytest.mark.parametrize("chunk_size", [None, "1000"])
    def test_a_file_that_changes_is_not_uploaded(
        self, place: Place, recorder: Recorder, blob: Callable[..., ModuleRun], tmp_path: Path, chunk_size: str | None
    ) -> None:
        """It changes after it was hashed and before it is sent; its length stays, so only its bytes can tell."""
        path = tmp_path / "file"
        path.write_bytes(place.content * 100)
        changed = place.content[::-1] * 100

        def change(request: RecordedRequest) -> None:
            if request.method == "POST":
                path.write_bytes(changed)

        recorder.intercept = change
        run = blob(src=str(path), chunk_size=chunk_size)
        assert run.failed
        assert f"the file {path} changed while it was read" in run.result["msg"]
        assert place.pusher.blob(sha256(place.content * 100)) is None
        assert place.pusher.blob(sha256(changed)) is None
        assert recorder.writes[-1].method == "DELETE", "the upload was not cancelled"

    def test_content_that_is_not_its_digest_is_not_sent(
        self, place: Place, recorder: Recorder, blob: Callable[..., ModuleRun]
    ) -> None:
        run = blob(content="one", digest=sha256(b"two"))
        assert run.failed
        assert sha256(b"one") in run.result["msg"]
        assert recorder.requests == []

    def test_sha512(self, place: Place, blob: Callable[..., ModuleRun]) -> None:
        digest = f"sha512:{hashlib.sha512(place.content).hexdigest()}"
        run = blob(content=place.content.decode(), digest=digest)
        assert not run.failed, run.result
        assert place.pusher.blob(digest) == place.content


class TestMount:
    """state=present with from_repository."""

    def test_the_first_repository_that_has_it(self, place: Place, blob: Callable[..., ModuleRun]) -> None:
        digest = place.elsewhere("second").push_blob(place.content)
        run = blob(name="/target", digest=digest, from_repository=[f"{place.name}/first", f"{place.name}/second"])
        assert not run.failed, run.result
        assert place.elsewhere("target").blob(digest) == place.content
        if run.result["changed"]:  # some registries keep the blobs of all repositories in one place
            assert run.result["actions"][0]["from"].endswith("/second")
            assert run.result["how"] == ("mounted" if place.behaviour.mounts else "uploaded")

    def test_a_refused_mount_becomes_an_upload(
        self, distribution2: RunningRegistry, repository: str, modules: ModuleRunner
    ) -> None:
        """Docker Hub answers 400 where one must not read the other repository's name."""
        content = f"to be mounted into {repository}".encode()
        digest = Pusher(distribution2.address, f"{repository}/source").push_blob(content)

        def refuse(request: RecordedRequest) -> Reply | None:
            return Reply(400) if "mount=" in request.query else None

        with Recorder(distribution2.address, refuse) as recorder:
            options = {
                "repository": f"{recorder.address}/{repository}",
                "from_repository": [f"{repository}/source"],
                "digest": digest,
            }
            run = modules.run("registry_blob", options)
        assert not run.failed, run.result
        assert run.result["how"] == "uploaded"
        assert Pusher(distribution2.address, repository).blob(digest) == content

    def test_a_blob_that_is_nowhere(self, place: Place, blob: Callable[..., ModuleRun]) -> None:
        run = blob(digest=sha256(b"nothing"), from_repository=[f"{place.name}/first"])
        assert run.failed
        assert f"{place.name}/first" in run.result["msg"]
        assert run.result["errors"][0]["category"] == "not_found"


class TestDownload:
    """state=downloaded."""

    def test_a_transfer_that_breaks_goes_on(
        self, place: Place, recorder: Recorder, blob: Callable[..., ModuleRun], tmp_path: Path
    ) -> None:
        content = os.urandom(3_000_000)
        digest = place.pusher.push_blob(content)
        ranges: list[str | None] = []

        def cut(request: RecordedRequest) -> Cut | None:
            if request.method != "GET":
                return None
            ranges.append(request.headers.get("range"))
            return Cut(after_response_bytes=2_000_000) if len(ranges) == 1 else None

        recorder.intercept = cut
        run = blob(state="downloaded", digest=digest, dest=str(tmp_path / "file"))
        assert not run.failed, run.result
        assert (tmp_path / "file").read_bytes() == content
        assert len(ranges) == 2
        assert ranges[0] is None
        assert ranges[1] is not None and ranges[1].startswith("bytes=")

    def test_other_bytes_are_not_saved(
        self, place: Place, recorder: Recorder, blob: Callable[..., ModuleRun], tmp_path: Path
    ) -> None:
        path = tmp_path / "file"
        path.write_bytes(b"old")
        digest = place.pushed()
        wrong = place.content[::-1]

        def lie(request: RecordedRequest) -> Reply | None:
            return Reply(200, {"Content-Type": "application/octet-stream"}, wrong) if request.method == "GET" else None

        recorder.intercept = lie
        run = blob(state="downloaded", digest=digest, dest=str(path))
        assert run.failed
        assert sha256(wrong) in run.result["msg"]
        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["file"]

    def test_a_file_that_is_right_costs_no_request(
        self, place: Place, recorder: Recorder, blob: Callable[..., ModuleRun], tmp_path: Path
    ) -> None:
        path = tmp_path / "file"
        path.write_bytes(place.content)
        run = blob(state="downloaded", digest=sha256(place.content), dest=str(path))
        assert (run.failed, run.result["changed"], recorder.requests) == (False, False, [])

    def test_permissions_are_part_of_the_state(
        self, place: Place, blob: Callable[..., ModuleRun], tmp_path: Path
    ) -> None:
        options = {"state": "downloaded", "digest": place.pushed(), "dest": str(tmp_path / "file"), "mode": "0640"}
        for mode in ("0640", "0600"):
            predicted = blob(check=True, **{**options, "mode": mode}).result
            done = blob(**{**options, "mode": mode}).result
            assert done["changed"]
            assert [predicted[key] for key in ("changed", "actions", "diff")] == [
                done[key] for key in ("changed", "actions", "diff")
            ]
            assert f"{(tmp_path / 'file').stat().st_mode & 0o7777:04o}" == mode
            assert not blob(**{**options, "mode": mode}).result["changed"]

    def test_a_blob_that_is_not_there(self, place: Place, blob: Callable[..., ModuleRun], tmp_path: Path) -> None:
        run = blob(state="downloaded", digest=sha256(b"nothing"), dest=str(tmp_path / "file"))
        assert run.failed
        assert "there is no blob" in run.result["msg"]
        assert os.listdir(tmp_path) == []


def test_a_registry_that_does_not_delete_says_so(
    start_registry: Callable[..., RunningRegistry], repository: str, modules: ModuleRunner
) -> None:
    registry = start_registry("distribution2", delete=False)
    digest = Pusher(registry.address, repository).push_blob(b"to be deleted")
    run = modules.run(
        "registry_blob", {"repository": f"{registry.address}/{repository}", "digest": digest, "state": "absent"}
    )
    assert run.failed
    assert "REGISTRY_STORAGE_DELETE_ENABLED=true" in run.result["msg"]
