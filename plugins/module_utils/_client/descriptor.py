# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content descriptors: what a manifest says of what it points at (OCI image-spec descriptor.md)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Mapping

from .digest import Digest
from .errors import DigestError, ManifestError, quoted
from .media_type import MediaType, essence, is_foreign_layer
from .platforms import Platform

__all__ = ["Descriptor", "MAX_SIZE", "Platform", "read_annotations"]

MAX_SIZE = 2**63 - 1  # bytes; size is an int64


@dataclass(frozen=True)
class Descriptor:
    """Type, digest and size in bytes of some content, and what else is told of it: a frozen value."""

    media_type: str
    digest: Digest
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    platform: Platform | None = None
    artifact_type: str | None = None
    urls: tuple[str, ...] = ()
    data: bytes | None = None

    @classmethod
    def from_json(cls, obj: Any) -> Descriptor:
        """Return the descriptor that a JSON object is.

        Raises :class:`ManifestError` when a required member is missing, when one has the wrong type, or when the digest
        or the embedded data are malformed. Members that are null count as absent; unknown ones are ignored.
        """
        if not isinstance(obj, dict):
            raise ManifestError(f"A descriptor must be a JSON object, not {_kind(obj)}")
        try:
            digest = Digest.parse(obj.get("digest") or "")
        except DigestError as error:
            raise ManifestError(f"Descriptor without a usable digest: {error}") from None
        media_type = obj.get("mediaType")
        if not isinstance(media_type, str) or not media_type or not media_type.isprintable():
            raise ManifestError(f"Descriptor of {digest} has no usable mediaType")
        size = obj.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= MAX_SIZE:
            raise ManifestError(f"Descriptor of {digest} has no usable size: expected a number of bytes")
        platform = obj.get("platform")
        return cls(
            media_type,
            digest,
            size,
            read_annotations(obj.get("annotations"), f"Descriptor of {digest}"),
            None if platform is None else Platform.from_json(platform),
            _artifact_type(obj.get("artifactType"), digest),
            _urls(obj.get("urls"), digest),
            _data(obj.get("data"), digest, size),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of this descriptor, with only what is set; annotations in the order of their keys."""
        optional = {
            "urls": list(self.urls),
            "annotations": {key: self.annotations[key] for key in sorted(self.annotations)},
            "data": None if self.data is None else base64.b64encode(self.data).decode("ascii"),
            "artifactType": self.artifact_type,
            "platform": None if self.platform is None else self.platform.to_json(),
        }
        required = {"mediaType": self.media_type, "digest": str(self.digest), "size": self.size}
        return {**required, **{key: value for key, value in optional.items() if value or value == ""}}

    @property
    def is_manifest(self) -> bool:
        """Whether it points at a manifest, an index included, not at a blob."""
        return essence(self.media_type) in MediaType.MANIFESTS | MediaType.SCHEMA1

    @property
    def is_index(self) -> bool:
        """Whether it points at an index (Docker: manifest list)."""
        return essence(self.media_type) in MediaType.INDEXES

    @property
    def is_foreign(self) -> bool:
        """Whether it points at a layer that registries need not have, to be fetched from ``urls``."""
        return is_foreign_layer(self.media_type)


def read_annotations(value: Any, where: str) -> dict[str, str]:
    """Return annotations, a map of text to text (image-spec annotations.md); empty for null. Raises ManifestError."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise ManifestError(f"{where} has annotations that are no map of text to text")
    return dict(value)


def _artifact_type(value: Any, digest: Digest) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ManifestError(f"Descriptor of {digest} has an artifactType that is no text")
    return value or None


def _urls(value: Any, digest: Digest) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(url, str) for url in value):
        raise ManifestError(f"Descriptor of {digest} has urls that are no list of texts")
    return tuple(value)


def _data(value: Any, digest: Digest, size: int) -> bytes | None:
    """Embedded content must be what the descriptor describes (descriptor.md, "data")."""
    if value is None:
        return None
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        data = None
    if data is None:
        raise ManifestError(f"Descriptor of {digest} has data that is not base64")
    if len(data) != size or Digest.of(data, digest.algorithm) != digest:
        raise ManifestError(f"Descriptor of {digest} has data that is not what its digest and size say")
    return data


def _kind(value: object) -> str:
    return "null" if value is None else quoted(value)
