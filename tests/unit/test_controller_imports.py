# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on the controller stands on the operations, and nothing below stands on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.regops.oci_registry.tests.unit.test_imports import files, foreign, ours

CONTROLLER = ("action", "filter", "inventory", "lookup", "plugin_utils", "test")
BELOW = ("module_utils.", "plugin_utils.")


@pytest.mark.parametrize("path", [path for folder in CONTROLLER for path in files(folder)])
def test_plugins_import_what_is_below_them(path: Path) -> None:
    """Jinja comes with Ansible."""
    assert foreign(path) <= {"ansible", "jinja2"}
    assert all(name.startswith(BELOW) for name in ours(path))


@pytest.mark.parametrize("path", [*files("module_utils"), *files("modules")])
def test_what_runs_on_hosts_knows_no_controller(path: Path) -> None:
    assert not any(name.startswith(tuple(f"{folder}." for folder in CONTROLLER)) for name in ours(path))
