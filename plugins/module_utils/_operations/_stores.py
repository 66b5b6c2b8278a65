# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the places of images to Stores: each folder and each archive once, for all images of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import OCI, Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.registry import Registry
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import RegistryStore, Store

if TYPE_CHECKING:
    from ansible_collections.regops.oci_registry.plugins.module_utils._client.archive import ArchiveStore


class Stores:
    """Gives out Stores; a context manager, at whose end what was not committed is gone. Not thread-safe: all Stores are
    asked for before the work begins."""

    def __init__(self, source: Client, destination: Client) -> None:
        self._source = source
        self._destination = destination
        self._layouts: Dict[str, Store] = {}
        self._archives: Dict[Tuple[str, str], ArchiveStore] = {}

    def __enter__(self) -> Stores:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for store in self._archives.values():
            store.close()

    def source(self, location: Location) -> Store:
        """The Store that `location` is read from."""
        return self._store(self._source, location)

    def destination(self, location: Location) -> Store:
        """The Store that `location` is written to."""
        return self._store(self._destination, location)

    def source_repository(self, reference: Reference) -> Repository:
        """A repository to read from, beyond what a Store shows of it."""
        return self._source.repository(reference)

    def source_registry(self, address: str) -> Registry:
        """A registry to read from."""
        return self._source.registry(address)

    @property
    def destination_client(self) -> Client:
        """The way to the registries that are written to."""
        return self._destination

    def commit(self) -> None:
        """Write the archives that got something. Raises RegistryError, OSError: then that archive is as it was."""
        for store in self._archives.values():
            store.commit()

    def _store(self, client: Client, location: Location) -> Store:
        if location.reference is not None:
            return RegistryStore(client.repository(location.reference))
        return self._layout(location) if location.transport == OCI else self._archive(location)

    # Imported where they are needed: most copies are from registry to registry, and every task pays for its imports.

    def _layout(self, location: Location) -> Store:
        from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout import LayoutStore

        if location.path not in self._layouts:
            self._layouts[location.path] = LayoutStore(location.path)
        return self._layouts[location.path]

    def _archive(self, location: Location) -> Store:
        from ansible_collections.regops.oci_registry.plugins.module_utils._client.archive import ArchiveStore

        key = (location.transport, location.path)
        if key not in self._archives:
            self._archives[key] = ArchiveStore(location.transport, location.path)
        return self._archives[key]
