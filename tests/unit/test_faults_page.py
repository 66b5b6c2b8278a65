# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of faults names tests that there are."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.tests.unit import tables

ROWS = tables.rows_of("faults.md")


def test_every_fault_is_told_in_full() -> None:
    """The fault, what the task does, what is guaranteed besides, and at least one test."""
    assert len(ROWS) > 10
    for row in ROWS:
        assert len(row) == 4, row
        assert tables.names_tests(row), row


@pytest.mark.parametrize("name", tables.named_in(ROWS))
def test_each_test_that_is_named_exists(name: str) -> None:
    assert tables.is_there(name)
