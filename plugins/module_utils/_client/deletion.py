# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting a manifest together with its tags, on registries of every habit."""

from __future__ import annotations

from typing import Collection

from .digest import Digest
from .errors import RegistryError
from .repository import Repository
from .untag import listed_tags, untag


def delete_with_tags(repository: Repository, digest: Digest, tags: Collection[str]) -> None:
    """Delete a manifest by its digest; `tags` are those on it, which are meant to go as well.

    Most registries take the tags along. On go-containerregistry's they stay, and keep the manifest: whoever calls looks
    for what is left. distribution deletes the manifest and then looks through all tags of the repository; where one of
    them is just being written, it answers 500, and leaves tags that lead nowhere. When asked again it finds nothing to
    delete. Such tags are removed here. Raises ResponseError, and RegistryError (unsupported) for a manifest that stays
    though the registry says that it is not there, as ECR does.
    """
    try:
        is_told = repository.delete_manifest(digest)
    except RegistryError as error:
        # Google's registries want the tags to go first.
        if tags and error.category in ("invalid", "conflict"):
            for tag in tags:
                repository.delete_tag(tag)
            repository.delete_manifest(digest)
            return
        if not tags or error.status != 500 or repository.head_manifest(digest) is not None:
            raise
        is_told = False
    if is_told:
        return
    if repository.head_manifest(digest) is not None:
        raise RegistryError(
            f"{repository.reference(digest)} is not deleted: the registry says that it is not there, but it is",
            category="unsupported",
            hint="It does not delete by this API: delete it by the vendor's own (ECR: aws ecr batch-delete-image)",
        )
    _drop_dangling(repository, tags)


def _drop_dangling(repository: Repository, tags: Collection[str]) -> None:
    for tag in listed_tags(repository) if tags else ():
        if tag in tags and repository.head_manifest(tag) is None:
            untag(repository, tag)
