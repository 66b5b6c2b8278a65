# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of a blob, or of a part of it, as the body of a request."""

from __future__ import annotations

from typing import Iterable, Iterator

from .body import Body
from .descriptor import Descriptor
from .digest import Block, collect, verified
from .download import resumed
from .errors import VerificationError
from .sources import BlobSource

_SMALL = 256 * 1024
"""Bytes that each of many uploads may hold in memory while it waits for its turn."""


class BlobBody(Body):
    """The bytes of a blob from `start` to before `end`, read when they are sent; verified when they are all of it."""

    def __init__(self, source: BlobSource, descriptor: Descriptor, start: int, end: int) -> None:
        self.source = source
        self.descriptor = descriptor
        self.start = start
        self.length = end - start
        self._ahead: list[Block] | None = None

    def read_ahead(self) -> None:
        """Read what is small before it is sent, so that no request to the registry waits for its source meanwhile."""
        if self.length <= _SMALL:
            self._ahead = [collect(self._blocks())]

    def __iter__(self) -> Iterator[Block]:
        return self._blocks() if self._ahead is None else iter(self._ahead)

    def _blocks(self) -> Iterator[Block]:
        blocks = resumed(self.source, self.start, self.descriptor.size)
        if self.length == self.descriptor.size:
            return verified(blocks, self.descriptor.digest, self.descriptor.size, self.source.what)
        return self._part(blocks)

    def _part(self, blocks: Iterable[Block]) -> Iterator[Block]:
        rest = self.length
        for block in blocks:
            yield block[:rest] if len(block) > rest else block
            rest -= len(block)
            if rest <= 0:
                return
        raise VerificationError(
            f"{self.source.what}: {rest} bytes fewer came than there must be ({self.descriptor.digest})"
        )
