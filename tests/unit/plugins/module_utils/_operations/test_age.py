# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._age import moment, parse_age

NOW = 1767323045.9  # 2026-01-02T03:04:05.9Z


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("5m", 300),
        ("12h", 43200),
        ("30d", 30 * 86400),
        ("2w", 14 * 86400),
        ("1w2d3h4m5s", 9 * 86400 + 3 * 3600 + 4 * 60 + 5),
        (" 0d ", 0),
    ],
)
def test_parse_age(text, seconds):
    assert parse_age(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "30", "d", "30 d", "-1d", "1.5d", "30D", "1y", "30d,", "d30", "٣d", "999999999999w"]
)
def test_what_is_no_age_is_refused(text):
    with pytest.raises(OptionError, match="is no age"):
        parse_age(text)


@pytest.mark.parametrize(
    ("ago", "then"),
    [
        ("0s", "2026-01-02T03:04:05Z"),
        ("1d5s", "2026-01-01T03:04:00Z"),
        ("3w", "2025-12-12T03:04:05Z"),
        ("90000w", "0301-02-15T03:04:05Z"),
        ("999999w", "0001-01-01T00:00:00Z"),
    ],
)
def test_moment(ago, then):
    assert moment(parse_age(ago), NOW) == then
