# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run an operation as a lookup."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ansible.errors import AnsibleLookupError
from ansible_collections.regops.oci_registry.plugins.plugin_utils._errors import ansible_errors, require_libraries
from ansible_collections.regops.oci_registry.plugins.plugin_utils._options import (
    checked_options,
    connection_options,
    plugin_context,
    templated_variables,
)


def set_options(lookup: Any, variables: Optional[Mapping[str, Any]], direct: Mapping[str, Any]) -> None:
    """Set the options of a lookup from what its caller gives, from variables, the environment and ansible.cfg."""
    require_libraries(AnsibleLookupError)
    given = templated_variables(variables or {}, lookup._templar)  # pylint: disable=protected-access
    lookup.set_options(var_options=given, direct=dict(direct))


def run_operation(lookup: Any, operation: Any, **given: Any) -> Dict[str, Any]:
    """The result of an operation with the lookup's connection options and what is given. Raises AnsibleLookupError."""
    options = checked_options(operation, {**connection_options(lookup), **given}, AnsibleLookupError)
    with ansible_errors(AnsibleLookupError):
        result: Dict[str, Any] = operation.run(options, plugin_context())
    return result
