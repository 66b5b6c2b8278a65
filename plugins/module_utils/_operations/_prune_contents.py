# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tags of a repository point at, and what belongs to what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Dict, List, Mapping, Optional, Union

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ManifestError,
    ReferenceError_,
    if_there,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import (
    attached_to,
    fallback_tag,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository

#: What of a manifest says to what it belongs and when it was made. The rest, layers above all, is most of it.
_KEPT = ("config", "manifests", "subject", "annotations")


@dataclass(frozen=True)
class Contents:
    """The tags of one repository at one moment.

    A tag is *attached* when it belongs to another manifest: by its name, as cosign's tags and the fallback tags of
    referrers do, or because its manifest has a subject. What it belongs to is told by that digest's fallback tag, which
    is all that such names say.
    """

    manifests: Mapping[str, Manifest] = field(default_factory=dict)
    #: Tags that cannot be read (Docker's schema 1, names that are no tags), and why.
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def tags_on(self) -> Mapping[Digest, List[str]]:
        """The tags of each digest."""
        found: Dict[Digest, List[str]] = {}
        for tag, manifest in self.manifests.items():
            found.setdefault(manifest.digest, []).append(tag)
        return found

    @cached_property
    def by_digest(self) -> Mapping[Digest, Manifest]:
        """The manifests that have a tag."""
        return {manifest.digest: manifest for manifest in self.manifests.values()}

    @cached_property
    def belongs(self) -> Mapping[str, str]:
        """For each attached tag the fallback tag of what it belongs to."""
        found: Dict[str, str] = {}
        for tag, manifest in self.manifests.items():
            subject = manifest.subject
            key = attached_to(tag) or (fallback_tag(subject.digest) if subject is not None else None)
            if key is not None and key != fallback_tag(manifest.digest):
                found[tag] = key
        return found

    @cached_property
    def attached(self) -> Mapping[str, List[str]]:
        """For each fallback tag (whether there is such a tag or not) the tags that are attached to its digest."""
        found: Dict[str, List[str]] = {}
        for tag, key in self.belongs.items():
            found.setdefault(key, []).append(tag)
        return found

    @cached_property
    def images(self) -> List[str]:
        """The tags that are attached to nothing."""
        return [tag for tag in self.manifests if tag not in self.belongs]

    def attachments(self, digest: Digest) -> List[str]:
        """The tags that are attached to a digest."""
        return self.attached.get(fallback_tag(digest), [])

    def canonical(self, digest: Digest) -> Digest:
        """The digest that a manifest with a tag is known by here, where it is named by another algorithm's."""
        return digest if digest in self.by_digest else self._aliases.get(digest, digest)

    @cached_property
    def _aliases(self) -> Mapping[Digest, Digest]:
        named = {child.digest.algorithm for manifest in self.manifests.values() for child in manifest.manifests}
        return {
            Digest.of(manifest.raw, algorithm): digest
            for digest, manifest in self.by_digest.items()
            for algorithm in named - {digest.algorithm}
        }


def read_contents(repository: Repository, workers: Workers) -> Optional[Contents]:
    """Read all tags, one GET each; None where there is no such repository. Raises RegistryError.

    There can be thousands: a manifest is kept once for all its tags, and of its content only what counts here.
    """
    tags = if_there(lambda: list(repository.tags()))
    if tags is None:
        return None
    known: Dict[Digest, Manifest] = {}
    found = dict(zip(tags, workers.map(lambda tag: _read(repository, tag, known), tags)))
    return Contents(
        {tag: manifest for tag, manifest in found.items() if isinstance(manifest, Manifest)},
        {tag: why for tag, why in found.items() if isinstance(why, str)},
    )


def _read(repository: Repository, tag: str, known: Dict[Digest, Manifest]) -> Union[Manifest, str, None]:
    """The manifest, why it cannot be read, or None: a tag may go away while others are read."""
    try:
        manifest = if_there(lambda: repository.get_manifest(tag))
    except (ManifestError, ReferenceError_) as error:  # a registry may list what is no tag
        return str(error)
    if manifest is None:
        return None
    kept = {key: manifest.data[key] for key in _KEPT if key in manifest.data}
    return known.setdefault(manifest.digest, replace(manifest, data=kept))
