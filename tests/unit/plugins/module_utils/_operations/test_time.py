# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The moments that images carry."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._time import to_utc


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"),
        ("2026-01-31T23:30:00.5-01:30", "2026-02-01T01:00:00Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
    ],
)
def test_moments_become_utc(text: str, moment: str) -> None:
    assert to_utc(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        7,
        "yesterday",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-13-31T12:00:00Z",
        "2026-02-30T12:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-23:00",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-01-31T12:00:00Z",
    ],
)
def test_what_is_no_moment_is_none(text: Any) -> None:
    assert to_utc(text) is None
