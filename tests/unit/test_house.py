# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said in two places is the same in both."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import argument_spec

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
COLLECTION = "ansible_collections.regops.oci_registry"
FRAGMENT = "regops.oci_registry.registry"


def load_yaml(*path: str) -> Any:
    return yaml.safe_load(ROOT.joinpath(*path).read_text(encoding="utf-8"))


def text_of(path: Path, name: str) -> str:
    """The string that a Python file assigns to `name`, at its top or in its class, without importing it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and [getattr(target, "id", None) for target in node.targets] == [name]:
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{path} has no {name}")


def documentation(module: str) -> dict[str, Any]:
    document = yaml.safe_load(text_of(ROOT / "plugins" / "modules" / f"{module}.py", "DOCUMENTATION"))
    assert isinstance(document, dict)
    return document


def documented_options(document: dict[str, Any]) -> dict[str, Any]:
    """The options of a documentation with those of this collection's fragments that it names, which Ansible adds as
    here: what says the same of an option first wins."""
    options = dict(document.get("options", {}))
    for fragment in document["extends_documentation_fragment"]:
        if fragment.startswith("regops.oci_registry."):
            name, unused, part = fragment[len("regops.oci_registry.") :].partition(".")
            found = importlib.import_module(f"{COLLECTION}.plugins.doc_fragments.{name}").ModuleDocFragment
            text = getattr(found, (part or "DOCUMENTATION").upper())
            for option, said in yaml.safe_load(text).get("options", {}).items():
                options[option] = {**said, **options.get(option, {})}
    return options


def essentials(options: dict[str, Any], children: str) -> dict[str, Any]:
    """What of an option has to be the same in documentation and argument spec; `children` names suboptions there."""
    result = {}
    for name, option in options.items():
        kept = {key: option[key] for key in ("type", "default", "required", "choices", "elements") if key in option}
        kept["aliases"] = sorted(option.get("aliases", []))
        kept["required"] = bool(option.get("required", False))
        kept["suboptions"] = essentials(option.get(children) or {}, children)
        result[name] = kept
    return result


def test_the_action_group_is_all_modules() -> None:
    """module_defaults reach every module, and no name in the group is without a module."""
    assert load_yaml("meta", "runtime.yml")["action_groups"]["registry"] == MODULES


def test_there_are_modules() -> None:
    """Otherwise the tests below would pass over nothing."""
    assert MODULES


@pytest.mark.parametrize("module", MODULES)
def test_connection_options_come_from_the_fragment(module: str) -> None:
    """The connection options are documented once, and every module says that it is in the group."""
    fragments = documentation(module)["extends_documentation_fragment"]
    assert FRAGMENT in fragments
    assert "regops.oci_registry.attributes.group" in fragments


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_action_plugin(module: str) -> None:
    """It runs the module's operation inside the controller, and the module's documentation says so."""
    text = (ROOT / "plugins" / "action" / f"{module}.py").read_text(encoding="utf-8")
    assert f"_operations import {module}\n" in text
    assert f"OPERATION = {module}\n" in text
    assert "regops.oci_registry.attributes.in_process" in documentation(module)["extends_documentation_fragment"]


@pytest.mark.parametrize("module", MODULES)
def test_documented_options_are_the_argument_spec(module: str) -> None:
    """Types, defaults, choices and aliases are the same in the documentation and in what the module takes."""
    operation = importlib.import_module(f"{COLLECTION}.plugins.module_utils._operations.{module}")
    documented = essentials(documented_options(documentation(module)), "suboptions")
    taken = essentials(argument_spec(operation), "options")
    assert documented == taken


def test_the_version_is_said_once() -> None:
    """Modules of this release say so, and the changelog has notes for it."""
    version = load_yaml("galaxy.yml")["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    for module in MODULES:
        added = documentation(module)["version_added"]
        assert tuple(map(int, added.split("."))) <= tuple(map(int, version.split("."))), module


def test_the_collection_depends_on_nothing() -> None:
    """It can be installed from a file on a host that reaches no Galaxy."""
    assert not load_yaml("galaxy.yml").get("dependencies")


def test_sanity_ignores_nothing() -> None:
    """What ansible-test complains about is mended, not listed."""
    for path in (ROOT / "tests" / "sanity").glob("ignore-*.txt"):
        assert not path.read_text(encoding="utf-8").strip(), path.name


def test_the_readme_lists_the_modules_that_there_are() -> None:
    """Nobody looks for a module that does not exist, and none is left out."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == MODULES


def test_the_readme_lists_the_plugins_that_there_are() -> None:
    """Those that are parts of a role are its own matter."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    there = [
        (kind, path.stem)
        for kind in ("inventory", "lookup", "filter", "test")
        for path in sorted((ROOT / "plugins" / kind).glob("*.py"))
        if not path.stem.startswith("maintenance_")
    ]
    listed = re.findall(r"^\| (\w+) `(\w+)` \|", text, re.MULTILINE)
    assert sorted(listed) == sorted(there)
