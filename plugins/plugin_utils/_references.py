# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of images and repositories, as the plugins of the controller are given them."""

from __future__ import annotations

from typing import Any, Dict

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ReferenceError_
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names


def image(value: Any) -> Reference:
    """The image that a text names, as the modules read it. Raises RegistryError."""
    return _names.image(text(value))


def text(value: Any) -> str:
    """The value, when it is text. Raises ReferenceError_."""
    if isinstance(value, str):
        return value
    raise ReferenceError_(f"An image reference is text such as registry.example.com/team/app:v1, not {value!r}")


def repository_at(registry: str, repository: str) -> Reference:
    """A repository by the address of its registry (normalised) and its name there.

    Raises ReferenceError_, also for a host that with a path behind it would be read as a namespace of Docker Hub.
    """
    reference = Reference.parse_repository(f"{registry}/{repository}")
    if reference.registry != registry:
        raise ReferenceError_(
            f"{registry}/{repository} would be read as a repository of {reference.registry}: write the host of the "
            f"registry with its port or its domain, such as {registry}:443"
        )
    return reference


def as_data(reference: Reference) -> Dict[str, Any]:
    """The parts of a reference in plain types; None for what is absent."""
    return {
        "registry": reference.registry,
        "repository": reference.repository,
        "tag": reference.tag,
        "digest": None if reference.digest is None else str(reference.digest),
        "name": reference.name,
        "reference": reference.format(),
    }
