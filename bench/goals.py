# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be reached, and whether it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .programs import BEST, OURS, PEERS

MIB = 1 << 20


@dataclass(frozen=True)
class Goal:
    """A limit for one measure: of ours divided by another program's median, or (without `against`) of ours itself.

    measure: seconds, cpu, requests, or rss (bytes). against: a program, or BEST for the best of them. above: what is
    taken off ours first.
    """

    measure: str
    limit: float
    against: str | None = None
    above: str | None = None

    def judge(self, medians: Mapping[str, float], mine: str = OURS) -> Verdict:
        """Compare the figure of `mine`. Medians are by program; whose are missing takes no part."""
        own = medians.get(mine)
        if self.above is not None:
            floor = medians.get(self.above)
            own = None if own is None or floor is None else own - floor
        if self.against is None:
            return Verdict(own, None, None if own is None else own <= self.limit)
        others = {name: medians[name] for name in PEERS if name in medians}
        if self.against != BEST:
            others = {name: median for name, median in others.items() if name == self.against}
        if own is None or not others:
            return Verdict(None, None, None)
        rival = min(others, key=lambda name: others[name])
        ratio = own / others[rival]
        return Verdict(ratio, rival, ratio <= self.limit)


@dataclass(frozen=True)
class Verdict:
    """What was reached: a ratio and whose figure it is against, or the figure itself; None where it is not known."""

    reached: float | None
    rival: str | None
    met: bool | None
