# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The border on the controller: from the options of a plugin to those of an operation, and to its surroundings."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Type

from ansible.errors import AnsibleError, AnsibleOptionsError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.utils.display import Display
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import (
    Context,
    process_context,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    CONNECTION,
    argument_spec,
    constraints,
)

#: Variables that set a connection option of the plugins: `registry_` and the option's name, and this one.
_MORE_VARIABLES = {"username": ("registry_user",)}
VARIABLES: Dict[str, tuple[str, ...]] = {
    name: (*_MORE_VARIABLES.get(name, ()), f"registry_{name}") for name in CONNECTION
}


def plugin_context() -> Context:
    """The surroundings of a plugin: this process, and Ansible's display for warnings."""
    return process_context(warn=Display().warning)


def templated_variables(variables: Mapping[str, Any], templar: Any) -> Dict[str, Any]:
    """Those of the variables that set connection options, with their templates evaluated.

    Ansible hands a plugin's variables over as they are written: a `registry_password` that is a template would be sent
    as one.
    """
    names = [name for names in VARIABLES.values() for name in names if name in variables]
    return {name: templar.template(variables[name]) for name in names}


def connection_options(plugin: Any) -> Dict[str, Any]:
    """The connection options of a plugin whose options are set."""
    return {name: plugin.get_option(name) for name in CONNECTION}


def checked_options(
    operation: Any, given: Mapping[str, Any], kind: Type[AnsibleError] = AnsibleOptionsError
) -> Dict[str, Any]:
    """All options of an operation, `given` and defaults, checked as a module's are. Raises an error of this `kind`.

    None is what is not given: a plugin has it for each option without a default.
    """
    result = ArgumentSpecValidator(argument_spec(operation), **constraints(operation)).validate(
        {name: value for name, value in given.items() if value is not None}
    )
    if result.error_messages:
        raise kind("; ".join(result.error_messages))
    options: Dict[str, Any] = result.validated_parameters
    return options
