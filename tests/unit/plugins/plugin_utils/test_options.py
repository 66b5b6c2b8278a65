# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of the plugins on the controller are those of the modules."""

from __future__ import annotations

from typing import Any, Dict

import pytest
import yaml
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import CONNECTION
from ansible_collections.regops.oci_registry.plugins.plugin_utils._options import VARIABLES
from ansible_collections.regops.oci_registry.tests.unit.test_house import ROOT, essentials, text_of

SECRETS = {"username", "password"}


def documented() -> Dict[str, Any]:
    text = text_of(ROOT / "plugins" / "doc_fragments" / "connection.py", "DOCUMENTATION")
    options: Dict[str, Any] = yaml.safe_load(text)["options"]
    return options


def test_types_defaults_and_aliases_are_those_of_the_modules() -> None:
    assert essentials(documented(), "suboptions") == essentials(CONNECTION, "options")


@pytest.mark.parametrize("name", CONNECTION)
def test_each_can_be_set_by_a_variable_and_by_the_environment(name: str) -> None:
    option = documented()[name]
    assert [entry["name"] for entry in option["vars"]] == list(VARIABLES[name])
    assert [entry["name"] for entry in option["env"]] == [f"REGOPS_REGISTRY_{name.upper()}"]


@pytest.mark.parametrize("name", CONNECTION)
def test_all_but_the_credentials_can_be_set_in_ansible_cfg(name: str) -> None:
    expected = [] if name in SECRETS else [{"section": "regops_oci_registry", "key": name}]
    assert documented()[name].get("ini", []) == expected
