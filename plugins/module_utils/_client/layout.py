# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OCI image layout in a folder, as a Store (image-spec image-layout.md)."""

from __future__ import annotations

import os
from typing import Hashable, Sequence

from .descriptor import Descriptor
from .digest import Digest
from .disk_store import DiskStore, write_blob
from .errors import ArchiveError
from .files import PARTIAL, check_plain, only_one, read_small, write_atomically
from .layout_index import LAYOUT, LayoutIndex
from .location import OCI
from .manifest import MANIFEST_LIMIT, Manifest
from .sources import BlobSource, FileSource
from .upload import MISSING, UPLOADED


class LayoutStore(DiskStore):
    """The images of one folder. It is made when the first blob comes. Thread-safe, and so are many instances, in many
    processes."""

    def __init__(self, path: str) -> None:
        super().__init__(OCI, path)

    @property
    def place(self) -> Hashable:
        return (OCI, self.path)

    def has_blob(self, digest: Digest) -> bool:
        return os.path.isfile(self._blob_path(digest))

    def source(self, descriptor: Descriptor) -> BlobSource:
        path = self._blob_path(descriptor.digest)
        check_plain(path)
        return FileSource(path)

    def check(self, version: str, manifest: Manifest) -> None:
        pass

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: Sequence[str], known: str = MISSING
    ) -> str:
        write_blob(self._made(self._blob_path(descriptor.digest)), descriptor, source)
        return UPLOADED

    def push_manifest(self, version: str, manifest: Manifest) -> None:
        write_atomically(self._made(self._blob_path(manifest.digest)), [manifest.raw])
        if isinstance(version, Digest) and manifest.subject is None:
            return
        with only_one(self.path):
            index = self._index()
            if isinstance(version, Digest):
                index = index.add_referrer(manifest.referrer())
            else:
                index = index.put(version, manifest.descriptor())
            write_atomically(os.path.join(self.path, "oci-layout"), [LAYOUT])
            write_atomically(os.path.join(self.path, "index.json"), [index.dump()])

    def _index(self) -> LayoutIndex:
        path = os.path.join(self.path, "index.json")
        if not os.path.lexists(path):
            if os.path.lexists(self.path) and not self._could_become_one():
                raise ArchiveError(f"{self.path} is there, but is not an OCI image layout")
            return LayoutIndex()
        return LayoutIndex.parse(read_small(self._inside(path), MANIFEST_LIMIT), self.path)

    def _raw_manifest(self, digest: Digest) -> bytes:
        return read_small(self._blob_path(digest), MANIFEST_LIMIT)

    def _could_become_one(self) -> bool:
        """Whether this is an empty folder, or one that a first copy was writing to when it was stopped."""
        if not os.path.isdir(self.path):
            return False
        return all(name in ("blobs", "oci-layout") or name.startswith(PARTIAL) for name in os.listdir(self.path))

    def _blob_path(self, digest: Digest) -> str:
        return self._inside(os.path.join(self.path, "blobs", digest.algorithm, digest.encoded))

    def _inside(self, path: str) -> str:
        """`path`, unless a symbolic link takes it out of the folder: what is outside is not ours to read or write."""
        root = os.path.realpath(self.path)
        if os.path.commonpath([root, os.path.realpath(path)]) != root:
            raise ArchiveError(f"{path} leads out of the layout's folder: refused")
        return path

    @staticmethod
    def _made(path: str) -> str:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path
