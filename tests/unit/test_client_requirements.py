# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of what the specification asks of a client names tests that there are."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "client-requirements.md"
FILES: dict[str, list[Path]] = {}
for _path in sorted((ROOT / "tests").rglob("test_*.py")):
    FILES.setdefault(_path.name, []).append(_path)


def rows() -> list[list[str]]:
    """The cells of each line that is a requirement."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "| Level |" not in line]


@lru_cache(maxsize=None)
def defined_in(path: Path) -> set[str]:
    """The names of the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_is_told_in_full() -> None:
    """Section, level, what is asked, what we do, and at least one test."""
    found = rows()
    assert len(found) > 40
    for row in found:
        assert len(row) == 5, row
        assert row[1] in ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY"), row
        assert re.fullmatch(r"`test_\w+\.py::test_\w+`(, `test_\w+\.py::test_\w+`)*", row[4]), row


@pytest.mark.parametrize("name", sorted({name for row in rows() for name in re.findall(r"`([^`]+)`", row[4])}))
def test_each_test_that_is_named_exists(name: str) -> None:
    """In the only file of that name."""
    file, test = name.split("::")
    (path,) = FILES.get(file, [])
    assert test in defined_in(path)
