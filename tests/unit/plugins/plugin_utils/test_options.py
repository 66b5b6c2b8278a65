# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of the plugins on the controller are those of the modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest
import yaml
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import CONNECTION
from ansible_collections.regops.oci_registry.plugins.plugin_utils._options import VARIABLES
from ansible_collections.regops.oci_registry.tests.unit.test_house import (
    ROOT,
    documented_options,
    essentials,
    text_of,
)

SECRETS = {"username", "password"}


PLUGINS = [
    ROOT / "plugins" / name
    for name in ("inventory/registry.py", "lookup/registry_digest.py", "lookup/registry_tags.py")
]


def documented(plugin: Path) -> Dict[str, Any]:
    """What a plugin says of the connection options, by the fragments."""
    options = documented_options(yaml.safe_load(text_of(plugin, "DOCUMENTATION")))
    return {name: options[name] for name in CONNECTION}


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.stem)
def test_types_defaults_and_aliases_are_those_of_the_modules(plugin: Path) -> None:
    assert essentials(documented(plugin), "suboptions") == essentials(CONNECTION, "options")


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", CONNECTION)
def test_each_can_be_set_by_a_variable_and_by_the_environment(name: str, plugin: Path) -> None:
    option = documented(plugin)[name]
    assert [entry["name"] for entry in option["vars"]] == list(VARIABLES[name])
    assert [entry["name"] for entry in option["env"]] == [f"REGOPS_REGISTRY_{name.upper()}"]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", CONNECTION)
def test_all_but_the_credentials_can_be_set_in_ansible_cfg(name: str, plugin: Path) -> None:
    expected = [] if name in SECRETS else [{"section": "regops_oci_registry", "key": name}]
    assert documented(plugin)[name].get("ini", []) == expected
