# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files as an OCI artifact: in a registry, gone from it, or in a folder."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import (
    _artifact_downloaded,
    _artifact_present,
    _manifest_absent,
    _names,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import PROGRESS

ARGUMENTS: Dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent", "downloaded"], "default": "present"},
    "artifact_type": {"type": "str"},
    "files": {
        "type": "list",
        "elements": "dict",
        "options": {
            "src": {"type": "path", "required": True},
            "title": {"type": "str", "aliases": ["name"]},
            "media_type": {"type": "str", "default": "application/octet-stream"},
            "annotations": {"type": "dict"},
        },
    },
    "config": {
        "type": "dict",
        "options": {
            "src": {"type": "path", "required": True},
            "media_type": {"type": "str", "required": True},
        },
    },
    "annotations": {"type": "dict"},
    "subject": {"type": "str"},
    "dest": {"type": "path"},
    "media_types": {"type": "list", "elements": "str"},
    "force": {"type": "bool", "default": False},
    **PROGRESS,
}

CONSTRAINTS: Dict[str, Any] = {
    "required_if": [
        ("state", "present", ("artifact_type", "config"), True),
        ("state", "downloaded", ("dest",)),
    ],
}

_MADE_OF = ("files", "config", "annotations", "subject")
_SAVED_TO = ("dest", "media_types")
#: The options that say nothing in a state, and so are a mistake there.
_OF_OTHER_STATES: Mapping[str, Tuple[str, ...]] = {
    "present": _SAVED_TO,
    "absent": (*_MADE_OF, *_SAVED_TO, "artifact_type"),
    "downloaded": _MADE_OF,
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Bring the artifact into its state; see the module's documentation for the result."""
    state = options["state"]
    misplaced = [option for option in _OF_OTHER_STATES[state] if options[option] is not None]
    if misplaced:
        raise OptionError(f"the option {', '.join(misplaced)} does not go with state={state}")
    if state == "absent":
        name = _names.parse_one("name", options["name"], _names.exact)
        found, report = _manifest_absent.remove([name], options, context)
        return report.finish({"artifact": found[0]} if found else {})
    wanted = _artifact_present if state == "present" else _artifact_downloaded
    result: Dict[str, Any] = wanted.run(options, context)
    return result
