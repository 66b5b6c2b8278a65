# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Store in memory, as strict as a registry can be: it takes no manifest before all that it names is there."""

from __future__ import annotations

import threading
from typing import Callable, Dict, Hashable, List, Optional, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.download import download
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BlobSource, BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import (
    MISSING,
    MOUNTED,
    PRESENT,
    UNKNOWN,
    UPLOADED,
)


class MemoryRegistry:
    """Several stores in one place, which can mount from each other."""

    def __init__(self) -> None:
        self.stores: Dict[str, MemoryStore] = {}

    def store(self, name: str) -> MemoryStore:
        return self.stores.setdefault(name, MemoryStore(name, self))


class MemoryStore:
    """`log` has what was asked and done, in order; `trouble` may raise before something is written."""

    def __init__(self, name: str = "app", place: Optional[MemoryRegistry] = None) -> None:
        self.name = name
        self.place: Hashable = place or self
        self.manifests: Dict[str, Manifest] = {}
        self.tags: Dict[str, Digest] = {}
        self.blobs: Dict[str, bytes] = {}
        self.log: List[Tuple[str, str]] = []
        self.trouble: Callable[[str, str], None] = lambda what, which: None
        self._lock = threading.Lock()

    # What a test does

    def hold(self, data: bytes, media_type: str = "application/vnd.oci.image.layer.v1.tar") -> Descriptor:
        """Put a blob in."""
        digest = Digest.of(data)
        self.blobs[digest] = data
        return Descriptor(media_type, digest, len(data))

    def keep(self, manifest: Manifest, tag: Optional[str] = None) -> Descriptor:
        """Put a manifest in, under a tag."""
        self.manifests[manifest.digest] = manifest
        if tag is not None:
            self.tags[tag] = manifest.digest
        return manifest.descriptor()

    def missing(self, version: str) -> List[str]:
        """What a version lacks, however deep it is."""
        manifest = self.manifests.get(self.tags.get(version, version))
        if manifest is None:
            return [version]
        lacking = [blob for blob in manifest.blobs if blob.digest not in self.blobs and not blob.is_foreign]
        found: List[str] = [blob.digest for blob in lacking]
        for child in manifest.manifests:
            if child.is_manifest:
                found += self.missing(child.digest)
            elif child.digest not in self.blobs:
                found.append(child.digest)
        return found

    def done(self, *kinds: str) -> List[str]:
        """What of these kinds is in the log."""
        return [which for what, which in self.log if what in kinds]

    # What a copy asks

    def describe(self, version: str) -> str:
        return f"memory/{self.name}:{version}"

    def resolve(self, version: str) -> Optional[Descriptor]:
        self._note("resolve", version)
        manifest = self.manifests.get(self.tags.get(version, version))
        return None if manifest is None else manifest.descriptor()

    def fetch(self, version: str) -> Manifest:
        self._note("fetch", version)
        manifest = self.manifests.get(self.tags.get(version, version))
        if manifest is None:
            raise RegistryError(f"{self.describe(version)} is not there", category="not_found", status=404)
        return manifest

    def has_blob(self, digest: Digest) -> bool:
        self._note("has_blob", digest)
        return digest in self.blobs

    def is_new(self) -> bool:
        self._note("is_new", self.name)
        return not self.tags

    def source(self, descriptor: Descriptor) -> BlobSource:
        self._note("source", descriptor.digest)
        return BytesSource(self.blobs[descriptor.digest])

    def check(self, version: str, manifest: Manifest) -> None:
        self._note("check", version)

    def referrers(self, digest: Digest) -> List[Descriptor]:
        return [one.descriptor() for one in self.manifests.values() if one.subject and one.subject.digest == digest]

    @property
    def tells_when_pushed(self) -> bool:
        return True

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: Sequence[str], known: str = MISSING
    ) -> str:
        self._write("push_blob", descriptor.digest)
        if known == UNKNOWN and descriptor.digest in self.blobs:
            return PRESENT
        for name in mount_from:
            data = self.place.stores[name].blobs.get(descriptor.digest)  # type: ignore[attr-defined]
            if data is not None:
                self.blobs[descriptor.digest] = data
                self._note("mounted", name)
                return MOUNTED
        self.blobs[descriptor.digest] = b"".join(download(source, descriptor))
        return UPLOADED

    def push_manifest(self, version: str, manifest: Manifest) -> None:
        self._write("push_manifest", version)
        children = [child.digest for child in manifest.manifests if child.is_manifest]
        blobs = [
            blob.digest for blob in [*manifest.blobs, *manifest.manifests] if not (blob.is_foreign or blob.is_manifest)
        ]
        for lacking in [one for one in children if one not in self.manifests] + [
            one for one in blobs if one not in self.blobs
        ]:
            raise RegistryError(f"{self.describe(version)} lacks {lacking}", category="invalid", status=400)
        self.manifests[manifest.digest] = manifest
        if ":" not in version:
            self.tags[version] = manifest.digest

    def _note(self, what: str, which: str) -> None:
        with self._lock:
            self.log.append((what, which))

    def _write(self, what: str, which: str) -> None:
        self._note(what, which)
        self.trouble(what, which)
