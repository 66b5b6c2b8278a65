# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far keeping reaches: kept is all that a kept index lists, and all that refers to a kept manifest."""

from __future__ import annotations

from typing import Dict, Iterable, Set

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import Contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_lookup import Asked


def living(contents: Contents, roots: Iterable[Digest], lookup: Asked) -> Set[Digest]:
    """Everything that must stay along with `roots`, and they themselves.

    What an index lists counts whether it is there or not; it is fetched only where it is an index itself.
    """
    found: Set[Digest] = set()
    todo = {contents.canonical(digest): True for digest in roots}
    while todo:
        fetched = lookup.manifests(
            [digest for digest, is_index in todo.items() if is_index and digest not in contents.by_digest]
        )
        found.update(todo)
        below: Dict[Digest, bool] = {}
        for digest in todo:
            manifest = contents.by_digest.get(digest) or fetched.get(digest)
            for child in manifest.manifests if manifest is not None else ():
                below[contents.canonical(child.digest)] = child.is_index
            below.update({contents.manifests[tag].digest: False for tag in contents.attachments(digest)})
        todo = {digest: is_index for digest, is_index in below.items() if digest not in found}
    return found
