# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and moments in words."""

from __future__ import annotations

from typing import Optional

import pytest
from ansible_collections.regops.oci_registry.plugins.plugin_utils import _words

NOW = "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    "count, words",
    [
        (None, "unknown"),
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1024 * 1024 - 1, "1.0 MiB"),
        (43_310_000, "41.3 MiB"),
        (3 << 30, "3.0 GiB"),
        (5 * 1024**4, "5.0 TiB"),
        (3 * 1024**6, "3072.0 PiB"),
    ],
)
def test_sizes(count: Optional[int], words: str) -> None:
    assert _words.size(count) == words


@pytest.mark.parametrize(
    "created, words",
    [
        (None, "unknown"),
        (NOW, "today"),
        ("2027-01-01T00:00:00Z", "today"),
        ("2026-02-28T11:00:00Z", "1 day"),
        ("2026-02-20T12:00:00Z", "1 week"),
        ("2026-01-25T12:00:00Z", "1 month"),
        ("2023-12-01T00:00:00Z", "2 years"),
    ],
)
def test_ages(created: Optional[str], words: str) -> None:
    assert _words.age(_words.age_in_days(created, NOW)) == words


def test_nouns_agree_with_their_number() -> None:
    said = [_words.plural(count, "registry", "registries") for count in (0, 1, 2)]
    assert said == ["0 registries", "1 registry", "2 registries"]
