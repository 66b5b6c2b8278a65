# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An index composed from images that are in registries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import (
    Descriptor,
    Platform,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.image_config import (
    IMAGE_CONFIGS,
    config_platform,
    read_config,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import RegistryStore


@dataclass(frozen=True)
class Member:
    """What one image brings into the index: itself, or the children of the index that it is."""

    name: Reference
    digest: Digest
    descriptors: Tuple[Descriptor, ...]


def read_member(client: Client, name: Reference) -> Member:
    """Look at an image: one GET, and one more for the configuration of an image that is no index."""
    repository = client.repository(name)
    manifest = repository.get_manifest(name.version)
    if manifest.is_index:
        return Member(name, manifest.digest, tuple(manifest.manifests))
    platform: Optional[Platform] = None
    if manifest.config is not None and manifest.config.media_type in IMAGE_CONFIGS:
        platform = config_platform(read_config(RegistryStore(repository), manifest))
    own_type = manifest.data.get("artifactType")
    descriptor = replace(manifest.descriptor(platform), artifact_type=own_type or None)
    return Member(name, manifest.digest, (descriptor,))


def compose(members: Sequence[Member], annotations: Optional[Mapping[str, str]], media_type: str) -> Manifest:
    """The index of all members, in their order, each digest once."""
    children: Dict[str, Descriptor] = {}
    for member in members:
        for descriptor in member.descriptors:
            children.setdefault(descriptor.digest, descriptor)
    return build_index(list(children.values()), annotations, media_type=media_type)


def ambiguous_platforms(index: Manifest) -> List[str]:
    """Platforms that more than one child is for: a client takes the first and never sees the others."""
    platforms = [child.platform for child in index.manifests]
    known = [platform for platform in platforms if platform is not None and not platform.is_unknown]
    return [str(platform) for platform in dict.fromkeys(known) if known.count(platform) > 1]
