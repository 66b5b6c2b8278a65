# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far removing reaches: what goes along with tags that go. It never takes along what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Collection, Dict, Mapping, Optional, Set

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import fallback_tag
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import Contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_living import living
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_lookup import Asked
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_policy import Policy


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


def find_doom(
    repository: Reference,
    contents: Contents,
    policy: Policy,
    lookup: Asked,
    spared: Collection[str],
    condemned: Mapping[str, str],
) -> Doom:
    """What goes with the `condemned` tags, and orphans.

    Tags that stay for want of a reason to go (they are attached to something that is not known to go) need what they
    point at as much as the others, and what is attached to that as well. Where they would lose it, all is found out
    once more with them among the others.
    """
    roots = set(spared)
    while True:
        alive = living(contents, [contents.manifests[tag].digest for tag in roots], lookup)
        alive |= policy.used.digests | policy.needed
        # What cannot be read may need manifests that nobody knows of.
        doom = Doom(contents, lookup, alive, spared, policy.untagged and not contents.unreadable)
        if condemned or _adrift(contents, doom):
            # What is in use need not have a tag, and is asked for only where it counts.
            doom.alive.update(living(contents, policy.used.likely_in(repository), lookup))
        doom.remove(condemned)
        adrift = _adrift(contents, doom)
        missing = lookup.missing(list(adrift.values()))
        orphans = {tag: digest for tag, digest in adrift.items() if digest in missing}
        doom.remove({tag: f"it belongs to {digest}, which is not there" for tag, digest in orphans.items()}, missing)
        stay = set(contents.manifests) - set(doom.tags)
        needed = living(contents, [contents.manifests[tag].digest for tag in stay], lookup)
        if not needed & {*doom.manifests, *orphans.values()}:
            return doom
        roots |= stay


def _adrift(contents: Contents, doom: Doom) -> Dict[str, Digest]:
    """The tags that are attached to what neither stays nor goes, as far as is known, each with the digest of that.

    A repository without any image is one for the signatures of others, and left alone.
    """
    if not doom.untagged or not contents.images:
        return {}
    settled = {fallback_tag(digest) for digest in [*doom.alive, *doom.manifests]}
    found: Dict[str, Digest] = {}
    for tag, key in contents.belongs.items():
        digest = _subject(contents.manifests[tag], key)
        if tag not in doom.tags and key not in settled and digest is not None:
            found[tag] = digest
    return found


def _subject(manifest: Manifest, key: str) -> Optional[Digest]:
    """The digest that a fallback tag stands for; None where it is cut, and so cannot tell."""
    subject = manifest.subject
    if subject is not None and fallback_tag(subject.digest) == key:
        return subject.digest
    return Digest.parse(key.replace("-", ":", 1)) if key.startswith("sha256-") else None
