# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as a module gets them, and operations run with them where no registry is needed."""

from __future__ import annotations

from typing import Any, Dict

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import argument_spec, constraints
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import run_operation

#: Port 1 of the loopback interface: nothing listens there, so a request would end in an error of its own kind.
NOBODY = "127.0.0.1:1"


def options_of(operation: Any, **given: Any) -> Dict[str, Any]:
    """All options of an operation: those given, checked as a module's are, and the defaults of all others."""
    rules = {key: value for key, value in constraints(operation).items() if key != "add_file_common_args"}
    result = ArgumentSpecValidator(argument_spec(operation), **rules).validate(given)
    if result.error_messages:
        raise ValueError("; ".join(result.error_messages))
    options: Dict[str, Any] = result.validated_parameters
    return options


def refusal(operation: Any, **given: Any) -> str:
    """The message of a run that must fail before anything is sent."""
    options = options_of(operation, retries=0, **given)
    result = run_operation(operation, options, Context(environ={}, home="/nonexistent"))
    assert result["failed"], result
    assert result["changed"] is False
    assert all(error.get("category") != "unreachable" for error in result["errors"]), result
    return str(result["msg"])
