# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ways with programs that others wrote: what skopeo, crane, oras and regctl write our modules read, and what our
modules write those read and verify. On every registry, and in folders and archives."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.clients import Place
from tests.live.conftest import need
from tests.support.images import OCI_INDEX, Image, build_artifact, build_image, build_index, layer, sha256
from tests.support.modules import ModuleRunner
from tests.support.peers import NAMES, Peers
from tests.support.registries import RunningRegistry

PLATFORMS = ("linux/amd64", "linux/arm64")
KIND = "application/vnd.example.sbom"


@pytest.fixture
def peers(tmp_path: Path) -> Peers:
    """The programs, in a home of their own."""
    need(*NAMES)
    (tmp_path / "home").mkdir()
    return Peers(tmp_path / "home")


@dataclass
class Ours:
    """Our modules; whatever they do must go well."""

    modules: ModuleRunner

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        """Run a module and give its result."""
        run = self.modules.run(module, options)
        assert not run.failed, run.result
        return run.result

    def copy(self, src: str, dest: str, **more: Any) -> dict[str, Any]:
        """Copy with all that refers to the image; a second run must find nothing to do."""
        result = self.run("registry_copy", src=src, dest=dest, referrers=True, **more)
        assert self.run("registry_copy", src=src, dest=dest, referrers=True, **more)["changed"] is False
        return result

    def manifest(self, name: str, **more: Any) -> dict[str, Any]:
        """What we see of an image."""
        (found,) = self.run("registry_manifest_info", name=name, **more)["manifests"]
        assert found["exists"], name
        return dict(found)

    def referrers(self, name: str) -> list[str]:
        """The digests of what refers to an image."""
        return [one["digest"] for one in self.run("registry_referrers_info", name=name)["referrers"]]


@pytest.fixture
def ours(modules: ModuleRunner) -> Ours:
    """Our modules."""
    return Ours(modules)


@dataclass
class Given:
    """An index over images for PLATFORMS that no other test has, and its folder, made by neither side."""

    images: list[Image]
    index: Image
    folder: Path


@pytest.fixture
def given(repository: str, tmp_path: Path) -> Given:
    """The images, and an OCI layout with them in which the index is called multi."""
    images = [build_image([layer({"of": f"{platform} {repository}".encode()})], platform) for platform in PLATFORMS]
    index = build_index(images)
    return Given(images, index, write_layout(tmp_path / "given", index, images))


def write_layout(folder: Path, index: Image, images: Sequence[Image]) -> Path:
    """Write an OCI layout as the specification has it."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    for one in (index, *images):
        for content in (one.raw, *one.blobs.values()):
            (blobs / sha256(content).partition(":")[2]).write_bytes(content)
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}', encoding="ascii")
    entry = {**index.descriptor, "annotations": {"org.opencontainers.image.ref.name": "multi"}}
    document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]}
    (folder / "index.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


#: How each program brings the whole of a layout to a registry.
Pushing = Callable[[Peers, Path, str, str], object]
PUSHING: dict[str, Pushing] = {
    "skopeo": lambda peers, folder, address, name: peers.skopeo_copy(f"oci:{folder}:multi", f"docker://{name}"),
    "crane": lambda peers, folder, address, name: peers.crane("push", folder, name),
    "oras": lambda peers, folder, address, name: peers.oras(
        "copy", "--to-plain-http", "--from-oci-layout", f"{folder}:multi", name
    ),
    "regctl": lambda peers, folder, address, name: peers.regctl(
        address, "image", "copy", f"ocidir://{folder}:multi", name
    ),
}
#: How each gets the whole of an image from a registry into a layout, checking every digest on the way.
PULLING: dict[str, Pushing] = {
    "skopeo": lambda peers, folder, address, name: peers.skopeo_copy(f"docker://{name}", f"oci:{folder}:multi"),
    "crane": lambda peers, folder, address, name: peers.crane("pull", "--format=oci", name, folder),
    "oras": lambda peers, folder, address, name: peers.oras(
        "copy", "--from-plain-http", "--to-oci-layout", name, f"{folder}:multi"
    ),
    "regctl": lambda peers, folder, address, name: peers.regctl(
        address, "image", "copy", name, f"ocidir://{folder}:multi"
    ),
}


def blobs_in(folder: Path) -> set[str]:
    """The digests of what a layout's folder holds."""
    return {f"sha256:{path.name}" for path in (folder / "blobs" / "sha256").iterdir()}


def parts_of(given: Given) -> set[str]:
    """The digests of an index, its images and their blobs."""
    return {given.index.digest} | {digest for one in given.images for digest in (one.digest, *one.blobs)}


class TestTheyPushWeRead:
    """Their pushes, by our modules."""

    @pytest.mark.parametrize("peer", NAMES)
    def test_an_index(self, peer: str, place: Place, given: Given, peers: Peers, ours: Ours, tmp_path: Path) -> None:
        name = f"{place.address}/{place.name}"
        PUSHING[peer](peers, given.folder, place.address, f"{name}:multi")
        found = ours.manifest(f"{name}:multi")
        assert (found["digest"], found["platforms"]) == (given.index.digest, list(PLATFORMS))
        child = ours.manifest(f"{name}:multi", platform=PLATFORMS[1], config=True)
        assert (child["digest"], child["config"]["architecture"]) == (given.images[1].digest, "arm64")
        assert ours.run("registry_tags_info", repository=name)["tags"] == ["multi"]
        assert ours.copy(f"{name}:multi", f"{name}/copy:multi")["images"][0]["digest"] == given.index.digest
        ours.copy(f"{name}/copy:multi", f"oci:{tmp_path / 'back'}:multi")
        assert blobs_in(tmp_path / "back") == parts_of(given)

    def test_what_is_pruned_of_all_that_they_pushed(self, place: Place, given: Given, peers: Peers, ours: Ours) -> None:
        """What stays is whole, with what is attached to it; what goes takes along what was attached to it."""
        name = f"{place.address}/{place.name}"
        PUSHING["skopeo"](peers, given.folder, place.address, f"{name}:kept")
        for tag in ("kept-too", "going"):
            (peers.folder / tag).write_bytes(layer({tag: place.content}))
            peers.crane("append", "--new_layer", tag, "--new_tag", f"{name}:{tag}", "--oci-empty-base")
        for tag in ("kept", "going"):
            peers.oras("attach", "--plain-http", "--artifact-type", KIND, f"{name}:{tag}", "kept-too")
        (attached,) = ours.referrers(f"{name}:kept")
        # Without the API its list of referrers is a tag, which goes with it.
        tag_of_list = (place.pusher.digest("going") or "").replace(":", "-")
        pruned = ours.run("registry_prune", repository=name, keep={"matching": ["kept*"]})
        api = place.registry.capabilities.referrers_api
        assert [one["tag"] for one in pruned["removed"]] == ["going", *([] if api else [tag_of_list])]
        tags = ours.run("registry_tags_info", repository=name, exclude=["sha256-*"])["tags"]
        assert tags == ["kept", "kept-too"]
        seen = json.loads(peers.oras("discover", "--plain-http", "--format", "json", f"{name}:kept"))
        assert [one["digest"] for one in seen["referrers"]] == [attached]
        for platform in PLATFORMS:
            peers.crane("validate", "--remote", f"{name}:kept", "--platform", platform)
        peers.crane("validate", "--remote", f"{name}:kept-too")

    def test_what_crane_appends_and_joins(self, place: Place, peers: Peers, ours: Ours) -> None:
        name = f"{place.address}/{place.name}"
        for tag in ("one", "two"):
            (peers.folder / tag).write_bytes(layer({tag: place.content}))
            peers.crane("append", "--new_layer", tag, "--new_tag", f"{name}:{tag}", "--oci-empty-base")
        peers.crane("index", "append", "--manifest", f"{name}:one", "--manifest", f"{name}:two", "--tag", f"{name}:all")
        found = ours.manifest(f"{name}:all")
        assert found["digest"] == peers.crane("digest", f"{name}:all").strip()
        children = [child["digest"] for child in found["manifest"]["manifests"]]
        assert children == [ours.manifest(f"{name}:{tag}")["digest"] for tag in ("one", "two")]
        ours.copy(f"{name}:all", f"{name}/copy:all")
        assert peers.crane("digest", f"{name}/copy:all").strip() == found["digest"]

    def test_what_oras_pushes_and_attaches(self, place: Place, peers: Peers, ours: Ours, tmp_path: Path) -> None:
        name = f"{place.address}/{place.name}"
        (peers.folder / "data.txt").write_bytes(place.content)
        peers.oras("push", "--plain-http", "--artifact-type", KIND, f"{name}:data", "data.txt:text/plain")
        peers.oras("attach", "--plain-http", "--artifact-type", KIND + ".sig", f"{name}:data", "data.txt")
        assert ours.manifest(f"{name}:data")["manifest"]["artifactType"] == KIND
        (referrer,) = ours.run("registry_referrers_info", name=f"{name}:data")["referrers"]
        assert referrer["artifact_type"] == KIND + ".sig"
        for dest in (f"{name}/copy:data", f"oci:{tmp_path / 'lay'}:data", f"oci-archive:{tmp_path / 'a.tar'}:data"):
            ours.copy(f"{name}:data", dest)
        ours.copy(f"oci-archive:{tmp_path / 'a.tar'}:data", f"{name}/again:data")
        for copied in (f"{name}/copy:data", f"{name}/again:data"):
            seen = json.loads(peers.oras("discover", "--plain-http", "--format", "json", copied))
            assert [one["digest"] for one in seen["referrers"]] == [referrer["digest"]]
        folder = f"{tmp_path / 'lay'}:data"
        seen = json.loads(peers.oras("discover", "--oci-layout", "--format", "json", folder))
        assert [one["digest"] for one in seen["referrers"]] == [referrer["digest"]]

    def test_what_regctl_makes(self, place: Place, given: Given, peers: Peers, ours: Ours) -> None:
        name = f"{place.address}/{place.name}"
        for one in given.images:
            place.pusher.push(one)
        refs = [word for one in given.images for word in ("--ref", f"{name}@{one.digest}")]
        peers.regctl(place.address, "index", "create", f"{name}:all", *refs)
        peers.regctl(place.address, "image", "mod", f"{name}:all", "--create", "modified", "--annotation", "[*]a=b")
        (peers.folder / "sbom").write_bytes(place.content)
        options = ("--artifact-type", KIND, "--subject", f"{name}:modified", "--file", "sbom")
        peers.regctl(place.address, "artifact", "put", *options)
        assert [child["digest"] for child in ours.manifest(f"{name}:all")["manifest"]["manifests"]] == [
            one.digest for one in given.images
        ]
        modified = ours.manifest(f"{name}:modified", platform=PLATFORMS[0])
        assert modified["annotations"]["a"] == "b"
        ours.copy(f"{name}:modified", f"{name}/copy:modified")
        said = peers.regctl(place.address, "artifact", "list", f"{name}/copy:modified", "--format", "{{json .}}")
        assert [one["digest"] for one in json.loads(said)["descriptors"]] == ours.referrers(f"{name}:modified")


class TestWePushTheyRead:
    """Our pushes, by their programs."""

    @pytest.mark.parametrize("peer", NAMES)
    def test_an_index_from_a_folder(
        self, peer: str, place: Place, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        name = f"{place.address}/{place.name}"
        ours.copy(f"oci:{given.folder}:multi", f"{name}:multi")
        PULLING[peer](peers, tmp_path / "pulled", place.address, f"{name}:multi")
        assert parts_of(given) <= blobs_in(tmp_path / "pulled")

    def test_a_composed_index_is_valid_for_all(self, place: Place, given: Given, peers: Peers, ours: Ours) -> None:
        name = f"{place.address}/{place.name}"
        for one in given.images:
            place.pusher.push(one)
        children = [f"{name}@{one.digest}" for one in given.images]
        digest = ours.run("registry_manifest", name=f"{name}:all", manifests=children)["manifest"]["digest"]
        for platform in PLATFORMS:
            peers.crane("validate", "--remote", f"{name}:all", "--platform", platform)
        assert sha256(peers.skopeo("inspect", "--tls-verify=false", "--raw", f"docker://{name}:all").encode()) == digest
        assert peers.regctl(place.address, "image", "digest", f"{name}:all").strip() == digest
        described = peers.oras("manifest", "fetch", "--plain-http", "--descriptor", f"{name}:all")
        assert json.loads(described)["digest"] == digest

    def test_an_image_copied_from_a_registry_is_based_on_what_it_says(
        self, place: Place, peers: Peers, ours: Ours
    ) -> None:
        name = f"{place.address}/{place.name}"
        layers = [layer({str(number): place.content}) for number in range(2)]
        base = build_image(layers[:1])
        place.pusher.push(base, "base")
        said = {"org.opencontainers.image.base.name": f"{name}/copy:base"}
        place.pusher.push(
            build_image(layers, annotations={**said, "org.opencontainers.image.base.digest": base.digest}), "app"
        )
        for tag in ("base", "app"):
            ours.copy(f"{name}:{tag}", f"{name}/copy:{tag}")
        peers.regctl(place.address, "image", "check-base", f"{name}/copy:app")
        peers.crane("validate", "--remote", f"{name}/copy:app")
        assert json.loads(peers.skopeo("inspect", "--tls-verify=false", f"docker://{name}/copy:app"))["Layers"] == [
            sha256(content) for content in layers
        ]

    def test_referrers_from_an_archive(
        self, place: Place, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        """An SBOM of the index and one of a child go through an archive, and come out."""
        name = f"{place.address}/{place.name}"
        PUSHING["oras"](peers, given.folder, place.address, f"{name}:multi")
        attached = {}
        for subject in (given.index, given.images[0]):
            sbom = build_artifact(KIND, f"of {subject.digest}".encode(), subject=subject.descriptor)
            (tmp_path / "sbom.json").write_bytes(sbom.raw)
            for content in sbom.blobs.values():
                place.pusher.push_blob(content)
            ours.run("registry_manifest", name=f"{name}@{sbom.digest}", src=str(tmp_path / "sbom.json"))
            attached[subject.digest] = sbom.digest
        ours.copy(f"{name}:multi", f"oci-archive:{tmp_path / 'bundle.tar'}:multi")
        ours.copy(f"oci-archive:{tmp_path / 'bundle.tar'}:multi", f"{name}/copy:multi")
        for subject_digest, digest in attached.items():
            copied = f"{name}/copy@{subject_digest}"
            seen = json.loads(peers.oras("discover", "--plain-http", "--format", "json", copied))
            assert [one["digest"] for one in seen["referrers"]] == [digest]
            said = peers.regctl(place.address, "artifact", "list", copied, "--format", "{{json .}}")
            assert [one["digest"] for one in json.loads(said)["descriptors"]] == [digest]


class TestOnDisk:
    """Folders and archives; the registry between them is only a means."""

    @pytest.fixture
    def name(self, olareg: RunningRegistry, repository: str, given: Given, peers: Peers) -> str:
        """A repository with the index under the tag multi."""
        PUSHING["regctl"](peers, given.folder, olareg.address, f"{olareg.address}/{repository}:multi")
        return f"{olareg.address}/{repository}"

    def test_our_folder_by_all(
        self, name: str, olareg: RunningRegistry, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        folder = tmp_path / "ours"
        ours.copy(f"{name}:multi", f"oci:{folder}:multi")
        for peer, push in PUSHING.items():
            push(peers, folder, olareg.address, f"{name}/{peer}:multi")
            assert peers.crane("digest", f"{name}/{peer}:multi").strip() == given.index.digest

    def test_their_folders_by_us(
        self, name: str, olareg: RunningRegistry, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        for peer, pull in PULLING.items():
            folder = tmp_path / peer
            pull(peers, folder, olareg.address, f"{name}:multi")
            called = "" if peer == "crane" else ":multi"  # crane names nothing
            assert ours.copy(f"oci:{folder}{called}", f"{name}/{peer}:multi")["images"][0]["digest"] == (
                given.index.digest
            )

    def test_our_archive_by_skopeo_and_theirs_by_us(
        self, name: str, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        mine, theirs = tmp_path / "mine.tar", tmp_path / "theirs.tar"
        ours.copy(f"{name}:multi", f"oci-archive:{mine}:multi")
        peers.skopeo_copy(f"oci-archive:{mine}:multi", f"oci:{tmp_path / 'back'}:multi")
        assert blobs_in(tmp_path / "back") == parts_of(given)
        peers.skopeo_copy(f"docker://{name}:multi", f"oci-archive:{theirs}:multi")
        assert ours.copy(f"oci-archive:{theirs}:multi", f"{name}/copy:multi")["images"][0]["digest"] == (
            given.index.digest
        )

    def test_our_docker_archive_by_skopeo_and_crane(
        self, name: str, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        mine = tmp_path / "mine.tar"
        ours.copy(f"{name}:multi", f"docker-archive:{mine}:app:v1", platforms=[PLATFORMS[0]])
        config, *layers = given.images[0].blobs
        inspected = json.loads(peers.skopeo("inspect", f"docker-archive:{mine}:app:v1"))
        assert inspected["Architecture"] == "amd64"
        peers.skopeo_copy(f"docker-archive:{mine}:app:v1", f"docker://{name}/skopeo:v1")
        peers.crane("push", mine, f"{name}/crane:v1")
        for peer in ("skopeo", "crane"):
            peers.crane("validate", "--remote", f"{name}/{peer}:v1")
            assert ours.manifest(f"{name}/{peer}:v1")["manifest"]["config"]["digest"] == config
        assert layers

    @pytest.mark.parametrize("peer", ["skopeo", "crane", "regctl"])
    def test_their_docker_archive_by_us(
        self, peer: str, name: str, olareg: RunningRegistry, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        theirs = tmp_path / "theirs.tar"
        child = f"{name}@{given.images[0].digest}"
        if peer == "skopeo":
            peers.skopeo_copy(f"docker://{child}", f"docker-archive:{theirs}:app:v1")
        elif peer == "crane":
            peers.crane("pull", "--format=tarball", child, theirs)
        else:
            peers.regctl(olareg.address, "image", "export", "--name", "app:v1", child, theirs)
        ours.copy(f"docker-archive:{theirs}", f"{name}/copy:v1")
        # skopeo's layers are not packed, which `crane validate` takes for granted.
        peers.crane("export", f"{name}/copy:v1", tmp_path / "files.tar")
        with tarfile.open(tmp_path / "files.tar") as files:
            assert files.getnames() == ["of"]
        config = next(iter(given.images[0].blobs))
        assert ours.manifest(f"{name}/copy:v1", config=True)["config"]["architecture"] == "amd64"
        assert ours.manifest(f"{name}/copy:v1")["manifest"]["config"]["digest"] == config

    def test_many_images_in_one_archive_that_tar_lists(
        self, name: str, given: Given, peers: Peers, ours: Ours, tmp_path: Path
    ) -> None:
        bundle = tmp_path / "bundle.tar"
        images = [
            {"src": f"{name}@{one.digest}", "dest": f"oci-archive:{bundle}:app:{number}"}
            for number, one in enumerate(given.images)
        ]
        ours.run("registry_copy", images=images)
        assert ours.run("registry_copy", images=images)["changed"] is False
        with tarfile.open(bundle) as archive:
            names = archive.getnames()
        assert len(names) == len(set(names))
        for number, one in enumerate(given.images):
            peers.skopeo_copy(f"oci-archive:{bundle}:app:{number}", f"oci:{tmp_path / 'back'}:{number}")
            assert one.digest in blobs_in(tmp_path / "back")
