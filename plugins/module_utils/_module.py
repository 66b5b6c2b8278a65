# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The border between Ansible and the operations: an operation as a module.

A module is `run_module(registry_tag)` in its `main()`; everything else is in `_operations/registry_tag.py`.
"""

from __future__ import annotations

import signal
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.regops.oci_registry.plugins.module_utils._border import perform
from ansible_collections.regops.oci_registry.plugins.module_utils._client import transport
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import (
    process_context,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    argument_spec,
    constraints,
)


def run_module(operation: Any) -> None:
    """Run an operation with the options that Ansible gives, and leave by exit_json or fail_json."""
    module = AnsibleModule(
        argument_spec=argument_spec(operation),
        supports_check_mode=True,
        **constraints(operation),
    )
    if transport.IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("requests"), exception=transport.IMPORT_ERROR)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    context = process_context(check_mode=module.check_mode, warn=module.warn)
    result = perform(operation, module.params, context, lambda: module)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


def _leave(number: int, frame: object) -> NoReturn:
    """Leave by way of all that wants to clean up: temporary files, and uploads that have begun. A second signal ends it
    at once."""
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_DFL)
    raise SystemExit(128 + number)
