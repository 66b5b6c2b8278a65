# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of one blob; each says what it finds, what that means, and does it (see `_run.py`).

The item is always the blob's reference: repository and digest.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.download import download
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.files import check_room, write_atomically
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import RegistrySource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import MISSING, push_blob
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _save
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._content import Content
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)

_MISSING = "the repository does not have it"


@dataclass(frozen=True)
class Uploaded:
    """The repository has the content that is here."""

    repository: Repository
    content: Content
    chunk_size: Optional[int]
    progress: Progress = field(default_factory=Progress)

    def observe(self, item: Reference) -> bool:
        """Whether the blob is there."""
        return self.repository.head_blob(self.content.descriptor.digest) is not None

    def plan(self, item: Reference, there: bool) -> Plan:
        """Upload what is not there."""
        state = {"size": self.content.descriptor.size}
        if there:
            return unchanged(str(item), state)
        return change(Action("upload", str(item), _MISSING, state), None, state)

    def apply(self, item: Reference, there: bool, plan: Plan) -> str:
        """Send it; returns how it got there."""
        return self.content.push(self.repository, self.chunk_size, self.progress)

    def size(self, there: bool) -> int:
        """The blob's size in bytes."""
        return self.content.descriptor.size


@dataclass(frozen=True)
class Found:
    """A blob's size in bytes, and the repository to take it from; no repository where it is already at its place."""

    size: int
    origin: Optional[Repository] = None


@dataclass(frozen=True)
class Mounted:
    """The repository has a blob of another repository of its registry."""

    repository: Repository
    origins: Sequence[Repository]
    digest: Digest
    media_type: str
    chunk_size: Optional[int]
    progress: Progress = field(default_factory=Progress)

    def observe(self, item: Reference) -> Found:
        """Where the blob is. Raises RegistryError (not_found) when it is in none of the repositories."""
        size = self.repository.head_blob(self.digest)
        if size is not None:
            return Found(size)
        for origin in self.origins:
            size = origin.head_blob(self.digest)
            if size is not None:
                return Found(size, origin)
        raise _no_blob(self.origins, self.digest)

    def plan(self, item: Reference, found: Found) -> Plan:
        """Mount what is not there."""
        state = {"size": found.size}
        if found.origin is None:
            return unchanged(str(item), state)
        details = {**state, "from": str(found.origin.reference())}
        return change(Action("mount", str(item), _MISSING, details), None, state)

    def apply(self, item: Reference, found: Found, plan: Plan) -> str:
        """Ask for the mount; a registry that does not mount gets the bytes. Returns how the blob got there."""
        if found.origin is None:
            raise ValueError("nothing to mount")
        descriptor = Descriptor(self.media_type, self.digest, found.size)
        source = self.progress.metered(RegistrySource(found.origin, descriptor), descriptor)
        return push_blob(
            self.repository,
            descriptor,
            source,
            mount_from=[found.origin.name],
            chunk_size=self.chunk_size,
            known=MISSING,
        )

    def size(self, found: Found) -> int:
        """The blob's size in bytes."""
        return found.size


@dataclass(frozen=True)
class Absent:
    """The repository does not have the blob."""

    repository: Repository
    digest: Digest

    def observe(self, item: Reference) -> Optional[int]:
        """The blob's size, None where it is not there."""
        return self.repository.head_blob(self.digest)

    def plan(self, item: Reference, size: Optional[int]) -> Plan:
        """Delete what is there."""
        if size is None:
            return unchanged(str(item), None)
        state = {"size": size}
        return change(Action("delete", str(item), "the repository has it", state), state, None)

    def apply(self, item: Reference, size: Optional[int], plan: Plan) -> None:
        """Delete it. Raises ResponseError (unsupported) where the registry does not delete."""
        self.repository.delete_blob(self.digest)

    def size(self, size: Optional[int]) -> Optional[int]:
        """The size that the blob has, or had."""
        return size


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
        existing = _save.existing(self.path, self.digest.algorithm)
        if existing is not None and existing[0] == self.digest:
            return OnDisk(*existing)
        size = self.repository.head_blob(self.digest)
        if size is None:
            raise _no_blob([self.repository], self.digest)
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


def _no_blob(repositories: Sequence[Repository], digest: Digest) -> RegistryError:
    names = ", ".join(str(repository.reference()) for repository in repositories)
    return RegistryError(f"there is no blob {digest} in {names}", status=404, category="not_found")
