# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning in check mode where tasks before have only predicted what they bring: the tags as they would be by then.

Manifests that are not in the repository yet are read where they come from.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import Any, Collection, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import Contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_lookup import Lookup
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_planned import Planned
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sides import credential_hosts


class Foresight:
    """What is known of the tags to come, each with the client that reads from its source; perhaps nothing."""

    def __init__(self, coming: Sequence[Tuple[Planned, Client]] = ()) -> None:
        self._coming: Dict[Reference, List[Tuple[Planned, Client]]] = {}
        for one, client in coming:
            self._coming.setdefault(one.name.without_version(), []).append((one, client))

    def look(
        self, contents: Optional[Contents], repository: Repository, workers: Workers
    ) -> Tuple[Optional[Contents], Lookup]:
        """The tags of a repository as they would be, and what answers further questions. Raises RegistryError."""
        coming = self._coming.get(repository.reference())
        if coming is None:
            return contents, Lookup(repository, workers)
        before = contents or Contents()
        lookup = _ForeseenLookup(repository, workers)
        manifests, unreadable = dict(before.manifests), dict(before.unreadable)
        known = dict(before.by_digest)
        for one, client in coming:
            tag = str(one.name.tag)
            unreadable.pop(tag, None)
            if one.digest is None:
                manifests.pop(tag, None)
                continue
            if one.digest not in known:
                known[one.digest] = _read(one, one.digest, client, lookup, workers)
            manifests[tag] = known[one.digest]
        return (Contents(manifests, unreadable) if manifests or contents is not None else None), lookup


def _read(one: Planned, digest: Digest, client: Client, lookup: _ForeseenLookup, workers: Workers) -> Manifest:
    """The manifest from the repository, or from where it comes."""
    here = lookup.manifests([digest]).get(digest)
    if here is not None:
        return here
    if one.src is None:
        raise RegistryError(
            f"{one.name} is planned to be {digest}, which is not there, and without src it cannot be looked at",
            category="not_found",
        )
    source = client.repository(one.src)
    manifest = source.get_manifest(digest)
    lookup.add(manifest, Lookup(source, workers))
    return manifest


class _ForeseenLookup(Lookup):
    """Answers for a repository as if it had what is to come; that is read where it comes from."""

    def __init__(self, repository: Repository, workers: Workers) -> None:
        super().__init__(repository, workers)
        self._elsewhere: Dict[Digest, Lookup] = {}

    def add(self, manifest: Manifest, source: Lookup) -> None:
        """A manifest comes from `source`, with all that it lists."""
        self._elsewhere.setdefault(manifest.digest, source)
        for child in manifest.manifests:
            self._elsewhere.setdefault(child.digest, source)

    def manifests(self, digests: Iterable[Digest]) -> Dict[Digest, Manifest]:
        """The manifests that are there or to come."""
        todo = list(dict.fromkeys(digests))
        found = super().manifests(todo)
        for digest in todo:
            source = self._elsewhere.get(digest)
            if digest not in found and source is not None:
                for manifest in source.manifests([digest]).values():
                    self.add(manifest, source)
                    found[digest] = manifest
        return found

    def dates(self, manifests: Collection[Manifest]) -> Dict[Digest, Optional[str]]:
        """When images were made."""
        found = super().dates([manifest for manifest in manifests if manifest.digest not in self._elsewhere])
        for manifest in manifests:
            if manifest.digest in self._elsewhere:
                found.update(self._elsewhere[manifest.digest].dates([manifest]))
        return found

    def missing(self, digests: Iterable[Digest]) -> Set[Digest]:
        """Those that are not there and do not come."""
        return super().missing([digest for digest in digests if digest not in self._elsewhere])


@contextmanager
def open_foresight(
    planned: Sequence[Planned], options: Mapping[str, Any], context: Context, repositories: Iterable[Reference]
) -> Iterator[Foresight]:
    """What is planned, for check mode; otherwise what is there counts, and nothing is foreseen."""
    destinations = [Location.of(repository) for repository in repositories]
    clients: List[Tuple[Optional[Mapping[str, Any]], Client]] = []
    coming: List[Tuple[Planned, Client]] = []
    with ExitStack() as stack:
        for one in planned if context.check_mode else ():
            client = next((client for auth, client in clients if auth == one.src_auth), None)
            if client is None:
                hosts = credential_hosts(one.src_auth, None, destinations)
                client = stack.enter_context(open_client(options, context, one.src_auth, hosts))
                clients.append((one.src_auth, client))
            coming.append((one, client))
        yield Foresight(coming)
