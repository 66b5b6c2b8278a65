# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing one tag and nothing else."""

from __future__ import annotations

import uuid

from .errors import RegistryError, if_there
from .manifest import Manifest, build_image_manifest
from .manifest_build import EMPTY, EMPTY_JSON
from .repository import Repository
from .sources import BytesSource
from .upload import push_blob

_ATTEMPTS = 5


def untag(repository: Repository, tag: str) -> bool:
    """Remove `tag`; its manifest and the other tags on it stay. False where it was not there.

    DELETE by tag where the registry can. Otherwise the tag is moved to a manifest made for this, which is then deleted
    by its digest, and the tag with it; when that is refused, the tag is put back where it was. A tag that leads nowhere
    is removed all the same. A tag that somebody else moves meanwhile stays where they put it, unless they do so between
    the last look at it and the move: registries have no way to write only if nothing changed. Raises ResponseError
    (unsupported where the registry deletes nothing).
    """
    try:
        if repository.delete_tag(tag):
            return True
    except RegistryError as error:
        if error.status != 400 and error.category != "unsupported":
            raise
    else:
        # 404 is also what a registry says that looks for digests only.
        if repository.head_manifest(tag) is None:
            return False
    return _move_and_delete(repository, tag, _placeholder())


def _move_and_delete(repository: Repository, tag: str, placeholder: Manifest) -> bool:
    # Deleting what is not there yet changes nothing, but a registry that deletes nothing says so before a tag is moved.
    repository.delete_manifest(placeholder.digest)
    _push_empty(repository)
    before = if_there(lambda: repository.get_manifest(tag))
    if before is None and tag not in listed_tags(repository):
        return False
    try:
        repository.put_manifest(tag, placeholder)
        _delete(repository, tag, placeholder)
    except BaseException:
        if before is not None:
            _put_back(repository, tag, before, placeholder)
        raise
    return True


def _delete(repository: Repository, tag: str, placeholder: Manifest) -> None:
    """Delete the placeholder, and the tag with it. One that leads nowhere then (deletion.py says why) is moved to the
    placeholder once more."""
    for _attempt in range(_ATTEMPTS):
        if repository.delete_manifest(placeholder.digest):
            return
        now = repository.head_manifest(tag)
        if now is not None and now.digest == placeholder.digest:
            break
        if now is not None or tag not in listed_tags(repository):
            return
        repository.put_manifest(tag, placeholder)
    raise RegistryError(
        f"{repository.reference(tag)} cannot be removed: the registry does not find the manifest that the tag "
        f"was moved to, {placeholder.digest}, to delete it",
        category="unsupported",
    )


def _put_back(repository: Repository, tag: str, before: Manifest, placeholder: Manifest) -> None:
    try:
        now = repository.head_manifest(tag)
        # Else it never moved, or someone else has moved it since, or it is gone.
        if now.digest == placeholder.digest if now is not None else tag in listed_tags(repository):
            repository.put_manifest(tag, before)
    except RegistryError as error:
        raise RegistryError(
            f"{repository.reference(tag)} could not be removed, and perhaps not be put back: {error.message}",
            category=error.category,
            hint=f"See where it points; before, it was {before.digest}",
        ) from error


def listed_tags(repository: Repository) -> list[str]:
    """The tags of a repository; none where the registry says that there is no such repository, as some do of one that
    has manifests but no tag. Raises ResponseError."""
    return if_there(lambda: list(repository.tags())) or []


def _placeholder() -> Manifest:
    """A manifest that no one else has: only the tag that is moved to it goes when it is deleted."""
    return build_image_manifest(
        EMPTY,
        [EMPTY],
        annotations={"io.github.regops.untag": uuid.uuid4().hex},
        artifact_type="application/vnd.regops.untag.v1",
    )


def _push_empty(repository: Repository) -> None:
    """The blob that the placeholder names as its config: a registry takes no manifest whose blobs are missing."""
    push_blob(repository, EMPTY, BytesSource(EMPTY_JSON))
