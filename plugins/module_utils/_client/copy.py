# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying an image, with everything that it refers to downwards, from one Store to another.

`plan_copy` looks (GET and HEAD only) and decides; `run_copy` does what was decided. The order of a push is: blobs,
child manifests, the manifest, the tag. So a tag never points at something incomplete, whatever fails in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Hashable, Sequence

from .descriptor import Descriptor, Platform
from .digest import Digest
from .errors import RegistryError, VerificationError
from .graph_limits import GraphLimits
from .manifest import Manifest
from .missing import Holdings
from .parallel import Once, Workers
from .progress import Progress
from .selection import select
from .sources import BlobSource
from .stoppable import Stoppable
from .store import Store
from .upload import MISSING, MOUNTED, PRESENT, PRESUMED, UNKNOWN, UPLOADED

TRANSFER = "transfer"
MOUNT = "mount"

FEW = "few"
"""Questions about the blobs of one image that is to get a new tag: none in a new repository, elsewhere no more than
tell that it is not there."""
EACH = "each"
"""Every blob is asked for, so that a plan is exactly what a copy with NONE does."""
NONE = "none"
"""The copy finds out by itself, where the destination tells when a blob is brought."""


@dataclass(frozen=True)
class BlobStep:
    """A blob that the destination lacks, and how it gets there: MOUNT (TRANSFER where that is refused) or TRANSFER.

    `known` is upload.MISSING, PRESUMED, or UNKNOWN: then the destination tells when the blob is brought, and `settled`
    takes the step out where the blob was there.
    """

    descriptor: Descriptor
    how: str
    known: str = MISSING


@dataclass(frozen=True)
class CopyPlan:
    """What one copy has to do.

    `digest` is that of the image at the destination afterwards, `before` the one that the destination's version has
    now. `blobs` are those to be brought, each once; `children` the manifests below the image that are to be put, those
    that others hold first; the image itself comes last. `root` is that image, None where the destination was found to
    be right before the source had to be read. `attached` are the copies of what refers to the image (attachments.py).
    """

    src: Store
    src_version: str
    dest: Store
    dest_version: str
    digest: Digest
    media_type: str
    before: Digest | None
    root: Manifest | None = None
    children: Sequence[Manifest] = ()
    blobs: Sequence[BlobStep] = ()
    attached: Sequence[CopyPlan] = ()

    @property
    def puts_root(self) -> bool:
        """Whether the destination's version is not this image yet."""
        return self.before != self.digest

    @property
    def changed(self) -> bool:
        """Whether there is anything to do."""
        own = self.puts_root or bool(self.children) or bool(self.blobs)
        return own or any(plan.changed for plan in self.attached)

    @property
    def all_blobs(self) -> list[BlobStep]:
        """The blobs of the image and of what is attached to it, each once."""
        steps = {step.descriptor.digest: step for plan in self.attached for step in plan.all_blobs}
        steps.update({step.descriptor.digest: step for step in self.blobs})
        return list(steps.values())

    def bytes_of(self, how: str) -> int:
        """The bytes of the blobs that are to be brought in that way."""
        return sum(step.descriptor.size for step in self.all_blobs if step.how == how)

    def count_of(self, how: str) -> int:
        """The number of blobs that are to be brought in that way."""
        return sum(1 for step in self.all_blobs if step.how == how)


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


@dataclass
class CopySession:
    """What the copies of one run share: the bound on what happens at once, what is known of the destinations (which are
    new; which blobs they have, so that each digest is asked for and brought once), and where blobs can be mounted from.
    `foreign_layers` says whether layers that a registry need not have (image-spec "Non-Distributable Layers") are
    copied all the same. `progress` is told what is transferred. `questions` are FEW, EACH or NONE; with NONE, what
    turns out to be at a destination is in `there`."""

    workers: Workers
    foreign_layers: bool = False
    progress: Progress = field(default_factory=Progress)
    questions: str = FEW
    there: set[Hashable] = field(default_factory=set)
    known: Once[bool] = field(default_factory=Once)
    new: Once[bool] = field(default_factory=Once)
    brought: Once[str] = field(default_factory=Once)
    homes: Once[str] = field(default_factory=Once)


def plan_copy(
    session: CopySession,
    src: Store,
    src_version: str,
    dest: Store,
    dest_version: str,
    platforms: Sequence[Platform] = (),
    force: bool = False,
) -> CopyPlan:
    """Find out what a copy has to do, asking as little as can be.

    The destination is asked first: where it has nothing, the source is read at once, otherwise its digest is compared
    before. Of a place that is new nothing more is asked, nor of one that is the source. With `platforms` an index is
    cut down to them, see `selection.select`. `force` looks into everything below a version that is right already.
    Raises RegistryError: not_found for the source, PlatformError, and others.
    """
    there = dest.resolve(dest_version)
    before = there.digest if there is not None else None
    if there is not None and not platforms and not force:
        source = there if src_version == there.digest else src.resolve(src_version)
        if source is not None and source.digest == there.digest:
            return CopyPlan(src, src_version, dest, dest_version, there.digest, there.media_type, before)
    root = select(src, src.fetch(src_version), platforms)
    dest.check(dest_version, root)
    plan = CopyPlan(src, src_version, dest, dest_version, root.digest, root.media_type, before, root)
    place = (dest.place, dest.name)
    if (before == root.digest and not force) or place == (src.place, src.name):
        return plan
    if before is None and not force and session.questions != FEW and _tells_by_blobs(plan, root):
        return _Planner(session, plan, force, is_new=True).with_blobs(root)
    is_new = before is None and session.new.get(place, dest.is_new)
    return _Planner(session, plan, force, is_new).complete()


def _tells_by_blobs(plan: CopyPlan, root: Manifest) -> bool:
    """Whether each blob is best asked for when it is brought. Not those below an index: where that is there, it tells
    of all of them; nor those to be mounted, as that succeeds with what was there, too."""
    return plan.dest.tells_when_pushed and not root.manifests and plan.src.place != plan.dest.place


class _Planner:
    """Looks which manifests and blobs below the root the destination lacks: all, where it is new."""

    def __init__(self, session: CopySession, plan: CopyPlan, force: bool, is_new: bool) -> None:
        self.session = session
        self.plan = plan
        self.force = force
        self.is_new = is_new
        self.holdings = Holdings(session.workers, session.known, plan.dest, self._held, every=force)
        self.seen: set[Digest] = set()
        self.manifests: list[Manifest] = []
        self.blobs: dict[Digest, BlobStep] = {}

    def with_blobs(self, root: Manifest) -> CopyPlan:
        """The blobs of one image that are missing, or with NONE all."""
        if self.session.questions == EACH:
            self.holdings.ask(self._held(root))
        self._need(root, unasked=UNKNOWN)
        return replace(self.plan, blobs=tuple(self.blobs.values()))

    def complete(self) -> CopyPlan:
        """All that is missing."""
        plan, root = self.plan, self.plan.root
        if root is None:
            return plan
        self._visit([root])
        levels = _levels([manifest for manifest in self.manifests if manifest is not root])
        children = tuple(manifest for level in levels for manifest in level)
        return replace(plan, children=children, blobs=tuple(self.blobs.values()))

    def _visit(self, level: list[Manifest]) -> None:
        """One level of the graph at a time, from the root down."""
        limits = GraphLimits(self.plan.src.describe(self.plan.src_version))
        while level:
            below: list[Descriptor] = []
            for manifest, there in zip(level, self._find(level)):
                if not there:
                    self.manifests.append(manifest)
                if not there or self.force:
                    self._need(manifest)
                    below += [child for child in manifest.manifests if child.is_manifest and self._first_time(child)]
            if below:
                limits.descend()
            for child in below:
                limits.take(child.size)
            level = self.session.workers.map(self._fetch_child, below)

    def _find(self, level: list[Manifest]) -> list[bool]:
        return [False] * len(level) if self.is_new else self.holdings.find(level, self.plan.before)

    def _held(self, manifest: Manifest) -> list[Descriptor]:
        # An index may hold blobs, too: BuildKit keeps the layers of its cache so.
        held = [*manifest.blobs, *(child for child in manifest.manifests if not child.is_manifest)]
        return [blob for blob in held if self.session.foreign_layers or not blob.is_foreign]

    def _need(self, manifest: Manifest, unasked: str = PRESUMED) -> None:
        """Take the blobs of a manifest that are missing. `unasked` is what is known of those that nobody asked for."""
        how = MOUNT if self.plan.src.place == self.plan.dest.place else TRANSFER
        for blob in self._held(manifest):
            if not self.holdings.has(blob):
                known = MISSING if self.holdings.was_asked(blob) else unasked
                self.blobs.setdefault(blob.digest, BlobStep(blob, how, known))

    def _first_time(self, child: Descriptor) -> bool:
        first = child.digest not in self.seen
        self.seen.add(child.digest)
        return first

    def _fetch_child(self, child: Descriptor) -> Manifest:
        try:
            manifest = self.plan.src.fetch(child.digest)
        except RegistryError as error:
            if error.category != "not_found":
                raise
            raise _missing_child(self.plan, child) from error
        if manifest.size != child.size:
            what = f"{self.plan.src.describe(self.plan.src_version)} lists {child.digest} with {child.size} bytes"
            raise VerificationError(f"{what}, but it has {manifest.size}")
        return manifest


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
    for group in _levels(plan.children):
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
        outcome.append(_push(session, dest, step, source, mount_from))
        session.known.put((dest.place, dest.name, digest), True)
        return dest.name

    def work() -> str:
        home = session.homes.get((dest.place, digest), lambda: push(own))
        return home if home == dest.name else push(home, own)

    session.brought.get((dest.place, dest.name, digest), work)
    return outcome[0] if outcome else None


def _push(session: CopySession, dest: Store, step: BlobStep, source: BlobSource, mount_from: Sequence[str]) -> str:
    if step.known != UNKNOWN:
        return dest.push_blob(step.descriptor, source, mount_from, step.known)
    outcome = dest.push_blob(step.descriptor, source, (), UNKNOWN)
    if outcome == PRESENT:
        session.there.add((dest.place, dest.name, step.descriptor.digest))
        session.progress.forget(step.descriptor, dest.place)
    return outcome


def settled(session: CopySession, plan: CopyPlan) -> CopyPlan:
    """The plan of a copy that was done, without the blobs that turned out to be there: as it is when all is asked."""
    place = (plan.dest.place, plan.dest.name)
    blobs = tuple(
        step for step in plan.blobs if not (step.known == UNKNOWN and (*place, step.descriptor.digest) in session.there)
    )
    return replace(plan, blobs=blobs, attached=tuple(settled(session, attached) for attached in plan.attached))


def _levels(manifests: Sequence[Manifest]) -> list[list[Manifest]]:
    """Manifests in groups that may be put at once; what an index holds is in a group before it, however deep it is."""
    left = {manifest.digest: manifest for manifest in manifests}
    levels: list[list[Manifest]] = []
    while left:
        ready = [one for one in left.values() if not any(child.digest in left for child in one.manifests)]
        levels.append(ready)
        for manifest in ready:
            del left[manifest.digest]
    return levels


def _missing_child(plan: CopyPlan, child: Descriptor) -> RegistryError:
    platform = f" for {child.platform}" if child.platform is not None else ""
    return RegistryError(
        f"{plan.src.describe(plan.src_version)} lists {child.digest}{platform}, which is not there",
        category="not_found",
        status=404,
        hint="Name the platforms that are there as platforms",
    )
