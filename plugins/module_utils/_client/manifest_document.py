# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests and indexes: views over exact bytes, never serialised anew (OCI image-spec manifest.md, image-index.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .descriptor import Descriptor, read_annotations
from .digest import Digest
from .errors import ManifestError, VerificationError, quoted
from .media_type import MediaType, essence
from .platforms import Platform
from .strict_json import load_object

MANIFEST_LIMIT = 4 * 1024 * 1024  # bytes; what the distribution-spec says registries should accept at least


@dataclass(frozen=True)
class Manifest:
    """A manifest or an index: its exact bytes, and what they say. Made by :func:`parse_manifest`, which checks them.

    Two are equal when their media types and digests are.
    """

    raw: bytes = field(repr=False, compare=False)
    media_type: str
    digest: Digest
    data: dict[str, Any] = field(repr=False, compare=False)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.raw)

    @property
    def is_index(self) -> bool:
        """Whether it is an index (Docker: manifest list), so that its children are manifests."""
        return self.media_type in MediaType.INDEXES

    @cached_property
    def config(self) -> Descriptor | None:
        """The config of an image; None for an index and for the artifact manifests of image-spec 1.1's candidates."""
        return None if self.data.get("config") is None else Descriptor.from_json(self.data["config"])

    @cached_property
    def layers(self) -> list[Descriptor]:
        """The layers of an image, the lowest first, or the blobs of an artifact; empty for an index."""
        return _descriptors(self.data, "blobs" if self.media_type == MediaType.OCI_ARTIFACT_MANIFEST else "layers")

    @cached_property
    def manifests(self) -> list[Descriptor]:
        """The children of an index; empty for anything else."""
        return _descriptors(self.data, "manifests")

    @cached_property
    def subject(self) -> Descriptor | None:
        """The manifest that this one refers to, as a signature refers to an image."""
        return None if self.data.get("subject") is None else Descriptor.from_json(self.data["subject"])

    @cached_property
    def annotations(self) -> dict[str, str]:
        """The annotations of the manifest itself."""
        return read_annotations(self.data.get("annotations"), "The manifest")

    @property
    def artifact_type(self) -> str | None:
        """What the referrers API lists it as: ``artifactType``, else the type of the config (distribution-spec)."""
        own = self.data.get("artifactType")
        if own:
            return str(own)
        return None if self.config is None else self.config.media_type

    @cached_property
    def blobs(self) -> list[Descriptor]:
        """Config and layers, each digest once, in order, foreign layers included; empty for an index."""
        found = {} if self.config is None else {self.config.digest: self.config}
        for layer in self.layers:
            found.setdefault(layer.digest, layer)
        return list(found.values())

    def referrer(self) -> Descriptor:
        """Return the descriptor that a list of referrers has of this (distribution-spec "Listing Referrers")."""
        return Descriptor(
            self.media_type,
            self.digest,
            self.size,
            annotations=self.annotations,
            artifact_type=self.artifact_type,
        )

    def descriptor(self, platform: Platform | None = None) -> Descriptor:
        """Return the descriptor that an index, or a copy, points at this manifest with."""
        return Descriptor(self.media_type, self.digest, self.size, platform=platform)


def parse_manifest(raw: bytes, media_type: str | None = None, digest: Digest | None = None) -> Manifest:
    """Return the manifest or index that ``raw`` is, checked as far as it can be without its blobs.

    ``media_type`` is what the answer's Content-Type says, ``digest`` what was asked for; its algorithm is that of the
    result, else sha256. The type inside the document counts; where it has none, that of the header does; where there
    is none either, its shape does. Raises VerificationError when the digest differs and :class:`ManifestError` when the
    bytes are no manifest, when types or shape contradict each other (so that no two programs read different images
    from the same bytes), and for Docker schema 1, which cannot be read.
    """
    if len(raw) > MANIFEST_LIMIT:
        raise ManifestError(f"The manifest has {len(raw)} bytes, more than the {MANIFEST_LIMIT} that are read")
    actual = Digest.of(raw, "sha256" if digest is None else digest.algorithm)
    if digest is not None and actual != digest:
        if essence(media_type) in MediaType.SCHEMA1:  # the digest of a signed one is not that of its bytes
            raise _schema_1()
        raise VerificationError(f"The manifest is not what its digest says: expected {digest}, got {actual}")
    data = load_object(raw, "The manifest")
    manifest = Manifest(raw, _type_of(data, essence(media_type)), actual, data)
    _check(manifest)
    return manifest


def _type_of(data: dict[str, Any], header: str) -> str:
    """Return the media type of the document, and refuse one that contradicts the header or the shape."""
    inside = data.get("mediaType")
    if inside is not None and not isinstance(inside, str):
        raise ManifestError("The manifest has a mediaType that is no text")
    named = essence(inside)
    if data.get("schemaVersion") == 1 or (named or header) in MediaType.SCHEMA1:
        raise _schema_1()
    known_header = header if header in MediaType.MANIFESTS | MediaType.SCHEMA1 else ""
    if named and named not in MediaType.MANIFESTS:
        raise ManifestError(f"A document of the type {quoted(named)} is neither a manifest nor an index")
    if named and known_header and named != known_header:
        raise ManifestError(f"The manifest says that it is {named}, but the registry says that it is {known_header}")
    kind = named or known_header or _guess(data)
    _check_shape(data, kind)
    return kind


def _guess(data: dict[str, Any]) -> str:
    config = data.get("config")
    if config is not None:
        docker = essence(_text(config, "mediaType")) == MediaType.DOCKER_CONFIG
        return MediaType.DOCKER_MANIFEST if docker else MediaType.OCI_MANIFEST
    if "manifests" in data:
        return MediaType.OCI_INDEX
    raise ManifestError("The document is neither a manifest nor an index: it has neither config nor manifests")


def _check_shape(data: dict[str, Any], kind: str) -> None:
    expected, foreign = _SHAPES[kind]
    for key in expected:
        if key not in data:
            raise ManifestError(f"The manifest is of the type {kind}, but has no {key}")
    for key in foreign:
        if data.get(key) is not None:
            raise ManifestError(f"The manifest is of the type {kind}, but has {key}")
    if "schemaVersion" in expected and not (isinstance(data["schemaVersion"], int) and data["schemaVersion"] == 2):
        raise ManifestError("The manifest has an unknown schemaVersion: expected 2")


_IMAGE_SHAPE = (("schemaVersion", "config"), ("manifests", "fsLayers"))
_INDEX_SHAPE = (("schemaVersion", "manifests"), ("config", "layers", "fsLayers"))
# Members that a document of a type must have, and those that only another type has.
_SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    MediaType.OCI_MANIFEST: _IMAGE_SHAPE,
    MediaType.DOCKER_MANIFEST: _IMAGE_SHAPE,
    MediaType.OCI_INDEX: _INDEX_SHAPE,
    MediaType.DOCKER_INDEX: _INDEX_SHAPE,
    MediaType.OCI_ARTIFACT_MANIFEST: ((), ("config", "layers", "manifests", "fsLayers")),
}


def _check(manifest: Manifest) -> None:
    """Read everything once, so that what a caller gets later cannot fail."""
    if not manifest.is_index and manifest.media_type != MediaType.OCI_ARTIFACT_MANIFEST and manifest.config is None:
        raise ManifestError("The manifest has null as its config")
    own = manifest.data.get("artifactType")
    if own is not None and not isinstance(own, str):
        raise ManifestError("The manifest has an artifactType that is no text")
    sizes: dict[Digest, int] = {}
    for descriptor in [*manifest.blobs, *manifest.layers, *manifest.manifests]:
        if sizes.setdefault(descriptor.digest, descriptor.size) != descriptor.size:
            raise ManifestError(f"The manifest gives two sizes for {descriptor.digest}")
    for name in ("subject", "annotations"):
        getattr(manifest, name)


def _schema_1() -> ManifestError:
    return ManifestError(
        "The manifest is in Docker's schema 1, which was given up in 2017 and cannot be read: push the image again "
        "with a current tool",
    )


def _descriptors(data: dict[str, Any], key: str) -> list[Descriptor]:
    """Return the descriptors in a list member; null, Go's spelling of an empty list, counts as one."""
    items = data.get(key)
    if items is None:
        return []
    if not isinstance(items, list):
        raise ManifestError(f"The manifest has {key} that are no list")
    return [Descriptor.from_json(item) for item in items]


def _text(obj: Any, key: str) -> str:
    value = obj.get(key) if isinstance(obj, dict) else None
    return value if isinstance(value, str) else ""
