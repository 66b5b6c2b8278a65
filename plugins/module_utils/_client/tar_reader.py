# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading single files out of a tar archive, at any offset and from many threads, without unpacking it."""

from __future__ import annotations

import os
import posixpath
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Iterable, Iterator

from .digest import BLOCK_SIZE
from .errors import ArchiveError, quoted
from .files import check_plain
from .unpack import MAGIC, unpacked

_MOST_MEMBERS = 200_000
_MOST_LINKS = 8
_LONGEST_HEADER = 1024 * 1024  # bytes; longer than any name, and it bounds what an archive can make us hold in memory
_LONGEST_HEADERS = 16 * 1024 * 1024  # bytes of all that say more than one block can: tarfile may keep them
_LONGEST_NAME = 4096  # characters; no system has longer paths
# What tarfile raises for headers that make no sense, beside its own errors (which are tarfile.TarError).
_NONSENSE = (ArithmeticError, LookupError, RecursionError, ValueError)


@dataclass(frozen=True)
class Member:
    """Where the bytes of a file are in the archive; for a link, which other member it stands for."""

    offset: int
    size: int
    link: str | None = None


class TarReader:
    """The regular files of a tar archive, by name. Opened by `open_tar`; thread-safe."""

    def __init__(self, path: str, file: IO[bytes], members: dict[str, Member]) -> None:
        self.path = path
        self.members = members
        self._file = file

    def close(self) -> None:
        """Close the archive."""
        self._file.close()

    def find(self, name: str) -> Member | None:
        """The member of that name, through links within the archive, or None. ArchiveError for links in a ring."""
        for _hop in range(_MOST_LINKS):
            member = self.members.get(posixpath.normpath(name))
            if member is None or member.link is None:
                return member
            name = member.link
        raise ArchiveError(f"{self.path}: {quoted(name)} is a link that leads nowhere")

    def read(self, name: str, limit: int) -> bytes:
        """A small member's content. Raises ArchiveError where it is missing or larger than `limit` bytes."""
        member = self.find(name)
        if member is None:
            raise ArchiveError(f"{self.path}: there is no {quoted(name)} in it")
        if member.size > limit:
            raise ArchiveError(
                f"{self.path}: {quoted(name)} has {member.size} bytes, more than the {limit} that are read"
            )
        return b"".join(self.blocks(member, 0))

    def blocks(self, member: Member, start: int) -> Iterator[bytes]:
        """The bytes of a member from `start` on."""
        position, end = member.offset + start, member.offset + member.size
        while position < end:
            block = os.pread(self._file.fileno(), min(BLOCK_SIZE, end - position), position)
            if not block:
                raise ArchiveError(f"{self.path} is cut off")
            position += len(block)
            yield block


class MemberSource:
    """A blob that is a file in an archive."""

    def __init__(self, reader: TarReader, member: Member, what: str) -> None:
        self.reader = reader
        self.member = member
        self.what = what

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterable[bytes]]:
        """The bytes from `start` on."""
        yield self.reader.blocks(self.member, start)


def open_tar(path: str) -> TarReader:
    """Open a tar archive and list it. One that is compressed (docker save | gzip) is first unpacked to a temporary one.

    Raises ArchiveError for what is no archive, is cut off, names things outside of itself, holds devices, or has two
    files of one name; OSError where it cannot be read.
    """
    check_plain(path)
    file: IO[bytes] = open(path, "rb")  # noqa: SIM115 (the reader keeps it)
    try:
        module = MAGIC.get(file.read(3))
        file.seek(0)
        if module is not None:
            file = unpacked(path, file, module)
        return TarReader(path, file, _list(path, file))
    except BaseException:
        file.close()
        raise


class _Headers:
    """What tarfile reads headers from: none longer than it may be, nor all of them, whatever the archive says."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek = file.seek
        self.tell = file.tell
        self._read = file.read
        self._left = _LONGEST_HEADERS

    def read(self, size: int) -> bytes:
        self._left -= size if size > tarfile.BLOCKSIZE else 0
        if not 0 <= size <= _LONGEST_HEADER or self._left < 0:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return self._read(size)


def _list(path: str, file: IO[bytes]) -> dict[str, Member]:
    end = os.fstat(file.fileno()).st_size
    members: dict[str, Member] = {}
    try:
        with tarfile.open(fileobj=_Headers(file), mode="r:") as archive:  # type: ignore[call-overload]
            for info in archive:
                name, member = _member(path, info, end)
                archive.members.clear()  # tarfile keeps all that it has ever read, with their headers.
                if info.isdir():
                    continue
                if name in members or len(members) >= _MOST_MEMBERS:
                    raise ArchiveError(f"{path}: {quoted(name)} is in it twice, or there are too many files in it")
                members[name] = member
            _check_end(path, file, archive.offset)
    except tarfile.TarError as error:
        raise ArchiveError(f"{path} is not a tar archive that can be read: {error}") from error
    except ArchiveError:
        raise
    except _NONSENSE as error:
        raise ArchiveError(f"{path} is not a tar archive that can be read: it is damaged") from error
    return members


def _check_end(path: str, file: IO[bytes], offset: int) -> None:
    """An archive ends with a block of zeros. tarfile takes a damaged header, or the end of the file, for it as well."""
    if os.pread(file.fileno(), tarfile.BLOCKSIZE, offset) != bytes(tarfile.BLOCKSIZE):
        raise ArchiveError(f"{path} is cut off or damaged: it has no end")


def _member(path: str, info: tarfile.TarInfo, end: int) -> tuple[str, Member]:
    name = _inside(path, info.name)
    if info.isdir():
        return name, Member(0, 0)
    if info.issym():
        return name, Member(0, 0, _inside(path, posixpath.join(posixpath.dirname(name), info.linkname)))
    if info.islnk():
        return name, Member(0, 0, _inside(path, info.linkname))
    if not info.isreg() or info.issparse():
        raise ArchiveError(f"{path}: {quoted(name)} is neither a plain file nor a link: refused")
    if info.size < 0 or info.offset_data + info.size > end:
        raise ArchiveError(f"{path} is cut off: {quoted(name)} is not whole")
    return name, Member(info.offset_data, info.size)


def _inside(path: str, name: str) -> str:
    if len(name) > _LONGEST_NAME:
        raise ArchiveError(f"{path}: {quoted(name)} is longer than any name can be: refused")
    normal = posixpath.normpath(name)
    if normal.startswith(("/", "../")) or normal == "..":
        raise ArchiveError(f"{path}: {quoted(name)} would be outside of the archive: refused")
    return normal
