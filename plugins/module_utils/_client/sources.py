# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the bytes of a blob come from: each source can be opened again, at any offset, so an upload can resume."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from io import FileIO
from typing import ContextManager, Iterable, Iterator, Protocol

from .addresses import resolve_location
from .blobs import BlobReader, open_blob
from .descriptor import Descriptor
from .digest import BLOCK_SIZE, Block
from .errors import RegistryError, VerificationError
from .repository import Repository


class BlobSource(Protocol):
    """A blob's bytes. `what` names it in errors."""

    what: str

    def open(self, start: int = 0) -> ContextManager[Iterable[Block]]:
        """The bytes from `start` on, in blocks; see digest.Block for how long one is good."""


class BytesSource:
    """A blob that is in memory."""

    def __init__(self, data: bytes, what: str = "the content") -> None:
        self.data = data
        self.what = what

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterable[Block]]:
        view = memoryview(self.data)[start:]
        yield (bytes(view[at : at + BLOCK_SIZE]) for at in range(0, len(view), BLOCK_SIZE))


class FileSource:
    """A blob in a file. One that cannot be read raises RegistryError; one that changes while it is read raises
    VerificationError when its end is reached."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.what = path

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterable[Block]]:
        with ExitStack() as stack:
            with self._told():
                file = stack.enter_context(open(self.path, "rb", buffering=0))
                before = _identity(file)
                file.seek(start)
            yield self._blocks(file, before)

    def _blocks(self, file: FileIO, before: tuple[int, int]) -> Iterator[Block]:
        memory = [memoryview(bytearray(min(before[0], BLOCK_SIZE) or 1)) for _number in range(2)]
        turn = 0
        while True:
            with self._told():
                count = file.readinto(memory[turn])
            if not count:
                break
            yield memory[turn][:count]
            turn = 1 - turn
        if _identity(file) != before:
            raise VerificationError(f"{self.path} changed while it was read", hint="Try again when it is complete")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """An OSError in the middle of a request would pass for trouble with the connection, and be tried again."""
        try:
            yield
        except OSError as error:
            raise RegistryError(f"{self.path} cannot be read: {error.strerror or error}") from error


class RegistrySource:
    """A blob in a repository."""

    def __init__(self, repository: Repository, descriptor: Descriptor) -> None:
        self.repository = repository
        self.descriptor = descriptor
        self.what = f"{repository.reference()}@{descriptor.digest}"

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterable[Block]]:
        # Some registries do not know a range without an end.
        end = self.descriptor.size if start else None
        with self.repository.open_blob(self.descriptor.digest, start, end) as reader:
            yield reader.views() if reader.start == start else _without_first(reader.views(), start)


class ForeignSource:
    """A layer that its registry need not have: from there, or else from its own URLs, to which nobody is introduced."""

    def __init__(self, source: RegistrySource, repository: Repository, descriptor: Descriptor) -> None:
        self.source = source
        self.repository = repository
        self.descriptor = descriptor
        self.what = source.what

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterable[Block]]:
        """The bytes from `start` on."""
        with self._reader(start) as reader:
            yield reader.views() if reader.start == start else _without_first(reader.views(), start)

    def _reader(self, start: int) -> BlobReader:
        try:
            return self.repository.open_blob(self.descriptor.digest, start)
        except RegistryError as error:
            if error.category != "not_found" or not self.descriptor.urls:
                raise
        failure: RegistryError | None = None
        for url in self.descriptor.urls:
            try:
                # Not everything that a manifest names may be asked from here: as with a redirect.
                return open_blob(
                    self.repository.api, resolve_location(self.repository.api.base_url, url), (), start, None
                )
            except RegistryError as error:
                failure = error
        raise failure or VerificationError(f"{self.what} is not there")


def _without_first(blocks: Iterable[Block], count: int) -> Iterator[Block]:
    """What a server that ignores Range was asked for: all but the first `count` bytes."""
    for block in blocks:
        if count >= len(block):
            count -= len(block)
            continue
        yield block[count:]
        count = 0


def _identity(file: FileIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns
