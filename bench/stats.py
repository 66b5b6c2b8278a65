# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic of the benchmark, and the order in which programs take their turns."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """What one run of a program took.

    seconds: the whole process. own: from the client's first import to the module's end, known of ours only.
    cpu: seconds of all its processes. rss: bytes, the peak of its largest process.
    """

    seconds: float
    cpu: float
    rss: int
    own: float | None = None

    def scaled(self, factor: float) -> Sample:
        """What a part or a multiple of the work would have taken."""
        own = None if self.own is None else self.own * factor
        return Sample(self.seconds * factor, self.cpu * factor, self.rss, own)

    def without(self, other: Sample) -> Sample:
        """What this took more than another; memory and the own time are no sums."""
        return Sample(self.seconds - other.seconds, self.cpu - other.cpu, self.rss)


@dataclass(frozen=True)
class Spread:
    """The median of some figures, and the least and the greatest of them."""

    median: float
    least: float
    greatest: float


def spread(figures: Sequence[float]) -> Spread | None:
    """The spread of these figures; None where there are none."""
    return Spread(statistics.median(figures), min(figures), max(figures)) if figures else None


def turns(programs: Sequence[str], runs: int) -> Iterator[str]:
    """Each program once a run, one after the other, and each run begins with another one.

    So what the machine does beside meets all alike, and none always follows the same neighbour.
    """
    for run in range(runs):
        start = run % len(programs) if programs else 0
        yield from (*programs[start:], *programs[:start])
