# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tags of whole repositories point at: one HEAD a tag."""

from __future__ import annotations

from typing import Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.untag import listed_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run_all import run_all

#: Tags of one repository and their digests.
Tags = Mapping[str, Digest]


class Surveys:
    """The tags of repositories; a repository that could not be read raises its error when it is asked for."""

    def __init__(self, tags: Mapping[Reference, Tags], errors: Mapping[Reference, BaseException]) -> None:
        self._tags = tags
        self._errors = errors

    def tags(self, repository: Reference) -> Tags:
        """The tags of a repository (a reference without version). Raises what reading it raised."""
        if repository in self._errors:
            raise self._errors[repository]
        return self._tags[repository]


def _all(repository: Reference, tag: str) -> bool:
    """Ask for every tag."""
    return True


def survey(
    client: Client,
    repositories: Sequence[Reference],
    limit: int,
    wanted: Callable[[Reference, str], bool] = _all,
) -> Surveys:
    """Read those tags of the repositories that are `wanted`, at most `limit` requests at a time; never raises for one
    of the repositories."""
    errors: Dict[Reference, BaseException] = {}
    tags: Dict[Reference, Dict[str, Digest]] = {repository: {} for repository in repositories}
    listed = run_all(lambda repository: listed_tags(client.repository(repository)), repositories, limit)
    pairs: List[Tuple[Reference, str]] = []
    for listing in listed:
        _note(errors, listing.item, listing.error)
        pairs += [(listing.item, name) for name in listing.value or () if wanted(listing.item, name)]
    for head in run_all(lambda pair: client.repository(pair[0]).head_manifest(pair[1]), pairs, limit):
        repository, name = head.item
        _note(errors, repository, head.error)
        if head.value is not None:
            tags[repository][name] = head.value.digest
    return Surveys(tags, errors)


def _note(errors: Dict[Reference, BaseException], repository: Reference, error: Optional[BaseException]) -> None:
    if error is not None:
        errors.setdefault(repository, error)
