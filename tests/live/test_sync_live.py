# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_sync on real registries: what one bad image costs, what pruning must not take, and how much is asked.

What is there before and afterwards is put and read with plain requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.clients import Place
from tests.support.images import Image, Pusher, build_artifact, build_image, build_index
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder, Reply
from tests.support.registries import RunningRegistry

Sync = Callable[..., ModuleRun]


@pytest.fixture
def source(distribution2: RunningRegistry) -> Iterator[Recorder]:
    """The registry that is mirrored."""
    with Recorder(distribution2.address) as recorder:
        yield recorder


@pytest.fixture
def origin(distribution2: RunningRegistry, repository: str) -> Pusher:
    """The source repository by plain requests."""
    return Pusher(distribution2.address, f"{repository}/source")


@pytest.fixture
def sync(modules: ModuleRunner, source: Recorder, recorder: Recorder, repository: str, place: Place) -> Sync:
    """Run registry_sync from the source to this test's place."""

    def run(*, check: bool = False, **options: Any) -> ModuleRun:
        names = {"src": f"{source.address}/{repository}/source", "dest": f"{recorder.address}/{place.name}"}
        return modules.run("registry_sync", {**names, **options}, check=check)

    return run


def image(what: str, repository: str) -> Image:
    """An image that no other test has."""
    return build_image([f"{what} of {repository}".encode()])


def test_one_bad_image_stops_no_other(
    place: Place, origin: Pusher, source: Recorder, sync: Sync, repository: str
) -> None:
    good, bad = image("good", repository), image("bad", repository)
    for tag, one in (("v1", good), ("v2", bad), ("v3", good)):
        origin.push(one, tag)
    lost = next(iter(bad.blobs))

    def lose(request: RecordedRequest) -> Reply | None:
        return Reply(404) if request.method == "GET" and request.path.endswith(lost) else None

    source.intercept = lose
    run = sync()
    assert run.failed
    assert [error["item"].rpartition(":")[2] for error in run.result["errors"]] == ["v2"]
    assert place.pusher.tags() == ["v1", "v3"]
    assert {entry["dest"].rpartition(":")[2] for entry in run.result["images"]} == {"v1", "v3"}
    source.intercept = None
    assert not sync().failed
    assert place.pusher.digest("v2") == bad.digest


def test_a_dropped_tag_goes_and_what_others_need_stays(
    place: Place, origin: Pusher, sync: Sync, repository: str
) -> None:
    """One dropped tag shares its image with a tag that stays, one is a child of an index that comes, one is alone."""
    shared, child, alone = (image(what, repository) for what in ("shared", "child", "alone"))
    index = build_index([child])
    origin.push(shared, "v1")
    origin.push(child)
    origin.push(index, "v2")
    for tag, one in (("v1", shared), ("old", shared), ("part", child), ("gone", alone)):
        place.pusher.push(one, tag)
    foreseen, run = sync(prune=True, check=True), sync(prune=True)
    assert not run.failed, run.result
    assert foreseen.result["actions"] == run.result["actions"]
    assert place.pusher.tags() == ["v1", "v2"]
    assert place.pusher.digest(child.digest) == child.digest
    assert place.pusher.digest(shared.digest) == shared.digest
    assert place.pusher.digest(alone.digest) is None
    assert sorted(entry["tag"] for entry in run.result["removed"]) == ["gone", "old", "part"]
    assert not sync(prune=True).result["changed"]


def test_signatures_come_along_and_go_with_their_image(
    place: Place, origin: Pusher, sync: Sync, repository: str
) -> None:
    first, second = image("first", repository), image("second", repository)
    for tag, one in (("v1", first), ("v2", second)):
        origin.push(one, tag)
        signature = build_artifact("application/vnd.example.signature", f"{tag} {repository}".encode())
        origin.push(signature, one.digest.replace(":", "-") + ".sig")
    assert not sync(referrers=True).failed
    tags = [one.digest.replace(":", "-") + ".sig" for one in (first, second)]
    assert sorted(place.pusher.tags()) == sorted(["v1", "v2", *tags])
    run = sync(referrers=True, versions=">=2", prune=True, include=["v2"])
    assert not run.failed and not run.result["changed"], "v1 is not among what the rules speak of"
    assert not sync(referrers=True, newest=1, prune=True).failed
    assert sorted(place.pusher.tags()) == sorted(["v2", tags[1]])


def test_nothing_is_removed_when_the_source_is_empty_or_unreadable(
    place: Place, origin: Pusher, source: Recorder, sync: Sync, repository: str
) -> None:
    kept = image("kept", repository)
    place.pusher.push(kept, "v1")
    assert "404" in sync(prune=True).text
    origin.push(kept, "other")
    assert "allow_empty" in sync(prune=True, include=["v*"]).text
    source.intercept = lambda request: Reply(403) if request.path.endswith("/tags/list") else None
    assert sync(prune=True).failed
    assert place.pusher.tags() == ["v1"]


def test_nothing_to_do_is_one_request_a_side_for_each_tag(
    place: Place, origin: Pusher, source: Recorder, recorder: Recorder, sync: Sync, repository: str
) -> None:
    for number in range(5):
        origin.push(image(str(number), repository), f"v{number}")
    assert not sync().failed
    source.clear()
    recorder.clear()
    assert not sync().result["changed"]
    assert sorted(request.method for request in source.requests) == ["GET"] + ["HEAD"] * 5
    assert [request.method for request in recorder.requests] == ["HEAD"] * 5
