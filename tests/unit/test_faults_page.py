# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of faults names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8").splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("| ")][1:]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`(test_[^`]+)`", row[-1])})


def test_every_fault_is_told_in_full() -> None:
    """The fault, what the task does, what is guaranteed besides, and at least one test."""
    assert len(ROWS) > 10
    for row in ROWS:
        assert len(row) == 4, row
        assert re.fullmatch(r"`test_\w+\.py::test_\w+`(, `test_\w+\.py::test_\w+`)*", row[3]), row


@pytest.mark.parametrize("name", NAMED)
def test_each_test_that_is_named_exists(name: str) -> None:
    """In the only file of that name."""
    file, test = name.split("::")
    (path,) = (ROOT / "tests").rglob(file)
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
