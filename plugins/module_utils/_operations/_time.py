# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The moments that images carry."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Optional

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII)


def to_utc(text: Any) -> Optional[str]:
    """An RFC 3339 moment in UTC and whole seconds, `2026-01-31T12:00:00Z`, so that text order is time order.

    None for what is no such moment, and for the year 1, which is how Go programs write "not set".
    """
    found = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    day, clock, sign, hours, minutes = found.groups()
    try:
        moment = datetime.strptime(f"{day}T{clock}", "%Y-%m-%dT%H:%M:%S")
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            moment = moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return None if moment.year == 1 else moment.isoformat() + "Z"
