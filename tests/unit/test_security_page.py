# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/security.md says what is true: the tests that it names are there, and its figures are the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import (
    api,
    connections,
    graph_limits,
    manifest,
    redaction,
    transport,
    unpack,
)

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "security.md"
WORDS = " ".join(PAGE.read_text(encoding="utf-8").split())
MIB = 1024 * 1024


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+\.py)`", WORDS))))
def test_each_test_that_is_named_exists(name: str) -> None:
    assert list(TESTS.rglob(name))


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("Manifests are read up to {} MiB", manifest.MANIFEST_LIMIT // MIB),
        ("pages of a listing up to {} MiB", api.PAGE_LIMIT // MIB),
        ("a whole listing up to {} MiB", api.LISTING_LIMIT // MIB),
        ("is attached to it, up to {} MiB", graph_limits.LARGEST // MIB),
        ("MiB and {} levels", graph_limits.DEEPEST),
        ("less than {} KiB a second", connections.SLOWEST // 1024),
        ("Redirects end after {},", transport._MOST_REDIRECTS),
        ("pages after {}.", api._MOST_PAGES),
        ("may unpack to {} MiB", unpack._ANYHOW // MIB),
    ],
)
def test_figures(words: str, figure: int) -> None:
    assert words.format(figure) in WORDS


def test_figures_in_words() -> None:
    assert ("shorter than six characters" in WORDS) is (redaction._SHORTEST_SECRET == 6)
    assert ("a hundred times its own size" in WORDS) is (unpack._MOST_TIMES == 100)


def test_where_to_report_is_where_the_collection_says_that_it_lives() -> None:
    galaxy = (TESTS.parent / "galaxy.yml").read_text(encoding="utf-8")
    (repository,) = re.findall(r"^repository: (\S+)$", galaxy, re.MULTILINE)
    assert f"<{repository}/security>" in WORDS
