# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The charts of the page of the role `maintain`: how long their bars are, and what is counted in their columns."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

#: Upper ends in days, and what stands below the column of the chart.
_AGES = ((7, "week"), (31, "month"), (92, "quarter"), (366, "year"), (None, "older"))


def add_bars(registries: Sequence[Dict[str, Any]]) -> None:
    """Give each registry, repository and tag the lengths of its bar in percent of the longest of its kind."""
    most = max((registry["apart"] for registry in registries), default=0)
    repositories = [repository for registry in registries for repository in registry["repositories"]]
    largest = max((repository["bytes"] for repository in repositories), default=0)
    for registry in registries:
        registry["bar"] = _percent(registry["bytes"], most)
        registry["bar_apart"] = _percent(registry["apart"], most)
    for repository in repositories:
        repository["bar"] = _percent(repository["bytes"], largest)
        repository["bar_unique"] = _percent(repository["unique_bytes"], largest)
        longest = max((row["bytes"] or 0 for row in repository["rows"]), default=0)
        for row in repository["rows"]:
            row["bar"] = _percent(row["bytes"] or 0, longest)
            row["bar_unique"] = _percent(row["unique_bytes"] or 0, longest)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0


def ages(registries: Sequence[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """The columns of the chart of ages: how many tags are on images so old."""
    counts: Dict[str, int] = {name: 0 for end, name in _AGES}
    counts["no date"] = 0
    for registry in registries:
        for repository in registry["repositories"]:
            for row in repository["rows"]:
                if row["bytes"] is not None:
                    counts[_column(row["days"])] += 1
    most = max(counts.values())
    return [{"name": name, "count": count, "bar": _percent(count, most)} for name, count in counts.items()]


def _column(days: Optional[float]) -> str:
    if days is None:
        return "no date"
    return next(name for end, name in _AGES if end is None or days <= end)
