# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether blobs are in a repository, and how large they are: one HEAD a blob."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    LISTS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import read_items

ARGUMENTS: Dict[str, Any] = {
    "repository": {"type": "str", "required": True},
    "digest": {"type": "str"},
    "digests": {"type": "list", "elements": "str"},
    **LISTS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("digest", "digests")],
    "required_one_of": [("digest", "digests")],
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Look for each blob; see the module's documentation for the result."""
    name = _names.parse_one("repository", options["repository"], _names.repository)
    digests = _names.one_or_many("digest", "digests", options, Digest.parse)
    with open_client(options, context) as client:
        repository = client.repository(name)
        report = read_items(
            digests,
            repository.head_blob,
            options=options,
            describe=lambda digest: str(name.with_digest(digest)),
        )
    return report.finish({"blobs": [_found(name.name, entry.item, entry.current) for entry in report.entries]})


def _found(repository: str, digest: Digest, size: Any) -> Dict[str, Any]:
    return {"repository": repository, "digest": str(digest), "exists": size is not None, "size": size}
