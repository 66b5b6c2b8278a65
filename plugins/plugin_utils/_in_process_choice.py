# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a task can run inside the controller, and the option that says whether it may."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import Any

from ansible import constants as C
from ansible_collections.regops.oci_registry.plugins.module_utils._client import transport

AUTO = "auto"
NEVER = "never"
_OPTION = "regops_in_process"
_PLUGIN = ("action", "regops.oci_registry.in_process")
#: Ansible reads the options of other kinds of plugins from their documentation, and those of actions not at all.
_DEFINITION = {
    _OPTION: {
        "type": "str",
        "choices": [AUTO, NEVER],
        "default": AUTO,
        "ini": [{"section": "regops", "key": "in_process"}],
        "env": [{"name": "REGOPS_IN_PROCESS"}],
        "vars": [{"name": _OPTION}],
    }
}
#: Values of ansible_python_interpreter with which Ansible looks for one itself.
_FOUND_BY_ANSIBLE = ("", "auto", "auto_legacy", "auto_silent", "auto_legacy_silent")


def obstacle(action: Any, task_vars: Mapping[str, Any]) -> str | None:
    """Why this task has to run as a module, or None where it can run here.

    `action` is the action plugin. Raises AnsibleError for an option that has no such value.
    """
    variables = _variables(action, task_vars)
    if _chosen(action, variables) == NEVER:
        return f"{_OPTION} is {NEVER}"
    if action._task.async_val:
        return "the task is asynchronous"
    if action._connection.ansible_name != "ansible.builtin.local":
        return f"the connection is {action._connection.ansible_name}"
    if action._connection.become is not None:
        return "the task becomes another user"
    if transport.IMPORT_ERROR is not None:
        return f"{sys.executable} has no requests"
    interpreter = _templated(action, C.config.get_config_value("INTERPRETER_PYTHON", variables=dict(variables)))
    if not _is_ours(interpreter):
        return f"the interpreter is {interpreter}"
    return None


def _variables(action: Any, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables of the host that the task runs on."""
    host = action._task.delegate_to
    found: Mapping[str, Any] = task_vars["ansible_delegated_vars"][host] if host else task_vars
    return found


def _chosen(action: Any, variables: Mapping[str, Any]) -> str:
    if not C.config.has_configuration_definition(*_PLUGIN):
        C.config.initialize_plugin_configuration_definitions(*_PLUGIN, _DEFINITION)
    given = {name: _templated(action, variables[name]) for name in (_OPTION,) if name in variables}
    chosen: str = C.config.get_config_value(_OPTION, plugin_type=_PLUGIN[0], plugin_name=_PLUGIN[1], variables=given)
    return chosen


def _templated(action: Any, value: Any) -> str:
    return str(action._templar.template(value) or "").strip()


def _is_ours(interpreter: str) -> bool:
    """Whether it is this process's interpreter, with the same packages: a virtual environment has others than the
    interpreter that it links to."""
    if interpreter in _FOUND_BY_ANSIBLE:
        return True
    path = shutil.which(interpreter)
    return path is not None and _place(path) == _place(sys.executable)


def _place(path: str) -> tuple[str, str]:
    return os.path.realpath(os.path.dirname(path)), os.path.realpath(path)
