# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a copy has to do, as `copy_planner` finds it out and `copy` does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from .descriptor import Descriptor
from .digest import Digest
from .manifest import Manifest
from .store import Store
from .upload import MISSING

TRANSFER = "transfer"
MOUNT = "mount"


@dataclass(frozen=True)
class BlobStep:
    """A blob that the destination lacks, and how it gets there: MOUNT (TRANSFER where that is refused) or TRANSFER.

    `known` is upload.MISSING, PRESUMED, or UNKNOWN: then the destination tells when the blob is brought, and
    `copy.settled` takes the step out where the blob was there.
    """

    descriptor: Descriptor
    how: str
    known: str = MISSING


@dataclass(frozen=True)
class CopyPlan:
    """What one copy has to do.

    `digest` is that of the image at the destination afterwards, `before` the one that the destination's version has
    now. `blobs` are those to be brought, each once; `children` the manifests below the image that are to be put, see
    `child_levels`; the image itself comes last. `root` is that image, None where the destination was found to
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

    @property
    def child_levels(self) -> list[list[Manifest]]:
        """The children in groups that may be put at once; what an index holds is in a group before it, however deep it
        is."""
        left = {manifest.digest: manifest for manifest in self.children}
        levels: list[list[Manifest]] = []
        while left:
            ready = [one for one in left.values() if not any(child.digest in left for child in one.manifests)]
            levels.append(ready)
            for manifest in ready:
                del left[manifest.digest]
        return levels
