# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is chosen from an index by platform."""

from __future__ import annotations

from typing import Sequence

from .descriptor import Descriptor
from .digest import Digest
from .errors import ManifestError, PlatformError
from .manifest_document import Manifest, parse_manifest
from .platforms import Platform
from .strict_json import dump_json

# BuildKit's mark on an attestation: the digest of the image, in the same index, that it is about.
ATTESTATION_OF = "vnd.docker.reference.digest"


def available_platforms(index: Manifest) -> list[Platform]:
    """Return the platforms of the children of ``index``, each once, in its order, without ``unknown/unknown``."""
    platforms = (child.platform for child in index.manifests)
    return list(dict.fromkeys(platform for platform in platforms if platform is not None and not platform.is_unknown))


def select_platform(index: Manifest, wanted: Platform) -> Descriptor:
    """Return the child of ``index`` that fits ``wanted`` best.

    That is one with the very variant, else with the architecture's usual one, else the first that matches at all.
    Raises :class:`PlatformError`, which names those that exist, when none does.
    """
    matching = _matching(index, wanted)
    if not matching:
        raise _missing(index, [wanted])
    return min(matching, key=lambda child: _distance(wanted, child.platform))


def filter_platforms(index: Manifest, wanted: Sequence[Platform]) -> Manifest:
    """Return ``index`` with only the children of the ``wanted`` platforms, and the attestations about them.

    Order, media type, annotations and all other members stay as they are, and so does every member of a child that
    stays; when nothing is dropped, the result is ``index`` itself, byte for byte. No platforms wanted means all.
    Raises :class:`PlatformError`, which names those that exist, when one of the wanted is not there.
    """
    if not wanted:
        return index
    missing = [platform for platform in wanted if not _matching(index, platform)]
    if missing:
        raise _missing(index, missing)
    images = {child.digest for platform in wanted for child in _matching(index, platform)}
    kept = [
        position
        for position, child in enumerate(index.manifests)
        if child.digest in images or child.annotations.get(ATTESTATION_OF) in images
    ]
    if len(kept) == len(index.manifests):
        return index
    children = index.data["manifests"]
    raw = dump_json({**index.data, "manifests": [children[position] for position in kept]})
    return parse_manifest(raw, index.media_type, Digest.of(raw, index.digest.algorithm))


def _matching(index: Manifest, wanted: Platform) -> list[Descriptor]:
    if not index.is_index:
        raise ManifestError(f"Manifest {index.digest} is for one platform: there is no {wanted} to choose from it")
    return [child for child in index.manifests if child.platform is not None and wanted.matches(child.platform)]


def _distance(wanted: Platform, there: Platform | None) -> int:
    """Return how far ``there``, which matches, is from ``wanted``; ``min`` takes the first of equals."""
    if there is None or there.variant == wanted.variant:
        return 0
    return 1 if there.full_variant == wanted.full_variant else 2


def _missing(index: Manifest, wanted: Sequence[Platform]) -> PlatformError:
    names = ", ".join(str(platform) for platform in wanted)
    there = ", ".join(str(platform) for platform in available_platforms(index)) or "none"
    return PlatformError(f"Platform {names} is not in the image; there is: {there}", category="not_found")
