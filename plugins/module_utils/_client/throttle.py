# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to ask a server again: one back-off a server, shared by all threads that talk to it."""

from __future__ import annotations

import random
import threading
import time
from typing import Hashable

LONGEST_WAIT = 120.0
"""Seconds. Where a registry asks for more (Docker Hub: hours), a person reads an error and no task hangs."""

_FIRST_WAIT = 0.25
_LONGEST_GUESS = 15.0


class Throttle:
    """Remembers for each server (host and port) the moment before which it asked not to be asked again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._not_before: dict[Hashable, float] = {}

    def wait(self, server: Hashable) -> None:
        """Return when `server` may be asked; at once for nearly every call."""
        while True:
            with self._lock:
                rest = self._not_before.get(server, 0.0) - time.monotonic()
            if rest <= 0:
                return
            time.sleep(rest)

    def hold(self, server: Hashable, seconds: float) -> None:
        """Ask `server` nothing for so many seconds from now, in no thread."""
        moment = time.monotonic() + seconds
        with self._lock:
            self._not_before[server] = max(moment, self._not_before.get(server, 0.0))


def pause(attempt: int, retry_after: float | None) -> float | None:
    """Seconds to wait before try number `attempt` + 1, or None where waiting is hopeless.

    What the server says counts; else it doubles from a quarter of a second, with jitter, so that many clients that
    failed at once do not come back at once.
    """
    if retry_after is not None:
        return retry_after + random.uniform(0, 0.1) if retry_after <= LONGEST_WAIT else None
    return min(_LONGEST_GUESS, _FIRST_WAIT * 2.0**attempt) * random.uniform(0.75, 1.25)
