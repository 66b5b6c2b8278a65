# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who refers to a manifest: the referrers API, or the tag that stands in for it (distribution spec "Referrers")."""

from __future__ import annotations

import re
from typing import Sequence

from .descriptor import Descriptor
from .digest import Digest
from .errors import ManifestError, RegistryError
from .manifest import Manifest, build_index
from .repository import Repository

_ENCODED_LIMIT = 64
_ALGORITHM_LIMIT = 32
# cosign and others put a suffix behind it: .sig, .att, .sbom.
_ATTACHED = re.compile(r"(sha(?:256|512)-[0-9a-f]{64})(?:\.[A-Za-z0-9_.-]+)?")


def fallback_tag(digest: Digest) -> str:
    """The tag of the referrers tag schema: algorithm and encoded part, cut to 32 and 64 characters."""
    return f"{digest.algorithm[:_ALGORITHM_LIMIT]}-{digest.encoded[:_ENCODED_LIMIT]}"


def attached_to(tag: str) -> str | None:
    """The fallback tag of the digest that a tag belongs to by its name, as `sha256-….sig` does; None for any other."""
    found = _ATTACHED.fullmatch(tag)
    return found.group(1) if found else None


def list_referrers(repository: Repository, digest: Digest, artifact_type: str | None = None) -> list[Descriptor]:
    """The descriptors of the manifests whose subject is `digest`: of that artifact type, or all.

    From the referrers API; where there is none, from the fallback tag. A subject that is not there has none, and a
    fallback tag that is something else than an index counts as none ("Listing Referrers"). Raises ResponseError.
    """
    found = repository.referrers(digest, artifact_type)
    if found is not None:
        return found
    try:
        index = _fallback_index(repository, digest)
    except ManifestError:
        return []
    return [entry for entry in (index.manifests if index else ()) if artifact_type in (None, entry.artifact_type)]


def push_manifest(repository: Repository, version: str, manifest: Manifest) -> None:
    """PUT a manifest; where it has a subject and the registry does not say OCI-Subject, record it in the fallback tag.

    That record is owed by whoever pushes (distribution spec "Pushing Manifests with Subject").
    """
    put = repository.put_manifest(version, manifest)
    if manifest.subject is not None and put.subject is None:
        record_referrer(repository, manifest.subject.digest, manifest.referrer())


def record_referrer(repository: Repository, subject: Digest, referrer: Descriptor) -> None:
    """Add a referrer to the fallback tag of its subject, unless it is there."""
    index = _fallback_index(repository, subject)
    entries = list(index.manifests) if index else []
    if all(entry.digest != referrer.digest for entry in entries):
        _write_fallback(repository, subject, entries + [referrer])


def is_listed(repository: Repository, subject: Digest, referrer: Digest) -> bool:
    """Whether a manifest that is there is found by its subject: by the referrers API it is, else by the fallback tag
    when that names it."""
    if repository.referrers(subject) is not None:
        return True
    index = _fallback_index(repository, subject)
    return index is not None and any(entry.digest == referrer for entry in index.manifests)


def forget_referrer(repository: Repository, subject: Digest, referrer: Digest) -> None:
    """Take a deleted referrer off the fallback tag, where that tag is in use."""
    index = _fallback_index(repository, subject)
    entries = list(index.manifests) if index else []
    left = [entry for entry in entries if entry.digest != referrer]
    if len(left) < len(entries):
        _write_fallback(repository, subject, left)


def _write_fallback(repository: Repository, subject: Digest, entries: Sequence[Descriptor]) -> None:
    repository.put_manifest(fallback_tag(subject), build_index(entries))


def _fallback_index(repository: Repository, digest: Digest) -> Manifest | None:
    tag = fallback_tag(digest)
    try:
        index = repository.get_manifest(tag)
    except RegistryError as error:
        if error.category == "not_found":
            return None
        raise
    if not index.is_index:
        raise ManifestError(
            f"{repository.reference(tag)} is the tag for the referrers of {digest}, but it is not an image index"
        )
    return index
