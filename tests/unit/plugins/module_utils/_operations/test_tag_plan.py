# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a tag is set, and when it is removed."""

from __future__ import annotations

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._tag_plan import plan_tag, plan_untag

OLD, NEW = Digest.of(b"old"), Digest.of(b"new")
TAG = Reference("registry.example.com", "team/app", "v1")
NAME = "registry.example.com/team/app:v1"


def descriptor(digest: Digest) -> Descriptor:
    return Descriptor(MediaType.OCI_MANIFEST, digest, 100)


def test_a_tag_that_is_not_there_is_set() -> None:
    assert plan_tag(TAG, None, NEW).as_result() == {
        "changed": True,
        "actions": [{"action": "tag", "name": NAME, "reason": "the tag is not there", "digest": str(NEW)}],
        "diff": {"before": {NAME: None}, "after": {NAME: str(NEW)}},
    }


def test_a_tag_on_another_digest_is_moved_and_the_reason_names_it() -> None:
    plan = plan_tag(TAG, descriptor(OLD), NEW)
    assert [action.reason for action in plan.actions] == [f"the tag points at {OLD}"]
    assert plan.before == {NAME: str(OLD)}


def test_a_tag_on_the_digest_is_left_alone() -> None:
    plan = plan_tag(TAG, descriptor(NEW), NEW)
    assert not plan.changed
    assert plan.before == plan.after == {NAME: str(NEW)}


def test_a_tag_that_is_there_is_removed() -> None:
    plan = plan_untag(TAG, descriptor(OLD))
    assert [(action.action, action.details["digest"]) for action in plan.actions] == [("untag", str(OLD))]
    assert (plan.before, plan.after) == ({NAME: str(OLD)}, {NAME: None})


def test_a_tag_that_is_gone_stays_gone() -> None:
    assert not plan_untag(TAG, None).changed
