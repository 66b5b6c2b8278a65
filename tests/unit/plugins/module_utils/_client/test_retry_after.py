# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.retry_after import retry_after_seconds
from hypothesis import given
from hypothesis import strategies as st

NOW = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("1.5", 1.5),
        ("007", 7),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sun, 06 Nov 1994 08:50:37 UTC", 60),
        ("Sun, 06 Nov 1994 09:50:37 +0100", 60),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60),  # RFC 850
        ("Sun Nov  6 08:50:37 1994", 60),  # asctime
        ("Sat, 05 Nov 1994 08:49:37 GMT", 0),  # past
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_both_forms_and_three_notations(value, seconds):
    assert retry_after_seconds(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "-5",
        "+5",
        "5s",
        "1e3",
        "inf",
        "nan",
        "0x10",
        "\u0663",
        "1_000",
        "9999999999",
        "9" * 5000,
        "soon",
        "Fri",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Nov 99999 08:49:37 GMT",
        5,
        b"5",
        ["5"],
    ],
)
def test_unusable_values_are_none(value):
    assert retry_after_seconds(value, NOW) is None


@given(st.one_of(st.text(max_size=70), st.text(alphabet="SunNov:, 0123456789GMT+-", max_size=40)))
def test_any_text_gives_none_or_no_negative_number(value):
    seconds = retry_after_seconds(value, NOW)
    assert seconds is None or seconds >= 0
