# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of an image (image-spec config.md): small, JSON, and the only place that names its platform."""

from __future__ import annotations

import json
from typing import Any

from .descriptor import Platform
from .digest import collect
from .download import download
from .errors import ManifestError, PlatformError
from .manifest import Manifest
from .media_type import MediaType
from .store import Store

CONFIG_LIMIT = 8 * 1024 * 1024
"""Bytes of a configuration that are read; those of real images have some kilobytes."""

IMAGE_CONFIGS = (MediaType.OCI_CONFIG, MediaType.DOCKER_CONFIG)


def read_config(store: Store, manifest: Manifest) -> Any | None:
    """The configuration as JSON data, verified; None where there is none, or it is no JSON (an artifact's).

    Raises ManifestError for one that is too large, or that is no JSON although its media type says so.
    """
    config = manifest.config
    if config is None:
        return None
    what = f"the configuration {config.digest} of {store.describe(manifest.digest)}"
    if config.size > CONFIG_LIMIT:
        raise ManifestError(f"{what} has {config.size} bytes: more than {CONFIG_LIMIT} are not read")
    raw = config.data if config.data is not None else collect(download(store.source(config), config))
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        if config.media_type not in IMAGE_CONFIGS and not config.media_type.endswith("json"):
            return None
        raise ManifestError(f"{what} is not JSON, though its type is {config.media_type}") from error


def config_platform(config: Any) -> Platform | None:
    """The platform that a configuration names; None where it names none (an artifact's)."""
    if not isinstance(config, dict) or not config.get("os") or not config.get("architecture"):
        return None
    try:
        return Platform.from_json(config)
    except (ManifestError, PlatformError):
        return None
