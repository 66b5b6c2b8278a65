# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are whole or not there."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import uuid
from contextlib import contextmanager, suppress
from typing import Iterable, Iterator

from .digest import Block
from .errors import ArchiveError, RegistryError

PARTIAL = ".partial-"
"""What the name of a file begins with that is still being written, or was when its writer was killed."""

_ANY_MODE = 0o666  # the system takes from it what the process's umask says
_OWN_MODE = 0o600


def write_atomically(path: str, blocks: Iterable[Block], mode: int | None = None) -> None:
    """Write `blocks` beside `path` and rename when they are all there.

    `blocks` raises when they are not what they must be: then `path` is as it was, and nothing is left beside it. A file
    that was there keeps its permissions (unless `mode` is given) and, where we may give it away, its owner. What a
    crash of the machine leaves behind is found at the next run, so nothing is forced to the disk here. Raises OSError.
    """
    before = _status(path)
    # Nobody may read of the new content what the old one was kept from.
    first = (_ANY_MODE if before is None else _OWN_MODE) if mode is None else mode
    temporary = os.path.join(os.path.dirname(path), PARTIAL + uuid.uuid4().hex)
    number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, first)
    try:
        with os.fdopen(number, "wb", buffering=0) as file:
            for block in blocks:
                write_all(file.fileno(), block)
        if before is not None:
            _take_over(before, temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def check_room(folder: str, size: int) -> None:
    """Raise RegistryError where `size` bytes do not fit into a folder: who names a size may have made it up, and would
    have the disk filled before anything is wrong."""
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return  # Writing there says what is wrong.
    if size > disk.free and disk.total:
        raise RegistryError(f"{folder} has no room for {size} bytes: {disk.free} are free")


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _take_over(before: os.stat_result, temporary: str, mode: int | None) -> None:
    # Only root may give a file away; otherwise the new file is the user's own.
    with suppress(PermissionError):
        os.chown(temporary, before.st_uid, before.st_gid)
    os.chmod(temporary, stat.S_IMODE(before.st_mode) if mode is None else mode)


def write_all(number: int, block: Block) -> None:
    """Write all of a block to an open file: the system may take less of it at a time."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(number, rest) :]


def read_small(path: str, limit: int) -> bytes:
    """The content of a plain file of at most `limit` bytes. Raises ArchiveError for any other; OSError."""
    check_plain(path)
    with open(path, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ArchiveError(f"{path} has more than {limit} bytes")
    return content


def check_plain(path: str) -> None:
    """Raise ArchiveError where there is something else than a file: opening a pipe would wait for ever."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise ArchiveError(f"{path} is not a plain file")


@contextmanager
def only_one(folder: str) -> Iterator[None]:
    """Let one at a time in, of all threads and processes that ask for the same folder."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)
