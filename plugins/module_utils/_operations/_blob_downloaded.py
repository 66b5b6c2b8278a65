# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A blob in a file: where it is put, and the state of one blob that a file holds it (see `_blob_states.py`)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest, digest_of_file
from ansible_collections.regops.oci_registry.plugins.module_utils._client.download import download
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.files import check_room, write_atomically
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import RegistrySource
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._blob_states import no_blob
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)


@dataclass(frozen=True)
class OnDisk:
    """The digest of what the file holds (None: no file), and the size of the blob in bytes."""

    digest: Optional[Digest]
    size: int


@dataclass(frozen=True)
class Downloaded:
    """A file holds the blob."""

    repository: Repository
    digest: Digest
    media_type: str
    path: str
    progress: Progress = field(default_factory=Progress)

    def observe(self, item: Reference) -> OnDisk:
        """What is in the file; the registry is asked only where that is not the blob.

        Raises RegistryError (not_found) where there is no such blob.
        """
        existing = _existing(self.path, self.digest.algorithm)
        if existing is not None and existing[0] == self.digest:
            return OnDisk(*existing)
        size = self.repository.head_blob(self.digest)
        if size is None:
            raise no_blob([self.repository], self.digest)
        return OnDisk(existing[0] if existing is not None else None, size)

    def plan(self, item: Reference, found: OnDisk) -> Plan:
        """Download what the file does not hold."""
        after = {"digest": str(self.digest), "size": found.size}
        if found.digest == self.digest:
            return unchanged(self.path, after)
        reason = "there is no such file" if found.digest is None else "the file holds something else"
        action = Action("download", self.path, reason, {"from": str(item), "size": found.size})
        return change(action, found.digest and {"digest": str(found.digest)}, after)

    def expect(self, found: OnDisk) -> None:
        """Say that the blob is going to be fetched."""
        self.progress.expect(Descriptor(self.media_type, self.digest, found.size), self.path)

    def apply(self, item: Reference, found: OnDisk, plan: Plan) -> None:
        """Fetch the blob into the file."""
        descriptor = Descriptor(self.media_type, self.digest, found.size)
        source = self.progress.metered(RegistrySource(self.repository, descriptor), descriptor, self.path)
        check_room(os.path.dirname(self.path) or ".", found.size)
        write_atomically(self.path, download(source, descriptor))

    def size(self, found: OnDisk) -> int:
        """The blob's size in bytes."""
        return found.size


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


def _existing(path: str, algorithm: str) -> Optional[Tuple[Digest, int]]:
    """Digest and size in bytes of the file at `path`; None where there is none. OSError when it cannot be read."""
    try:
        return digest_of_file(path, algorithm)
    except FileNotFoundError:
        return None
