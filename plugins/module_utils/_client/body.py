# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bodies of requests."""

from __future__ import annotations

from typing import Iterable, Iterator

from .digest import Block


class Body:
    """The body of a request: a length in bytes and blocks.

    `replayable` says whether it can be iterated again, which a redirect, a retry or a refreshed token needs.
    """

    length: int = 0
    replayable: bool = True

    def __iter__(self) -> Iterator[Block]:
        raise NotImplementedError


class BytesBody(Body):
    """A body that is in memory already."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.length = len(data)

    def __iter__(self) -> Iterator[bytes]:
        if self.data:
            yield self.data


class BlocksBody(Body):
    """A body of known length whose blocks come from an iterable, once."""

    replayable = False

    def __init__(self, blocks: Iterable[Block], length: int) -> None:
        self.blocks = blocks
        self.length = length

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)
