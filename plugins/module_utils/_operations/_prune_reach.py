# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far keeping and removing reach: what is kept along with a manifest, and what goes along with one.

Kept is all that a kept index lists, and all that refers to a kept manifest. What goes never takes any of that along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Collection, Dict, Iterable, List, Mapping, Protocol, Set

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import fallback_tag
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import (
    Contents,
)


class Asked(Protocol):
    """What is asked of `_prune_lookup.Lookup`, and of its stand-in in tests."""

    def manifests(self, digests: Iterable[Digest]) -> Dict[Digest, Manifest]:
        """The manifests that are there."""

    def referrers(self, digests: Iterable[Digest]) -> Dict[Digest, List[Digest]]:
        """What the registry lists as referring to each."""


def living(contents: Contents, roots: Iterable[Digest], lookup: Asked) -> Set[Digest]:
    """Everything that must stay along with `roots`, and they themselves.

    What an index lists counts whether it is there or not; it is fetched only where it is an index itself.
    """
    found: Set[Digest] = set()
    todo = {contents.canonical(digest): True for digest in roots}
    while todo:
        fetched = lookup.manifests(
            [digest for digest, is_index in todo.items() if is_index and digest not in contents.by_digest]
        )
        found.update(todo)
        below: Dict[Digest, bool] = {}
        for digest in todo:
            manifest = contents.by_digest.get(digest) or fetched.get(digest)
            for child in manifest.manifests if manifest is not None else ():
                below[contents.canonical(child.digest)] = child.is_index
            below.update({contents.manifests[tag].digest: False for tag in contents.attachments(digest)})
        todo = {digest: is_index for digest, is_index in below.items() if digest not in found}
    return found


@dataclass
class Doomed:
    """A manifest or a tag that goes."""

    reason: str
    #: What has to be gone before: deleting an index first means that none ever lacks a child, and deleting an image
    #: first that none ever lacks its signature.
    after: Set[Digest] = field(default_factory=set)


class Doom:
    """Finds what goes along with tags that go. A manifest goes only when all its tags do, and when nothing that stays
    needs it."""

    def __init__(
        self, contents: Contents, lookup: Asked, alive: Set[Digest], spared: Collection[str], untagged: bool
    ) -> None:
        self._contents = contents
        self._lookup = lookup
        self.alive = alive
        #: Tags that stay whatever they belong to.
        self._spared = spared
        self.untagged = untagged
        self._waiting: Dict[Digest, Doomed] = {}
        self._absent: Set[Digest] = set()
        self.tags: Dict[str, Doomed] = {}
        self.manifests: Dict[Digest, Doomed] = {}

    def remove(self, reasons: Mapping[str, str], absent: Collection[Digest] = ()) -> None:
        """Remove these tags, and all that goes along with them; `absent` is known not to be there.

        Raises RegistryError.
        """
        self._absent.update(absent)
        for tag, reason in reasons.items():
            self._drop(tag, reason)
        fresh = self._take()
        while fresh:
            self._follow(fresh)
            fresh = self._take()

    def _drop(self, tag: str, reason: str, *after: Digest) -> None:
        if tag in self._spared:
            return
        doomed = self.tags.setdefault(tag, Doomed(reason))
        doomed.after.update(after)
        self._want(self._contents.manifests[tag].digest, reason, *after)

    def _want(self, digest: Digest, reason: str, *after: Digest) -> None:
        digest = self._contents.canonical(digest)
        if digest in self.alive:
            return
        doomed = self.manifests.get(digest) or self._waiting.setdefault(digest, Doomed(reason))
        doomed.after.update(other for other in after if other != digest)

    def _take(self) -> Dict[Digest, Manifest]:
        """Of what waits, what can go now."""
        tags_on, by_digest = self._contents.tags_on, self._contents.by_digest
        free = [digest for digest in self._waiting if all(tag in self.tags for tag in tags_on.get(digest, ()))]
        fetched = self._lookup.manifests([digest for digest in free if digest not in by_digest])
        fresh: Dict[Digest, Manifest] = {}
        for digest in free:
            manifest = by_digest.get(digest) or fetched.get(digest)
            if manifest is not None and not self._is_needed(manifest):
                fresh[digest] = manifest
                self.manifests[digest] = self._waiting.pop(digest)
                if manifest.subject is not None:
                    self.manifests[digest].after.add(self._contents.canonical(manifest.subject.digest))
        return fresh

    def _is_needed(self, manifest: Manifest) -> bool:
        """Whether it refers to something that stays, though an index or a tag of what goes names it, too."""
        if manifest.subject is None:
            return False
        subject = self._contents.canonical(manifest.subject.digest)
        return subject not in self._absent and subject not in self.manifests

    def _follow(self, fresh: Mapping[Digest, Manifest]) -> None:
        """Want all that belongs to what goes."""
        for digest, manifest in fresh.items():
            for child in manifest.manifests:
                # One with tags goes only when they do, but then not before the index.
                if self.untagged or self._contents.canonical(child.digest) in self._contents.tags_on:
                    self._want(child.digest, f"it is part of {digest}, which goes", digest)
            for tag in self._contents.attachments(digest):
                self._drop(tag, f"it belongs to {digest}, which goes", digest)
                listing = self._contents.manifests[tag]
                for entry in listing.manifests if tag == fallback_tag(digest) else ():
                    self._want(entry.digest, f"it refers to {digest}, which goes", digest, listing.digest)
        for digest, referrers in self._lookup.referrers(fresh).items():
            for referrer in referrers:
                self._want(referrer, f"it refers to {digest}, which goes", digest)
