# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that there is to do with manifests and indexes, under one name: read, choose from, compose."""

from __future__ import annotations

from .manifest_build import build_image_manifest, build_index
from .manifest_document import MANIFEST_LIMIT, Manifest, parse_manifest
from .manifest_platforms import available_platforms, filter_platforms, select_platform
from .strict_json import dump_json

__all__ = [
    "MANIFEST_LIMIT",
    "Manifest",
    "available_platforms",
    "build_image_manifest",
    "build_index",
    "dump_json",
    "filter_platforms",
    "parse_manifest",
    "select_platform",
]
