# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be copied where: everything that is wrong is found before a request."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import (
    MOUNT,
    TRANSFER,
    BlobStep,
    CopyPlan,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor, Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import build_image_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_jobs import Job, parse_jobs
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_plan import expected, plan_image
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    options_of,
    refusal,
)

ONE = Digest.of(b"1")
TWO = Digest.of(b"2")


def jobs(**given: Any) -> list:
    return parse_jobs(options_of(registry_copy, **given))


def test_one_image_with_and_without_prefix_and_tag():
    (job,) = jobs(src="docker://quay.io/a/b:v1", dest="r.example.com/c")
    assert (str(job.src), str(job.dest), job.platforms) == ("quay.io/a/b:v1", "r.example.com/c:latest", ())


def test_platforms_of_an_image_go_before_those_of_the_task():
    pair = {"src": "r.example.com/a:1", "dest": "r.example.com/b:1"}
    own = {"src": "r.example.com/a:2", "dest": "r.example.com/b:2", "platforms": ["linux/arm64"]}
    none = {"src": "r.example.com/a:3", "dest": "r.example.com/b:3", "platforms": []}
    parsed = jobs(images=[pair, own, none], platforms=["linux/x86_64"])
    assert [job.platforms for job in parsed] == [(Platform("linux", "amd64"),), (Platform("linux", "arm64"),), ()]


def test_the_same_image_twice_is_copied_once():
    pair = {"src": "r.example.com/a:1", "dest": "r.example.com/b:1"}
    assert len(jobs(images=[pair, dict(pair), {**pair, "dest": "docker://r.example.com/b:1"}])) == 1


def test_two_images_for_one_name_are_refused():
    images = [
        {"src": "r.example.com/a:1", "dest": "r.example.com/b"},
        {"src": "r.example.com/a:2", "dest": "r.example.com/b:latest"},
    ]
    with pytest.raises(OptionError, match="a:1 and r.example.com/a:2 are both to be copied to r.example.com/b:latest"):
        jobs(images=images)


def test_all_that_is_wrong_is_named():
    images = [
        {"src": "r.example.com/A:1", "dest": "r.example.com/a:1"},
        {"src": "r.example.com/a:1", "dest": "r.example.com/a:1"},
        {"src": "r.example.com/a:1", "dest": "r.example.com/b:!"},
        {"src": "r.example.com/a:1", "dest": "r.example.com/c:1", "platforms": ["amd64"]},
    ]
    with pytest.raises(OptionError) as caught:
        jobs(images=images)
    message = str(caught.value)
    assert "image 1: option src: " in message
    assert "image 2" not in message
    assert "image 3: option dest: " in message
    assert "image 4: option platforms: " in message


@pytest.mark.parametrize("transport", ["containers-storage", "dir", "docker-daemon"])
def test_other_transports_are_told_apart_from_names(transport):
    assert f"{transport} is not supported" in refusal(registry_copy, src=f"{transport}:/x:y", dest="127.0.0.1:1/a")
    assert f"{transport} is not supported" in refusal(registry_copy, src="127.0.0.1:1/a", dest=f"{transport}:/x:y")


def test_an_image_of_the_name_of_a_transport_can_be_written_out():
    (job,) = jobs(src="docker://oci:v1", dest="r.example.com/oci:v1")
    assert str(job.src) == "docker.io/library/oci:v1"


def test_different_digests_are_refused():
    src, dest = f"127.0.0.1:1/a@{ONE}", f"127.0.0.1:1/b@{TWO}"
    assert "the digests differ" in refusal(registry_copy, src=src, dest=dest)
    assert jobs(src=src, dest=f"127.0.0.1:1/b@{ONE}")
    # An index that is cut down has another digest.
    assert jobs(src=src, dest=dest, platforms=["linux/amd64"])


def test_no_images_are_nothing_to_do():
    assert jobs(images=[]) == []


@pytest.mark.parametrize(
    "given",
    [
        {"src": "r.example.com/a"},
        {"src": "r.example.com/a", "dest": "r.example.com/b", "images": []},
        {},
        {"src": "r.example.com/a", "dest": "r.example.com/b", "dest_auth": {"username": "u"}},
        {"src": "r.example.com/a", "dest": "r.example.com/b", "src_auth": {"client_key": "k"}},
    ],
)
def test_options_that_do_not_go_together(given):
    with pytest.raises(ValueError):
        options_of(registry_copy, **given)


JOB = Job(Location.parse("r.example.com/a:1"), Location.parse("s.example.com/b:2"))
CONFIG = Descriptor(MediaType.OCI_CONFIG, ONE, 10)
LAYER = Descriptor(MediaType.OCI_LAYER, TWO, 300)
ROOT = build_image_manifest(CONFIG, [LAYER])


def found(before: Any = None, **more: Any) -> CopyPlan:
    nowhere: Any = None
    return CopyPlan(nowhere, "1", nowhere, "2", ROOT.digest, ROOT.media_type, before, **more)


def test_plan_of_an_image_that_is_there():
    plan = plan_image(JOB, found(ROOT.digest))
    assert not plan.changed
    assert plan.before == plan.after == {"s.example.com/b:2": ROOT.digest}


def test_plan_of_an_image_that_is_not_there():
    steps = [BlobStep(CONFIG, TRANSFER), BlobStep(LAYER, MOUNT)]
    copy = found(root=ROOT, blobs=steps)
    assert plan_image(JOB, copy).as_result() == {
        "changed": True,
        "actions": [
            {
                "action": "copy",
                "name": "s.example.com/b:2",
                "reason": "it is not there",
                "src": "r.example.com/a:1",
                "digest": ROOT.digest,
                "blobs": 2,
                "bytes": 310,
            }
        ],
        "diff": {"before": {"s.example.com/b:2": None}, "after": {"s.example.com/b:2": ROOT.digest}},
    }
    assert expected(copy) == {"transferred_blobs": 1, "transferred_bytes": 10, "mounted_blobs": 1}


def test_plan_of_another_image_and_of_a_damaged_one():
    other = plan_image(JOB, found(ONE, root=ROOT))
    damaged = plan_image(JOB, found(ROOT.digest, root=ROOT, blobs=[BlobStep(LAYER, TRANSFER)]))
    assert [plan.actions[0].reason for plan in (other, damaged)] == [f"it is {ONE}", "parts of it are missing"]
    name = str(JOB.dest)
    assert (damaged.before, damaged.after) == ({name: f"{ROOT.digest}, incomplete"}, {name: ROOT.digest})
