# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of one blob in a repository; each says what it finds, what that means, and does it (see `_run.py`).

The item is always the blob's reference: repository and digest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import RegistrySource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import MISSING, push_blob
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
        raise no_blob(self.origins, self.digest)

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


def no_blob(repositories: Sequence[Repository], digest: Digest) -> RegistryError:
    """The error about a blob that is in none of the repositories."""
    names = ", ".join(str(repository.reference()) for repository in repositories)
    return RegistryError(f"there is no blob {digest} in {names}", status=404, category="not_found")
