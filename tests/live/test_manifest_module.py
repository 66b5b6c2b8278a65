# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_manifest on real registries: what is pushed is complete, what is deleted takes nothing unnamed along."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.clients import Place
from tests.support.images import OCI_INDEX, Image, Pusher, build_artifact, build_image, build_index, sha256
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry

Run = Callable[..., ModuleRun]


@pytest.fixture
def address(place: Place, recorder: Recorder) -> str:
    """This test's repository by way of the recorder, as it stands in an image name."""
    return f"{recorder.address}/{place.name}"


@pytest.fixture
def manifest(modules: ModuleRunner) -> Run:
    """Run registry_manifest."""

    def run(*, check: bool = False, **options: Any) -> ModuleRun:
        return modules.run("registry_manifest", options, check=check)

    return run


def image(place: Place, platform: str = "linux/amd64", **more: Any) -> Image:
    """An image that no other test has."""
    return build_image([place.content], platform, **more)


def push_blobs(pusher: Pusher, pushed: Image) -> None:
    """The blobs of an image without its manifest."""
    for blob in pushed.blobs.values():
        pusher.push_blob(blob)


class TestPresent:
    """state=present."""

    @pytest.mark.parametrize("what", ["image", "artifact", "index"])
    def test_it_says_of_a_manifest_what_registry_manifest_info_says(
        self, place: Place, address: str, manifest: Run, modules: ModuleRunner, what: str
    ) -> None:
        member = image(place)
        artifact = build_artifact("application/vnd.example.data", place.content)
        pushed = {"image": member, "artifact": artifact, "index": build_index([member])}[what]
        for part in (member, artifact):
            place.pusher.push(part)
        run = manifest(name=f"{address}:v1", manifest=pushed.raw.decode())
        assert not run.failed, run.result
        told = modules.run("registry_manifest_info", {"name": f"{address}:v1"}).result["manifests"][0]
        shared = run.result["manifest"].keys() & told.keys()
        assert len(shared) >= 8
        assert {key: run.result["manifest"][key] for key in shared} == {key: told[key] for key in shared}

    def test_bytes_arrive_as_they_are(self, place: Place, address: str, manifest: Run, tmp_path: Path) -> None:
        made = image(place)
        push_blobs(place.pusher, made)
        for number, indent in enumerate((1, 3)):
            raw = json.dumps(json.loads(made.raw), indent=indent).encode() + b"\n"
            (tmp_path / "manifest").write_bytes(raw)
            given = {"src": str(tmp_path / "manifest")} if number else {"manifest": raw.decode()}
            run = manifest(name=f"{address}:v{number}", **given)
            assert not run.failed, run.result
            assert run.result["manifest"]["digest"] == sha256(raw)
            assert place.pusher.manifest(f"v{number}").body == raw

    def test_by_its_digest_and_two_tags(self, place: Place, address: str, manifest: Run, recorder: Recorder) -> None:
        made = image(place)
        push_blobs(place.pusher, made)
        run = manifest(name=f"{address}@{made.digest}", manifest=made.raw.decode(), tags=["one", "two"])
        assert not run.failed, run.result
        assert [action["action"] for action in run.result["actions"]] == ["push", "tag", "tag"]
        assert [place.pusher.digest(version) for version in (made.digest, "one", "two")] == [made.digest] * 3
        assert recorder.count("PUT") == 3

    def test_missing_blobs_are_named_and_nothing_is_put(
        self, place: Place, address: str, manifest: Run, recorder: Recorder
    ) -> None:
        made = image(place)
        config, layer = made.blobs
        place.pusher.push_blob(made.blobs[layer])
        for check in (True, False):
            run = manifest(check=check, name=f"{address}:v1", manifest=json.loads(made.raw))
            assert run.failed
            assert config in run.result["msg"]
            assert layer not in run.result["msg"]
        assert recorder.writes == []

    def test_foreign_layers_and_the_subject_may_be_elsewhere(self, place: Place, address: str, manifest: Run) -> None:
        made = image(place)
        document = json.loads(made.raw)
        foreign = {
            "mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "digest": sha256(b"foreign"),
            "size": 7,
            "urls": ["https://example.com/layer"],
        }
        document["layers"].append(foreign)
        document["subject"] = {"mediaType": made.media_type, "digest": sha256(b"subject"), "size": 7}
        push_blobs(place.pusher, made)
        run = manifest(check=True, name=f"{address}:v1", manifest=document)
        assert not run.failed, run.result
        assert run.result["changed"]

    def test_a_referrer_is_listed(self, place: Place, address: str, manifest: Run) -> None:
        """By the registry itself, or, where it has no such API, under the tag that stands in for it."""
        subject = image(place)
        place.pusher.push(subject, "v1")
        signature = build_artifact("application/vnd.example.signature", place.content, subject=subject.descriptor)
        push_blobs(place.pusher, signature)
        run = manifest(name=f"{address}:signature", manifest=signature.raw.decode())
        assert not run.failed, run.result
        assert referrers(place, subject.digest) == [signature.digest]
        run = manifest(name=f"{address}:signature", state="absent")
        assert not run.failed, run.result
        assert referrers(place, subject.digest) == []


def referrers(place: Place, digest: str) -> list[str]:
    """The digests of what refers to a manifest, by plain requests."""
    if place.registry.capabilities.referrers_api:
        answer = place.pusher.send("GET", f"referrers/{digest}")
    else:
        answer = place.pusher.manifest(digest.replace(":", "-"))
    assert answer.status == 200
    return [entry["digest"] for entry in json.loads(answer.body)["manifests"]]


class TestComposed:
    """state=present with manifests."""

    def test_an_index_of_two_images(self, place: Place, address: str, manifest: Run, recorder: Recorder) -> None:
        images = [image(place, platform) for platform in ("linux/amd64", "linux/arm64/v8")]
        for made, tag in zip(images, ("amd", "arm"), strict=True):
            place.pusher.push(made, tag)
        run = manifest(
            name=f"{address}:v1", manifests=[f"{address}:amd", f"{address}:arm"], annotations={"b": "1", "a": "2"}
        )
        assert not run.failed, run.result
        answer = place.pusher.manifest("v1")
        assert json.loads(answer.body) == {
            "schemaVersion": 2,
            "mediaType": OCI_INDEX,
            "manifests": [made.descriptor for made in images],
            "annotations": {"a": "2", "b": "1"},
        }
        assert run.result["manifest"]["platforms"] == ["linux/amd64", "linux/arm64/v8"]
        assert [request.method for request in recorder.writes] == ["PUT"]

    def test_an_index_stands_for_what_is_in_it(self, place: Place, address: str, manifest: Run) -> None:
        images = [image(place, platform) for platform in ("linux/amd64", "linux/s390x", "linux/arm64/v8")]
        for made in images:
            place.pusher.push(made, made.platform.rpartition("/")[2] if made.platform else None)
        place.pusher.push(build_index(images[:2]), "two")
        run = manifest(name=f"{address}:three", manifests=[f"{address}:two", f"{address}:v8", f"{address}:amd64"])
        assert not run.failed, run.result
        assert json.loads(place.pusher.manifest("three").body)["manifests"] == [made.descriptor for made in images]

    def test_images_from_elsewhere_are_copied_first(
        self, place: Place, address: str, manifest: Run, recorder: Recorder, olareg: RunningRegistry
    ) -> None:
        """From another registry, and from another repository of the same one."""
        images = [image(place, platform) for platform in ("linux/amd64", "linux/s390x")]
        Pusher(olareg.address, f"{place.name}/far").push(images[0], "v1")
        place.elsewhere("near").push(images[1], "v1")
        members = [f"{olareg.address}/{place.name}/far:v1", f"{recorder.address}/{place.name}/near:v1"]
        run = manifest(name=f"{address}:v1", manifests=members)
        assert not run.failed, run.result
        assert [action["action"] for action in run.result["actions"]] == ["copy", "copy", "push"]
        assert [place.pusher.digest(made.digest) for made in images] == [made.digest for made in images]
        for made in images:
            assert [place.pusher.blob(digest) for digest in made.blobs] == list(made.blobs.values())
        assert recorder.writes[-1].path.endswith("/manifests/v1"), "the index was not the last"

    def test_a_child_that_is_lost_is_named(self, place: Place, address: str, manifest: Run, recorder: Recorder) -> None:
        there, lost = image(place), image(place, "linux/s390x")
        place.pusher.push(there, "v1")
        document = json.loads(build_index([there, lost]).raw)
        run = manifest(name=f"{address}:index", manifest=document)
        assert run.failed
        assert lost.digest in run.result["msg"]
        assert there.digest not in run.result["msg"]
        assert recorder.writes == []

    def test_two_images_for_one_platform_are_warned_of(self, place: Place, address: str, manifest: Run) -> None:
        for tag in ("one", "two"):
            place.pusher.push(image(place, labels={"tag": tag}), tag)
        run = manifest(name=f"{address}:both", manifests=[f"{address}:one", f"{address}:two"])
        assert not run.failed, run.result
        assert "more than one image for linux/amd64" in str(run.result["warnings"])


class TestAbsent:
    """state=absent."""

    def test_tags_that_were_not_named_keep_it(
        self, place: Place, address: str, manifest: Run, recorder: Recorder
    ) -> None:
        made = image(place)
        for tag in ("v1", "latest", "stable"):
            place.pusher.push(made, tag)
        for name in (f"{address}@{made.digest}", f"{address}:v1"):
            for check in (True, False):
                run = manifest(check=check, name=name, state="absent")
                assert run.failed
                assert "latest, stable" in run.result["msg"]
                assert run.result["errors"][0]["category"] == "conflict"
        assert recorder.writes == []
        assert place.pusher.tags() == ["latest", "stable", "v1"]

    def test_tags_that_were_named_go_with_it_and_others_stay(self, place: Place, address: str, manifest: Run) -> None:
        made, other = image(place), image(place, "linux/s390x")
        for tag in ("v1", "latest"):
            place.pusher.push(made, tag)
        place.pusher.push(other, "other")
        run = manifest(names=[f"{address}:v1", f"{address}:latest", f"{address}:never"], state="absent")
        assert not run.failed, run.result
        assert len(run.result["actions"]) == 1
        assert place.pusher.digest(made.digest) is None
        assert place.pusher.tags() == ["other"]
        assert place.pusher.digest("other") == other.digest
        assert not manifest(names=[f"{address}:v1", f"{address}@{made.digest}"], state="absent").result["changed"]

    def test_force(self, place: Place, address: str, manifest: Run) -> None:
        made = image(place)
        for tag in ("v1", "latest"):
            place.pusher.push(made, tag)
        run = manifest(name=f"{address}@{made.digest}", state="absent", force=True)
        assert not run.failed, run.result
        assert run.result["manifest"]["tags"] == ["latest", "v1"]
        assert [place.pusher.digest(version) for version in (made.digest, "v1", "latest")] == [None] * 3

    def test_one_that_fails_does_not_stop_the_others(self, place: Place, address: str, manifest: Run) -> None:
        shared, alone = image(place), image(place, "linux/s390x")
        for tag in ("v1", "latest"):
            place.pusher.push(shared, tag)
        place.pusher.push(alone, "alone")
        run = manifest(names=[f"{address}:v1", f"{address}:alone"], state="absent")
        assert run.failed
        assert [error["item"] for error in run.result["errors"]] == [f"{address}:v1"]
        assert [entry["name"] for entry in run.result["manifests"]] == [f"{address}:alone"]
        assert place.pusher.digest("alone") is None
        assert place.pusher.digest("v1") == shared.digest

    def test_a_registry_that_does_not_delete_says_so(
        self, start_registry: Callable[..., RunningRegistry], repository: str, manifest: Run
    ) -> None:
        registry = start_registry("distribution2", delete=False)
        made = build_image()
        Pusher(registry.address, repository).push(made, "v1")
        run = manifest(name=f"{registry.address}/{repository}:v1", state="absent")
        assert run.failed
        assert "REGISTRY_STORAGE_DELETE_ENABLED=true" in run.result["msg"]
