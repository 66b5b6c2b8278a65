# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing a tar archive of which the same content gives the same bytes (POSIX.1-2001 pax, "pax Interchange Format").

Python's own tarfile writes the same content differently from one version of Python to the next.
"""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, Sequence

from .digest import Block

Content = Callable[[], Iterable[Block]]

_BLOCK = 512
_LONGEST_NAME = 100  # bytes in a header
_LARGEST = 0o77777777777  # bytes, in the eleven octal digits of a header
_FILE = b"0"
_EXTENDED = b"x"


def tar_blocks(files: Sequence[tuple[str, int, Content]]) -> Iterator[Block]:
    """The bytes of an archive of `files` (name, size in bytes, content), in that order, without times and owners.

    The contents are opened one after the other. They must have the size that was given.
    """
    for name, size, content in files:
        yield _headers(name.encode(), size)
        yield from content()
        yield _padding(size)
    yield bytes(2 * _BLOCK)


def _headers(name: bytes, size: int) -> bytes:
    """The header of a file; before it, where a name or a size is too long for that, one that says it in full."""
    full = _record(b"path", name) if len(name) > _LONGEST_NAME else b""
    full += _record(b"size", str(size).encode()) if size > _LARGEST else b""
    extended = _header(b"././@PaxHeader", len(full), _EXTENDED) + full + _padding(len(full)) if full else b""
    return extended + _header(name[:_LONGEST_NAME], size if size <= _LARGEST else 0, _FILE)


def _header(name: bytes, size: int, kind: bytes) -> bytes:
    start = name.ljust(_LONGEST_NAME, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"%011o\0" % 0
    rest = (kind + bytes(100) + b"ustar\x0000").ljust(_BLOCK - len(start) - 8, b"\0")
    # The checksum counts its own field as blanks.
    return start + b"%06o\0 " % (sum(start) + 8 * ord(" ") + sum(rest)) + rest


def _record(key: bytes, value: bytes) -> bytes:
    """One line of an extended header; it begins with its own length."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest)
    while length != len(rest) + len(str(length)):
        length = len(rest) + len(str(length))
    return str(length).encode() + rest


def _padding(size: int) -> bytes:
    return bytes(-size % _BLOCK)
