# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_prune in check mode, where tasks before have only predicted what they bring: its plan is that of later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.live.clients import Place
from tests.support.images import Image, Pusher, build_image, build_index
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry

KEEP = {"newest": 2}


def dated(place: Place, day: int, platform: str = "linux/amd64") -> Image:
    """An image of a day in January that no other test has."""
    return build_image([f"{place.name} {day}".encode()], platform, created=f"2026-01-{day:02}T00:00:00Z")


@pytest.fixture
def elsewhere(running: Callable[[str], RunningRegistry], place: Place) -> tuple[str, Pusher]:
    """The repository that images come from, on another registry."""
    address = running("ggcr").address
    name = f"{place.name}/source"
    return f"{address}/{name}", Pusher(address, name)


@pytest.fixture
def prune(place: Place, recorder: Recorder, modules: ModuleRunner) -> Callable[..., ModuleRun]:
    """Run registry_prune on this test's repository; `planned` are digests and sources by tags."""

    def run(planned: Mapping[str, Mapping[str, Any]], check: bool = False, **options: Any) -> ModuleRun:
        where = f"{recorder.address}/{place.name}"
        entries = [{"name": f"{where}:{tag}", **entry} for tag, entry in planned.items()]
        return modules.run(
            "registry_prune", {"repository": where, "keep": KEEP, "planned": entries, **options}, check=check
        )

    return run


def same(one: ModuleRun, other: ModuleRun) -> None:
    """Both foresee, or did, the same."""
    assert not one.failed, one.result
    assert not other.failed, other.result
    for key in ("actions", "diff", "kept", "removed", "untagged", "changed"):
        assert one.result[key] == other.result[key], key


def test_what_comes_counts_and_may_go_again(
    place: Place, recorder: Recorder, prune: Callable[..., ModuleRun], elsewhere: tuple[str, Pusher]
) -> None:
    """An image and an index come, a tag is moved, one is removed; and what comes old goes at once."""
    source, there = elsewhere
    old = {day: dated(place, day) for day in (3, 4, 5, 6)}
    for day, image in old.items():
        place.pusher.push(image, f"v{day}")
    place.pusher.push(old[3], "stable")
    parts = [dated(place, 8), dated(place, 7, "linux/arm64")]
    young, ancient, index = dated(place, 9), dated(place, 1), build_index(parts)
    for image in (young, ancient, *parts):
        there.push(image, f"day-{image.digest[7:12]}")
    there.push(index, "index")
    planned = {
        "v9": {"digest": young.digest, "src": f"{source}:day-{young.digest[7:12]}"},
        "v1": {"digest": ancient.digest, "src": f"{source}:day-{ancient.digest[7:12]}"},
        "multi": {"digest": index.digest, "src": f"{source}:index"},
        "stable": {"digest": young.digest, "src": f"{source}:day-{young.digest[7:12]}"},
        "v6": {},
    }
    foreseen = prune(planned, check=True)
    assert recorder.writes == []
    for image in (young, ancient, *parts):
        place.pusher.push(image)
    for image, tag in ((young, "v9"), (young, "stable"), (ancient, "v1"), (index, "multi")):
        place.pusher.push(image, tag)
    removed = prune({}, keep={"matching": ["[!v]*", "v[!6]"]}, untagged=False)
    assert [entry["tag"] for entry in removed.result["removed"]] == ["v6"]
    done = prune({})
    same(foreseen, done)
    assert place.pusher.tags() == ["multi", "stable", "v9"]
    assert {entry["tag"] for entry in done.result["removed"]} == {"v1", "v3", "v4", "v5"}


def test_a_repository_that_is_to_come(
    place: Place, prune: Callable[..., ModuleRun], elsewhere: tuple[str, Pusher]
) -> None:
    source, there = elsewhere
    images = [dated(place, day) for day in (1, 2, 3)]
    for image in images:
        there.push(image, image.digest[7:19])
    planned = {
        f"v{day}": {"digest": image.digest, "src": f"{source}:{image.digest[7:19]}"} for day, image in enumerate(images)
    }
    foreseen = prune(planned, check=True)
    for day, image in enumerate(images):
        place.pusher.push(image, f"v{day}")
    same(foreseen, prune(planned))
    assert place.pusher.tags() == ["v1", "v2"]


def test_without_check_mode_what_is_there_counts(place: Place, prune: Callable[..., ModuleRun]) -> None:
    """Nothing is foreseen, not even a source that is not there."""
    place.pusher.push(dated(place, 1), "v1")
    planned = {"v2": {"digest": dated(place, 2).digest, "src": "127.0.0.1:1/no/where:v2"}, "v1": {}}
    run = prune(planned)
    assert not run.failed, run.result
    assert [entry["tag"] for entry in run.result["kept"]] == ["v1"]


@pytest.mark.parametrize(
    "entry, words",
    [
        ({"digest": "sha256:short"}, "entry 1: option digest: "),
        ({"digest": "sha256:" + 64 * "0", "src": "A/b:c"}, "entry 1: option src: "),
        ({"digest": "sha256:" + 64 * "0"}, "is planned to be sha256:0+, which is not there, and without src"),
        ({"digest": "sha256:" + 64 * "0", "src": "127.0.0.1:1/no/where:v2"}, "127.0.0.1:1 refused the connection"),
    ],
)
def test_what_cannot_be_foreseen_is_an_error(
    place: Place, prune: Callable[..., ModuleRun], entry: Mapping[str, str], words: str
) -> None:
    place.pusher.push(dated(place, 1), "v1")
    run = prune({"v2": entry}, check=True, retries=0)
    assert run.failed
    assert re.search(words, run.result["msg"]), run.result["msg"]
