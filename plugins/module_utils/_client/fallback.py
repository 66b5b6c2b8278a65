# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tag that lists the referrers of a manifest where there is no API for it (distribution spec "Referrers Tag
Schema"), when several clients write to it at once.

A change is a read and a write, and what somebody else writes in between would be lost. The write therefore carries the
condition that nothing has changed (RFC 9110 section 13.1). The specification does not ask registries to heed it, and
none of those that the tests run does: distribution gives an ETag and writes all the same. So whoever writes looks again
once everybody who read before that write must have written, and merges what is missing. Lost is only what somebody
overwrites who took longer between reading and writing than others wait.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Callable, Iterable, List

from .descriptor import Descriptor
from .digest import Digest
from .errors import ManifestError, RegistryError, if_there
from .manifest import build_index
from .repository import Repository

_ENCODED_LIMIT = 64
_ALGORITHM_LIMIT = 32
_UNKNOWN = "MANIFEST_BLOB_UNKNOWN"
_ATTEMPTS = 10
_SHORTEST_WAIT = 0.2
"""Seconds that others have between their read and their write, at least."""
_TIMES_AS_LONG = 4
"""How many times as long as we took for it."""
_LONGEST_WAIT = 8.0


Change = Callable[[List[Descriptor]], List[Descriptor]]


@dataclass(frozen=True)
class Listing:
    """What a fallback tag lists; `digest` is None where there is no such tag, `etag` where none is said."""

    entries: tuple[Descriptor, ...] = ()
    digest: Digest | None = None
    etag: str | None = None

    @property
    def unchanged(self) -> dict[str, str]:
        """The condition that this is still so; none where a registry gives no ETag by which it could tell."""
        if self.digest is None:
            return {"If-None-Match": "*"}
        # A weak one (a proxy that compresses makes one) never matches: RFC 9110 section 13.1.1.
        return {"If-Match": self.etag} if self.etag and not self.etag.startswith("W/") else {}


def fallback_tag(digest: Digest) -> str:
    """The tag of the referrers tag schema: algorithm and encoded part, cut to 32 and 64 characters."""
    return f"{digest.algorithm[:_ALGORITHM_LIMIT]}-{digest.encoded[:_ENCODED_LIMIT]}"


class FallbackTag:
    """The fallback tag of one subject."""

    def __init__(self, repository: Repository, subject: Digest) -> None:
        self.repository = repository
        self.subject = subject
        self.tag = fallback_tag(subject)

    def read(self) -> Listing:
        """What it lists now. Raises ResponseError, and ManifestError for a tag that is something else than an index."""
        found = if_there(lambda: self.repository.get_tagged_manifest(self.tag))
        if found is None:
            return Listing()
        index, etag = found
        if index.digest == self.subject:
            # GitLab takes a tag that looks like a digest for that digest, so this says that there is no such tag.
            return Listing()
        if not index.is_index:
            raise ManifestError(
                f"{self.repository.reference(self.tag)} is the tag for the referrers of {self.subject}, "
                "but it is not an image index"
            )
        return Listing(tuple(index.manifests), index.digest, etag)

    def add(self, referrer: Descriptor) -> None:
        """List a referrer, unless it is listed. Raises as `read`, and RegistryError (conflict) where others overwrite
        it again and again."""
        self._change(lambda entries: entries if _has(entries, referrer.digest) else entries + [referrer])

    def remove(self, referrer: Digest) -> None:
        """List a referrer no longer. Nothing is written where it is not listed. Raises as `add`."""
        self._change(lambda entries: [entry for entry in entries if entry.digest != referrer])

    def _change(self, change: Change) -> None:
        others: dict[Digest, Descriptor] = {}
        is_heeded, is_usable = False, True
        began, now = time.monotonic(), self.read()
        for attempt in range(_ATTEMPTS):
            wanted = change(self._merged(now, others))
            if tuple(wanted) == now.entries:
                return
            others.update((entry.digest, entry) for entry in now.entries)
            written = self._write(wanted, now.unchanged if is_usable else {})
            if written is not None and is_heeded:
                return
            _wait(attempt, time.monotonic() - began)
            if written is not None and self._is(written):
                return
            before, began, now = now, time.monotonic(), self.read()
            if written is None:
                # Refused though nothing has changed: an ETag that a proxy has rewritten says nothing.
                is_usable = is_usable and now.digest != before.digest
                is_heeded = is_usable
        raise RegistryError(
            f"The referrers of {self.subject} cannot be listed in {self.repository.reference(self.tag)}: "
            f"others have overwritten that tag {_ATTEMPTS} times",
            category="conflict",
            hint="Run it again when less is written there",
        )

    def _merged(self, now: Listing, others: dict[Digest, Descriptor]) -> list[Descriptor]:
        """What is listed, and what was listed before and is there still: somebody has overwritten it unseen."""
        lost = [entry for digest, entry in others.items() if not _has(now.entries, digest)]
        return [*now.entries, *(entry for entry in lost if self._exists(entry))]

    def _write(self, entries: list[Descriptor], condition: dict[str, str]) -> Digest | None:
        """The digest of the index that the tag now is; None where the registry says that something has changed."""
        index = build_index(entries)
        try:
            self.repository.put_manifest(self.tag, index, condition=condition)
        except RegistryError as error:
            if error.status == 412 and condition:
                return None
            # distribution takes no index of what was deleted since.
            there = [entry for entry in entries if self._exists(entry)] if _UNKNOWN in error.codes else entries
            if len(there) == len(entries):
                raise
            return self._write(there, condition)
        return index.digest

    def _exists(self, entry: Descriptor) -> bool:
        return self.repository.head_manifest(entry.digest) is not None

    def _is(self, written: Digest) -> bool:
        there = self.repository.head_manifest(self.tag)
        return there is not None and there.digest == written


def _has(entries: Iterable[Descriptor], digest: Digest) -> bool:
    return any(entry.digest == digest for entry in entries)


def _wait(attempt: int, took: float) -> None:
    """Wait until others have written who read when we did. The longer the more often we lost, with jitter, so that
    those who collided do not collide again."""
    shortest = max(_SHORTEST_WAIT, _TIMES_AS_LONG * took) * 2.0**attempt
    time.sleep(min(_LONGEST_WAIT, shortest) * random.uniform(1.0, 2.0))
