# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OCI image layout in a folder, as a Store (image-spec image-layout.md)."""

from __future__ import annotations

import os
from typing import Hashable, Sequence

from .descriptor import Descriptor
from .digest import Digest, verified
from .download import resumed
from .errors import ArchiveError
from .files import PARTIAL, check_plain, check_room, only_one, read_small, write_atomically
from .layout_graph import Subjects, read_stored
from .layout_index import LAYOUT, LayoutIndex, not_there
from .manifest import MANIFEST_LIMIT, Manifest
from .sources import BlobSource, FileSource
from .upload import MISSING, UPLOADED


class LayoutStore:
    """The images of one folder. A version is a name in its index.json (the empty text: the only one), or a Digest.

    The folder is made when the first blob comes. Thread-safe, and so are many instances, in many processes.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._subjects = Subjects(self.fetch)

    @property
    def place(self) -> Hashable:
        return ("oci", self.root)

    @property
    def name(self) -> str:
        return ""

    def describe(self, version: str) -> str:
        if isinstance(version, Digest):
            return f"oci:{self.root}@{version}"
        return f"oci:{self.root}" + (f":{version}" if version else "")

    def resolve(self, version: str) -> Descriptor | None:
        if not isinstance(version, Digest):
            found = self._index().find(version, f"oci:{self.root}")
            return found if found is not None and self.has_blob(found.digest) else None
        return self.fetch(version).descriptor() if self.has_blob(version) else None

    def fetch(self, version: str) -> Manifest:
        found = None if isinstance(version, Digest) else self.resolve(version)
        digest = version if isinstance(version, Digest) else found.digest if found is not None else None
        if digest is None or not self.has_blob(digest):
            raise not_there(self.describe(version), self.root, self._index())
        raw = read_small(self._blob_path(digest), MANIFEST_LIMIT)
        return read_stored(raw, digest, found, self.describe(digest))

    def has_blob(self, digest: Digest) -> bool:
        return os.path.isfile(self._blob_path(digest))

    @property
    def tells_when_pushed(self) -> bool:
        return False

    def is_new(self) -> bool:
        return False

    def source(self, descriptor: Descriptor) -> BlobSource:
        path = self._blob_path(descriptor.digest)
        check_plain(path)
        return FileSource(path)

    def check(self, version: str, manifest: Manifest) -> None:
        pass

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: Sequence[str], known: str = MISSING
    ) -> str:
        self._write(descriptor, source)
        return UPLOADED

    def push_manifest(self, version: str, manifest: Manifest) -> None:
        write_atomically(self._made(self._blob_path(manifest.digest)), [manifest.raw])
        if isinstance(version, Digest) and manifest.subject is None:
            return
        with only_one(self.root):
            index = self._index()
            if isinstance(version, Digest):
                index = index.add_referrer(manifest.referrer())
            else:
                index = index.put(version, manifest.descriptor())
            write_atomically(os.path.join(self.root, "oci-layout"), [LAYOUT])
            write_atomically(os.path.join(self.root, "index.json"), [index.dump()])

    def referrers(self, digest: Digest) -> list[Descriptor]:
        return self._subjects.referrers(self._index(), digest)

    def _write(self, descriptor: Descriptor, source: BlobSource) -> None:
        blocks = verified(resumed(source), descriptor.digest, descriptor.size, source.what)
        path = self._made(self._blob_path(descriptor.digest))
        check_room(os.path.dirname(path), descriptor.size)
        write_atomically(path, blocks)

    def _index(self) -> LayoutIndex:
        path = os.path.join(self.root, "index.json")
        if not os.path.lexists(path):
            if os.path.lexists(self.root) and not self._could_become_one():
                raise ArchiveError(f"{self.root} is there, but is not an OCI image layout")
            return LayoutIndex()
        return LayoutIndex.parse(read_small(self._inside(path), MANIFEST_LIMIT), self.root)

    def _could_become_one(self) -> bool:
        """Whether this is an empty folder, or one that a first copy was writing to when it was stopped."""
        if not os.path.isdir(self.root):
            return False
        return all(name in ("blobs", "oci-layout") or name.startswith(PARTIAL) for name in os.listdir(self.root))

    def _blob_path(self, digest: Digest) -> str:
        return self._inside(os.path.join(self.root, "blobs", digest.algorithm, digest.encoded))

    def _inside(self, path: str) -> str:
        """`path`, unless a symbolic link takes it out of the folder: what is outside is not ours to read or write."""
        root = os.path.realpath(self.root)
        if os.path.commonpath([root, os.path.realpath(path)]) != root:
            raise ArchiveError(f"{path} leads out of the layout's folder: refused")
        return path

    @staticmethod
    def _made(path: str) -> str:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path
