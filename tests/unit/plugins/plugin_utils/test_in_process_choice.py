# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interpreter is the controller's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_choice import _is_ours


@pytest.mark.parametrize("interpreter", ["", "auto", "auto_silent", "auto_legacy", "auto_legacy_silent"])
def test_an_interpreter_that_ansible_looks_for_is_nobodys_wish(interpreter: str) -> None:
    assert _is_ours(interpreter)


def test_the_interpreter_of_this_process_by_each_of_its_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of its folder: one elsewhere may find other packages, though it is a link to the same program."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "venv").mkdir()
    program = tmp_path / "bin" / "python3.11"
    program.touch(0o755)
    for link in ("bin/python3", "venv/python3"):
        (tmp_path / link).symlink_to(program)
    (tmp_path / "link").symlink_to("bin")
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert _is_ours(str(program))
    assert _is_ours(str(tmp_path / "bin" / "python3"))
    assert _is_ours(str(tmp_path / "link" / "python3"))
    assert _is_ours("python3")
    assert not _is_ours(str(tmp_path / "venv" / "python3"))
    assert not _is_ours(str(tmp_path / "bin" / "python2"))
    assert not _is_ours("python2")
