# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of an artifact."""

from __future__ import annotations

from typing import Any, Dict, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import is_media_type
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.titles import title_of


def media_type(text: str) -> str:
    """The text of an option that must be a media type. Raises OptionError."""
    if not is_media_type(text):
        raise OptionError(f"{text!r} is not a media type: expected something like application/vnd.example.config.v1")
    return text


def facts(name: Reference, manifest: Manifest) -> Dict[str, Any]:
    """The artifact as a result has it; `files` are those of its layers that have a title."""
    subject = manifest.subject
    return {
        "name": str(name),
        "exists": True,
        "digest": str(manifest.digest),
        "media_type": manifest.media_type,
        "artifact_type": manifest.artifact_type,
        "size": manifest.size,
        "annotations": dict(manifest.annotations),
        "subject": None if subject is None else str(subject.digest),
        "files": [file_facts(layer) for layer in manifest.layers if title_of(layer) is not None],
    }


def file_facts(layer: Descriptor) -> Dict[str, Any]:
    """One file of an artifact."""
    title: Optional[str] = title_of(layer)
    return {
        "title": title,
        "digest": str(layer.digest),
        "size": layer.size,
        "media_type": layer.media_type,
        "annotations": dict(layer.annotations),
    }
