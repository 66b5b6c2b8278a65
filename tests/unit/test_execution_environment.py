# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is built instead of the execution environment of docs/ differs by its base alone. Building it is a session."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

# The tools are beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools import execution_environment  # pylint: disable=wrong-import-position


def test_what_does_not_depend_on_the_base_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example.com/simple")
    shown = yaml.safe_load(execution_environment.DEFINITION.read_text(encoding="utf-8"))
    built = execution_environment.on_debian(shown, "localhost/base", Path("/folder/regops.tar.gz"))
    assert built["version"] == shown["version"]
    assert built["images"]["base_image"]["name"] == "localhost/base:latest"
    for name in ("ansible_core", "ansible_runner"):
        assert built["dependencies"][name] == shown["dependencies"][name]
    assert set(built) - set(shown) == {"additional_build_files", "additional_build_steps"}
    assert set(built["dependencies"]) == set(shown["dependencies"])
    assert (
        "COPY _build/collection/regops.tar.gz /tmp/collection.tar.gz"
        in (built["additional_build_steps"]["prepend_galaxy"])
    )
    steps = built["additional_build_steps"]["prepend_base"]
    assert "ENV PIP_INDEX_URL=https://packages.example.com/simple" in steps


def test_what_is_shown_needs_no_package_of_the_system_but_python() -> None:
    """Else the stand-in, which installs none, would not be the same."""
    shown = yaml.safe_load(execution_environment.DEFINITION.read_text(encoding="utf-8"))
    assert "system" not in shown["dependencies"]
    assert not (execution_environment.ROOT / "bindep.txt").exists()
