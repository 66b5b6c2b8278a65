# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing a tar archive of which the same content gives the same bytes."""

from __future__ import annotations

import tarfile
from typing import Callable, Iterable, Iterator, Sequence

Content = Callable[[], Iterable[bytes]]

_BLOCK = tarfile.BLOCKSIZE


def tar_blocks(files: Sequence[tuple[str, int, Content]]) -> Iterator[bytes]:
    """The bytes of an archive of `files` (name, size in bytes, content), in that order, without times and owners.

    The contents are opened one after the other. They must have the size that was given.
    """
    for name, size, content in files:
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o644
        yield info.tobuf(tarfile.PAX_FORMAT)
        yield from content()
        yield b"\0" * (-size % _BLOCK)
    yield b"\0" * (2 * _BLOCK)
