# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of endpoints names methods, modules and tests that there are, and leaves out no method."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest
from ansible_collections.regops.oci_registry.tests.unit import tables

ROOT = Path(__file__).resolve().parents[2]
UTILS = ROOT / "plugins" / "module_utils"
CLIENT = UTILS / "_client"
ROWS = tables.rows_of("endpoints.md")
REACHED = sorted({(module, row[2].strip("`")) for row in ROWS for module in re.findall(r"`(registry_\w+)`", row[3])})
#: Public methods that ask nobody, or what others ask, too: `pull_limit` only wants the headers of a HEAD.
MADE_OF_OTHERS = {"get_tagged_manifest", "is_empty", "pull_limit", "reference", "repository"}


@lru_cache(maxsize=None)
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> set[Path]:
    """The files of the client and the operations that a file imports from, or as a whole."""
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            folder = path.parent.name if node.level else ""
            place = "/".join([folder, *(node.module or "").rpartition("module_utils.")[2].split(".")]).strip("/")
            names.update([place, *(f"{place}/{alias.name}" for alias in node.names)])
    return {file for file in (UTILS / f"{name}.py" for name in names) if file.exists()}


@lru_cache(maxsize=None)
def calls_of(module: str) -> frozenset[str]:
    """The names of all methods that a module's operation can come to call, in whatever file it imports."""
    files, todo = set(), [UTILS / "_operations" / f"{module}.py"]
    while todo:
        file = todo.pop()
        if file not in files:
            files.add(file)
            todo += imports_of(file)
    # The methods themselves call each other, which says nothing of who calls them.
    own = {CLIENT / name for name in ("registry.py", "repository.py", "upload_session.py")}
    return frozenset(
        node.attr for file in files - own for node in ast.walk(parsed(file)) if isinstance(node, ast.Attribute)
    )


def methods(file: str, name: str) -> set[str]:
    """The public methods of a class of the client."""
    (found,) = [node for node in parsed(CLIENT / file).body if isinstance(node, ast.ClassDef) and node.name == name]
    return {node.name for node in found.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


def test_every_endpoint_is_told_in_full() -> None:
    """Its number, the request, the method, who reaches it or why nobody does, and at least one test."""
    assert {row[0] for row in ROWS} >= {f"end-{number}" for number in (1, 2, 3, 5, 6, 9, 10, 11, 13, 14)}
    for row in ROWS:
        assert len(row) == 5, row
        assert row[3].startswith(("`registry_", "none: ")), row
        assert tables.names_tests(row), row


def test_no_method_is_left_out() -> None:
    there = methods("registry.py", "Registry") | methods("repository.py", "Repository")
    there |= methods("upload_session.py", "UploadEndpoints")
    assert {row[2].strip("`") for row in ROWS} == there - MADE_OF_OTHERS


@pytest.mark.parametrize(("module", "method"), REACHED)
def test_the_code_of_each_module_leads_to_the_method(module: str, method: str) -> None:
    assert method in calls_of(module)


@pytest.mark.parametrize("name", tables.named_in(ROWS))
def test_each_test_that_is_named_exists(name: str) -> None:
    assert tables.is_there(name)
