# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_tags_info over thousands of tags: requests, how many at a time, and memory."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.images import Image, Pusher, build_image
from tests.support.modules import ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder
from tests.support.registries import RunningRegistry

TAGS = 3000
#: Every image has three tags.
IMAGES = TAGS // 3
PARALLEL = 6
#: Layers that each manifest names, so that a manifest has some 40 KB: what is kept of all of them would be seen.
LAYERS = 250
MIB = 1 << 20


def image(number: int) -> Image:
    """One of many images, large by its manifest only."""
    small = build_image([b"a layer of all images"], annotations={"number": str(number)})
    document = json.loads(small.raw)
    document["layers"] *= LAYERS
    return Image(json.dumps(document).encode(), small.media_type, small.blobs)


class InFlight:
    """Counts how many requests are under way at once: those that have come and have no status yet."""

    def __init__(self) -> None:
        self.now: list[RecordedRequest] = []
        self.most = 0

    def __call__(self, request: RecordedRequest) -> None:
        # The recorder's threads call this: a new list each time, so that none changes one that another reads.
        self.now = [one for one in self.now if one.status is None] + [request]
        self.most = max(self.most, len(self.now))


@pytest.fixture(scope="module")
def full_registry(running: Callable[[str], RunningRegistry]) -> RunningRegistry:
    """go-containerregistry's, which takes so many in seconds; what the others do with pages is tested elsewhere."""
    registry = running("ggcr")
    pusher = Pusher(registry.address, "many/tags")
    for content in image(0).blobs.values():
        pusher.push_blob(content)

    def push(number: int) -> None:
        one = image(number)
        for version in (f"v1.{number}", f"v1.{number}-rc1", f"build-{number}"):
            headers = {"Content-Type": one.media_type}
            assert pusher.send("PUT", f"manifests/{version}", one.raw, headers).status == 201

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(push, range(IMAGES)))
    return registry


def test_everything_about_thousands_of_tags(full_registry: RunningRegistry, modules: ModuleRunner) -> None:
    with Recorder(full_registry.address) as recorder:
        in_flight = recorder.intercept = InFlight()
        repository = f"{recorder.address}/many/tags"
        options = {"repository": repository, "details": "full", "order": "version", "max_parallel": PARALLEL}
        run = modules.run("registry_tags_info", options)
        asked = Counter(request.path.split("/")[4] for request in recorder.requests)
    assert not run.failed, run.result["msg"]
    # The list, one manifest a tag, and the configuration that all images share, once.
    assert asked == {"tags": 1, "manifests": TAGS, "blobs": 1}
    assert 1 < in_flight.most <= PARALLEL
    (found,) = run.result["repositories"]
    assert len(found["tags"]) == TAGS
    assert found["tags"][0]["name"] == "v1.0-rc1"
    assert found["tags"][2 * IMAGES - 1]["name"] == f"v1.{IMAGES - 1}"
    assert {tag["total_size"] - tag["size"] for tag in found["tags"]} == {
        sum(len(content) for content in image(0).blobs.values())
    }
    assert found["size"] == len(b"".join(image(0).blobs.values())) + sum(len(image(n).raw) for n in range(IMAGES))
    assert run.result["size"] == found["size"]
    # The program itself and its answer are some 40 MiB; the manifests alone would be 120 MiB as bytes.
    assert run.peak_rss < 80 * MIB, f"{run.peak_rss / MIB:.0f} MiB"
