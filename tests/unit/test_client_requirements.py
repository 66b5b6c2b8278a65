# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of what the specification asks of a client names tests that there are."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.tests.unit import tables

ROWS = tables.rows_of("client-requirements.md")
LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY")


def test_every_requirement_is_told_in_full() -> None:
    """Section, level, what is asked, what we do, and at least one test."""
    found = [row for row in ROWS if row[1] != "Level"]
    assert len(found) > 40
    for row in found:
        assert len(row) == 5, row
        assert row[1] in LEVELS, row
        assert tables.names_tests(row), row


@pytest.mark.parametrize("name", tables.named_in(ROWS))
def test_each_test_that_is_named_exists(name: str) -> None:
    assert tables.is_there(name)
