# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of docs/ whose last column names tests: `test_file.py::test_name`, or with the class between the two."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NAME = r"`test_\w+\.py::(?:Test\w+::)?test_\w+`"


def rows_of(page: str) -> list[list[str]]:
    """The cells of each line of the table on a page of docs/, without its head."""
    lines = [line for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    # A cell may be empty, and may have a | in it that has no space before and behind it.
    return [[cell.strip() for cell in re.split(r" \|(?= )", line.strip("|"))] for line in lines][1:]


def names_tests(row: list[str]) -> bool:
    """Whether the last cell names tests, and says nothing else."""
    return re.fullmatch(rf"{_NAME}(, {_NAME})*", row[-1]) is not None


def named_in(rows: list[list[str]]) -> list[str]:
    """The tests that are named, each once."""
    return sorted({name.strip("`") for row in rows for name in re.findall(_NAME, row[-1])})


def is_there(name: str) -> bool:
    """Whether there is such a test, in the only file of that name."""
    file, *path = name.split("::")
    (place,) = (ROOT / "tests").rglob(file)
    defined = _defined_in(place)
    return "::".join(path) in defined or (len(path) == 1 and any(one.endswith(f"::{path[0]}") for one in defined))


@lru_cache(maxsize=None)
def _defined_in(path: Path) -> frozenset[str]:
    return frozenset(_functions(ast.parse(path.read_text(encoding="utf-8"), str(path)), ""))


def _functions(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for child in node.body:
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}::")
        elif isinstance(child, ast.FunctionDef):
            yield f"{prefix}{child.name}"
