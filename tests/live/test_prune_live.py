# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_prune on real registries: what goes, what stays with what, what it costs, and what happens in between.

What is there before and afterwards is put and read with plain requests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.live.clients import Place
from tests.live.idempotence import plain
from tests.support.images import Image, Pusher, build_artifact, build_image, build_index
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder, Reply
from tests.support.registries import RunningRegistry

Prune = Callable[..., ModuleRun]

SIGNATURE = "application/vnd.example.signature"
SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"


@pytest.fixture
def address(place: Place, recorder: Recorder) -> str:
    """This test's repository by way of the recorder, as it stands in an option."""
    return f"{recorder.address}/{place.name}"


@pytest.fixture
def prune(modules: ModuleRunner, address: str) -> Prune:
    """Run registry_prune on this test's repository."""

    def run(*, check: bool = False, repository: str | None = address, **options: Any) -> ModuleRun:
        where = {} if repository is None else {"repository": repository}
        return modules.run("registry_prune", {**where, **options}, check=check)

    return run


def made(place: Place, day: int, platform: str = "linux/amd64", **more: Any) -> Image:
    """An image of a day in January that no other test has."""
    return build_image([f"{place.name} {day}".encode()], platform, created=f"2026-01-{day:02}T00:00:00Z", **more)


def put(place: Place, days: Sequence[int]) -> dict[int, Image]:
    """One image a day with a tag such as v1."""
    images = {day: made(place, day) for day in days}
    for day, image in images.items():
        place.pusher.push(image, f"v{day}")
    return images


def attach(place: Place, subject: Image, content: str = "signature") -> Image:
    """A referrer without a tag of its own; known by the fallback tag where the registry has no API for it."""
    artifact = build_artifact(SIGNATURE, f"{content} {place.name}".encode(), subject=subject.descriptor)
    place.pusher.push(artifact)
    if not place.registry.capabilities.referrers_api:
        place.pusher.push(build_index([artifact]), subject.digest.replace(":", "-"))
    return artifact


def cosign(place: Place, digest: str, suffix: str = ".sig") -> str:
    """What cosign attaches by a tag; gives the tag."""
    tag = digest.replace(":", "-") + suffix
    place.pusher.push(build_artifact(SIGNATURE, f"{tag} {place.name}".encode()), tag)
    return tag


def there(place: Place, *images: Image) -> list[bool]:
    """Whether manifests are there, by their digests."""
    return [place.pusher.digest(image.digest) == image.digest for image in images]


def kept(run: ModuleRun) -> dict[str, list[str]]:
    """The reasons of each tag that stays."""
    return {entry["tag"]: entry["reasons"] for entry in run.result["kept"]}


def removed(run: ModuleRun) -> list[str]:
    """The tags that went."""
    return sorted(entry["tag"] for entry in run.result["removed"])


def good(run: ModuleRun) -> ModuleRun:
    """The run, which must not have failed."""
    assert not run.failed, run.result
    return run


class TestWhatStays:
    """The rules."""

    def test_the_newest_the_young_and_the_named(self, place: Place, prune: Prune) -> None:
        images = put(place, [1, 2, 3, 4, 5])
        place.pusher.push(images[5], "latest")
        place.pusher.push(images[2], "stable")
        run = good(prune(keep={"newest": 2, "matching": ["stable"], "younger_than": "1s"}))
        assert place.pusher.tags() == ["latest", "stable", "v4", "v5"]
        newest = "it is one of the 2 newest images"
        assert kept(run) == {"v5": [newest], "latest": [newest], "v4": [newest], "stable": ["it matches stable"]}
        assert list(kept(run)) == ["v5", "latest", "v4", "stable"]
        assert removed(run) == ["v1", "v2", "v3"]
        assert there(place, *images.values()) == [False, True, False, True, True]
        assert not prune(keep={"newest": 2, "matching": ["stable"], "younger_than": "1s"}).result["changed"]

    def test_several_tags_on_a_digest_go_by_one_request(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        images = put(place, [1, 2])
        for tag in ("a", "b", "c"):
            place.pusher.push(images[1], tag)
        run = good(prune(keep={"newest": 1}))
        assert [action["tags"] for action in run.result["actions"]] == [["a", "b", "c", "v1"]]
        assert place.pusher.tags() == ["v2"]
        assert recorder.count("DELETE", images[1].digest) == 1
        if place.behaviour.delete_takes_tags:
            assert recorder.count("DELETE") == 1

    def test_a_tag_goes_alone_where_another_stays(self, place: Place, prune: Prune) -> None:
        images = put(place, [1])
        place.pusher.push(images[1], "latest")
        run = good(prune(keep={"matching": ["latest"]}))
        assert place.pusher.tags() == ["latest"]
        assert place.pusher.digest("latest") == images[1].digest
        assert [action["action"] for action in run.result["actions"]] == ["untag"]
        assert "stays" in run.result["actions"][0]["reason"]

    def test_by_version_no_age_is_read(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        put(place, [9, 10, 8])
        good(prune(keep={"newest": 2}, order="version"))
        assert place.pusher.tags() == ["v10", "v9"]
        assert not [request for request in recorder.requests if "/blobs/" in request.path]

    def test_what_is_not_considered_stays(self, place: Place, prune: Prune) -> None:
        images = put(place, [1, 2, 3, 4])
        place.pusher.push(images[3], "mr-3")
        place.pusher.push(made(place, 5), "mr-5")
        run = good(prune(keep={"newest": 1}, include=["v*"], exclude=["v4"]))
        assert place.pusher.tags() == ["mr-3", "mr-5", "v3", "v4"]
        assert kept(run)["mr-3"] == ["it is left out by include and exclude"]
        assert removed(run) == ["v1", "v2"]

    def test_what_is_in_use_stays(self, place: Place, prune: Prune, address: str) -> None:
        """By tag, by digest, by a mirror's name, and by what an index holds."""
        images = put(place, [1, 2, 3, 4, 5])
        part = made(place, 6)
        place.pusher.push(part)
        place.pusher.push(build_index([part]), "multi")
        references = [f"{address}:v1", images[2].digest, f"mirror.example.com/x@{images[3].digest}", part.digest]
        run = good(prune(keep={"referenced": [*references, "other.example.com/team/app:v4"]}))
        assert place.pusher.tags() == ["multi", "v1", "v2", "v3"]
        assert kept(run)["v1"] == ["the tag is in use"]
        assert kept(run)["multi"] == [f"it holds {part.digest}, which is in use"]
        assert there(place, part, images[4]) == [True, False]

    def test_the_last_image_stays_unless_it_may_go(self, place: Place, prune: Prune) -> None:
        images = put(place, [3, 1, 2])
        place.pusher.push(images[3], "latest")
        run = good(prune(keep={"matching": ["nothing"]}))
        assert place.pusher.tags() == ["latest", "v3"]
        assert "no rule keeps any tag" in str(run.result["warnings"])
        again = good(prune(keep={"matching": ["nothing"]}))
        assert not again.result["changed"]
        assert not plain(again.result)["warnings"]
        run = good(prune(keep={"matching": ["nothing"]}, allow_empty=True))
        assert place.pusher.tags() == []
        assert there(place, images[3]) == [False]

    def test_no_such_repository(self, place: Place, prune: Prune, address: str) -> None:
        run = good(prune(repository=f"{address}/nothing", keep={"newest": 1}))
        assert run.result["kept"] == run.result["removed"] == []
        if place.behaviour.unknown_repository_is_404:
            assert f"no repository {address}/nothing" in str(run.result["warnings"])


class TestIndexes:
    """What an index lists."""

    def test_the_images_of_an_index_go_with_it(self, place: Place, prune: Prune) -> None:
        old = [made(place, 1), made(place, 1, "linux/arm64")]
        shared, new = made(place, 2, "linux/s390x"), made(place, 3)
        for image in (*old, shared, new):
            place.pusher.push(image)
        place.pusher.push(build_index([*old, shared]), "v1")
        place.pusher.push(build_index([new, shared]), "v2")
        run = good(prune(keep={"newest": 1}))
        assert place.pusher.tags() == ["v2"]
        assert there(place, *old, shared, new) == [False, False, True, True]
        assert sorted(entry["digest"] for entry in run.result["untagged"]) == sorted(image.digest for image in old)
        assert all("it is part of" in entry["reason"] for entry in run.result["untagged"])

    def test_an_index_of_indexes(self, place: Place, prune: Prune) -> None:
        deep, deeper, newest = made(place, 1), made(place, 2), made(place, 3)
        for image in (deep, deeper):
            place.pusher.push(image)
        inner = [build_index([deep]), build_index([deeper])]
        for index in inner:
            place.pusher.push(index)
        place.pusher.push(build_index([inner[0]]), "v1")
        place.pusher.push(build_index([inner[1]]), "v2")
        place.pusher.push(deep, "keep")
        place.pusher.push(deeper, "gone")
        place.pusher.push(newest, "v3")
        good(prune(keep={"matching": ["v2", "keep"]}))
        assert place.pusher.tags() == ["keep", "v2"]
        assert there(place, inner[0], inner[1], deep, deeper, newest) == [False, True, True, True, False]

    def test_untagged_manifests_can_be_left(self, place: Place, prune: Prune) -> None:
        part, new = made(place, 1), made(place, 2)
        place.pusher.push(part)
        index = build_index([part])
        place.pusher.push(index, "v1")
        place.pusher.push(new, "v2")
        signature = cosign(place, part.digest)
        run = good(prune(keep={"newest": 1}, untagged=False))
        assert place.pusher.tags() == sorted([signature, "v2"])
        assert there(place, index, part) == [False, True]
        assert run.result["untagged"] == []

    def test_what_is_in_use_without_a_tag_keeps_its_parts(self, place: Place, prune: Prune) -> None:
        part, other, new = made(place, 1), made(place, 1, "linux/arm64"), made(place, 2)
        for image in (part, other):
            place.pusher.push(image)
        used = build_index([part])
        place.pusher.push(used)
        place.pusher.push(build_index([part, other]), "v1")
        place.pusher.push(new, "v2")
        good(prune(keep={"newest": 1, "referenced": [used.digest]}))
        assert place.pusher.tags() == ["v2"]
        assert there(place, used, part, other) == [True, True, False]


class TestReferrers:
    """Signatures and the like follow what they belong to."""

    def test_they_go_with_it_and_stay_with_it(self, place: Place, prune: Prune) -> None:
        images = put(place, [1, 2])
        gone, stays = attach(place, images[1], "one"), attach(place, images[2], "two")
        on_gone = attach(place, gone, "on one")
        tags = [cosign(place, images[2].digest, suffix) for suffix in (".sig", ".att", ".sbom")]
        cosign(place, images[1].digest)
        fallback = [] if place.registry.capabilities.referrers_api else [images[2].digest.replace(":", "-")]
        run = good(prune(keep={"newest": 1}))
        assert place.pusher.tags() == sorted(["v2", *tags, *fallback])
        assert there(place, gone, on_gone, stays) == [False, False, True]
        assert kept(run)[tags[0]] == [f"it belongs to {images[2].digest}, which is kept"]
        again = good(prune(keep={"newest": 1}))
        assert not again.result["changed"]
        assert kept(again) == kept(run)

    def test_those_of_an_image_in_an_index(self, place: Place, prune: Prune) -> None:
        parts = [made(place, 1), made(place, 2)]
        for image in parts:
            place.pusher.push(image)
        for tag, image in zip(("v1", "v2"), parts, strict=True):
            place.pusher.push(build_index([image]), tag)
        gone, stays = (attach(place, image, image.digest) for image in parts)
        signatures = [cosign(place, image.digest) for image in parts]
        good(prune(keep={"newest": 1}))
        assert there(place, *parts, gone, stays) == [False, True, False, True]
        assert signatures[0] not in place.pusher.tags()
        assert signatures[1] in place.pusher.tags()

    def test_one_with_a_tag_is_not_counted_and_follows(self, place: Place, prune: Prune) -> None:
        images = put(place, [1, 2])
        for day, image in images.items():
            place.pusher.push(made(place, 10 + day, subject=image.descriptor), f"config-{day}")
        place.pusher.push(made(place, 20, subject=images[1].descriptor), "important")
        run = good(prune(keep={"newest": 1, "matching": ["important"]}))
        assert place.pusher.tags() == [tag for tag in place.pusher.tags() if tag.startswith("sha256-")] + [
            "config-2",
            "important",
            "v2",
        ]
        assert removed(run) == ["config-1", "v1"]

    def test_orphans_go_where_there_are_images(self, place: Place, prune: Prune) -> None:
        put(place, [1])
        gone = made(place, 2)
        orphan = cosign(place, gone.digest)
        place.pusher.push(made(place, 3, subject=gone.descriptor), "config")
        for check in (True, False):
            run = good(prune(keep={"newest": 9}, untagged=False, check=check))
            assert not run.result["changed"]
        assert "not known to go" in kept(run)[orphan][0]
        run = good(prune(keep={"newest": 9}))
        assert place.pusher.tags() == ["v1"]
        assert f"it belongs to {gone.digest}, which is not there" in str(run.result["removed"])

    def test_a_repository_of_signatures_is_left_alone(self, place: Place, prune: Prune) -> None:
        tags = [cosign(place, made(place, day).digest) for day in (1, 2)]
        run = good(prune(keep={"newest": 1}, allow_empty=True))
        assert not run.result["changed"]
        assert place.pusher.tags() == sorted(tags)

    def test_one_whose_image_is_there_without_a_tag_stays(self, place: Place, prune: Prune) -> None:
        put(place, [1])
        place.pusher.push(made(place, 2))
        signature = cosign(place, made(place, 2).digest)
        assert not good(prune(keep={"newest": 1})).result["changed"]
        assert place.pusher.tags() == sorted([signature, "v1"])


class TestCost:
    """Requests, counted."""

    def test_nothing_to_do(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        """One list, one GET a tag, one GET of a configuration for each image."""
        images = put(place, [1, 2, 3])
        place.pusher.push(images[3], "latest")
        good(prune(keep={"newest": 3}))
        assert {request.method for request in recorder.requests} == {"GET"}
        assert recorder.count("GET", "/tags/list") == 1
        assert recorder.count("GET", "/manifests/") == 4
        assert recorder.count("GET", "/blobs/") == 3
        assert len(recorder.requests) == 8

    def test_by_name_only(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        put(place, [1, 2, 3])
        good(prune(keep={"matching": ["v*"]}))
        assert len(recorder.requests) == 4

    def test_two_of_four(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        """Before deleting, the tags are listed again, and asked what they point at, but for those that go."""
        put(place, [1, 2, 3, 4])
        good(prune(keep={"newest": 2}, order="version"))
        asked = 2 if place.registry.capabilities.referrers_api else 1
        assert recorder.count("GET", "/referrers/") == asked
        assert recorder.count("GET", "/tags/list") == 3
        assert recorder.count("GET", "/manifests/") == 4
        left = 0 if place.behaviour.delete_takes_tags else 2
        assert recorder.count("HEAD") == 2 + left
        assert recorder.count("DELETE") == 2 + left

    def test_a_registry_without_referrers_is_asked_for_them_once(
        self, place: Place, prune: Prune, recorder: Recorder
    ) -> None:
        part = made(place, 1)
        place.pusher.push(part)
        place.pusher.push(build_index([part]), "v1")
        place.pusher.push(made(place, 2), "v2")
        good(prune(keep={"newest": 1}))
        assert recorder.count("GET", "/referrers/") == (2 if place.registry.capabilities.referrers_api else 1)


class TestInBetween:
    """What changes while it runs, and what fails."""

    @staticmethod
    def at_second_list(recorder: Recorder, act: Callable[[], object]) -> None:
        """Do something once the plan stands: when the tags are listed for the second time."""
        lists = []

        def intercept(request: RecordedRequest) -> None:
            if request.path.endswith("/tags/list"):
                lists.append(request)
                if len(lists) == 2:
                    act()

        recorder.intercept = intercept

    def test_what_gets_a_new_tag_stays(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        images = put(place, [1, 2, 3])
        signature = cosign(place, images[1].digest)
        self.at_second_list(recorder, lambda: place.pusher.push(images[1], "production"))
        run = good(prune(keep={"newest": 1}))
        assert place.pusher.tags() == sorted(["production", "v1", "v3", signature])
        assert removed(run) == ["v2"]
        assert there(place, images[1], images[2]) == [True, False]
        assert "production" in str(run.result["warnings"])
        assert "production" in kept(run)["v1"][0]

    def test_what_a_tag_is_moved_back_to_stays(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        images = put(place, [1, 2])
        place.pusher.push(images[2], "latest")
        self.at_second_list(recorder, lambda: place.pusher.push(images[1], "latest"))
        run = good(prune(keep={"newest": 1}))
        assert place.pusher.digest("latest") == images[1].digest
        assert place.pusher.tags() == ["latest", "v1", "v2"]
        assert run.result["removed"] == []
        assert run.result["changed"] is False

    def test_what_a_new_index_lists_stays(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        images = put(place, [1, 2])
        self.at_second_list(recorder, lambda: place.pusher.push(build_index([images[1]]), "multi"))
        good(prune(keep={"newest": 1}))
        assert place.pusher.tags() == ["multi", "v1", "v2"]
        assert there(place, images[1]) == [True]

    def test_a_tag_that_was_moved_is_not_taken_off(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        images = put(place, [1])
        place.pusher.push(images[1], "latest")
        fresh = made(place, 9)
        self.at_second_list(recorder, lambda: place.pusher.push(fresh, "v1"))
        run = good(prune(keep={"matching": ["latest"]}))
        assert place.pusher.digest("v1") == fresh.digest
        assert "moved in the meantime" in str(run.result["warnings"])

    def test_a_tag_that_was_moved_survives_its_old_manifest(
        self, place: Place, prune: Prune, recorder: Recorder
    ) -> None:
        images = put(place, [1, 2])
        fresh = made(place, 9)
        self.at_second_list(recorder, lambda: place.pusher.push(fresh, "v1"))
        good(prune(keep={"newest": 1}))
        assert there(place, images[1]) == [False]
        assert place.pusher.digest("v1") == fresh.digest

    def test_what_cannot_be_deleted_keeps_what_belongs_to_it(
        self, place: Place, prune: Prune, recorder: Recorder
    ) -> None:
        images = put(place, [1, 2, 3])
        part = made(place, 4)
        place.pusher.push(part)
        index = build_index([part])
        place.pusher.push(index, "v0")
        signature = cosign(place, index.digest)

        def refuse(request: RecordedRequest) -> Reply | None:
            if request.method == "DELETE" and index.digest in request.path:
                return Reply(403, {"Content-Type": "application/json"}, b'{"errors":[{"code":"DENIED"}]}')
            return None

        recorder.intercept = refuse
        run = prune(keep={"matching": ["v3"]})
        assert run.failed
        assert [error["item"].rpartition("@")[2] for error in run.result["errors"]] == [index.digest]
        assert place.pusher.tags() == sorted(["v0", "v3", signature])
        assert there(place, index, part, images[1], images[2]) == [True, True, False, False]
        assert removed(run) == ["v1", "v2"]
        assert kept(run)[signature] == [f"it belongs to {index.digest}, which stays"]

    def test_what_cannot_be_read_stays(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        """Schema 1, which no registry here takes any more; and nothing that has no tag is deleted beside it."""
        part, new = made(place, 1), made(place, 2)
        place.pusher.push(part)
        place.pusher.push(build_index([part]), "v1")
        place.pusher.push(new, "v2")
        place.pusher.push(made(place, 3), "ancient")

        def ancient(request: RecordedRequest) -> Reply | None:
            if request.path.endswith("/manifests/ancient"):
                return Reply(200, {"Content-Type": SCHEMA1}, b'{"schemaVersion": 1}')
            return None

        recorder.intercept = ancient
        run = good(prune(keep={"newest": 1}))
        assert place.pusher.tags() == ["ancient", "v2"]
        assert there(place, part) == [True]
        assert "schema 1" in kept(run)["ancient"][0]
        assert "ancient" in str(run.result["warnings"])

    def test_what_is_listed_and_is_no_tag_stays(self, place: Place, prune: Prune, recorder: Recorder) -> None:
        put(place, [1, 2])
        listing = Reply(200, {"Content-Type": "application/json"}, b'{"tags":["v1","v2","-v3"]}')
        recorder.intercept = lambda request: listing if request.path.endswith("/tags/list") else None
        run = good(prune(keep={"newest": 1}))
        assert place.pusher.tags() == ["v2"]
        assert "cannot be read" in kept(run)["-v3"][0]

    def test_a_configuration_that_is_lost_is_an_unknown_age(
        self, place: Place, prune: Prune, recorder: Recorder
    ) -> None:
        images = put(place, [1, 2])
        config = next(iter(images[1].blobs))
        recorder.intercept = lambda request: Reply(404) if config in request.path else None
        run = good(prune(keep={"newest": 1}))
        assert kept(run)["v1"] == ["it does not say when it was made"]
        assert place.pusher.tags() == ["v1", "v2"]

    def test_one_repository_that_fails_does_not_stop_the_others(
        self, place: Place, prune: Prune, address: str, recorder: Recorder
    ) -> None:
        put(place, [1, 2])
        broken = place.elsewhere("broken")
        for day in (1, 2):
            broken.push(made(place, day), f"v{day}")

        def fail(request: RecordedRequest) -> Reply | None:
            return Reply(500) if request.path.endswith("/broken/manifests/v1") else None

        recorder.intercept = fail
        both = [f"{address}/broken", address]
        run = prune(repository=None, repositories=both, keep={"newest": 1}, retries=0, fail_fast=True)
        assert run.failed
        assert not recorder.writes
        run = prune(repository=None, repositories=both, keep={"newest": 1}, retries=0)
        assert run.failed
        assert [error["item"] for error in run.result["errors"]] == [f"{address}/broken"]
        assert place.pusher.tags() == ["v2"]
        assert broken.tags() == ["v1", "v2"]
        assert [entry["repository"] for entry in run.result["removed"]] == [address]


@pytest.mark.parametrize("kind", ["distribution2", "distribution3", "olareg"])
def test_a_registry_that_does_not_delete_says_so_once(
    kind: str, start_registry: Callable[..., RunningRegistry], repository: str, modules: ModuleRunner
) -> None:
    """And nothing is half done: neither a manifest nor a single tag has gone."""
    registry = start_registry(kind, delete=False)
    pusher = Pusher(registry.address, repository)
    images = [build_image(created=f"2026-01-0{day}T00:00:00Z") for day in (1, 2, 3, 4)]
    for number, image in enumerate(images):
        pusher.push(image, f"v{number}")
    pusher.push(images[0], "latest")
    before = pusher.tags()
    options = {"repository": f"{registry.address}/{repository}", "keep": {"matching": ["latest", "v3"]}}
    assert modules.run("registry_prune", options, check=True).result["changed"]
    with Recorder(registry.address) as recorder:
        options["repository"] = f"{recorder.address}/{repository}"
        run = modules.run("registry_prune", options)
        assert len(recorder.writes) <= 2
    assert run.failed
    assert len(run.result["errors"]) == 1
    assert run.result["errors"][0]["category"] == "unsupported"
    assert run.result["changed"] is False
    assert pusher.tags() == before
