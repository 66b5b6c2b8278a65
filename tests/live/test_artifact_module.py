# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_artifact on real registries: with oras both ways, and where an artifact is not to be trusted."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.clients import Place
from tests.live.conftest import need
from tests.support import install
from tests.support.images import OCI_EMPTY, OCI_MANIFEST, Image, build_image, build_index, sha256
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder, Reply

KIND = "application/vnd.example.config.v1"
TITLE = "org.opencontainers.image.title"
Run = Callable[..., ModuleRun]


@pytest.fixture
def address(place: Place, recorder: Recorder) -> str:
    """This test's repository by way of the recorder, as it stands in an image name."""
    return f"{recorder.address}/{place.name}"


@pytest.fixture
def artifact(modules: ModuleRunner) -> Run:
    """Run registry_artifact."""

    def run(*, check: bool = False, **options: Any) -> ModuleRun:
        return modules.run("registry_artifact", options, check=check)

    return run


@pytest.fixture
def source(place: Place, tmp_path: Path) -> Path:
    """A file that no other test has."""
    path = tmp_path / "site.yml"
    path.write_bytes(place.content)
    return path


def push_titled(place: Place, *titles: str, tag: str = "v1") -> str:
    """An artifact with one small file a title."""
    contents = [title.encode() + place.content for title in titles]
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": KIND,
        "config": {"mediaType": OCI_EMPTY, "digest": sha256(b"{}"), "size": 2},
        "layers": [
            {"mediaType": "a/b", "digest": sha256(content), "size": len(content), "annotations": {TITLE: title}}
            for title, content in zip(titles, contents, strict=True)
        ],
    }
    blobs = {sha256(content): content for content in (b"{}", *contents)}
    return place.pusher.push(Image(json.dumps(manifest).encode(), OCI_MANIFEST, blobs), tag)


class TestOras:
    """A program that others wrote."""

    @pytest.fixture
    def oras(self, tmp_path: Path) -> Callable[..., str]:
        """Run oras in a folder of its own; give what it says."""
        need("oras")
        folder = tmp_path / "oras"
        folder.mkdir()
        environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DOCKER_CONFIG": str(tmp_path)}

        def run(*arguments: str) -> str:
            command = [str(install.require("oras")), *arguments, "--plain-http"]
            done = subprocess.run(
                command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        return run

    def test_it_pulls_what_we_push(
        self, place: Place, artifact: Run, source: Path, oras: Callable[..., str], tmp_path: Path
    ) -> None:
        name = f"{place.address}/{place.name}:v1"
        subject = place.pusher.push(build_image(), "image")
        (tmp_path / "conf.json").write_text('{"a": 1}')
        files = [{"src": str(source)}, {"src": str(source), "title": "conf/b.yml", "annotations": {"k": "v"}}]
        config = {"src": str(tmp_path / "conf.json"), "media_type": "application/vnd.example.conf+json"}
        run = artifact(
            name=name, artifact_type=KIND, files=files, config=config, subject=subject, annotations={"x": "y"}
        )
        assert not run.failed, run.result
        oras("pull", name, "--output", str(tmp_path / "pulled"))
        assert (tmp_path / "pulled" / "site.yml").read_bytes() == place.content
        assert (tmp_path / "pulled" / "conf" / "b.yml").read_bytes() == place.content
        found = json.loads(oras("discover", f"{place.address}/{place.name}@{subject}", "--format", "json"))
        assert [one["digest"] for one in found["referrers"]] == [run.result["artifact"]["digest"]]
        assert [one["artifactType"] for one in found["referrers"]] == [KIND]

    def test_we_download_what_it_pushes(
        self, place: Place, artifact: Run, source: Path, oras: Callable[..., str], tmp_path: Path
    ) -> None:
        name = f"{place.address}/{place.name}:v1"
        (tmp_path / "oras" / "sub").mkdir()
        for path in ("one", "sub/two"):
            (tmp_path / "oras" / path).write_bytes(path.encode() + place.content)
        oras("push", name, "one:text/plain", "sub/two", "--artifact-type", KIND)
        options = {"name": name, "artifact_type": KIND, "dest": str(tmp_path / "to"), "state": "downloaded"}
        run = artifact(**options)
        assert not run.failed, run.result
        assert [file["title"] for file in run.result["artifact"]["files"]] == ["one", "sub/two"]
        for path in ("one", "sub/two"):
            assert (tmp_path / "to" / path).read_bytes() == path.encode() + place.content
        assert not artifact(**options).result["changed"]

    def test_a_folder_that_it_has_packed_comes_as_an_archive(
        self, place: Place, artifact: Run, oras: Callable[..., str], tmp_path: Path
    ) -> None:
        name = f"{place.address}/{place.name}:v1"
        (tmp_path / "oras" / "sub").mkdir()
        (tmp_path / "oras" / "sub" / "two").write_bytes(place.content)
        oras("push", name, "sub")
        run = artifact(name=name, dest=str(tmp_path / "to"), state="downloaded")
        assert not run.failed, run.result
        assert "sub was a folder" in str(run.result["warnings"])
        assert (tmp_path / "to" / "sub").read_bytes()[:2] == b"\x1f\x8b"


class TestPresent:
    """state=present."""

    def test_the_same_files_give_the_same_digest(
        self, place: Place, address: str, artifact: Run, source: Path, recorder: Recorder
    ) -> None:
        options = {"artifact_type": KIND, "files": [{"src": str(source)}], "annotations": {"b": "1", "a": "2"}}
        first = artifact(name=f"{address}:v1", **options)
        os.utime(source, (1, 1))
        recorder.clear()
        second = artifact(name=f"{address}@{first.result['artifact']['digest']}", **options)
        assert not second.failed, second.result
        assert second.result["artifact"]["digest"] == first.result["artifact"]["digest"]
        assert not second.result["changed"]
        assert [request.method for request in recorder.requests] == ["HEAD"]
        other = artifact(name=f"{address}@{first.result['artifact']['digest']}", **{**options, "annotations": {}})
        assert other.failed
        assert "as its name says" in other.result["msg"]

    def test_a_second_tag_uploads_nothing(
        self, address: str, artifact: Run, source: Path, recorder: Recorder, place: Place
    ) -> None:
        options = {"artifact_type": KIND, "files": [{"src": str(source)}]}
        artifact(name=f"{address}:v1", **options)
        recorder.clear()
        run = artifact(name=f"{address}:v2", **options)
        assert run.result["actions"][0]["uploads"] == []
        assert [request.method for request in recorder.writes] == ["PUT"]
        assert place.pusher.digest("v2") == place.pusher.digest("v1")

    def test_a_subject_that_is_not_there(self, address: str, artifact: Run, source: Path, recorder: Recorder) -> None:
        for check in (True, False):
            run = artifact(check=check, name=address, artifact_type=KIND, subject=f"{address}:nothing")
            assert run.failed
            assert run.result["errors"][0]["category"] == "not_found"
        assert recorder.writes == []

    def test_with_a_subject_no_tag_is_moved(self, place: Place, address: str, artifact: Run, source: Path) -> None:
        """The name without a tag would be `latest`, which is what the artifact refers to."""
        image = place.pusher.push(build_image(), "latest")
        run = artifact(name=address, artifact_type=KIND, files=[{"src": str(source)}], subject=f"{address}:latest")
        assert not run.failed, run.result
        assert run.result["artifact"]["name"] == f"{address}@{run.result['artifact']['digest']}"
        assert place.pusher.digest("latest") == image


class TestAbsent:
    """state=absent."""

    def test_other_tags_keep_it(self, place: Place, address: str, artifact: Run) -> None:
        for tag in ("v1", "v2"):
            push_titled(place, "a", tag=tag)
        run = artifact(name=f"{address}:v1", state="absent")
        assert run.failed
        assert "v2" in run.result["msg"]
        assert not artifact(name=f"{address}:v1", state="absent", force=True).failed
        assert place.pusher.tags() == []


class TestDownloaded:
    """state=downloaded."""

    @pytest.mark.parametrize("title", ["../out", "/out", "a/../../out", "..", "a\nb"])
    def test_a_name_that_leads_out(
        self, place: Place, address: str, artifact: Run, tmp_path: Path, title: str, recorder: Recorder
    ) -> None:
        push_titled(place, "good", title)
        (tmp_path / "to").mkdir()
        run = artifact(name=f"{address}:v1", dest=str(tmp_path / "to"), state="downloaded")
        assert run.failed
        assert os.listdir(tmp_path) == ["to"]
        assert os.listdir(tmp_path / "to") == []
        assert all("/blobs/" not in request.path for request in recorder.requests)

    def test_a_link_that_leads_out(self, place: Place, address: str, artifact: Run, tmp_path: Path) -> None:
        push_titled(place, "link/file", "file", "good")
        for folder in ("to", "outside"):
            (tmp_path / folder).mkdir()
        (tmp_path / "outside" / "file").write_bytes(b"stays")
        (tmp_path / "to" / "link").symlink_to(tmp_path / "outside")
        (tmp_path / "to" / "file").symlink_to(tmp_path / "outside" / "file")
        run = artifact(name=f"{address}:v1", dest=str(tmp_path / "to"), state="downloaded")
        assert run.failed
        assert "2 of 3 failed" in run.result["msg"]
        assert (tmp_path / "outside" / "file").read_bytes() == b"stays"
        assert os.listdir(tmp_path / "outside") == ["file"]
        assert (tmp_path / "to" / "good").read_bytes() == b"good" + place.content

    def test_other_bytes_are_not_saved(
        self, place: Place, address: str, artifact: Run, tmp_path: Path, recorder: Recorder
    ) -> None:
        push_titled(place, "a")
        wrong = b"b" + place.content

        def lie(request: RecordedRequest) -> Reply | None:
            return Reply(200, {}, wrong) if request.method == "GET" and "/blobs/" in request.path else None

        recorder.intercept = lie
        run = artifact(name=f"{address}:v1", dest=str(tmp_path / "to"), state="downloaded")
        assert run.failed
        assert sha256(wrong) in run.result["msg"]
        assert os.listdir(tmp_path / "to") == []

    def test_some_types_only(self, place: Place, address: str, artifact: Run, source: Path, tmp_path: Path) -> None:
        files = [{"src": str(source), "media_type": "application/yaml"}, {"src": str(source), "name": "other"}]
        artifact(name=f"{address}:v1", artifact_type=KIND, files=files)
        options = {"name": f"{address}:v1", "dest": str(tmp_path / "to"), "state": "downloaded"}
        run = artifact(**options, media_types=["application/yaml"])
        assert [file["path"] for file in run.result["artifact"]["files"]] == [str(tmp_path / "to" / "site.yml")]
        assert os.listdir(tmp_path / "to") == ["site.yml"]
        wrong = artifact(**options, artifact_type="application/vnd.other")
        assert wrong.failed
        assert KIND in wrong.result["msg"]

    def test_what_has_no_files(self, place: Place, address: str, artifact: Run, tmp_path: Path) -> None:
        image = build_image()
        place.pusher.push(image, "image")
        place.pusher.push(build_index([image]), "index")
        options = {"dest": str(tmp_path / "to"), "state": "downloaded"}
        run = artifact(name=f"{address}:image", **options)
        assert not run.failed, run.result
        assert "have no title" in str(run.result["warnings"])
        index = artifact(name=f"{address}:index", **options)
        assert index.failed
        assert image.digest in index.result["msg"]
        assert not (tmp_path / "to").exists()
