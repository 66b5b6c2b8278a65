# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding out what a copy has to do: GET and HEAD only."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from .copy_plan import MOUNT, TRANSFER, BlobStep, CopyPlan
from .copy_session import EACH, FEW, CopySession
from .descriptor import Descriptor, Platform
from .digest import Digest
from .errors import RegistryError, VerificationError
from .graph_limits import GraphLimits
from .manifest import Manifest
from .missing import Holdings
from .selection import select
from .store import Store
from .upload import MISSING, PRESUMED, UNKNOWN


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
    return _Planner(session, plan, force, is_new).complete(root)


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
        self.holdings = Holdings(session.workers, session.answers, plan.dest, self._held, every=force)
        self.seen: set[Digest] = set()
        self.manifests: list[Manifest] = []
        self.blobs: dict[Digest, BlobStep] = {}

    def with_blobs(self, root: Manifest) -> CopyPlan:
        """The blobs of one image that are missing, or with NONE all."""
        if self.session.questions == EACH:
            self.holdings.ask(self._held(root))
        self._need(root, unasked=UNKNOWN)
        return replace(self.plan, blobs=tuple(self.blobs.values()))

    def complete(self, root: Manifest) -> CopyPlan:
        """All that is missing of an image, or of an index with all below it."""
        self._visit([root])
        children = tuple(manifest for manifest in self.manifests if manifest is not root)
        return replace(self.plan, children=children, blobs=tuple(self.blobs.values()))

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


def _missing_child(plan: CopyPlan, child: Descriptor) -> RegistryError:
    platform = f" for {child.platform}" if child.platform is not None else ""
    return RegistryError(
        f"{plan.src.describe(plan.src_version)} lists {child.digest}{platform}, which is not there",
        category="not_found",
        status=404,
        hint="Name the platforms that are there as platforms",
    )
