# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AnsibleModule does for a module, for an operation that runs in a process of the controller.

AnsibleModule itself reads its options from the process's arguments, prints its result and ends the process, and where
the controller's code can be imported it shows warnings rather than returning them. So what is public of it is used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import nullcontext
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

from ansible.module_utils.basic import FILE_COMMON_ARGUMENTS, AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible_collections.regops.oci_registry.plugins.module_utils._border import FILE_ATTRIBUTES, perform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import process_context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    argument_spec,
    constraints,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_child import Say
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_progress import reporting


class _FileFailure(Exception):
    """The owner or the permissions of a file cannot be set; `result` says why."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


class _FileFunctions(AnsibleModule):
    """AnsibleModule for what it knows of files only: options of its own it has none."""

    def __init__(self, options: dict[str, Any], check_mode: bool) -> None:
        self._internal = {"_ansible_check_mode": check_mode, "_ansible_no_log": True}
        super().__init__(argument_spec={}, supports_check_mode=True)
        self.params = options

    def _load_params(self) -> None:
        self.params = self._internal

    def fail_json(self, msg: str, **more: Any) -> NoReturn:
        """Leave by an exception instead of ending the process."""
        raise _FileFailure({**more, "msg": msg, "failed": True})


def run_order(order: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Run an operation; the result is the module's, without what Ansible adds to it outside of the module.

    `order` has the `operation` (the Python name of its file), the module's `name` in messages, its `options` as a
    module would get them, `check_mode`, `invocation` (whether the result has the options), and the module's `environ`
    and working `folder`, which this process takes over.
    """
    os.environ.clear()
    os.environ.update(order["environ"])
    os.chdir(order["folder"])
    return _run(import_module(order["operation"]), order, say)


def _run(operation: Any, order: Mapping[str, Any], say: Say) -> dict[str, Any]:
    checked = _validate(operation, order["options"])
    warnings = [f"Both option {one['option']} and its alias {one['alias']} are set." for one in checked._warnings]

    @cache
    def file_functions() -> _FileFunctions:
        return _FileFunctions(checked.validated_parameters, order["check_mode"])

    result = _misused(checked, order["name"])
    if result is None:
        progress = Progress()
        context = process_context(check_mode=order["check_mode"], warn=warnings.append, progress=progress)
        speaks = checked.validated_parameters.get("progress", False)
        with reporting(progress, lambda line: say({"progress": line})) if speaks else nullcontext():
            try:
                result = perform(operation, checked.validated_parameters, context, file_functions)
            except _FileFailure as failure:
                result = failure.result
    if {"dest", "path"} & result.keys():
        file_functions().add_path_info(result)
    if order["invocation"]:
        result = {**result, "invocation": {"module_args": checked.validated_parameters}}
    return _finished(result, checked, warnings)


def _validate(operation: Any, options: Mapping[str, Any]) -> ValidationResult:
    rules = constraints(operation)
    spec = argument_spec(operation)
    if rules.pop(FILE_ATTRIBUTES, False):
        spec = {**FILE_COMMON_ARGUMENTS, **spec}
    checked: ValidationResult = ArgumentSpecValidator(spec, **rules).validate(options)
    return checked


def _misused(checked: ValidationResult, name: str) -> dict[str, Any] | None:
    """The failure that options are which are not as they should be."""
    error = next(iter(checked.errors), None)
    if error is None:
        return None
    unsupported = f"Unsupported parameters for ({name}) module: " if isinstance(error, UnsupportedError) else ""
    return {"failed": True, "msg": unsupported + checked.errors.msg}


def _finished(result: dict[str, Any], checked: ValidationResult, warnings: list[str]) -> dict[str, Any]:
    """The result as a module returns it: with warnings, and no secret anywhere."""
    told = dict(result)
    if warnings:
        told["warnings"] = list(dict.fromkeys(warnings))
    if checked._deprecations:
        told["deprecations"] = checked._deprecations
    # As AnsibleModule does: `changed: true` stays that where a secret is "true".
    kept = {key: value for key, value in told.items() if value is None or isinstance(value, bool)}
    return {**remove_values(told, checked._no_log_values), **kept}
