# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far transfers are: blobs and bytes that have passed, and those that are to pass. Whoever wants to know looks."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Hashable, Iterable, Iterator

from .descriptor import Descriptor
from .digest import Block, Digest
from .sources import BlobSource


@dataclass(frozen=True)
class Snapshot:
    """How far it is: numbers of blobs, numbers of bytes, and the seconds since the first byte passed."""

    done_blobs: int
    blobs: int
    done_bytes: int
    bytes: int
    seconds: float


class Progress:
    """Counts the bytes of blobs. Thread-safe; costs next to nothing where nobody looks.

    A blob is counted once for each `place` (a registry, a folder) that it is brought to, whatever it takes: bytes that
    are sent again after a fault are no progress.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sizes: dict[tuple[Hashable, Digest], int] = {}
        self._reached: dict[tuple[Hashable, Digest], int] = {}
        self._started: float | None = None

    def expect(self, blob: Descriptor, place: Hashable = "") -> None:
        """This blob is going to be brought to `place`."""
        with self._lock:
            self._sizes.setdefault((place, blob.digest), blob.size)

    def forget(self, blob: Descriptor, place: Hashable = "") -> None:
        """This blob turned out to be at `place`."""
        with self._lock:
            self._sizes.pop((place, blob.digest), None)

    def metered(self, source: BlobSource, blob: Descriptor, place: Hashable = "") -> BlobSource:
        """The source of a blob that is brought to `place`, counted from when it is opened: a mount needs no bytes."""
        return _Metered(self, source, blob, place)

    def reach(self, blob: Descriptor, place: Hashable, offset: int) -> None:
        """So many bytes of a blob have passed."""
        key = (place, blob.digest)
        with self._lock:
            if self._started is None:
                self._started = time.monotonic()
            self._reached[key] = max(offset, self._reached.get(key, 0))

    def snapshot(self) -> Snapshot | None:
        """How far it is now; None where nothing has passed yet."""
        with self._lock:
            if self._started is None:
                return None
            return Snapshot(
                done_blobs=sum(offset >= self._sizes[key] for key, offset in self._reached.items()),
                blobs=len(self._sizes),
                done_bytes=sum(self._reached.values()),
                bytes=sum(self._sizes.values()),
                seconds=time.monotonic() - self._started,
            )


class _Metered:
    """A source that says how far it has been read."""

    def __init__(self, progress: Progress, source: BlobSource, blob: Descriptor, place: Hashable) -> None:
        self.what = source.what
        self.progress = progress
        self.source = source
        self.blob = blob
        self.place = place

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterable[Block]]:
        """The bytes from `start` on."""
        self.progress.expect(self.blob, self.place)
        with self.source.open(start) as blocks:
            yield self._counted(blocks, start)

    def _counted(self, blocks: Iterable[Block], offset: int) -> Iterator[Block]:
        for block in blocks:
            yield block
            offset += len(block)
            self.progress.reach(self.blob, self.place, offset)
