# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of what is shared count once."""

from __future__ import annotations

from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sizes import Sizes


def test_a_shared_blob_counts_once_and_is_unique_to_nobody() -> None:
    sizes = Sizes()
    sizes.add("one", {"base": 100, "a": 1})
    sizes.add("two", {"base": 100, "b": 2})
    sizes.add("three", {"base": 100})
    assert sizes.total == 103
    assert sizes.unique() == {"one": 1, "two": 2}
    assert sizes.all == {"base": 100, "a": 1, "b": 2}


def test_the_same_owner_may_come_again() -> None:
    sizes = Sizes()
    sizes.add("one", {"base": 100})
    sizes.add("one", {"base": 100, "more": 7})
    assert (sizes.total, sizes.unique()) == (107, {"one": 107})


def test_nothing_takes_nothing() -> None:
    assert (Sizes().total, Sizes().unique()) == (0, {})
