# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers and moments as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
#: Days, and the word for so many of them.
_AGES = ((365.25, "year"), (30.44, "month"), (7.0, "week"), (1.0, "day"))


def size(count: Optional[int]) -> str:
    """Bytes: `812 B`, `1.4 KiB`, `41.3 MiB`."""
    if count is None:
        return "unknown"
    amount, unit = float(count), "B"
    for larger in _UNITS:
        if round(amount, 1) < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"


def plural(count: int, thing: str, things: str = "") -> str:
    """A number with its noun: `1 tag`, `2 tags`."""
    return f"{count} {thing if count == 1 else things or thing + 's'}"


def age_in_days(created: Optional[str], now: str) -> Optional[float]:
    """Days between two moments as `2026-01-31T12:00:00Z`; None where the first is not known, 0 for the future."""
    if created is None:
        return None
    passed = datetime.fromisoformat(now.rstrip("Z")) - datetime.fromisoformat(created.rstrip("Z"))
    return max(passed.total_seconds() / 86400, 0)


def age(days: Optional[float]) -> str:
    """How long ago that is: `3 weeks`, `today`."""
    if days is None:
        return "unknown"
    for length, unit in _AGES:
        if days >= length:
            return plural(int(days / length), unit)
    return "today"
