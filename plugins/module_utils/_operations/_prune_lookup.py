# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What pruning has to ask beyond what the tags point at: GET and HEAD only, and no question twice."""

from __future__ import annotations

from typing import Callable, Collection, Dict, Iterable, List, Optional, Protocol, Set, Tuple, TypeVar

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ManifestError,
    RegistryError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._image import Reader

Answer = TypeVar("Answer")


class Asked(Protocol):
    """What planning asks of a Lookup, and of its stand-in in tests."""

    def manifests(self, digests: Iterable[Digest]) -> Dict[Digest, Manifest]:
        """The manifests that are there."""

    def dates(self, manifests: Collection[Manifest]) -> Dict[Digest, Optional[str]]:
        """When images were made."""

    def missing(self, digests: Iterable[Digest]) -> Set[Digest]:
        """Which manifests are not there."""

    def referrers(self, digests: Iterable[Digest]) -> Dict[Digest, List[Digest]]:
        """What the registry lists as referring to each."""


class Lookup:
    """Answers for one repository, many questions at once."""

    def __init__(self, repository: Repository, workers: Workers) -> None:
        self._repository = repository
        self._workers = workers
        self._reader = Reader()
        #: Whether the registry has the referrers API; None until it has been asked.
        self._has_referrers: Optional[bool] = None

    def manifests(self, digests: Iterable[Digest]) -> Dict[Digest, Manifest]:
        """The manifests that are there and can be read."""
        found = self._map(self._manifest, digests)
        return {digest: manifest for digest, manifest in found if manifest is not None}

    def dates(self, manifests: Collection[Manifest]) -> Dict[Digest, Optional[str]]:
        """When images were made; None where that cannot be known."""
        found = self._workers.map(self._date, list(manifests))
        return {manifest.digest: date for manifest, date in zip(manifests, found)}

    def missing(self, digests: Iterable[Digest]) -> Set[Digest]:
        """Those that are not there: one HEAD each."""
        found = self._map(self._repository.head_manifest, digests)
        return {digest for digest, descriptor in found if descriptor is None}

    def referrers(self, digests: Iterable[Digest]) -> Dict[Digest, List[Digest]]:
        """What refers to each, by the referrers API; nothing where there is none: tags then tell all that is told."""
        todo = list(digests)
        found: Dict[Digest, List[Digest]] = {}
        if self._has_referrers is None and todo:
            first = self._referrers(todo[0])
            self._has_referrers = first is not None
            found[todo.pop(0)] = first or []
        if self._has_referrers:
            found.update({digest: listed or [] for digest, listed in self._map(self._referrers, todo)})
        return found

    def _manifest(self, digest: Digest) -> Optional[Manifest]:
        try:
            return self._reader.manifest(self._repository, digest)
        except ManifestError:
            return None

    def _date(self, manifest: Manifest) -> Optional[str]:
        try:
            return self._reader.details(self._repository, manifest).created
        except ManifestError:
            return None
        except RegistryError as error:
            if error.category == "not_found":  # the configuration is not there
                return None
            raise

    def _referrers(self, digest: Digest) -> Optional[List[Digest]]:
        listed = self._repository.referrers(digest)
        return None if listed is None else [entry.digest for entry in listed]

    def _map(self, ask: Callable[[Digest], Answer], digests: Iterable[Digest]) -> List[Tuple[Digest, Answer]]:
        todo = list(dict.fromkeys(digests))
        return list(zip(todo, self._workers.map(ask, todo)))
