# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranges of versions: what people expect to be in them."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.version_range import VersionRange

TAGS = [
    "6.9",
    "7.1.9",
    "7.2",
    "7.2.0",
    "v7.2",
    "7.2-alpine",
    "7.10",
    "8.0-rc1",
    "8.0",
    "8",
    "8.0.1",
    "latest",
    "7.2-rc.1",
]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (">=7.2,<8", ["7.2", "7.2.0", "v7.2", "7.2-alpine", "7.10"]),
        (" >= 7.2 , < 8 ", ["7.2", "7.2.0", "v7.2", "7.2-alpine", "7.10"]),
        (">7.2", ["7.10", "8.0", "8", "8.0.1"]),
        ("<=7.1.9", ["6.9", "7.1.9"]),
        ("==7.2", ["7.2", "7.2.0", "v7.2", "7.2-alpine"]),
        ("=8", ["8.0", "8"]),
        (">=7.10,!=8.0", ["7.10", "8.0.1"]),
        (">=8.0-rc1", ["8.0-rc1", "8.0", "8", "8.0.1"]),
        (">=7.2-rc.1,<7.3", ["7.2", "7.2.0", "v7.2", "7.2-alpine", "7.2-rc.1"]),
    ],
)
def test_what_is_in_a_range(text, inside):
    assert [tag for tag in TAGS if VersionRange.parse(text).matches(tag)] == inside


@pytest.mark.parametrize(
    "text", ["", "7.2", ">=", ">=latest", ">=7.2,", "~7", ">=7.2 <8", ">=7.2;<8", ">=" + "1" * 200]
)
def test_what_is_no_range(text):
    with pytest.raises(OptionError):
        VersionRange.parse(text)
