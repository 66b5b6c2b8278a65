# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Retry-After header field."""

from __future__ import annotations

import re
from datetime import timezone
from email.utils import parsedate_to_datetime

# RFC 9110 has whole seconds only; fractions are met in the wild. Nine digits are more than thirty years.
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_LONGEST = 64  # characters; the longest HTTP date has fewer


def retry_after_seconds(value: str | None, now: float) -> float | None:
    """Return the seconds to wait that a ``Retry-After`` value asks for, at the time ``now`` (seconds since the epoch).

    Both forms of RFC 9110 section 10.2.3: a number of seconds and an HTTP date, in its three notations. A date that
    is past gives 0.0. None when there is no value or it cannot be understood. Never negative, never raises.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
        if date.tzinfo is None:  # asctime notation has no zone; HTTP dates are always UTC
            date = date.replace(tzinfo=timezone.utc)
        return max(0.0, date.timestamp() - now)
    except (TypeError, ValueError, IndexError, OverflowError):  # what the parser raises differs between Pythons
        return None
