# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The repositories that a registry has, by its catalog."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import filter_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _catalog, _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client

ARGUMENTS: Dict[str, Any] = {
    "registry": {"type": "str", "required": True},
    "include": {"type": "list", "elements": "str", "default": []},
    "exclude": {"type": "list", "elements": "str", "default": []},
}

CONSTRAINTS: Dict[str, Any] = {}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Read the catalog; see the module's documentation for the result."""
    address = _names.parse_one("registry", options["registry"], _names.registry)
    # A bad pattern is found before anything is sent.
    filter_tags([], options["include"], options["exclude"])
    with open_client(options, context) as client:
        names = _catalog.catalog(client.registry(address))
    return {"changed": False, "repositories": filter_tags(names, options["include"], options["exclude"])}
