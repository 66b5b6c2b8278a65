# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that hold a blob: what is there, and putting the blob there so that nobody ever sees half of it."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from typing import Iterable, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import (
    Digest,
    digest_of_file,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError


def destination(dest: str, digest: Digest) -> str:
    """The file that `dest` means: itself, or in an existing folder one that is named after the digest.

    Raises OptionError when a file cannot be put there.
    """
    path = os.path.join(dest, digest.encoded) if os.path.isdir(dest) else dest
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise OptionError(f"dest {dest}: there is no folder {folder}")
    if os.path.lexists(path) and not os.path.isfile(path):
        raise OptionError(f"dest {path} exists and is not a regular file")
    return path


def existing(path: str, algorithm: str) -> Optional[Tuple[Digest, int]]:
    """Digest and size in bytes of the file at `path`; None where there is none. OSError when it cannot be read."""
    try:
        return digest_of_file(path, algorithm)
    except FileNotFoundError:
        return None


def save(blocks: Iterable[bytes], path: str) -> None:
    """Write `blocks` beside `path` and rename when they are all there.

    `blocks` raises when they are not what they must be: then `path` is as it was, and nothing is left beside it.
    A file that was there keeps its permissions and, where we may give it away, its owner. What a crash of the machine
    leaves behind is found by its digest at the next run, so nothing is forced to the disk here.
    """
    number, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)[:100]}.", dir=os.path.dirname(path) or ".")
    try:
        with os.fdopen(number, "wb", buffering=0) as file:
            for block in blocks:
                _write(file.fileno(), block)
        _take_over(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _write(number: int, block: bytes) -> None:
    """All of a block: the system may take less of it at a time."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(number, rest) :]


def _take_over(path: str, temporary: str) -> None:
    try:
        before = os.stat(path)
    except FileNotFoundError:
        os.chmod(temporary, 0o666 & ~_umask())
        return
    # Only root may give a file away; otherwise the new file is the user's own.
    with suppress(PermissionError):
        os.chown(temporary, before.st_uid, before.st_gid)
    os.chmod(temporary, stat.S_IMODE(before.st_mode))


def _umask() -> int:
    """The process's umask; it can be read only by setting it."""
    current = os.umask(0o077)
    os.umask(current)
    return current
