# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests by which manifests and tags go, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import Action, Plan, change
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import Contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_doom import Doom, Doomed


@dataclass(frozen=True)
class Removal:
    """One request to come: a manifest is deleted with all its tags, or one tag is taken off (`tag_only`)."""

    repository: Reference
    digest: Digest
    #: The tags that go by it, each with the reason.
    tags: Mapping[str, str]
    reason: str
    tag_only: bool = False
    after: FrozenSet[Digest] = frozenset()

    @property
    def name(self) -> Reference:
        """What goes, as a reference."""
        return self.repository.with_tag(min(self.tags)) if self.tag_only else self.repository.with_digest(self.digest)

    def __str__(self) -> str:
        return str(self.name)

    def plan(self) -> Plan:
        """The action, and the state before and after it."""
        if self.tag_only:
            action = Action("untag", str(self), self.reason, {"digest": str(self.digest)})
            return change(action, str(self.digest), None)
        state = {"tags": sorted(self.tags)}
        return change(Action("delete", str(self), self.reason, state), state, None)

    def tag_results(self) -> List[Dict[str, Any]]:
        """The entries in the result `removed`, one for each tag that goes."""
        return [
            {"repository": self.repository.name, "tag": tag, "digest": str(self.digest), "reason": reason}
            for tag, reason in sorted(self.tags.items())
        ]


def waves_of(repository: Reference, contents: Contents, doom: Doom) -> List[List[Removal]]:
    """All removals, each in a wave after those that it has to wait for."""
    waiting = [
        Removal(repository, digest, _tags_of(contents, doom, digest), doomed.reason, after=frozenset(doomed.after))
        for digest, doomed in doom.manifests.items()
    ]
    for tag, doomed in doom.tags.items():
        digest = contents.manifests[tag].digest
        if digest not in doom.manifests:
            waiting.append(_untag(repository, digest, tag, doomed))
    waves: List[List[Removal]] = []
    pending = {removal.digest for removal in waiting if not removal.tag_only}
    while waiting:
        # Names can go in a circle (a tag that cosign would give to an index of the very image), digests cannot.
        ready = [removal for removal in waiting if not removal.after & pending] or waiting
        waves.append(ready)
        waiting = [removal for removal in waiting if removal.after & pending] if ready is not waiting else []
        pending -= {removal.digest for removal in ready}
    return waves


def _tags_of(contents: Contents, doom: Doom, digest: Digest) -> Dict[str, str]:
    return {tag: doom.tags[tag].reason for tag in contents.tags_on.get(digest, ())}


def _untag(repository: Reference, digest: Digest, tag: str, doomed: Doomed) -> Removal:
    reason = f"{doomed.reason}; {digest} stays"
    return Removal(repository, digest, {tag: doomed.reason}, reason, tag_only=True, after=frozenset(doomed.after))
