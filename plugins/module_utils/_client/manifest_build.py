# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""New manifests and indexes, from parts: the same parts give the same bytes, so the same digest."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from .descriptor import Descriptor
from .digest import Digest
from .errors import OptionError
from .manifest_document import Manifest, parse_manifest
from .media_type import MediaType, essence
from .strict_json import dump_json

EMPTY_JSON = b"{}"
EMPTY = Descriptor(MediaType.OCI_EMPTY, Digest.of(EMPTY_JSON), len(EMPTY_JSON))
"""What stands for the config, or for the only layer, where there is none (image-spec manifest.md)."""


def build_index(
    manifests: Sequence[Descriptor],
    annotations: Mapping[str, str] | None = None,
    artifact_type: str | None = None,
    subject: Descriptor | None = None,
    media_type: str = MediaType.OCI_INDEX,
) -> Manifest:
    """Return an index of ``manifests``, in their order (image-spec image-index.md).

    Raises OptionError for what the media type does not have, and ManifestError for what is no text.
    """
    if media_type not in MediaType.INDEXES:
        raise OptionError(f"{media_type} is not the media type of an index")
    parts = {"manifests": [child.to_json() for child in manifests]}
    return _build(media_type, parts, annotations, artifact_type, subject)


def build_image_manifest(
    config: Descriptor,
    layers: Sequence[Descriptor],
    annotations: Mapping[str, str] | None = None,
    artifact_type: str | None = None,
    subject: Descriptor | None = None,
    media_type: str = MediaType.OCI_MANIFEST,
) -> Manifest:
    """Return a manifest of ``config`` and ``layers``, the lowest first (image-spec manifest.md).

    Raises OptionError, also for an empty config without ``artifact_type``, which the image-spec forbids; ManifestError.
    """
    if media_type not in MediaType.IMAGES:
        raise OptionError(f"{media_type} is not the media type of an image manifest")
    if essence(config.media_type) == MediaType.OCI_EMPTY and not artifact_type:
        raise OptionError("A manifest with an empty config needs an artifact type")
    parts = {"config": config.to_json(), "layers": [layer.to_json() for layer in layers]}
    return _build(media_type, parts, annotations, artifact_type, subject)


def _build(
    media_type: str,
    parts: Mapping[str, Any],
    annotations: Mapping[str, str] | None,
    artifact_type: str | None,
    subject: Descriptor | None,
) -> Manifest:
    if media_type in (MediaType.DOCKER_INDEX, MediaType.DOCKER_MANIFEST) and (annotations or artifact_type or subject):
        raise OptionError(f"{media_type} has no annotations, no artifact type and no subject; the OCI types have")
    document: dict[str, Any] = {"schemaVersion": 2, "mediaType": media_type}
    if artifact_type:
        document["artifactType"] = artifact_type
    document.update(parts)
    if subject is not None:
        document["subject"] = subject.to_json()
    if annotations:
        document["annotations"] = {key: annotations[key] for key in sorted(annotations)}
    return parse_manifest(dump_json(document), media_type)
