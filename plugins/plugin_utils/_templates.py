# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions as the filters and tests of templates."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, Iterator, Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.regops.oci_registry.plugins.plugin_utils._errors import ansible_errors
from jinja2 import Undefined


def for_templates(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function as a filter or test: its errors are Ansible's and name it.

    What is undefined stays so, and is an error where it is used; newer ansible-core does the same by itself.
    """

    @wraps(function)
    def called(value: Any, *args: Any, **kwargs: Any) -> Any:
        for part in _parts(value, *args, *kwargs.values()):
            if isinstance(part, Undefined):
                return part
        with ansible_errors(AnsibleFilterError, f"regops.oci_registry.{function.__name__}"):
            return function(value, *args, **kwargs)

    return called


def _parts(*values: Any) -> Iterator[Any]:
    """The values, and what is in those that are lists or dictionaries."""
    for value in values:
        yield value
        if isinstance(value, (list, tuple)):
            yield from value
        elif isinstance(value, Mapping):
            yield from value.values()
