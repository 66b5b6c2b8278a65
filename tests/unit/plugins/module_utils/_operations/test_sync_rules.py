# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which repositories and tags a sync is about: pure."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_sync
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sync_rules import parse_pairs
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import options_of

TAGS = ["7.0-alpine", "7.2", "7.10-alpine", "8.0", "8.1-rc1", "latest", "sha256-" + "a" * 64 + ".sig"]


def pairs(**given):
    return parse_pairs(options_of(registry_sync, **given))


def rules(**given):
    (pair,) = pairs(src="r.example/a", dest="s.example/b", **given)
    return pair.rules


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, ["8.0", "8.1-rc1", "7.10-alpine", "7.2", "7.0-alpine", "latest"]),
        ({"include": ["7.*-alpine"]}, ["7.10-alpine", "7.0-alpine"]),
        ({"exclude": ["*-rc*", "latest"]}, ["8.0", "7.10-alpine", "7.2", "7.0-alpine"]),
        ({"versions": ">=7.2,<8"}, ["7.10-alpine", "7.2"]),
        ({"versions": ">=7", "newest": 2}, ["8.0", "7.10-alpine"]),
        ({"include": ["nothing"]}, []),
        ({"include": ["*"]}, ["8.0", "8.1-rc1", "7.10-alpine", "7.2", "7.0-alpine", "latest"]),
    ],
)
def test_tags_to_have(given, wanted):
    assert sorted(rules(**given).wanted(TAGS)) == sorted(wanted)


def test_the_newest_come_first_and_count_within_the_rules():
    assert rules(versions=">=7", newest=3).wanted(TAGS) == ["8.0", "7.10-alpine", "7.2"]
    assert rules(newest=1, include=["7.*"]).concerned(TAGS) == ["7.0-alpine", "7.2", "7.10-alpine"]


def test_a_repository_can_have_rules_of_its_own():
    one, two = pairs(
        include=["7*"],
        repositories=[
            {"src": "r.example/a", "dest": "s.example/a"},
            {"src": "docker://r.example/b", "dest": "s.example/b", "include": [], "newest": 1},
        ],
    )
    assert (one.rules.include, one.rules.newest) == (("7*",), None)
    assert (two.rules.include, two.rules.newest) == ((), 1)


def test_a_pattern_means_all_repositories_below():
    (pair,) = pairs(src="r.example/team/*", dest="s.example/copy/*")
    found = pair.expand(["team/app", "team/db/main", "teamwork/x", "team", "other/team/y"])
    assert [(one.src.name, one.dest.name) for one in found] == [
        ("r.example/team/app", "s.example/copy/app"),
        ("r.example/team/db/main", "s.example/copy/db/main"),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"src": "r.example/a:1", "dest": "s.example/a"},
        {"src": "r.example/a", "dest": "s.example/A"},
        {"src": "r.example/a", "dest": "r.example/a"},
        {"src": "r.example/a/*", "dest": "s.example/a"},
        {"src": "r.example/a*", "dest": "s.example/a*"},
        {"src": "r.example/a", "dest": "s.example/a", "versions": "7"},
        {"src": "r.example/a", "dest": "s.example/a", "newest": 0},
        {"src": "r.example/a", "dest": "s.example/a", "include": ["~("]},
        {"repositories": [{"src": "r.example/a", "dest": "s.example/a", "versions": "x"}]},
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(given):
    with pytest.raises(OptionError):
        pairs(**given)
