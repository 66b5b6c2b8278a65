# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests and indexes: as given, composed, or gone."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._operations import (
    _manifest_absent,
    _manifest_present,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import LISTS, PROGRESS

ARGUMENTS: Dict[str, Any] = {
    "name": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "manifest": {"type": "raw"},
    "src": {"type": "path"},
    "manifests": {"type": "list", "elements": "str"},
    "annotations": {"type": "dict"},
    "media_type": {"type": "str"},
    "tags": {"type": "list", "elements": "str"},
    "force": {"type": "bool", "default": False},
    **LISTS,
    **PROGRESS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("name", "names"), ("manifest", "src", "manifests")],
    "required_one_of": [("name", "names")],
    "required_if": [
        ("state", "present", ("name",)),
        ("state", "present", ("manifest", "src", "manifests"), True),
    ],
    "required_by": {"annotations": ("manifests",)},
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Bring the manifests to their state; see the module's documentation for the result."""
    state = _manifest_present if options["state"] == "present" else _manifest_absent
    result: Dict[str, Any] = state.run(options, context)
    return result
