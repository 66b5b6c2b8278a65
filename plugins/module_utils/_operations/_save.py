# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that hold a blob, or shall hold one."""

from __future__ import annotations

import os
from typing import Optional, Tuple

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
