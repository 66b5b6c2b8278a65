# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copying the images of a task: all are looked at, all are planned, then they are copied, many at once."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.attachments import plan_with_attachments
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy import CopyStats, run_copy, settled
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import TRANSFER, CopyPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_planner import plan_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import EACH, NONE, CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import VerificationError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import available_platforms
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import Store
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_jobs import Job
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_plan import (
    expected,
    plan_image,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Entry, Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._stores import Stores

#: Options of what is copied; documented by each module that has them.
WHAT: Dict[str, Any] = {
    "platforms": {"type": "list", "elements": "str"},
    "referrers": {"type": "bool", "default": False},
    "foreign_layers": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
}


def breadth(sides: Iterable[Tuple[Location, Location]], options: Mapping[str, Any]) -> int:
    """How much of a copy is done at a time.

    Between two registries that is twice `max_parallel`: what waits for one of them leaves the other free, and neither
    is asked by more than `max_parallel` requests at a time, whatever is done (see _client/routes.py).
    """
    hosts = ([one.reference.registry for one in pair if one.reference is not None] for pair in sides)
    limit: int = options["max_parallel"]
    return limit * 2 if any(len(set(pair)) > 1 for pair in hosts) else limit


def copy_images(
    jobs: Sequence[Job], stores: Stores, session: CopySession, options: Mapping[str, Any], context: Context
) -> Report[Job, CopyPlan, CopyStats]:
    """Copy the images of `jobs`; one that fails stops no other."""
    sides = {job: (stores.source(job.src), stores.destination(job.dest)) for job in jobs}
    steps: Steps[Job, CopyPlan, CopyStats] = Steps(
        observe=lambda job: _look(session, *sides[job], job, options),
        plan=plan_image,
        apply=lambda job, found, plan: run_copy(session, found),
        settle=lambda found, stats: settled(session, found),
    )
    if not _mounts_between(sides.values()):
        session.questions = EACH if context.check_mode else NONE
    report = change_items(jobs, steps, options={**options, "max_parallel": session.workers.limit}, context=context)
    stores.commit()
    return report


def _mounts_between(sides: Iterable[Tuple[Store, Store]]) -> bool:
    """Whether blobs may be mounted from one destination in another: such a mount does not tell that they were there."""
    places = {(dest.place, dest.name) for _src, dest in sides}
    return len({place for place, _name in places}) < len(places)


def _look(session: CopySession, src: Store, dest: Store, job: Job, options: Mapping[str, Any]) -> CopyPlan:
    """What the copy has to do: GET and HEAD only."""
    plan = plan_with_attachments if options["referrers"] else plan_copy
    version = job.src.version if job.src.reference is None else job.src.reference.version
    found = plan(session, src, version, dest, job.dest.version, job.platforms, options["force"])
    wanted = job.dest.reference.digest if job.dest.reference is not None else None
    if wanted is not None and wanted != found.digest:
        raise VerificationError(f"{job.dest} cannot be a copy of {job.src}, whose digest is {found.digest}")
    announce(session, found)
    return found


def announce(session: CopySession, plan: CopyPlan) -> None:
    """Say what a copy is going to transfer, so that what is left is known from the beginning."""
    for step in plan.all_blobs:
        if step.how == TRANSFER:
            session.progress.expect(step.descriptor, plan.dest.place)


def image_result(entry: Entry[Job, CopyPlan, CopyStats]) -> Dict[str, Any]:
    """What the result says of one image."""
    found, stats = entry.current, entry.value
    platforms = None
    if found.root is not None and found.root.is_index:
        platforms = [str(platform) for platform in available_platforms(found.root)]
    return {
        "src": str(entry.item.src),
        "dest": str(entry.item.dest),
        "digest": str(found.digest),
        "media_type": found.media_type,
        "platforms": platforms,
        "changed": entry.plan.changed,
        **(expected(found) if stats is None else vars(stats)),
    }
