# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who refers to a manifest: the referrers API, or the tag that stands in for it (distribution spec "Referrers")."""

from __future__ import annotations

import re

from .descriptor import Descriptor
from .digest import Digest
from .errors import ManifestError
from .fallback import FallbackTag, fallback_tag
from .manifest import Manifest
from .repository import Repository

__all__ = [
    "attached_to",
    "fallback_tag",
    "forget_referrer",
    "is_listed",
    "list_referrers",
    "push_manifest",
    "record_referrer",
]

# cosign and others put a suffix behind it: .sig, .att, .sbom.
_ATTACHED = re.compile(r"(sha(?:256|512)-[0-9a-f]{64})(?:\.[A-Za-z0-9_.-]+)?")


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
        entries = FallbackTag(repository, digest).read().entries
    except ManifestError:
        return []
    return [entry for entry in entries if artifact_type in (None, entry.artifact_type)]


def push_manifest(repository: Repository, version: str, manifest: Manifest) -> None:
    """PUT a manifest; where it has a subject and the registry does not say OCI-Subject, record it in the fallback tag.

    That record is owed by whoever pushes (distribution spec "Pushing Manifests with Subject").
    """
    put = repository.put_manifest(version, manifest)
    if manifest.subject is not None and put.subject is None:
        record_referrer(repository, manifest.subject.digest, manifest.referrer())


def record_referrer(repository: Repository, subject: Digest, referrer: Descriptor) -> None:
    """Add a referrer to the fallback tag of its subject, unless it is there. Raises as `FallbackTag.add`."""
    FallbackTag(repository, subject).add(referrer)


def is_listed(repository: Repository, subject: Digest, referrer: Digest) -> bool:
    """Whether a manifest that is there is found by its subject: by the referrers API it is, else by the fallback tag
    when that names it."""
    if repository.referrers(subject) is not None:
        return True
    return any(entry.digest == referrer for entry in FallbackTag(repository, subject).read().entries)


def forget_referrer(repository: Repository, subject: Digest, referrer: Digest) -> None:
    """Take a deleted referrer off the fallback tag, where that tag is in use. Raises as `FallbackTag.remove`."""
    FallbackTag(repository, subject).remove(referrer)
