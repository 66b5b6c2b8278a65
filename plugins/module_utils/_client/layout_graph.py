# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the images of a layout or an archive consist of, and what refers to them."""

from __future__ import annotations

from typing import Callable, Collection

from .descriptor import Descriptor
from .digest import Digest
from .errors import ManifestError, VerificationError, if_there
from .layout_index import LayoutIndex
from .manifest import Manifest, parse_manifest
from .referrers import attached_to, fallback_tag

Fetch = Callable[[Digest], Manifest]


def read_stored(raw: bytes, digest: Digest, entry: Descriptor | None, where: str) -> Manifest:
    """The manifest that `raw` is, which must be what its digest and the `entry` of an index say.

    Raises VerificationError, ManifestError, both beginning with `where`.
    """
    try:
        if entry is not None and entry.size != len(raw):
            raise VerificationError(f"the index says that it has {entry.size} bytes, but it has {len(raw)}")
        return parse_manifest(raw, entry.media_type if entry is not None else None, digest)
    except VerificationError as error:
        raise VerificationError(f"{where}: {error.message}") from error
    except ManifestError as error:
        raise ManifestError(f"{where}: {error.message}") from error


class Subjects:
    """What the entries of an index refer to. Each manifest is read once, however often it is asked for."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: dict[Digest, tuple[Digest, Descriptor] | None] = {}

    def of(self, digest: Digest) -> Digest | None:
        """The subject of a manifest; None where it has none, or is not there."""
        found = self._look(digest)
        return found[0] if found is not None else None

    def referrers(self, index: LayoutIndex, subject: Digest) -> list[Descriptor]:
        """The entries whose manifests say that `subject` is theirs, each once, described as a registry does."""
        found: dict[Digest, Descriptor] = {}
        for entry in index.descriptors:
            named = self._look(entry.digest) if entry.is_manifest else None
            if named is not None and named[0] == subject:
                found[entry.digest] = named[1]
        return list(found.values())

    def _look(self, digest: Digest) -> tuple[Digest, Descriptor] | None:
        if digest not in self._known:
            manifest = _read(self._fetch, digest)
            if manifest is None:
                return None
            subject = manifest.subject
            self._known[digest] = None if subject is None else (subject.digest, manifest.referrer())
        return self._known[digest]


def _read(fetch: Fetch, digest: Digest) -> Manifest | None:
    try:
        return if_there(lambda: fetch(digest))
    except ManifestError:
        return None  # of a kind that has no subject


def live_parts(
    index: LayoutIndex, stored: Collection[Digest], fetch: Fetch, subjects: Subjects
) -> tuple[LayoutIndex, set[Digest]]:
    """`index` without what was attached to images that are gone, and the digests of all that its images consist of.

    Something attached is kept with its subject, and where that never was in `stored`: then it came without.
    """
    live = _Live(stored, fetch)
    waiting: list[tuple[Descriptor, Digest]] = []
    for entry, name in zip(index.descriptors, index.names):
        owner = live.owner(name, subjects.of(entry.digest) if entry.is_manifest else None)
        if owner is None:
            live.add(entry)
        else:
            waiting.append((entry, owner))
    while True:
        ready = [entry for entry, owner in waiting if owner in live.digests]
        if not ready:
            return index.without([entry for entry, _owner in waiting]), live.digests
        waiting = [(entry, owner) for entry, owner in waiting if entry not in ready]
        for entry in ready:
            live.add(entry)


class _Live:
    """Collects what is stored of some manifests and of all below them."""

    def __init__(self, stored: Collection[Digest], fetch: Fetch) -> None:
        self.digests: set[Digest] = set()
        self._stored = stored
        self._fetch = fetch
        self._by_tag = {fallback_tag(digest): digest for digest in stored}
        self._walked: set[Digest] = set()

    def owner(self, name: str, subject: Digest | None) -> Digest | None:
        """What an entry is attached to, where that is stored; None for an image of its own."""
        if name:
            return self._by_tag.get(attached_to(name) or "")
        return subject if subject in self._stored else None

    def add(self, entry: Descriptor) -> None:
        todo = [entry]
        while todo:
            one = todo.pop()
            if one.digest not in self._stored:
                continue
            self.digests.add(one.digest)
            if one.is_manifest and one.digest not in self._walked:
                self._walked.add(one.digest)
                manifest = _read(self._fetch, one.digest)
                if manifest is not None:
                    todo += [*manifest.blobs, *manifest.manifests]
