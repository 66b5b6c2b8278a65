# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of vendors names tests that there are, and each test of a vendor is named there."""

from __future__ import annotations

import ast

import pytest
from ansible_collections.regops.oci_registry.tests.unit import tables

ROWS = tables.rows_of("vendors.md")
TESTS = ("test_vendors_live.py", "test_vendors_of_clouds.py", "test_vendors_self_hosted.py")
VENDORS = (
    *("Docker Hub", "GHCR", "AWS ECR", "GCR, Artifact Registry", "ACR", "Quay", "Harbor", "GitLab", "IBM"),
    *("Artifactory", "Nexus", "distribution 2", "distribution 3", "zot", "olareg"),
)


def test_every_habit_is_told_in_full() -> None:
    """The vendor, what it does, what the collection does, and at least one test."""
    assert {name for row in ROWS for name in row[0].split(" and ")} == set(VENDORS)
    for row in ROWS:
        assert len(row) == 4, row
        assert all(row), row
        assert tables.names_tests(row), row


@pytest.mark.parametrize("name", tables.named_in(ROWS))
def test_each_test_that_is_named_exists(name: str) -> None:
    assert tables.is_there(name)


@pytest.mark.parametrize("file", TESTS)
def test_each_test_of_a_vendor_is_named(file: str) -> None:
    tree = ast.parse((tables.ROOT / "tests" / "live" / file).read_text(encoding="utf-8"))
    there = {
        f"{file}::{group.name}::{test.name}"
        for group in tree.body
        if isinstance(group, ast.ClassDef)
        for test in group.body
        if isinstance(test, ast.FunctionDef)
    }
    assert there == {name for name in tables.named_in(ROWS) if name.startswith(f"{file}::")}
