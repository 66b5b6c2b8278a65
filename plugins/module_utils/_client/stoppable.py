# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A blob that is read in a thread, until the program is on its way out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterable, Iterator

from .digest import Block
from .errors import RegistryError
from .parallel import Workers
from .sources import BlobSource


class Stoppable:
    """A source that breaks off when its workers are stopped: a signal is raised in the main thread alone, and would
    have to wait for the end of every transfer. Who reads it then cleans up as after any error."""

    def __init__(self, source: BlobSource, workers: Workers) -> None:
        self.what = source.what
        self.source = source
        self.workers = workers

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterable[Block]]:
        """The bytes from `start` on."""
        with self.source.open(start) as blocks:
            yield self._until_stopped(blocks)

    def _until_stopped(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            if self.workers.stopping:
                raise RegistryError(f"{self.what}: the task was ended")
            yield block
