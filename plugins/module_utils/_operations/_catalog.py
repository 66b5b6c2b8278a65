# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The repositories of a registry, or a clear word where it does not tell them."""

from __future__ import annotations

from typing import List

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.registry import Registry

#: Categories of the answers "not for you" and "not here".
CLOSED = ("unauthorized", "denied")
MISSING = ("not_found", "unsupported", "invalid")

_WAY_OUT = "Name the repositories themselves, as in the option repositories of registry_tags_info"


def catalog(registry: Registry) -> List[str]:
    """The names of all repositories that the registry shows to this user, sorted.

    Raises RegistryError, which says what to do where there is no catalog, or none for this user.
    """
    try:
        return sorted(registry.repositories())
    except RegistryError as error:
        raise _explained(error, registry.address) from error


def _explained(error: RegistryError, address: str) -> RegistryError:
    if error.category in MISSING:
        what, hint = f"{address} has no catalog, so it cannot tell which repositories it has", _WAY_OUT
    elif error.category in CLOSED:
        what = f"{address} does not show its catalog to this user; many registries show it to nobody"
        hint = f"{_WAY_OUT}. " + (error.hint or f"Or give credentials for {address} that may read the catalog")
    else:
        return error
    return RegistryError(
        f"{what}: {error.message}",
        method=error.method,
        url=error.url,
        status=error.status,
        codes=error.codes,
        category=error.category,
        hint=hint,
    )
