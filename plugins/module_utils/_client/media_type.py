# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Media types of manifests, configs and layers (OCI image-spec media-types.md; Docker image manifest V2, schema 2)."""

from __future__ import annotations

import re

_NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_MEDIA_TYPE = re.compile(f"{_NAME}/{_NAME}")


class MediaType:
    """The media types that registries use, by name, and what groups of them mean."""

    DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
    DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
    DOCKER_SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json"
    DOCKER_SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
    DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    DOCKER_FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
    OCI_INDEX = "application/vnd.oci.image.index.v1+json"
    OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
    OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
    OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
    OCI_EMPTY = "application/vnd.oci.empty.v1+json"
    OCI_ARTIFACT_MANIFEST = "application/vnd.oci.artifact.manifest.v1+json"  # image-spec 1.1 release candidates only
    OCTET_STREAM = "application/octet-stream"

    INDEXES = frozenset([OCI_INDEX, DOCKER_INDEX])
    IMAGES = frozenset([OCI_MANIFEST, DOCKER_MANIFEST])
    MANIFESTS = INDEXES | IMAGES | frozenset([OCI_ARTIFACT_MANIFEST])  # all that the client reads as a manifest
    SCHEMA1 = frozenset([DOCKER_SCHEMA1, DOCKER_SCHEMA1_SIGNED])

    # The value of an Accept header. Schema 1 is not named: it cannot be read. The wildcard, as containerd has it, is
    # for registries that would otherwise hide a manifest of another type behind a 404 or 406.
    ACCEPT = ", ".join([OCI_INDEX, DOCKER_INDEX, OCI_MANIFEST, DOCKER_MANIFEST, OCI_ARTIFACT_MANIFEST, "*/*"])


def is_media_type(text: str) -> bool:
    """Return whether `text` is a media type without parameters (RFC 6838 section 4.2, as descriptor.md wants it)."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def essence(content_type: str | None) -> str:
    """Return a media type without parameters, in lower case (RFC 9110 section 8.3.1); empty for None."""
    return (content_type or "").partition(";")[0].strip().lower()


def is_foreign_layer(media_type: str) -> bool:
    """Return whether blobs of this type are fetched from their ``urls`` and may be missing in the registry.

    Source: image-spec layer.md "Non-Distributable Layers"; Docker's foreign layers.
    """
    kind = essence(media_type)
    return (
        kind.startswith("application/vnd.oci.image.layer.nondistributable.") or kind == MediaType.DOCKER_FOREIGN_LAYER
    )
