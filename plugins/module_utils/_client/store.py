# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a copy sees of either side: a place that holds manifests and blobs."""

from __future__ import annotations

from typing import Hashable, Protocol, Sequence

from .descriptor import Descriptor
from .digest import Digest
from .errors import VerificationError
from .manifest import Manifest
from .referrers import list_referrers, push_manifest
from .repository import Repository
from .sources import BlobSource, ForeignSource, RegistrySource
from .upload import MISSING, UNKNOWN, push_blob, push_unasked


class Store(Protocol):
    """One repository, or what stands for one. `version` is a tag or a digest. Methods raise RegistryError."""

    def describe(self, version: str) -> str:
        """The name of a version for people."""

    def resolve(self, version: str) -> Descriptor | None:
        """What a version is, or None where it is not there."""

    def fetch(self, version: str) -> Manifest:
        """A manifest with its exact bytes, verified."""

    def has_blob(self, digest: Digest) -> bool:
        """Whether a blob is there."""

    def is_new(self) -> bool:
        """Whether there is nothing here yet. False where that would cost more to find out than to ask for each blob."""

    def source(self, descriptor: Descriptor) -> BlobSource:
        """Where the bytes of a blob can be had."""

    @property
    def tells_when_pushed(self) -> bool:
        """Whether beginning to bring a blob tells that it is there, so that nobody need ask before."""

    def check(self, version: str, manifest: Manifest) -> None:
        """Raise where this place cannot hold such an image under such a version. Nothing is asked or sent."""

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: Sequence[str], known: str = MISSING
    ) -> str:
        """Bring in a blob; `known` is upload.MISSING, PRESUMED or UNKNOWN (only where `tells_when_pushed`, without
        `mount_from`). Returns upload.MOUNTED, UPLOADED, or PRESENT where it is there all the same."""

    def push_manifest(self, version: str, manifest: Manifest) -> None:
        """Put a manifest whose blobs and children are there."""

    def referrers(self, digest: Digest) -> list[Descriptor]:
        """The manifests whose subject is `digest`."""

    @property
    def place(self) -> Hashable:
        """What shares its blobs: stores with the same place can mount from each other by their `name`."""

    @property
    def name(self) -> str:
        """The name within its place."""


class RegistryStore:
    """A repository of a registry."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    @property
    def place(self) -> Hashable:
        return self.repository.api.registry

    @property
    def name(self) -> str:
        return self.repository.name

    def describe(self, version: str) -> str:
        return str(self.repository.reference(version))

    def resolve(self, version: str) -> Descriptor | None:
        return self.repository.head_manifest(version)

    def fetch(self, version: str) -> Manifest:
        return self.repository.get_manifest(version)

    def has_blob(self, digest: Digest) -> bool:
        return self.repository.head_blob(digest) is not None

    def is_new(self) -> bool:
        return self.repository.is_empty()

    def source(self, descriptor: Descriptor) -> BlobSource:
        source = RegistrySource(self.repository, descriptor)
        return ForeignSource(source, self.repository, descriptor) if descriptor.is_foreign else source

    def check(self, version: str, manifest: Manifest) -> None:
        if ":" in version and version != manifest.digest:
            raise VerificationError(f"{self.describe(version)} cannot be {manifest.digest}, which is another image")

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: Sequence[str], known: str = MISSING
    ) -> str:
        if known == UNKNOWN:
            return push_unasked(self.repository, descriptor, source)
        return push_blob(self.repository, descriptor, source, known=known, mount_from=mount_from)

    @property
    def tells_when_pushed(self) -> bool:
        return True

    def push_manifest(self, version: str, manifest: Manifest) -> None:
        push_manifest(self.repository, version, manifest)

    def referrers(self, digest: Digest) -> list[Descriptor]:
        return list_referrers(self.repository, digest)
