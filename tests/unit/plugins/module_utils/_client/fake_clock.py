# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that moves only when somebody sleeps, so that waiting can be tested without waiting."""

from __future__ import annotations

import threading
from typing import List


class FakeClock:
    """Stands in for `time.sleep`, `time.monotonic` and `time.time`. `slept` has every wait, in seconds. Thread-safe."""

    START = 1_750_000_000.0
    """What `time` says at first, in seconds since the epoch: Sun, 15 Jun 2025 15:06:40 GMT."""

    def __init__(self) -> None:
        self.slept: List[float] = []
        self._passed = 0.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, seconds
        with self._lock:
            self.slept.append(seconds)
            self._passed += seconds

    def monotonic(self) -> float:
        with self._lock:
            return 1000.0 + self._passed

    def time(self) -> float:
        with self._lock:
            return self.START + self._passed
