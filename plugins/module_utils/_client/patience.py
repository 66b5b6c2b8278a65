# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the transfer of one blob goes on through faults, up or down."""

from __future__ import annotations

import time

from .digest import BLOCK_SIZE
from .errors import RegistryError
from .throttle import pause

_MOST_FAULTS = 5
"""Faults in a row, with no byte gained between them, after which a transfer is given up."""
_MOST_IN_ALL = 100
"""Faults and chunks that were not taken whole, and one more for each MiB: nor is anyone borne with for ever who breaks
off after every byte, or takes byte by byte."""


class Patience:
    """Counts the faults of one transfer. `start` is the byte that it begins at."""

    def __init__(self, start: int = 0) -> None:
        self._farthest = start
        self._faults = 0
        self._in_all = 0

    def gained(self, offset: int) -> None:
        """The transfer has come as far as `offset` bytes. Only a byte that it did not have before is a gain: else one
        that always begins anew would go on for ever."""
        if offset > self._farthest:
            self._farthest, self._faults = offset, 0

    def outlasts(self, fault: RegistryError) -> bool:
        """Whether to go on after a fault; returns when it is time to. False at once where it is one too many, or where
        the server asks for a longer wait than there can be (see throttle.py)."""
        self._faults += 1
        wait = pause(self._faults, fault.retry_after)
        if self._faults >= _MOST_FAULTS or self.is_worn() or wait is None:
            return False
        time.sleep(wait)
        return True

    def is_worn(self) -> bool:
        """Count one more trouble, be it a fault or less than that; whether there were too many in all."""
        self._in_all += 1
        return self._in_all > _MOST_IN_ALL + self._farthest // BLOCK_SIZE
