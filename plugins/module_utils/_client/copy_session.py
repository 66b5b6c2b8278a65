# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the copies of one run know together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Hashable

from .parallel import Once, Workers
from .progress import Progress

FEW = "few"
"""Questions about the blobs of one image that is to get a new tag: none in a new repository, elsewhere no more than
tell that it is not there. Its blobs are upload.MISSING, or PRESUMED so."""
EACH = "each"
"""Every blob is asked for, so that a plan is exactly what a copy with NONE does: they are all MISSING."""
NONE = "none"
"""The copy finds out by itself, where the destination tells when a blob is brought: they are all UNKNOWN."""


@dataclass
class CopySession:
    """What the copies of one run share.

    `workers` bound what happens at once. `foreign_layers` says whether layers that a registry need not have (image-spec
    "Non-Distributable Layers") are copied all the same. `progress` is told what is transferred. `questions` are FEW,
    EACH or NONE; with NONE, what turns out to be at a destination is in `there`.

    Of the destinations it is kept which are `new`, what they said of single blobs (`answers`), and what was `brought`
    into them, so that each digest is asked for and brought once; `homes` are the repositories of a place that have a
    blob by now, to mount it from there. Keys are (place, name, digest), without those that do not matter.
    """

    workers: Workers
    foreign_layers: bool = False
    progress: Progress = field(default_factory=Progress)
    questions: str = FEW
    there: set[Hashable] = field(default_factory=set)
    answers: Once[bool] = field(default_factory=Once)
    new: Once[bool] = field(default_factory=Once)
    brought: Once[str] = field(default_factory=Once)
    homes: Once[str] = field(default_factory=Once)
