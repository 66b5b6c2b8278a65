# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags by age, and bad input to the list of tags."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_tags_info
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context

KNOWN: Dict[str, Dict[str, Any]] = {
    "unknown-b": {"created": None},
    "newest": {"created": "2026-03-01T00:00:00Z"},
    "oldest": {"created": "2024-01-01T00:00:00Z"},
    "unknown-a": {"created": None},
    "same-b": {"created": "2025-01-01T00:00:00Z"},
    "same-a": {"created": "2025-01-01T00:00:00Z"},
}


def test_by_age_from_the_oldest_with_what_has_no_age_last() -> None:
    assert registry_tags_info.sort_by_age(KNOWN, False) == [
        "oldest",
        "same-a",
        "same-b",
        "newest",
        "unknown-a",
        "unknown-b",
    ]


def test_by_age_from_the_newest_with_what_has_no_age_last() -> None:
    assert registry_tags_info.sort_by_age(KNOWN, True) == [
        "newest",
        "same-b",
        "same-a",
        "oldest",
        "unknown-a",
        "unknown-b",
    ]


@pytest.mark.parametrize(
    "given, words",
    [
        ({"repository": "registry.example.com/team/app:v1"}, "option repository: .*without a tag"),
        ({"limit": -1}, "limit must be 0 or more, not -1"),
        ({"include": ["~("]}, "[Mm]alformed regular expression"),
        ({"exclude": [""]}, "pattern"),
    ],
)
def test_bad_input_is_refused_before_there_is_a_client(given: Dict[str, Any], words: str) -> None:
    options = {
        "repository": "registry.example.com/team/app",
        "repositories": None,
        "include": [],
        "exclude": [],
        "limit": None,
        **given,
    }
    # There are no connection options in here: a client could not even be made.
    with pytest.raises(OptionError, match=words):
        registry_tags_info.run(options, Context())
