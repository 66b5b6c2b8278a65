# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives of images as a Store: an OCI image layout in a tar file, and what `docker load` reads.

An archive cannot be added to in place: what comes is staged in a folder beside it, and `commit` writes the whole anew
and renames it. Its content has one order, so that the same images give the same bytes, however they came.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from typing import Hashable, Sequence

from .descriptor import Descriptor
from .digest import Digest, verified
from .docker_archive import MANIFEST_JSON, check_for_docker, docker_names, read_docker_archive, write_docker_manifest
from .download import resumed
from .errors import ArchiveError, RegistryError
from .files import write_atomically
from .layout_index import LAYOUT, LayoutIndex
from .location import DOCKER_ARCHIVE
from .manifest import MANIFEST_LIMIT, Manifest, parse_manifest
from .sources import BlobSource, BytesSource, FileSource
from .tar_reader import MemberSource, TarReader, open_tar
from .tar_writer import Content, tar_blocks
from .upload import UPLOADED


class ArchiveStore:
    """The images of one archive. A version is a name (the empty text: the only one), or a Digest.

    One instance a file, thread-safe.
    """

    def __init__(self, transport: str, path: str) -> None:
        self.transport = transport
        self.path = path
        self._lock = threading.RLock()
        self._reader: TarReader | None = None
        self._loaded: LayoutIndex | None = None
        self._index = LayoutIndex()
        self._sources: dict[Digest, tuple[int, BlobSource]] = {}
        self._staging: str | None = None

    def close(self) -> None:
        """Close the file; what was not committed is gone, and the file as before."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
            if self._staging is not None:
                shutil.rmtree(self._staging, ignore_errors=True)

    @property
    def place(self) -> Hashable:
        return ("archive", self.path)

    @property
    def name(self) -> str:
        return ""

    def describe(self, version: str) -> str:
        mark = "@" if isinstance(version, Digest) else ":"
        return f"{self.transport}:{self.path}" + (f"{mark}{version}" if version else "")

    def resolve(self, version: str) -> Descriptor | None:
        self._load()
        if isinstance(version, Digest):
            return self.fetch(version).descriptor() if self.has_blob(version) else None
        found = self._index.find(version, self.describe(""))
        return found if found is not None and self.has_blob(found.digest) else None

    def fetch(self, version: str) -> Manifest:
        self._load()
        digest: Digest | None = version if isinstance(version, Digest) else None
        if digest is None:
            found = self.resolve(version)
            digest = found.digest if found is not None else None
        if digest is None or digest not in self._sources:
            known = ", ".join(sorted(filter(None, self._index.names))) or "none"
            raise RegistryError(f"{self.describe(version)} is not there; names that are: {known}", category="not_found")
        size, source = self._sources[digest]
        if size > MANIFEST_LIMIT:
            raise ArchiveError(f"{self.describe(digest)} has {size} bytes, which is too large for a manifest")
        return parse_manifest(b"".join(resumed(source)), None, digest)

    def has_blob(self, digest: Digest) -> bool:
        self._load()
        return digest in self._sources

    def source(self, descriptor: Descriptor) -> BlobSource:
        self._load()
        if descriptor.digest not in self._sources:
            raise ArchiveError(f"{self.describe('')}: the blob {descriptor.digest} is missing in it")
        return self._sources[descriptor.digest][1]

    def check(self, version: str, manifest: Manifest) -> None:
        if self.transport == DOCKER_ARCHIVE and not isinstance(version, Digest):
            check_for_docker(self.describe(version), manifest)

    def push_blob(self, descriptor: Descriptor, source: BlobSource, mount_from: Sequence[str]) -> str:
        path = os.path.join(self._stage(), descriptor.digest.encoded)
        write_atomically(path, verified(resumed(source), descriptor.digest, descriptor.size, source.what))
        with self._lock:
            self._sources[descriptor.digest] = (descriptor.size, FileSource(path))
        return UPLOADED

    def push_manifest(self, version: str, manifest: Manifest) -> None:
        self._load()
        with self._lock:
            self._sources[manifest.digest] = (manifest.size, BytesSource(manifest.raw, str(manifest.digest)))
            if isinstance(version, Digest):
                if manifest.subject is not None:
                    self._index = self._index.add_referrer(manifest.referrer())
                return
            more = docker_names(version) if self.transport == DOCKER_ARCHIVE else None
            self._index = self._index.put(version, manifest.descriptor(), more)

    def referrers(self, digest: Digest) -> list[Descriptor]:
        self._load()
        return self._index.referrers(digest, self.fetch)

    def commit(self) -> None:
        """Write the archive with what was pushed, and rename it into its place. Nothing to do where nothing was."""
        with self._lock:
            if self._loaded is not None and self._index != self._loaded:
                write_atomically(self.path, tar_blocks(self._files()))
                self._loaded = self._index

    def _files(self) -> list[tuple[str, int, Content]]:
        """What the archive is to hold, in its order: what no image of it refers to any more is left out."""
        heads = [("oci-layout", LAYOUT), ("index.json", self._index.dump())]
        if self.transport == DOCKER_ARCHIVE:
            heads.append((MANIFEST_JSON, write_docker_manifest(self._index, self.fetch)))
        files: list[tuple[str, int, Content]] = [(name, len(data), lambda data=data: [data]) for name, data in heads]  # type: ignore[misc]
        for digest in sorted(self._reachable()):
            size, source = self._sources[digest]
            what = f"{digest} of {self.path}"
            files.append(
                (
                    f"blobs/{digest.algorithm}/{digest.encoded}",
                    size,
                    lambda digest=digest, size=size, source=source, what=what: verified(  # type: ignore[misc]
                        resumed(source), digest, size, what
                    ),
                )
            )
        return files

    def _reachable(self) -> set[Digest]:
        found: set[Digest] = set()
        todo = [entry.digest for entry in self._index.descriptors]
        while todo:
            digest = todo.pop()
            if digest in found or digest not in self._sources:
                continue
            found.add(digest)
            manifest = self.fetch(digest)
            found.update(blob.digest for blob in manifest.blobs if blob.digest in self._sources)
            todo += [child.digest for child in manifest.manifests]
        return found

    def _stage(self) -> str:
        self._load()
        with self._lock:
            if self._staging is None:
                folder, name = os.path.split(self.path)
                self._staging = tempfile.mkdtemp(prefix=f".{name[:100]}.partial-", dir=folder)
            return self._staging

    def _load(self) -> None:
        """Read what is in the file, once; no file is an archive without images."""
        with self._lock:
            if self._loaded is not None:
                return
            if os.path.lexists(self.path):
                self._reader = open_tar(self.path)
                self._index = self._read(self._reader)
            self._loaded = self._index

    def _read(self, reader: TarReader) -> LayoutIndex:
        if "index.json" not in reader.members:
            return read_docker_archive(reader, self._sources)
        for name, member in reader.members.items():
            parts = name.split("/")
            if len(parts) == 3 and parts[0] == "blobs" and member.link is None:
                digest = Digest.parse(f"{parts[1]}:{parts[2]}")
                self._sources[digest] = (member.size, MemberSource(reader, member, f"{digest} in {self.path}"))
        return LayoutIndex.parse(reader.read("index.json", MANIFEST_LIMIT), self.path)
