# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a module returns what its RETURN says: every key is documented, and every value of the type that is named."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_ROOT = Path(__file__).parents[2]
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
}
#: What Ansible adds by itself.
_ANSIBLES = {"changed", "deprecations", "invocation", "warnings"}


@cache
def documented(module: str) -> Mapping[str, Any]:
    """The RETURN of a module: one of the collection, or with dots in its name one of the tests'."""
    path = _ROOT.joinpath(*module.split(".")) if "." in module else _ROOT / "plugins" / "modules" / module
    for node in ast.parse(path.with_suffix(".py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "RETURN":
            found: Mapping[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return found
    raise AssertionError(f"{module} has no RETURN")


def wrong(module: str, result: Mapping[str, Any], of_the_file: tuple[str, ...] = ()) -> list[str]:
    """What in a result is not as RETURN says; `of_the_file` are the keys that Ansible adds beside a `dest`."""
    ignored = {*_ANSIBLES, *(of_the_file if "dest" in result else ())}
    return list(_compare({key: result[key] for key in result if key not in ignored}, documented(module), ""))


def _compare(value: Mapping[str, Any], keys: Mapping[str, Any], where: str) -> Iterator[str]:
    for key, entry in value.items():
        if key not in keys:
            yield f"{where}{key} is not documented"
        elif entry is not None:
            yield from _compare_one(entry, keys[key], f"{where}{key}")


def _compare_one(value: Any, said: Mapping[str, Any], where: str) -> Iterator[str]:
    kind = said.get("type", "str")
    if kind in _TYPES and not isinstance(value, _TYPES[kind]):
        yield f"{where} is documented as {kind}, and is {value!r}"
    contains = said.get("contains")
    for entry in value if isinstance(value, list) else [value]:
        if contains and isinstance(entry, dict):
            yield from _compare(entry, contains, f"{where}.")
