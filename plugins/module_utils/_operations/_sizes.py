# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much room many things take that share blobs: each blob counts once. Pure."""

from __future__ import annotations

from typing import Dict, Hashable, Mapping, Optional, Tuple


class Sizes:
    """The blobs of several owners (images of a repository, repositories of a registry).

    Memory grows with the number of different blobs, not with that of the owners that share them.
    """

    def __init__(self) -> None:
        #: For each blob its bytes, and its owner where there is only one (in a tuple: None is that of many).
        self._blobs: Dict[str, Tuple[int, Optional[Tuple[Hashable]]]] = {}

    def add(self, owner: Hashable, sizes: Mapping[str, int]) -> None:
        """Count blobs (bytes by digest) of an owner; the same ones of the same owner may come again."""
        mine = (owner,)
        for digest, size in sizes.items():
            found = self._blobs.get(digest)
            if found is None:
                self._blobs[digest] = (size, mine)
            elif found[1] != mine:
                self._blobs[digest] = (found[0], None)

    @property
    def total(self) -> int:
        """Bytes of all blobs, each once."""
        return sum(size for size, owner in self._blobs.values())

    @property
    def all(self) -> Dict[str, int]:
        """The bytes of each blob."""
        return {digest: size for digest, (size, owner) in self._blobs.items()}

    def unique(self) -> Dict[Hashable, int]:
        """For each owner that has any, the bytes of the blobs that nobody else has."""
        found: Dict[Hashable, int] = {}
        for size, owner in self._blobs.values():
            if owner is not None:
                found[owner[0]] = found.get(owner[0], 0) + size
        return found
