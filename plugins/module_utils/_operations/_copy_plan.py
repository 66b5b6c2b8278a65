# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a copy changes, in the words of a plan: pure."""

from __future__ import annotations

from typing import Dict

from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import MOUNT, TRANSFER, CopyPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_jobs import Job
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)


def plan_image(job: Job, found: CopyPlan) -> Plan:
    """One action where the destination is not, or not completely, the source yet."""
    name, digest = str(job.dest), str(found.digest)
    before = str(found.before) if found.before is not None else None
    if not found.changed:
        return unchanged(name, digest)
    sizes = [step.descriptor.size for step in found.blobs]
    details = {"src": str(job.src), "digest": digest, "blobs": len(sizes), "bytes": sum(sizes)}
    # The same digest before and after would be no difference: what changes is that it becomes complete.
    shown = before if found.puts_root else f"{before}, incomplete"
    return change(Action("copy", name, _reason(found), details), shown, digest)


def _reason(found: CopyPlan) -> str:
    if found.before is None:
        return "it is not there"
    return f"it is {found.before}" if found.puts_root else "parts of it are missing"


def expected(found: CopyPlan) -> Dict[str, int]:
    """What is to be brought, in numbers; a mount that the registry then refuses becomes a transfer."""
    return {
        "transferred_blobs": found.count_of(TRANSFER),
        "transferred_bytes": found.bytes_of(TRANSFER),
        "mounted_blobs": found.count_of(MOUNT),
    }
