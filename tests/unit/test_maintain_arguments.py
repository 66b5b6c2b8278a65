# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role maintain are the options of the modules that they are for."""

from __future__ import annotations

import importlib
import re
from typing import Any, Dict

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import CONNECTION, argument_spec
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sides import SIDE
from ansible_collections.regops.oci_registry.tests.unit.test_house import COLLECTION, ROOT, essentials, load_yaml

SPEC: Dict[str, Any] = load_yaml("roles", "maintain", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
TASKS = ROOT / "roles" / "maintain" / "tasks"
#: For each variable its module, the file of its tasks, and the module's options that the role sets by itself.
FOR: Dict[str, Any] = {
    "registry_mirrors": ("registry_sync", "mirrors.yml", {"repositories", "dest_auth", "fail_fast"}),
    "registry_images": ("registry_copy", "images.yml", {"images", "dest_auth", "fail_fast"}),
    "registry_tags": ("registry_tag", "tags.yml", {"planned_digest", "fail_fast"}),
    "registry_retention": ("registry_prune", "retention.yml", {"planned", "fail_fast"}),
}


def kinds(options: Dict[str, Any]) -> Dict[str, Any]:
    """What has to be the same; which options are required, and what they are by default, the module says itself."""
    return {name: _kind(option) for name, option in essentials(options, "options").items()}


def _kind(option: Dict[str, Any]) -> Dict[str, Any]:
    same = {key: value for key, value in option.items() if key not in ("required", "default", "aliases")}
    return {**same, "suboptions": {name: _kind(child) for name, child in option["suboptions"].items()}}


@pytest.mark.parametrize("variable", FOR)
def test_an_entry_has_every_option_of_its_module(variable: str) -> None:
    module, _file, others = FOR[variable]
    operation = importlib.import_module(f"{COLLECTION}.plugins.module_utils._operations.{module}")
    wanted = {
        name: option
        for name, option in argument_spec(operation).items()
        if name not in CONNECTION and name not in others
    }
    assert kinds(SPEC[variable]["options"]) == kinds(wanted)


@pytest.mark.parametrize("variable", FOR)
def test_every_option_of_an_entry_reaches_the_module(variable: str) -> None:
    file = FOR[variable][1]
    text = (TASKS / file).read_text(encoding="utf-8") + (TASKS.parent / "vars" / "main.yml").read_text(encoding="utf-8")
    for option in SPEC[variable]["options"]:
        assert re.search(rf"(?:entry|options)\.{option}\b|'{option}'", text), option


def test_the_connection_is_that_of_the_modules() -> None:
    given = {name: SPEC[f"registry_{name}"] for name in CONNECTION}
    assert kinds(given) == kinds(CONNECTION)
    text = (TASKS / "main.yml").read_text(encoding="utf-8")
    for name in CONNECTION:
        assert f"      {name}: " in text


def test_secrets_are_marked() -> None:
    sides = [SPEC[variable]["options"]["src_auth"]["options"] for variable in ("registry_mirrors", "registry_images")]
    for options, prefix in ((SPEC, "registry_"), (sides[0], ""), (sides[1], "")):
        for name, option in SIDE["options"].items():
            if option.get("no_log"):
                assert options[prefix + name]["no_log"] is True, name


def test_defaults_are_the_documented_ones() -> None:
    said = {name: option["default"] for name, option in SPEC.items() if "default" in option}
    assert load_yaml("roles", "maintain", "defaults", "main.yml") == said
