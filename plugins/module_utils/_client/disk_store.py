# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Stores on a disk have in common: images by the names in an index.json, whose blobs are files."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod

from .descriptor import Descriptor
from .digest import Digest
from .download import download
from .files import check_room, write_atomically
from .layout_graph import Subjects, read_stored
from .layout_index import LayoutIndex, not_there
from .manifest import Manifest
from .sources import BlobSource


class DiskStore(ABC):
    """The images at `path`, a folder or an archive. A version is a name (the empty text: the only one), or a Digest."""

    def __init__(self, transport: str, path: str) -> None:
        self.transport = transport
        self.path = path
        self._subjects = Subjects(self.fetch)

    @property
    def name(self) -> str:
        return ""

    def describe(self, version: str) -> str:
        mark = "@" if isinstance(version, Digest) else ":"
        return f"{self.transport}:{self.path}" + (f"{mark}{version}" if version else "")

    def resolve(self, version: str) -> Descriptor | None:
        if isinstance(version, Digest):
            return self.fetch(version).descriptor() if self.has_blob(version) else None
        found = self._index().find(version, self.describe(""))
        return found if found is not None and self.has_blob(found.digest) else None

    def fetch(self, version: str) -> Manifest:
        entry = None if isinstance(version, Digest) else self.resolve(version)
        digest = version if isinstance(version, Digest) else entry.digest if entry is not None else None
        if digest is None or not self.has_blob(digest):
            raise not_there(self.describe(version), self.path, self._index())
        return read_stored(self._raw_manifest(digest), digest, entry, self.describe(digest))

    @property
    def tells_when_pushed(self) -> bool:
        return False

    def is_new(self) -> bool:
        return False

    def referrers(self, digest: Digest) -> list[Descriptor]:
        return self._subjects.referrers(self._index(), digest)

    @abstractmethod
    def has_blob(self, digest: Digest) -> bool:
        """Whether a blob, or a manifest, is there."""

    @abstractmethod
    def _index(self) -> LayoutIndex:
        """What is there now. Raises ArchiveError, ManifestError."""

    @abstractmethod
    def _raw_manifest(self, digest: Digest) -> bytes:
        """The bytes of a blob that is there. Raises ArchiveError for one that is too large for a manifest."""


def write_blob(path: str, descriptor: Descriptor, source: BlobSource) -> None:
    """Have the blob as a file, whole or not at all. Raises as `download` does, and RegistryError for want of room."""
    check_room(os.path.dirname(path), descriptor.size)
    write_atomically(path, download(source, descriptor))
