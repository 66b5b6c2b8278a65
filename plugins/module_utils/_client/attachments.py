# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying an image with what is attached to it: signatures, SBOMs, attestations.

They refer to the image by its digest: as referrers (a manifest with a subject; distribution spec "Referrers"), or by
the tags that cosign gives them. Each child of an index can have its own, and a referrer can have referrers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from .copy_plan import CopyPlan
from .copy_planner import plan_copy
from .copy_session import CopySession
from .descriptor import Platform
from .digest import Digest
from .errors import RegistryError
from .graph_limits import GraphLimits
from .manifest import Manifest
from .selection import select
from .store import Store

COSIGN_SUFFIXES = (".sig", ".att", ".sbom")


def cosign_tags(digest: Digest) -> list[str]:
    """The tags under which cosign keeps what it attaches to a digest."""
    return [f"{digest.algorithm}-{digest.encoded}{suffix}" for suffix in COSIGN_SUFFIXES]


def plan_with_attachments(
    session: CopySession,
    src: Store,
    src_version: str,
    dest: Store,
    dest_version: str,
    platforms: Sequence[Platform] = (),
    force: bool = False,
) -> CopyPlan:
    """As `copy_planner.plan_copy`, and in `attached` the copies of all that refers to the image or to a part of it."""
    plan = plan_copy(session, src, src_version, dest, dest_version, platforms, force)
    root = plan.root if plan.root is not None else select(src, src.fetch(plan.digest), platforms)
    return replace(plan, attached=tuple(_Attached(session, src, dest, force).of(root)))


class _Attached:
    """Collects the copies of what is attached, level by level; what comes first is to be copied last."""

    def __init__(self, session: CopySession, src: Store, dest: Store, force: bool) -> None:
        self.session = session
        self.src = src
        self.dest = dest
        self.force = force
        self.seen: set[str] = set()

    def of(self, root: Manifest) -> list[CopyPlan]:
        plans: list[CopyPlan] = []
        level = [root.digest, *self._below(root)]
        limits = GraphLimits(f"what is attached to {self.src.describe(root.digest)}")
        while level:
            limits.descend()
            found = [self._versions(digest) for digest in level]
            new = [version for versions in found for version in versions if version not in self.seen]
            self.seen.update(new)
            copies = []
            for version in dict.fromkeys(new):
                copy = self._copy(version)
                if copy is not None:
                    limits.take(0 if copy.root is None else copy.root.size)
                    copies.append(copy)
            plans = copies + plans
            level = [copy.digest for copy in copies]
        return plans

    def _below(self, manifest: Manifest) -> list[Digest]:
        """The digests of all manifests below an index, each once."""
        found: dict[Digest, None] = {}
        limits = GraphLimits(self.src.describe(manifest.digest))
        level = [manifest]
        while level:
            limits.descend()
            new = {child.digest: child for one in level for child in one.manifests if child.digest not in found}
            found.update(dict.fromkeys(new))
            level = []
            for child in new.values():
                if child.is_index:
                    level.append(self.src.fetch(child.digest))
                    limits.take(level[-1].size)
        return list(found)

    def _versions(self, digest: Digest) -> list[str]:
        """What refers to `digest`: digests of referrers, and cosign's tags."""
        tags = cosign_tags(digest)
        there = self.session.workers.map(self.src.resolve, tags)
        return [one.digest for one in self.src.referrers(digest)] + [
            tag for tag, descriptor in zip(tags, there) if descriptor is not None
        ]

    def _copy(self, version: str) -> CopyPlan | None:
        try:
            return plan_copy(self.session, self.src, version, self.dest, version, force=self.force)
        except RegistryError as error:
            # A fallback tag can list what was deleted since: what is not there cannot be taken along.
            if error.category == "not_found" and isinstance(version, Digest):
                return None
            raise
