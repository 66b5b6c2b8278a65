# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an inventory file: those of one registry, checked as the options of an operation are."""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Mapping, Sequence

from ansible.errors import AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    CONNECTION,
    argument_spec,
    with_override,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._options import checked_options

#: The options of one registry beside those of its connection, as an operation has them.
ARGUMENTS: Dict[str, Any] = {
    "registry": {"type": "str", "required": True},
    "repositories": {"type": "list", "elements": "str", "default": ["*"]},
    "exclude_repositories": {"type": "list", "elements": "str", "default": []},
    "include_tags": {"type": "list", "elements": "str", "default": []},
    "exclude_tags": {"type": "list", "elements": "str", "default": []},
    "inventory_level": {"type": "str", "choices": ["repository", "image"], "default": "repository"},
    "details": {"type": "str", "choices": ["none", "digest", "full"], "default": "digest"},
}

CONSTRAINTS: Dict[str, Any] = {}


def options_of_registries(options: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """All options of the registry that the top of the file names, or of those in `registries`.

    The top has the defaults for the entries; an entry with credentials of its own gets none from the top. Raises
    AnsibleParserError for options that are unknown or contradict each other.
    """
    if (options.get("registry") is not None) == bool(entries):
        raise AnsibleParserError("exactly one of the options registry and registries is needed")
    top = {name: options.get(name) for name in (*CONNECTION, *ARGUMENTS)}
    overrides = [_given(entry, number) for number, entry in enumerate(entries, 1)] or [{}]
    this = sys.modules[__name__]
    return [checked_options(this, with_override(top, override), AnsibleParserError) for override in overrides]


def _given(entry: Any, number: int) -> Dict[str, Any]:
    """What an entry of `registries` sets, under the options' own names."""
    spec = {
        name: {key: value for key, value in option.items() if key not in ("default", "required")}
        for name, option in argument_spec(sys.modules[__name__]).items()
    }
    if not isinstance(entry, Mapping):
        raise AnsibleParserError(f"option registries: entry {number} is no dictionary with the options of a registry")
    if not entry.get("registry"):
        raise AnsibleParserError(f"option registries: entry {number} names no registry")
    result = ArgumentSpecValidator(spec).validate({name: _plain(value) for name, value in entry.items()})
    if result.error_messages:
        raise AnsibleParserError(f"option registries: {entry['registry']}: " + "; ".join(result.error_messages))
    return {name: result.validated_parameters.get(name) for name in spec}


def _plain(value: Any) -> Any:
    """The text of a value that Ansible Vault has encrypted, which before ansible-core 2.19 is a type of its own."""
    return value if isinstance(value, (str, int, float, list, dict, type(None))) else str(value)
