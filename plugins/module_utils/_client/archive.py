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
from functools import partial
from typing import Hashable, Iterable, Iterator, Sequence

from .descriptor import Descriptor
from .digest import Block, Digest, collect, verified
from .disk_store import DiskStore, write_blob
from .docker_archive import MANIFEST_JSON, check_for_docker, docker_names, read_docker_archive, write_docker_manifest
from .download import resumed
from .errors import ArchiveError, DigestError
from .files import write_atomically
from .layout_graph import live_parts
from .layout_index import LAYOUT, LayoutIndex
from .location import DOCKER_ARCHIVE
from .manifest import MANIFEST_LIMIT, Manifest
from .sources import BlobSource, BytesSource, FileSource
from .tar_reader import MemberSource, TarReader, open_tar
from .tar_writer import Content, tar_blocks
from .upload import MISSING, UPLOADED


class ArchiveStore(DiskStore):
    """The images of one archive. One instance a file, thread-safe."""

    def __init__(self, transport: str, path: str) -> None:
        super().__init__(transport, path)
        self._lock = threading.RLock()
        self._reader: TarReader | None = None
        self._loaded: LayoutIndex | None = None
        self._now = LayoutIndex()
        self._sources: dict[Digest, tuple[int, BlobSource]] = {}
        self._pushed: set[Digest] = set()
        self._before: tuple[int, ...] | None = None
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

    def has_blob(self, digest: Digest) -> bool:
        self._load()
        return digest in self._sources

    def source(self, descriptor: Descriptor) -> BlobSource:
        self._load()
        if descriptor.digest not in self._sources:
            raise ArchiveError(f"{self.describe('')}: the blob {descriptor.digest} is missing in it")
        return self._sources[descriptor.digest][1]

    def check(self, version: str, manifest: Manifest) -> None:
        folder = os.path.dirname(self.path)
        if not os.path.isdir(folder):
            raise ArchiveError(f"{self.describe(version)}: there is no folder {folder}")
        if self.transport == DOCKER_ARCHIVE and not isinstance(version, Digest):
            check_for_docker(self.describe(version), manifest)

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: Sequence[str], known: str = MISSING
    ) -> str:
        path = os.path.join(self._stage(), descriptor.digest.encoded)
        write_blob(path, descriptor, source)
        with self._lock:
            self._sources[descriptor.digest] = (descriptor.size, FileSource(path))
            self._pushed.add(descriptor.digest)
        return UPLOADED

    def push_manifest(self, version: str, manifest: Manifest) -> None:
        self._load()
        with self._lock:
            self._sources[manifest.digest] = (manifest.size, BytesSource(manifest.raw, str(manifest.digest)))
            self._pushed.add(manifest.digest)
            if isinstance(version, Digest):
                if manifest.subject is not None:
                    self._now = self._now.add_referrer(manifest.referrer())
                return
            more = docker_names(version) if self.transport == DOCKER_ARCHIVE else None
            self._now = self._now.put(version, manifest.descriptor(), more)

    def commit(self) -> None:
        """Write the archive with what was pushed, and rename it into its place. Nothing to do where nothing was.

        Raises ArchiveError where somebody else has written to it meanwhile: nothing of theirs is lost.
        """
        with self._lock:
            if self._loaded is None or not self._pushed:
                return
            index, live = live_parts(self._now, self._sources, self.fetch, self._subjects)
            if index != self._loaded or live & self._pushed:
                blocks = tar_blocks(self._files(index, live))
                write_atomically(self.path, self._unless_others_write(blocks))
            self._now = self._loaded = index
            self._before = _identity(self.path)
            self._pushed.clear()

    def _index(self) -> LayoutIndex:
        self._load()
        return self._now

    def _raw_manifest(self, digest: Digest) -> bytes:
        size, source = self._sources[digest]
        if size > MANIFEST_LIMIT:
            raise ArchiveError(f"{self.describe(digest)} has {size} bytes, which is too large for a manifest")
        return collect(resumed(source))

    def _unless_others_write(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """`blocks`, and at their end, which is when the file would be replaced, a look at whether it still is the one
        that was read."""
        yield from blocks
        if _identity(self.path) != self._before:
            raise ArchiveError(f"{self.path} was written to by somebody else meanwhile", hint="Run it again")

    def _files(self, index: LayoutIndex, live: set[Digest]) -> list[tuple[str, int, Content]]:
        """What the archive is to hold, in its order."""
        heads = [("oci-layout", LAYOUT), ("index.json", index.dump())]
        if self.transport == DOCKER_ARCHIVE:
            heads.append((MANIFEST_JSON, write_docker_manifest(index, self.fetch)))
        files: list[tuple[str, int, Content]] = [(name, len(data), partial(_once, data)) for name, data in heads]
        for digest in sorted(live):
            size, source = self._sources[digest]
            content = partial(_verified, source, digest, size, f"{digest} of {self.path}")
            files.append((f"blobs/{digest.algorithm}/{digest.encoded}", size, content))
        return files

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
            self._before = _identity(self.path)
            if self._before is not None:
                reader = open_tar(self.path)
                try:
                    self._now = self._read(reader)
                except BaseException:
                    reader.close()
                    raise
                self._reader = reader
            self._loaded = self._now

    def _read(self, reader: TarReader) -> LayoutIndex:
        if "index.json" not in reader.members:
            if self.transport != DOCKER_ARCHIVE and MANIFEST_JSON in reader.members:
                raise ArchiveError(f"{self.path} is Docker's kind of archive, not OCI's", hint="Use docker-archive:")
            return read_docker_archive(reader, self._sources)
        for name in reader.members:
            digest, member = _blob_name(name), reader.find(name)
            if digest is not None and member is not None:
                self._sources[digest] = (member.size, MemberSource(reader, member, f"{digest} in {self.path}"))
        return LayoutIndex.parse(reader.read("index.json", MANIFEST_LIMIT), self.path)


def _blob_name(name: str) -> Digest | None:
    """The digest that a file of a layout is named by; None for what is no blob, or has a name of its own."""
    parts = name.split("/")
    try:
        return Digest.parse(f"{parts[1]}:{parts[2]}") if len(parts) == 3 and parts[0] == "blobs" else None
    except DigestError:
        return None


def _identity(path: str) -> tuple[int, ...] | None:
    """What tells one state of a file from another; None where there is none."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _once(data: bytes) -> list[bytes]:
    return [data]


def _verified(source: BlobSource, digest: Digest, size: int, what: str) -> Iterator[Block]:
    return verified(resumed(source), digest, size, what)
