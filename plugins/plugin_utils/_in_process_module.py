# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AnsibleModule does for a module, for an operation that runs in a process of the controller.

AnsibleModule itself reads its options from the process's arguments, prints its result and ends the process, and where
the controller's code can be imported it shows warnings rather than returning them. So what is public of it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from ansible.module_utils.basic import FILE_COMMON_ARGUMENTS, AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible_collections.regops.oci_registry.plugins.module_utils._border import FILE_ATTRIBUTES, perform
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import process_context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    argument_spec,
    constraints,
)


@dataclass(frozen=True)
class Order:
    """What to run: an operation, the task's name for it, and its options as a module would get them."""

    operation: Any
    name: str
    options: dict[str, Any]
    check_mode: bool = False


class _FileFailure(Exception):
    """The owner or the permissions of a file cannot be set; `result` says why."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


class _FileFunctions(AnsibleModule):
    """AnsibleModule for what it knows of files only: options of its own it has none."""

    def __init__(self, options: dict[str, Any], check_mode: bool) -> None:
        self._internal = {"_ansible_check_mode": check_mode, "_ansible_no_log": True}
        super().__init__(argument_spec={}, supports_check_mode=True)  # type: ignore[no-untyped-call]
        self.params = options

    def _load_params(self) -> None:
        self.params = self._internal

    def fail_json(self, msg: str, **more: Any) -> NoReturn:
        """Leave by an exception instead of ending the process."""
        raise _FileFailure({**more, "msg": msg, "failed": True})


def run_order(order: Order, **surroundings: Any) -> dict[str, Any]:
    """The result of the module of that name, without what Ansible adds to it outside of the module.

    `surroundings` are more of the operation's Context. Environment and working folder are this process's.
    """
    checked = _validate(order)
    warnings = [f"Both option {one['option']} and its alias {one['alias']} are set." for one in checked._warnings]
    functions: list[_FileFunctions] = []

    def file_functions() -> _FileFunctions:
        if not functions:
            functions.append(_FileFunctions(checked.validated_parameters, order.check_mode))
        return functions[0]

    error = next(iter(checked.errors), None)
    if error is not None:
        text = checked.errors.msg
        if isinstance(error, UnsupportedError):
            text = f"Unsupported parameters for ({order.name}) module: {text}"
        result: dict[str, Any] = {"failed": True, "msg": text}
    else:
        context = process_context(check_mode=order.check_mode, warn=warnings.append, **surroundings)
        try:
            result = perform(order.operation, checked.validated_parameters, context, file_functions)
        except _FileFailure as failure:
            result = failure.result
    if "dest" in result:
        file_functions().add_path_info(result)  # type: ignore[no-untyped-call]
    return _finished(result, checked, warnings)


def _validate(order: Order) -> ValidationResult:
    rules = constraints(order.operation)
    spec = argument_spec(order.operation)
    if rules.pop(FILE_ATTRIBUTES, False):
        spec = {**FILE_COMMON_ARGUMENTS, **spec}
    checked: ValidationResult = ArgumentSpecValidator(spec, **rules).validate(order.options)
    return checked


def _finished(result: dict[str, Any], checked: ValidationResult, warnings: list[str]) -> dict[str, Any]:
    """The result as a module returns it: with its options, and no secret anywhere."""
    told = {**result, "invocation": {"module_args": checked.validated_parameters}}
    if warnings:
        told["warnings"] = list(dict.fromkeys(warnings))
    if checked._deprecations:
        told["deprecations"] = checked._deprecations
    # As AnsibleModule does: `changed: true` stays that where a secret is "true".
    kept = {key: value for key, value in told.items() if value is None or isinstance(value, bool)}
    return {**remove_values(told, checked._no_log_values), **kept}
