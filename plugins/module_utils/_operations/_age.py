# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ages as people write them: `30d`, `12h`, `1w2d`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError

#: Seconds. No months and years: their lengths differ, and `m` is a minute.
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_PART = re.compile(r"([0-9]{1,12})([smhdw])")
_AGE = re.compile(rf"(?:{_PART.pattern})+")


def parse_age(text: str) -> timedelta:
    """How long ago that is. Raises OptionError for anything but numbers with units, such as `30d` or `1w2d`."""
    stripped = text.strip()
    if _AGE.fullmatch(stripped):
        try:
            return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(stripped)))
        except OverflowError:
            pass
    raise OptionError(f"{text!r} is no age: expected numbers with units (s, m, h, d, w), such as 30d, 12h or 1w2d")


def moment(ago: timedelta, now: float) -> str:
    """The moment that long before `now` (seconds since 1970), as `_time.to_utc` writes it; never before the year 1."""
    present = datetime.fromtimestamp(now, timezone.utc).replace(microsecond=0, tzinfo=None)
    return (present - min(ago, present - datetime.min)).isoformat() + "Z"
