# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying an image, with everything that it refers to downwards, from one Store to another.

`copy_planner.plan_copy` looks and decides; `run_copy` does what was decided. The order of a push is: blobs, child
manifests, the manifest, the tag. So a tag never points at something incomplete, whatever fails in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .copy_plan import MOUNT, BlobStep, CopyPlan
from .copy_session import CopySession
from .stoppable import Stoppable
from .upload import MOUNTED, PRESENT, UNKNOWN, UPLOADED


@dataclass
class CopyStats:
    """What a copy did: blobs and bytes sent, blobs mounted. Blobs that another copy brought are not counted."""

    transferred_blobs: int = 0
    transferred_bytes: int = 0
    mounted_blobs: int = 0

    def add(self, other: CopyStats) -> None:
        """Count in what another copy did."""
        self.transferred_blobs += other.transferred_blobs
        self.transferred_bytes += other.transferred_bytes
        self.mounted_blobs += other.mounted_blobs


def run_copy(session: CopySession, plan: CopyPlan) -> CopyStats:
    """Do what a plan says; nothing is decided here.

    Raises RegistryError; then the destination's version is what it was before, and a new plan brings only the rest.
    """
    stats = CopyStats()
    for attached in plan.attached:
        stats.add(run_copy(session, attached))
    for step, outcome in zip(plan.blobs, session.workers.map(lambda one: _bring(session, plan, one), plan.blobs)):
        if outcome == UPLOADED:
            stats.transferred_blobs += 1
            stats.transferred_bytes += step.descriptor.size
        elif outcome == MOUNTED or (outcome == PRESENT and step.how == MOUNT):
            stats.mounted_blobs += 1
    for group in plan.child_levels:
        session.workers.map(lambda one: plan.dest.push_manifest(one.digest, one), group)
    if plan.root is not None and plan.puts_root:
        plan.dest.push_manifest(plan.dest_version, plan.root)
        session.new.put((plan.dest.place, plan.dest.name), False)
    return stats


def _bring(session: CopySession, plan: CopyPlan, step: BlobStep) -> str | None:
    """Bring one blob; None where another copy of this run has done so.

    The first copy that needs a digest at a place brings it there. All others wait for it, and mount it from where it is
    then, so that it is not sent once for each.
    """
    digest, dest = step.descriptor.digest, plan.dest
    own = plan.src.name if step.how == MOUNT else None
    outcome: list[str] = []

    def push(*homes: str | None) -> str:
        mount_from = [home for home in dict.fromkeys(homes) if home is not None and home != dest.name]
        source = session.progress.metered(plan.src.source(step.descriptor), step.descriptor, dest.place)
        source = Stoppable(source, session.workers)
        outcome.append(dest.push_blob(step.descriptor, source, mount_from, step.known))
        if step.known == UNKNOWN and outcome[0] == PRESENT:
            session.there.add((dest.place, dest.name, digest))
            session.progress.forget(step.descriptor, dest.place)
        session.answers.put((dest.place, dest.name, digest), True)
        return dest.name

    def work() -> str:
        home = session.homes.get((dest.place, digest), lambda: push(own))
        return home if home == dest.name else push(home, own)

    session.brought.get((dest.place, dest.name, digest), work)
    return outcome[0] if outcome else None


def settled(session: CopySession, plan: CopyPlan) -> CopyPlan:
    """The plan of a copy that was done, without the blobs that turned out to be there: as it is when all is asked."""
    place = (plan.dest.place, plan.dest.name)
    blobs = tuple(
        step for step in plan.blobs if not (step.known == UNKNOWN and (*place, step.descriptor.digest) in session.there)
    )
    return replace(plan, blobs=blobs, attached=tuple(settled(session, attached) for attached in plan.attached))
