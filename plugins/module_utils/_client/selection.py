# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of an image is meant when platforms are named."""

from __future__ import annotations

from typing import Any, Sequence

from .descriptor import Platform
from .errors import PlatformError
from .image_config import config_platform, read_config
from .manifest import Manifest, filter_platforms
from .store import Store


def select(store: Store, manifest: Manifest, platforms: Sequence[Platform]) -> Manifest:
    """`manifest` for these platforms (none: as it is).

    An index is cut down to them, and stays an index, so that clients choose from it as before. A single image is taken
    as it is when it is for one of them. Raises PlatformError, which names the platforms that exist.
    """
    if not platforms:
        return manifest
    if manifest.is_index:
        return filter_platforms(manifest, platforms)
    check_platform(store, manifest, read_config(store, manifest), platforms)
    return manifest


def check_platform(store: Store, manifest: Manifest, config: Any, platforms: Sequence[Platform]) -> None:
    """Raise PlatformError when a single image, whose configuration is `config`, is for none of `platforms`."""
    actual = config_platform(config)
    if actual is None or not any(wanted.matches(actual) for wanted in platforms):
        raise PlatformError(
            "{} is one image, for {}, not for {}".format(
                store.describe(manifest.digest),
                actual or "no platform that it names",
                " or ".join(str(wanted) for wanted in platforms),
            )
        )
