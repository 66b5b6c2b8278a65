# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of images in the variables of the role `maintain`, and in what its tasks register."""

from __future__ import annotations

from typing import Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference


def below(registry: str, name: str) -> str:
    """The whole name of something in a registry."""
    return f"{registry.strip().rstrip('/')}/{name.strip()}"


def image_of(name: str) -> Optional[Reference]:
    """The image of this whole name, `latest` without a tag or a digest; None where it is no name."""
    try:
        return Reference.parse(name)
    except RegistryError:
        return None


def image_name(name: str) -> str:
    """The image's name as the modules write it; what is no name stays as it is."""
    return str(image_of(name) or name)


def repository_name(name: str) -> Optional[str]:
    """The repository of an image, with its registry, as the modules write it; None where it is no name."""
    image = image_of(name)
    return None if image is None else image.name


def is_in_registry(name: str) -> bool:
    """Whether an image is in a registry, and not in a folder or an archive."""
    try:
        return Location.parse(name).reference is not None
    except RegistryError:
        return False
