# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an image a destination has already, by the fewest questions that tell."""

from __future__ import annotations

from typing import Callable, Collection, Iterable, Sequence

from .descriptor import Descriptor
from .digest import Digest
from .manifest import Manifest
from .media_type import MediaType
from .parallel import Once, Workers
from .store import Store

_OWN = (MediaType.OCI_CONFIG, MediaType.DOCKER_CONFIG)
"""Configurations that belong to one image. Artifacts have one and the same, which is empty."""


class Holdings:
    """What `dest` has. `answers` keeps those about blobs; `held` names the blobs of a manifest that are meant. With
    `every` each of them is asked for, and nothing is taken for missing because something else is."""

    def __init__(
        self,
        workers: Workers,
        answers: Once[bool],
        dest: Store,
        held: Callable[[Manifest], Collection[Descriptor]],
        every: bool,
    ) -> None:
        self._workers = workers
        self._answers = answers
        self._dest = dest
        self._held = held
        self._every = every
        self._there: dict[Digest, bool] = {}

    def find(self, manifests: Sequence[Manifest], tagged: Digest | None) -> list[bool]:
        """Whether each of the manifests is there, and so all below it; the one that is `tagged` is for sure.

        The layers are asked for, which an upload needs anyhow. Where one is missing, so is the image, and so is its
        configuration, which is its own: no question is asked about either.
        """
        self.ask(blob for manifest in manifests for blob in self._first(manifest))
        whole = list(manifests)
        if not self._every:
            whole = [manifest for manifest in whole if all(map(self.has, self._first(manifest)))]
            self.ask(blob for manifest in whole for blob in self._held(manifest))
            whole = [manifest for manifest in whole if all(map(self.has, self._held(manifest)))]
        unclear = [manifest.digest for manifest in whole if manifest.digest != tagged]
        resolved = dict(zip(unclear, self._workers.map(self._dest.resolve, unclear)))
        there = {manifest.digest for manifest in whole if resolved.get(manifest.digest, tagged) is not None}
        return [manifest.digest in there for manifest in manifests]

    def has(self, blob: Descriptor) -> bool:
        """Whether a blob is there, by the answers so far."""
        return self._there.get(blob.digest, False)

    def was_asked(self, blob: Descriptor) -> bool:
        """Whether there is an answer about a blob."""
        return blob.digest in self._there

    def _first(self, manifest: Manifest) -> list[Descriptor]:
        return [blob for blob in self._held(manifest) if self._every or not _is_own(manifest, blob)]

    def ask(self, blobs: Iterable[Descriptor]) -> None:
        """Find out about each of these, once."""
        wanted = list(dict.fromkeys(blob.digest for blob in blobs if blob.digest not in self._there))
        self._there.update(zip(wanted, self._workers.map(self._has_blob, wanted)))

    def _has_blob(self, digest: Digest) -> bool:
        dest = self._dest
        return self._answers.get((dest.place, dest.name, digest), lambda: dest.has_blob(digest))


def _is_own(manifest: Manifest, blob: Descriptor) -> bool:
    config = manifest.config
    return config is not None and config.digest == blob.digest and blob.media_type in _OWN
