# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much may hang together: the manifests of an image, and of what is attached to it, are held in memory."""

from __future__ import annotations

from .errors import ManifestError

DEEPEST = 16
"""Levels of indexes below an image, or of referrers of referrers. Real images have two."""
LARGEST = 32 * 1024 * 1024
"""Bytes of manifests; of a thousand images with thirty layers each they are seven million."""


class GraphLimits:
    """Counts the levels and bytes of manifests below `what`, a text for people, before they are fetched."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._levels = 0
        self._bytes = 0

    def descend(self) -> None:
        """Go one level down. Raises ManifestError where there are too many."""
        self._levels += 1
        if self._levels > DEEPEST:
            raise ManifestError(f"{self.what} consists of manifests that are nested deeper than {DEEPEST} levels")

    def take(self, size: int) -> None:
        """Take in one more manifest. Raises ManifestError where all of them are too large together."""
        self._bytes += size
        if self._bytes > LARGEST:
            raise ManifestError(f"{self.what} consists of more than the {LARGEST} bytes of manifests that are read")
