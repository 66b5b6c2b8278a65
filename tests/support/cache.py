# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where built programs are kept, safe for several processes at once."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


def cache_folder() -> Path:
    """Give the cache's folder: $XDG_CACHE_HOME or ~/.cache, and regops-oci-registry in it."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG base directory specification: a relative path is to be ignored.
    base = Path(root) if os.path.isabs(root) else Path.home() / ".cache"
    return base / "regops-oci-registry"


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock of this name among all processes of this user; it goes when the process ends, however it ends."""
    folder = cache_folder() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def made_once(target: Path, make: Callable[[Path], None]) -> Path:
    """Return `target`; when it is not there, `make(path)` makes it elsewhere in the cache and it is renamed into place.

    So nobody ever sees half of it, and of two processes one makes it while the other waits.
    """
    if target.exists():
        return target
    with locked(target.name):
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
            try:
                make(scratch / target.name)
                os.replace(scratch / target.name, target)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    return target
