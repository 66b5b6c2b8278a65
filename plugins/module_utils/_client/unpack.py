# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacking an archive that is compressed, within bounds: a few bytes can be made to unpack to any number."""

from __future__ import annotations

import importlib
import io
import os
import shutil
import tempfile
from typing import IO, Any

from .digest import BLOCK_SIZE
from .errors import ArchiveError

MAGIC = {b"\x1f\x8b\x08": "gzip", b"BZh": "bz2", b"\xfd7z": "lzma"}
"""The modules that unpack, by the first three bytes of what they unpack."""

_ANYHOW = 256 * 1024 * 1024
"""Bytes that any archive may unpack to."""
_MOST_TIMES = 100
"""How many times its own size a larger one may have: images have two to five times, files of zeros a thousand."""
_SPARE = 20
"""One part in so many of the temporary folder's file system is left to others."""
_MEMORY = 128 * 1024 * 1024
"""Bytes that xz may take; its best compression wants 65 MiB."""


def unpacked(path: str, file: IO[bytes], module: str) -> IO[bytes]:
    """A temporary file with what `file`, which is closed then, unpacks to by `module`. Raises ArchiveError."""
    most = max(_ANYHOW, _MOST_TIMES * os.fstat(file.fileno()).st_size)
    disk = shutil.disk_usage(tempfile.gettempdir())
    room = disk.free - disk.total // _SPARE
    plain: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (the caller keeps it)
    try:
        with file, _opened(file, module) as packed:
            for block in iter(lambda: packed.read(BLOCK_SIZE), b""):
                most, room = most - len(block), room - len(block)
                if min(most, room) < 0:
                    raise _too_large(path, most < 0)
                plain.write(block)
    except ArchiveError:
        plain.close()
        raise
    except Exception as error:  # each of these modules has an error class of its own for damaged input
        plain.close()
        raise ArchiveError(f"{path} cannot be unpacked: {error}") from error
    plain.seek(0)
    return plain


def _too_large(path: str, is_bomb: bool) -> ArchiveError:
    if is_bomb:
        return ArchiveError(
            f"{path} is refused: it unpacks to more than {_ANYHOW} bytes and {_MOST_TIMES} times its own size",
            hint="Where that is right, unpack it before",
        )
    return ArchiveError(
        f"{path} cannot be unpacked: there is not enough room in {tempfile.gettempdir()}",
        hint="Name a folder with more room as TMPDIR, or unpack it before",
    )


def _opened(file: IO[bytes], module: str) -> IO[bytes]:
    # Imported here: few archives are compressed, and the standard library may be built without one of them.
    imported: Any = importlib.import_module(module)
    if module == "lzma":
        return io.BufferedReader(_Xz(file, imported.LZMADecompressor))
    opened: IO[bytes] = imported.open(file)
    return opened


class _Xz(io.RawIOBase):
    """What lzma.open gives, but with a bound on the memory: a header may ask for 4 GiB of it."""

    def __init__(self, file: IO[bytes], decoder: Any) -> None:
        self._file = file
        self._new = decoder
        self._decoder = decoder(memlimit=_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            data = b""
            if self._decoder.eof:
                data = (self._decoder.unused_data or self._file.read(BLOCK_SIZE)).lstrip(b"\0")
                if not data:
                    return 0
                self._decoder = self._new(memlimit=_MEMORY)
            elif self._decoder.needs_input:
                data = self._file.read(BLOCK_SIZE)
                if not data:
                    raise EOFError("it ends too soon")
            plain = self._decoder.decompress(data, len(buffer))
            if plain:
                buffer[: len(plain)] = plain
                return len(plain)
