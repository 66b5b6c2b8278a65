# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies between real registries of every two kinds: what arrives, in which order, and with how many requests.

What is at the destination afterwards is read with plain requests.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy import CopyStats, run_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import CopyPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_planner import plan_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    PlatformError,
    RegistryError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import RegistryStore

from tests.live.clients import Place, repository_at
from tests.support.images import Image, Pusher, build_image, build_index
from tests.support.modules import ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder, Reply
from tests.support.registries import KINDS, RunningRegistry

PLATFORMS = ("linux/amd64", "linux/arm64/v8", "windows/amd64")


@dataclass
class Side:
    """One end of a copy: a repository, read and filled by plain requests, and the recorder before it."""

    registry: RunningRegistry
    recorder: Recorder
    name: str

    @property
    def pusher(self) -> Pusher:
        """Plain requests, past the recorder."""
        return Pusher(self.registry.address, self.name)

    @property
    def image(self) -> str:
        """The repository by way of the recorder, as it stands in an image name."""
        return f"{self.recorder.address}/{self.name}"

    def count(self) -> Counter[str]:
        """How many requests of each kind came, such as {"PUT manifest": 1}."""
        return Counter(_kind(request) for request in self.recorder.requests)


def _kind(request: RecordedRequest) -> str:
    for part, word in (
        ("/blobs/uploads/", "upload"),
        ("/blobs/", "blob"),
        ("/manifests/", "manifest"),
        ("/tags/", "tags"),
    ):
        if part in request.path:
            return f"{request.method} {word}"
    return request.line


@dataclass
class Pair:
    """Two repositories on registries of different kinds."""

    source: Side
    dest: Side
    client: Client

    def plan(self, version: str, platforms: Sequence[str] = (), session: CopySession | None = None) -> CopyPlan:
        """What copying `version` to the same tag has to do."""
        with Workers(4) as workers:
            return plan_copy(
                session or CopySession(workers),
                RegistryStore(repository_at(self.client, self.source.recorder.address, self.source.name)),
                version,
                RegistryStore(repository_at(self.client, self.dest.recorder.address, self.dest.name)),
                version,
                [Platform.parse(text) for text in platforms],
            )

    def copy(self, version: str, platforms: Sequence[str] = ()) -> CopyStats:
        """Copy it."""
        with Workers(4) as workers:
            return run_copy(CopySession(workers), self.plan(version, platforms))


Running = Callable[[str], RunningRegistry]


@pytest.fixture(params=list(itertools.permutations(KINDS, 2)), ids="-to-".join)
def pair(request: pytest.FixtureRequest, running: Running, repository: str, client: Client) -> Iterator[Pair]:
    """Every two kinds, in both directions."""
    source, dest = (running(kind) for kind in request.param)
    with Recorder(source.address) as reads, Recorder(dest.address) as writes:
        yield Pair(Side(source, reads, repository), Side(dest, writes, f"{repository}/copy"), client)


def layers_of(name: str, count: int = 3) -> list[bytes]:
    """Layers that no other test has: a registry may keep the blobs of all repositories in one place."""
    return [f"layer {number} of {name}".encode() * 50 for number in range(count)]


def push_index(pusher: Pusher, name: str, tag: str, docker: bool = False) -> tuple[Image, list[Image]]:
    """An index over one image for each of PLATFORMS."""
    images = [build_image(layers_of(f"{name} {platform}", 2), platform, docker=docker) for platform in PLATFORMS]
    for image in images:
        pusher.push(image)
    index = build_index(images, docker=docker)
    pusher.push(index, tag)
    return index, images


class TestOneImage:
    """A manifest with n blobs (the config is one of them)."""

    @pytest.mark.parametrize("is_new", [True, False], ids=["new", "there"])
    def test_cold_by_the_module_with_the_least_requests(self, pair: Pair, modules: ModuleRunner, is_new: bool) -> None:
        """Distribution is asked for no blob: the request that begins an upload tells whether it is needed. Elsewhere
        that is believed once it was seen."""
        image = build_image(layers_of(pair.source.name))
        pair.source.pusher.push(image, "v1")
        if not is_new:
            pair.dest.pusher.push(build_image([b"another"]), "other")
        options = {"src": f"{pair.source.image}:v1", "dest": f"{pair.dest.image}:v1"}
        run = modules.run("registry_copy", options)
        assert not run.failed, run.result
        n = len(image.blobs)
        assert n == 4
        assert pair.source.count() == {"GET manifest": 1, "GET blob": n}
        questions = {"HEAD manifest": 1}
        if not pair.dest.registry.kind.startswith("distribution"):
            questions["HEAD blob"] = n
        assert pair.dest.count() == {**questions, "POST upload": n, "PUT upload": n, "PUT manifest": 1}
        assert pair.dest.recorder.lines[-1] == f"PUT /v2/{pair.dest.name}/manifests/v1"
        assert pair.dest.pusher.manifest("v1").body == image.raw
        assert {digest: pair.dest.pusher.blob(digest) for digest in image.blobs} == image.blobs

    def test_that_is_there_already_by_the_module_costs_one_request_a_side(
        self, pair: Pair, modules: ModuleRunner
    ) -> None:
        image = build_image(layers_of(pair.source.name))
        for side in (pair.source, pair.dest):
            side.pusher.push(image, "v1")
        options = {"src": f"{pair.source.image}:v1", "dest": f"{pair.dest.image}:v1"}
        run = modules.run("registry_copy", options)
        assert (run.failed, run.result["changed"], run.result["actions"]) == (False, False, [])
        assert pair.source.recorder.lines == [f"HEAD /v2/{pair.source.name}/manifests/v1"]
        assert pair.dest.recorder.lines == [f"HEAD /v2/{pair.dest.name}/manifests/v1"]

    def test_only_what_is_missing_is_brought(self, pair: Pair) -> None:
        layers = layers_of(pair.source.name)
        pair.dest.pusher.push(build_image(layers[:2]), "before")
        image = build_image(layers)
        pair.source.pusher.push(image, "v1")
        stats = pair.copy("v1")
        assert (stats.transferred_blobs, stats.mounted_blobs) == (2, 0)  # the config and the third layer
        assert pair.source.count()["GET blob"] == 2
        assert pair.dest.pusher.digest("v1") == image.digest

    @pytest.mark.parametrize("there", [0, 2, 4], ids="{} of 4 blobs there".format)
    @pytest.mark.parametrize("is_new", [True, False], ids=["new", "tagged"])
    def test_check_mode_and_the_copy_say_the_same(
        self, pair: Pair, modules: ModuleRunner, there: int, is_new: bool
    ) -> None:
        """Though one asks and the other does not; also of what a copy left behind that broke off."""
        image = build_image(layers_of(pair.source.name))
        pair.source.pusher.push(image, "v1")
        for data in list(image.blobs.values())[:there]:
            pair.dest.pusher.push_blob(data)
        if not is_new:
            pair.dest.pusher.push(build_image([b"another"]), "other")
        options = {"src": f"{pair.source.image}:v1", "dest": f"{pair.dest.image}:v1"}
        check, real = (modules.run("registry_copy", options, check=mode) for mode in (True, False))
        assert (check.failed, real.failed) == (False, False)
        assert check.result["actions"] == real.result["actions"]
        assert check.result["diff"] == real.result["diff"]
        assert check.result["images"] == real.result["images"]
        assert real.result["images"][0]["transferred_blobs"] == 4 - there
        assert pair.source.count()["GET blob"] == 4 - there
        assert pair.dest.pusher.digest("v1") == image.digest

    def test_docker_media_types_stay(self, pair: Pair) -> None:
        image = build_image(docker=True, labels={"of": pair.source.name})
        pair.source.pusher.push(image, "v1")
        pair.copy("v1")
        answer = pair.dest.pusher.manifest("v1")
        assert (answer.body, answer.headers["Content-Type"]) == (image.raw, image.media_type)

    def test_a_tag_that_moved_is_followed(self, pair: Pair) -> None:
        for label in ("old", "new"):
            pair.source.pusher.push(build_image(labels={label: pair.source.name}), "v1")
            assert pair.plan("v1").changed
            pair.copy("v1")
            assert not pair.plan("v1").changed
        assert pair.dest.pusher.digest("v1") == pair.source.pusher.digest("v1")


class TestManyPlatforms:
    """An index and its images."""

    @pytest.mark.parametrize("docker", [False, True], ids=["oci", "docker"])
    def test_all_of_them_arrive_the_tag_last(self, pair: Pair, docker: bool) -> None:
        index, images = push_index(pair.source.pusher, pair.source.name, "v1", docker)
        pair.copy("v1")
        assert pair.dest.pusher.manifest("v1").body == index.raw
        for image in images:
            assert pair.dest.pusher.digest(image.digest) == image.digest
            assert all(pair.dest.pusher.blob(digest) == content for digest, content in image.blobs.items())
        puts = [request.path for request in pair.dest.recorder.requests if request.method == "PUT"]
        kinds = ["blob" if "/blobs/uploads/" in path else path.rpartition("/")[2] for path in puts]
        blobs = sum(len(image.blobs) for image in images)
        assert kinds[:blobs] == ["blob"] * blobs
        assert sorted(kinds[blobs:-1]) == sorted(image.digest for image in images)
        assert kinds[-1] == "v1"

    def test_some_of_them(self, pair: Pair) -> None:
        index, images = push_index(pair.source.pusher, pair.source.name, "v1")
        pair.copy("v1", ["linux/amd64", "linux/arm64"])
        smaller = build_index(images[:2])
        assert pair.dest.pusher.manifest("v1").body == smaller.raw
        assert pair.dest.pusher.digest(images[2].digest) is None
        assert index.digest != smaller.digest
        pair.dest.recorder.clear()
        assert not pair.plan("v1", ["linux/amd64", "linux/arm64"]).changed
        assert pair.dest.count() == {"HEAD manifest": 1}

    def test_one_that_does_not_exist(self, pair: Pair) -> None:
        push_index(pair.source.pusher, pair.source.name, "v1")
        with pytest.raises(PlatformError, match=r"linux/s390x .*linux/amd64, linux/arm64/v8, windows/amd64"):
            pair.plan("v1", ["linux/s390x"])
        assert pair.dest.recorder.writes == []

    def test_shared_layers_are_brought_once(self, pair: Pair) -> None:
        shared = layers_of(pair.source.name, 1)
        images = [build_image(shared, platform) for platform in PLATFORMS]
        for image in images:
            pair.source.pusher.push(image)
        pair.source.pusher.push(build_index(images), "v1")
        stats = pair.copy("v1")
        assert stats.transferred_blobs == len(PLATFORMS) + 1
        assert pair.source.count()["GET blob"] == len(PLATFORMS) + 1
        assert pair.dest.count()["PUT upload"] == len(PLATFORMS) + 1


class TestOneRegistry:
    """Within a registry blobs are mounted, where it can."""

    def test_blobs_are_mounted(self, place: Place, recorder: Recorder, modules: ModuleRunner) -> None:
        image = build_image(layers_of(place.name))
        place.pusher.push(image, "v1")
        name = f"{recorder.address}/{place.name}"
        run = modules.run("registry_copy", {"src": f"{name}:v1", "dest": f"{name}/copy:v1"})
        assert not run.failed, run.result
        assert place.elsewhere("copy").manifest("v1").body == image.raw
        mounts = [request for request in recorder.requests if f"from={place.name}" in request.query]
        copied = run.result["images"][0]
        if place.behaviour.mounts:
            assert recorder.count("GET", "/blobs/") == recorder.count("PUT", "/blobs/uploads/") == 0
            assert [request.status for request in mounts] == [201] * len(image.blobs)
            assert (copied["mounted_blobs"], copied["transferred_blobs"]) == (len(image.blobs), 0)
        else:
            # Its blobs are those of all repositories: where a mount is refused, it is found to have them, which is as
            # good as a mount.
            assert recorder.count("PUT", "/blobs/uploads/") == 0
            assert (copied["mounted_blobs"], copied["transferred_blobs"]) == (len(image.blobs), 0)

    def test_retag_by_copy_moves_no_blob(self, place: Place, recorder: Recorder, modules: ModuleRunner) -> None:
        image = build_image(layers_of(place.name))
        place.pusher.push(image, "v1")
        name = f"{recorder.address}/{place.name}"
        run = modules.run("registry_copy", {"src": f"{name}:v1", "dest": f"{name}:v2"})
        assert not run.failed, run.result
        assert place.pusher.digest("v2") == image.digest
        assert [request.path.rpartition("/")[2] for request in recorder.writes] == ["v2"]

    def test_retag_of_many_tags_with_the_least_requests(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        image = build_image(layers_of(place.name))
        place.pusher.push(image, "v1.4.2-rc3")
        place.pusher.push(image, "latest")
        place.pusher.push(build_image(labels={"older": place.name}), "v1")
        tags = ["v1", "v1.4", "v1.4.2", "latest"]
        name = f"{recorder.address}/{place.name}:v1.4.2-rc3"
        run = modules.run("registry_tag", {"name": name, "tags": tags})
        assert not run.failed, run.result
        prefix = f"/v2/{place.name}/manifests/"
        assert recorder.lines[0] == f"GET {prefix}v1.4.2-rc3"
        assert sorted(recorder.lines[1:]) == sorted(
            [f"HEAD {prefix}{tag}" for tag in tags] + [f"PUT {prefix}{tag}" for tag in tags if tag != "latest"]
        )
        assert {tag: place.pusher.digest(tag) for tag in tags} == dict.fromkeys(tags, image.digest)


class TestNothingHalf:
    """A copy that fails leaves the destination's tag as it was."""

    def test_a_blob_that_is_missing_at_the_source(self, pair: Pair) -> None:
        image = build_image(layers_of(pair.source.name))
        pair.source.pusher.push(image, "v1")
        older = build_image(labels={"older": pair.source.name})
        pair.dest.pusher.push(older, "v1")
        missing = list(image.blobs)[2]
        assert pair.source.pusher.send("DELETE", f"blobs/{missing}").status in (200, 202)
        with pytest.raises(RegistryError, match=missing) as error:
            pair.copy("v1")
        assert error.value.category == "not_found"
        assert pair.dest.pusher.digest("v1") == older.digest

    @pytest.mark.parametrize("kind", ["distribution2", "distribution3"])
    def test_a_first_copy_that_broke_off_is_not_begun_anew(
        self, kind: str, running: Running, olareg: RunningRegistry, repository: str, client: Client
    ) -> None:
        """The repository looks new: it has no tag. What came already is found by the request that begins its upload."""
        large = [bytes([number]) * (2 << 20) + repository.encode() for number in range(2)]
        image = build_image(large)
        with Recorder(olareg.address) as reads, Recorder(running(kind).address) as writes:
            pair = Pair(Side(olareg, reads, repository), Side(running(kind), writes, repository), client)
            pair.source.pusher.push(image, "v1")
            config = next(iter(image.blobs))
            reads.intercept = lambda request: Reply(404) if request.path.endswith(config) else None
            with pytest.raises(RegistryError, match=config):
                pair.copy("v1")
            came = [digest for digest in image.blobs if pair.dest.pusher.blob(digest) is not None]
            assert came
            reads.intercept = None
            reads.clear()
            stats = pair.copy("v1")
            assert (stats.mounted_blobs, stats.transferred_blobs) == (len(came), len(image.blobs) - len(came))
            fetched = {request.path.rpartition("/")[2] for request in reads.requests if "/blobs/" in request.path}
            assert fetched == set(image.blobs) - set(came)
            assert pair.dest.pusher.digest("v1") == image.digest

    def test_an_image_that_is_missing_at_the_source(self, pair: Pair) -> None:
        with pytest.raises(RegistryError) as error:
            pair.copy("v1")
        assert error.value.category == "not_found"
        assert pair.dest.recorder.writes == []

    @pytest.mark.parametrize("kind", ["distribution2", "distribution3"])
    def test_bytes_that_rotted_on_the_sources_disk(
        self, kind: str, running: Running, olareg: RunningRegistry, repository: str, client: Client
    ) -> None:
        source = running(kind)
        image = build_image(layers_of(repository))
        Pusher(source.address, repository).push(image, "v1")
        rotten = list(image.blobs)[1]
        encoded = rotten.partition(":")[2]
        (file,) = source.folder.glob(f"data/docker/registry/v2/blobs/sha256/{encoded[:2]}/{encoded}/data")
        file.write_bytes(bytes(len(image.blobs[rotten])))
        with Recorder(source.address) as reads, Recorder(olareg.address) as writes:
            pair = Pair(Side(source, reads, repository), Side(olareg, writes, repository), client)
            with pytest.raises(VerificationError, match=f"{rotten}"):
                pair.copy("v1")
            assert pair.dest.pusher.digest("v1") is None
            assert pair.dest.pusher.blob(rotten) is None
            # The upload that came to nothing was given up properly.
            assert pair.dest.count()["DELETE upload"] == 1
