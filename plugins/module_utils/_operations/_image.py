# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of an image beyond its manifest: its configuration, platforms, size and age. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
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


def get_if_there(repository: Repository, version: str) -> Optional[Manifest]:
    """The manifest, or None where the registry says 404; every other error is raised."""
    try:
        return repository.get_manifest(version)
    except RegistryError as error:
        if error.category == "not_found":
            return None
        raise


@dataclass(frozen=True)
class Details:
    """An image or index as a whole."""

    platforms: Tuple[Platform, ...]
    #: Bytes of all manifests, configurations and layers, each once.
    total_size: int
    #: When its newest part was made; None when that is not known.
    created: Optional[str]


class Reader:
    """Looks into images; what several of them share is fetched once. Thread-safe."""

    def __init__(self) -> None:
        self._fetched: Once[Any] = Once()

    def details(self, repository: Repository, manifest: Manifest) -> Details:
        """Look into an image, or into every image of an index. Raises RegistryError."""
        images = self._images(repository, manifest)
        sizes: Dict[str, int] = {manifest.digest: manifest.size}
        created: List[str] = []
        platforms: List[Platform] = list(available_platforms(manifest)) if manifest.is_index else []
        for image in images:
            sizes[image.digest] = image.size
            sizes.update({blob.digest: blob.size for blob in image.blobs})
            config = self._config(repository, image) if _is_image(image) else None
            created += _created(image, config)
            platform = config_platform(config)
            if platform is not None and not manifest.is_index:
                platforms.append(platform)
        return Details(tuple(platforms), sum(sizes.values()), max(created + _created(manifest, None), default=None))

    def _images(self, repository: Repository, manifest: Manifest) -> List[Manifest]:
        """The manifest itself, or the manifests at the leaves of an index, each once.

        A child that is not there (an index that was copied for some platforms only) is left out.
        """
        # What is at hand is not fetched again as the child of another index.
        self._fetched.get((repository.reference(), manifest.digest), lambda: manifest)
        leaves: Dict[str, Manifest] = {}
        seen = {manifest.digest}
        todo = [manifest]
        while todo:
            current = todo.pop()
            if not current.is_index:
                leaves[current.digest] = current
            for child in current.manifests:
                if child.digest in seen or not (child.is_manifest or child.is_index):
                    continue
                seen.add(child.digest)
                found = self._manifest(repository, child.digest)
                todo += [found] if found is not None else []
        return list(leaves.values())

    def _manifest(self, repository: Repository, digest: str) -> Optional[Manifest]:
        found: Optional[Manifest] = self._fetched.get(
            (repository.reference(), digest), lambda: get_if_there(repository, digest)
        )
        return found

    def _config(self, repository: Repository, image: Manifest) -> Any:
        key = (repository.reference(), image.config.digest if image.config is not None else None)
        return self._fetched.get(key, lambda: read_config(RegistryStore(repository), image))


def artifact_type(manifest: Manifest) -> Optional[str]:
    """The type of an artifact; None for an image or index that names none."""
    return None if manifest.artifact_type in IMAGE_CONFIGS else manifest.artifact_type


def _is_image(manifest: Manifest) -> bool:
    return manifest.config is not None and manifest.config.media_type in IMAGE_CONFIGS


def _created(manifest: Manifest, config: Any) -> List[str]:
    """When a manifest was made (RFC 3339, UTC), by its configuration or else its annotation; empty when unknown."""
    for text in (config.get("created") if isinstance(config, dict) else None, manifest.annotations.get(_CREATED)):
        moment = to_utc(text)
        if moment is not None:
            return [moment]
    return []
