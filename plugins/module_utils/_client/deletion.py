# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting a manifest together with its tags, on registries of every habit."""

from __future__ import annotations

from typing import Sequence

from .digest import Digest
from .errors import RegistryError
from .repository import Repository


def delete_with_tags(repository: Repository, digest: Digest, tags: Sequence[str]) -> bool:
    """Delete a manifest by its digest; `tags` are those on it, which are meant to go as well. False: it was not there.

    Most registries take the tags along. On go-containerregistry's they stay, and keep the manifest: whoever calls looks
    for what is left. Raises ResponseError.
    """
    try:
        return repository.delete_manifest(digest)
    except RegistryError as error:
        # Google's registries want the tags to go first.
        if not tags or error.category not in ("invalid", "conflict"):
            raise
        for tag in tags:
            repository.delete_tag(tag)
        return repository.delete_manifest(digest)
