# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manifest as the user gives it, in an option or a file; checked before anything is sent."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    MANIFEST_LIMIT,
    Manifest,
    dump_json,
    parse_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import (
    MediaType,
    essence,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.strict_json import load_object

_DESCRIPTORS = ("config", "subject")
_DESCRIPTOR_LISTS = ("layers", "manifests", "blobs")


def given_manifest(options: Mapping[str, Any], expected: Optional[Digest]) -> Manifest:
    """The manifest of `manifest` or `src`. Raises OptionError, ManifestError, OSError, and VerificationError when it is
    not what `expected` says."""
    raw = _read(options["src"]) if options["src"] is not None else _bytes(options["manifest"])
    media_type = options["media_type"]
    if media_type is not None:
        _check_media_type(media_type, raw)
    return parse_manifest(raw, media_type, expected)


def text_annotations(annotations: Optional[Mapping[str, Any]]) -> Optional[Dict[str, str]]:
    """Annotations, of which every value must be text: a number's spelling would be anyone's guess."""
    for key, value in (annotations or {}).items():
        if not isinstance(value, str):
            raise OptionError(f"the annotation {key} must be text, not {value!r}: put it in quotes")
    return dict(annotations) if annotations is not None else None


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(MANIFEST_LIMIT + 1)


def _bytes(manifest: Any) -> bytes:
    if isinstance(manifest, str):
        return manifest.encode("utf-8", "surrogateescape")
    if isinstance(manifest, Mapping):
        return dump_json(with_numbers(manifest))
    raise OptionError(f"the option manifest must be a dictionary or text, not a {type(manifest).__name__}")


def with_numbers(document: Mapping[str, Any]) -> Dict[str, Any]:
    """The document with numbers where the specification wants numbers.

    What a template gives is text with ansible-core before 2.19, so `size: "{{ blob.size }}"` arrives as text.
    """
    result = {key: _number(value) if key == "schemaVersion" else value for key, value in document.items()}
    for key in _DESCRIPTORS:
        if key in result:
            result[key] = _with_size(result[key])
    for key in _DESCRIPTOR_LISTS:
        if isinstance(result.get(key), list):
            result[key] = [_with_size(entry) for entry in result[key]]
    return result


def _with_size(descriptor: Any) -> Any:
    if not isinstance(descriptor, Mapping):
        return descriptor
    return {key: _number(value) if key == "size" else value for key, value in descriptor.items()}


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else value


def _check_media_type(media_type: str, raw: bytes) -> None:
    if essence(media_type) not in MediaType.MANIFESTS:
        known = ", ".join(sorted(MediaType.MANIFESTS))
        raise OptionError(f"media_type {media_type} is not that of a manifest or index: expected one of {known}")
    inside = load_object(raw, "The manifest").get("mediaType")
    if isinstance(inside, str) and essence(inside) != essence(media_type):
        raise OptionError(f"the option media_type is {media_type}, but the manifest says that it is {inside}")
