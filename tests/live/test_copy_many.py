# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many images in one task that share what they are made of."""

from __future__ import annotations

import threading

from tests.support.images import Pusher, build_image, sha256
from tests.support.modules import ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder
from tests.support.registries import RunningRegistry

IMAGES = 4


def test_a_layer_that_all_share_is_sent_once(
    distribution2: RunningRegistry, distribution3: RunningRegistry, repository: str, modules: ModuleRunner
) -> None:
    """The shared layer arrives last of all blobs: whoever did not wait for it would have asked for it by then."""
    base = f"the base of {repository}".encode()
    images = [build_image([base, f"{number} of {repository}".encode()]) for number in range(IMAGES)]
    for number, image in enumerate(images):
        Pusher(distribution2.address, f"{repository}/{number}").push(image, "v1")
    others_are_there = threading.Event()

    def hold_the_base(request: RecordedRequest) -> None:
        if request.method == "GET" and request.path.endswith(sha256(base)):
            assert others_are_there.wait(30), "the other blobs did not arrive"

    def count_the_others(request: RecordedRequest) -> None:
        if request.method == "PUT" and "/manifests/" not in request.path and dest.count("PUT") >= 2 * IMAGES:
            others_are_there.set()

    with Recorder(distribution2.address, hold_the_base) as src, Recorder(distribution3.address) as dest:
        dest.intercept = count_the_others
        pairs = [
            {"src": f"{src.address}/{repository}/{number}:v1", "dest": f"{dest.address}/{repository}/{number}:v1"}
            for number in range(IMAGES)
        ]
        run = modules.run("registry_copy", {"images": pairs, "max_parallel": 3 * IMAGES})
        assert not run.failed, run.result
        assert src.count("GET", sha256(base)) == 1
    assert sorted(image["mounted_blobs"] for image in run.result["images"]) == [0] + [1] * (IMAGES - 1)
    for number, image in enumerate(images):
        there = Pusher(distribution3.address, f"{repository}/{number}")
        assert there.digest("v1") == image.digest
        assert there.blob(sha256(base)) == base
