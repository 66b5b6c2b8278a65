# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of an image beyond its manifest: its configuration, platforms, size and age. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import if_there
from ansible_collections.regops.oci_registry.plugins.module_utils._client.image_config import (
    IMAGE_CONFIGS,
    config_platform,
    read_config,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    available_platforms,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Once
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import RegistryStore
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._time import to_utc

_CREATED = "org.opencontainers.image.created"


@dataclass(frozen=True)
class _Part:
    """What counts of one manifest. Manifests by the thousand are not kept: this is."""

    sizes: Mapping[str, int]
    platforms: Tuple[Platform, ...]
    created: Tuple[str, ...]
    children: Tuple[Digest, ...]


@dataclass(frozen=True)
class Details:
    """An image or index as a whole."""

    platforms: Tuple[Platform, ...]
    #: When its newest part was made; None when that is not known.
    created: Optional[str]
    #: What it consists of; images share these, so that keeping the details of thousands takes little.
    parts: Tuple[_Part, ...] = ()

    @property
    def sizes(self) -> Dict[str, int]:
        """Bytes of all manifests, configurations and layers by their digests, each once. Made anew at each call."""
        return {digest: size for part in self.parts for digest, size in part.sizes.items()}

    @property
    def total_size(self) -> int:
        """Bytes of all that belongs to it, each part once."""
        return sum(self.sizes.values())


class Reader:
    """Looks into images; what several of them share is fetched once. Thread-safe.

    With `keep`, `manifest` keeps what it fetched; without, it is for reading thousands of images in little memory.
    """

    def __init__(self, keep: bool = True) -> None:
        self._keep = keep
        self._manifests: Once[Optional[Manifest]] = Once()
        self._parts: Once[Optional[_Part]] = Once()
        self._configs: Once[Tuple[Optional[Platform], Tuple[str, ...]]] = Once()

    def details(self, repository: Repository, manifest: Manifest) -> Details:
        """Look into an image, or into every image of an index. Raises RegistryError.

        A child that is not there (an index that was copied for some platforms only) is left out.
        """
        root = self._known(repository, manifest)
        parts = {manifest.digest: root}
        todo = list(root.children)
        while todo:
            digest = todo.pop()
            part = None if digest in parts else self._part(repository, digest)
            if part is not None:
                parts[digest] = part
                todo += part.children
        created = [moment for part in parts.values() for moment in part.created]
        return Details(root.platforms, max(created, default=None), tuple(parts.values()))

    def manifest(self, repository: Repository, digest: str) -> Optional[Manifest]:
        """A manifest by its digest; None where the registry says 404. Raises RegistryError."""

        def find() -> Optional[Manifest]:
            return if_there(lambda: repository.get_manifest(digest))

        return self._manifests.get((repository.reference(), digest), find) if self._keep else find()

    def _known(self, repository: Repository, manifest: Manifest) -> _Part:
        """The part for a manifest at hand, which is not fetched again as the child of another index."""
        key = (repository.reference(), manifest.digest)
        if self._keep:
            self._manifests.get(key, lambda: manifest)
        part = self._parts.get(key, lambda: self._look(repository, manifest))
        # It may have been missing when an index asked for it, and be there now.
        return part if part is not None else self._look(repository, manifest)

    def _part(self, repository: Repository, digest: Digest) -> Optional[_Part]:
        def look() -> Optional[_Part]:
            found = self.manifest(repository, digest)
            return None if found is None else self._look(repository, found)

        return self._parts.get((repository.reference(), digest), look)

    def _look(self, repository: Repository, manifest: Manifest) -> _Part:
        sizes = {str(blob.digest): blob.size for blob in manifest.blobs}
        sizes[str(manifest.digest)] = manifest.size
        children = tuple(child.digest for child in manifest.manifests if child.is_manifest or child.is_index)
        if manifest.is_index:
            return _Part(sizes, tuple(available_platforms(manifest)), _annotated(manifest), children)
        platform, created = self._config(repository, manifest) if _is_image(manifest) else (None, ())
        platforms = () if platform is None else (platform,)
        return _Part(sizes, platforms, created or _annotated(manifest), children)

    def _config(self, repository: Repository, image: Manifest) -> Tuple[Optional[Platform], Tuple[str, ...]]:
        def look() -> Tuple[Optional[Platform], Tuple[str, ...]]:
            config = read_config(RegistryStore(repository), image)
            return config_platform(config), _moment(config.get("created") if isinstance(config, dict) else None)

        key = (repository.reference(), image.config.digest if image.config is not None else None)
        return self._configs.get(key, look)


def artifact_type(manifest: Manifest) -> Optional[str]:
    """The type of an artifact; None for an image or index that names none."""
    return None if manifest.artifact_type in IMAGE_CONFIGS else manifest.artifact_type


def _is_image(manifest: Manifest) -> bool:
    return manifest.config is not None and manifest.config.media_type in IMAGE_CONFIGS


def _annotated(manifest: Manifest) -> Tuple[str, ...]:
    """When a manifest says that it was made."""
    return _moment(manifest.annotations.get(_CREATED))


def _moment(text: Any) -> Tuple[str, ...]:
    """RFC 3339 in UTC; empty for what is none."""
    moment = to_utc(text)
    return () if moment is None else (moment,)
