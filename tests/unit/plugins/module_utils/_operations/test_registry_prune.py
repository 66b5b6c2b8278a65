# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of registry_prune: what is refused before anything is sent, and what rules they are."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.retention import TaggedImage
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_prune
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_policy import parse_policy
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)

HERE = Reference.parse_repository("r.example.com/a")
NOW = 1767323045  # 2026-01-02T03:04:05Z
DIGEST = "sha256:" + "1" * 64


def policy(**given):
    return parse_policy(options_of(registry_prune, repository=str(HERE), **given), NOW)


def keeps(images, **given):
    found = policy(**given)
    kept = [rule.keeps(images) for rule in found.rules_for(HERE)]
    return [list(one) for one in kept]


def test_each_option_is_a_rule():
    images = [
        TaggedImage("v2", "two", "2026-01-02T03:04:00Z"),
        TaggedImage("v1", DIGEST, "2026-01-01T00:00:00Z"),
        TaggedImage("v0", "none", "2025-01-01T00:00:00Z"),
    ]
    assert keeps(
        images, keep={"newest": 1, "younger_than": "1w", "matching": ["v1", "v0"], "referenced": [DIGEST, f"{HERE}:v0"]}
    ) == [["v2"], ["v2", "v1"], ["v1", "v0"], ["v1", "v0"]]
    assert keeps(images, keep={"newest": 1}, order="version") == [["v2"], []]
    assert keeps(images, keep={"versions": ">=1"}) == [["v2", "v1"], []]
    assert not any(rule.needs_dates for rule in policy(keep={"newest": 1}, order="version").rules)


@pytest.mark.parametrize("keep", [{}, {"matching": []}, {"referenced": []}, {"matching": [], "referenced": []}])
def test_no_rule_is_refused(keep):
    assert "keep names no rule" in refusal(registry_prune, repository=f"{NOBODY}/a", keep=keep)


def test_zero_is_a_rule():
    assert policy(keep={"newest": 0}).rules


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"keep": {"newest": -1}}, "keep.newest must be 0 or more"),
        ({"keep": {"younger_than": "30"}}, "'30' is no age"),
        ({"keep": {"versions": "7.x"}}, "no comparison with a version"),
        ({"keep": {"matching": ["~("]}}, "Malformed regular expression"),
        ({"keep": {"referenced": ["sha256:12"]}}, "keep.referenced"),
        ({"include": ["~("]}, "Malformed regular expression"),
        ({"exclude": [""]}, "must be a text that is not empty"),
        ({"repository": f"{NOBODY}/a:v1"}, "without a tag"),
        ({"max_parallel": 0}, "max_parallel must be 1 or more"),
    ],
)
def test_what_is_refused_before_anything_is_sent(given, words):
    assert words in refusal(registry_prune, **{"repository": f"{NOBODY}/a", "keep": {"newest": 1}, **given})


def test_many_repositories_are_all_checked():
    said = refusal(registry_prune, repositories=[f"{NOBODY}/a", f"{NOBODY}/A", f"{NOBODY}/b@x"], keep={"newest": 1})
    assert "/A" in said
    assert "/b@x" in said


@pytest.mark.parametrize(
    "given",
    [
        {"keep": {"newest": 1}},
        {"repository": "r.example.com/a"},
        {"repository": "r.example.com/a", "repositories": ["r.example.com/a"], "keep": {"newest": 1}},
        {"repository": "r.example.com/a", "keep": {"newest": 1}, "order": "name"},
        {"repository": "r.example.com/a", "keep": {"oldest": 1}},
    ],
)
def test_options_that_do_not_go_together(given):
    with pytest.raises(ValueError):
        options_of(registry_prune, **given)
