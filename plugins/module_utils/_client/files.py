# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from typing import Iterable

from .errors import ArchiveError


def write_atomically(path: str, blocks: Iterable[bytes]) -> None:
    """Write `blocks` beside `path` and rename when they are all there; whatever fails, nothing is left of it."""
    number, temporary = tempfile.mkstemp(prefix=".partial-", dir=os.path.dirname(path))
    try:
        with os.fdopen(number, "wb", buffering=0) as file:
            for block in blocks:
                write_all(file.fileno(), block)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_all(number: int, block: bytes) -> None:
    """Write all of a block to an open file: the system may take less of it at a time."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(number, rest) :]


def read_small(path: str, limit: int) -> bytes:
    """The content of a file of at most `limit` bytes. Raises ArchiveError for a larger one, OSError."""
    with open(path, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ArchiveError(f"{path} has more than {limit} bytes")
    return content
