# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What images are at present: their digests, by one HEAD each. An operation that is no module, but a lookup."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import (
    _names,
    registry_manifest_info,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    LISTS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import read_items

ARGUMENTS: Dict[str, Any] = {
    "_terms": {"type": "list", "elements": "str", "required": True},
    "platform": {"type": "str"},
    **LISTS,
}

CONSTRAINTS: Dict[str, Any] = {}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Give `digests`: for each name, in their order, its digest, or None where the registry says that it is not there.

    With `platform`, an index is looked into, and the digest is that of its image for the platform.
    """
    references = [_names.parse_one("_terms", name, _names.image) for name in options["_terms"]]
    found = _for_platform(references, options, context) if options["platform"] else _heads(references, options, context)
    return {"changed": False, "digests": [found[reference] for reference in references]}


def _heads(references: List[Reference], options: Mapping[str, Any], context: Context) -> Dict[Reference, Optional[str]]:
    with open_client(options, context) as client:

        def head(reference: Reference) -> Optional[str]:
            descriptor = client.repository(reference).head_manifest(reference.version)
            return None if descriptor is None else str(descriptor.digest)

        report = read_items(list(dict.fromkeys(references)), head, options=options)
    report.finish()
    return {entry.item: entry.current for entry in report.entries}


def _for_platform(
    references: List[Reference], options: Mapping[str, Any], context: Context
) -> Dict[Reference, Optional[str]]:
    names = [reference.format() for reference in references]
    result = registry_manifest_info.run({**options, "name": None, "names": names, "config": False}, context)
    digests = {manifest["name"]: manifest["digest"] for manifest in result["manifests"]}
    return {reference: digests[reference.format()] for reference in references}
