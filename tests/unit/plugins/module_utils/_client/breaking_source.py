# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source that breaks off, at any place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, List

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import TransportError


class BreakingSource:
    """Gives `gains[n]` bytes at the n-th opening and then breaks; all that is left when there are no gains left."""

    what = "the source"

    def __init__(self, content: bytes, gains: List[int], retryable: bool = True) -> None:
        self.gains = list(gains)
        self.content = content
        self.retryable = retryable
        self.opened: List[int] = []

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterator[bytes]]:
        self.opened.append(start)
        yield self.blocks(self.content[start:])

    def blocks(self, rest: bytes) -> Iterator[bytes]:
        gain = self.gains.pop(0) if self.gains else None
        for position in range(len(rest) if gain is None else gain):
            yield rest[position : position + 1]
        if gain is not None:
            raise TransportError("the source broke off", retryable=self.retryable)
