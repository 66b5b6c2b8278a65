# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done for a tag to be on a manifest, or gone: pure."""

from __future__ import annotations

from typing import Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)


def plan_tag(tag: Reference, current: Optional[Descriptor], wanted: Digest) -> Plan:
    """The tag shall point at the manifest `wanted`."""
    name, now = str(tag), str(current.digest) if current is not None else None
    if now == wanted:
        return unchanged(name, now)
    return change(Action("tag", name, why_written(tag, now), {"digest": str(wanted)}), now, str(wanted))


def plan_untag(tag: Reference, current: Optional[Descriptor]) -> Plan:
    """The tag shall not be there."""
    name = str(tag)
    if current is None:
        return unchanged(name, None)
    digest = str(current.digest)
    return change(Action("untag", name, f"the tag is there, on {digest}", {"digest": digest}), digest, None)


def why_written(name: Reference, now: Optional[str]) -> str:
    """Why a manifest is written under a name, which stands for the digest `now`: the reason of an action."""
    if name.tag is None:
        return "the manifest is not there"
    return "the tag is not there" if now is None else f"the tag points at {now}"
