# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens between options that are valid and a result, the same in a module and in an action plugin."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._file_attributes import set_attributes
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import run_operation

FILE_ATTRIBUTES = "add_file_common_args"


def perform(
    operation: Any, options: Mapping[str, Any], context: Context, file_functions: Callable[[], Any]
) -> Dict[str, Any]:
    """Run an operation (a file of `_operations`); the result is Ansible's, with `failed` and `msg` on failure.

    `file_functions` gives an AnsibleModule, for the owner and the permissions of a file that was written.
    """
    result = run_operation(operation, options, context)
    if not result.get("failed") and operation.CONSTRAINTS.get(FILE_ATTRIBUTES) and "dest" in result:
        return set_attributes(file_functions(), result)
    return result
