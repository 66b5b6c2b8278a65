# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.scope import (
    Scope,
    covers,
    merge_scopes,
    parse_scopes,
)
from hypothesis import given
from hypothesis import strategies as st


def scope(text):
    return Scope.parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("repository:team/app:pull", Scope("repository", "team/app", frozenset(["pull"]))),
        ("repository:a:push,pull", Scope("repository", "a", frozenset(["pull", "push"]))),
        ("registry:catalog:*", Scope("registry", "catalog", frozenset(["*"]))),
        # The name may hold a host and its port (distribution, "Token Scope Documentation").
        ("repository:host:5000/a:pull", Scope("repository", "host:5000/a", frozenset(["pull"]))),
        ("repository(plugin):a:pull", Scope("repository(plugin)", "a", frozenset(["pull"]))),
    ],
)
def test_parse(text, expected):
    assert scope(text) == expected


@pytest.mark.parametrize("text", ["openid", "a:b", ":", "::", "x::pull", ""])
def test_a_form_of_the_servers_own_goes_back_as_it_came(text):
    assert str(scope(text)) == text


def test_actions_have_one_order():
    assert (
        str(scope("repository:a:*,metadata_read,delete,push,pull")) == "repository:a:pull,push,delete,metadata_read,*"
    )


@given(st.text(max_size=40))
def test_a_scope_says_the_same_when_it_is_read_back(text):
    assert scope(str(scope(text))) == scope(text)


def test_merge_unites_the_actions_of_a_resource_and_keeps_resources_apart():
    merged = merge_scopes(
        parse_scopes("repository:a:pull repository:b:pull") + parse_scopes("repository:a:push registry:a:*")
    )
    assert [str(one) for one in merged] == ["repository:a:pull,push", "repository:b:pull", "registry:a:*"]


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        ("repository:a:pull,push", "repository:a:pull", True),
        ("repository:a:pull", "repository:a:pull,push", False),
        ("repository:a:pull repository:b:pull", "repository:b:pull", True),
        ("repository:a:pull", "repository:b:pull", False),
        ("registry:a:pull", "repository:a:pull", False),
        ("repository:a:*", "repository:a:pull", False),
        ("", "openid", False),
        ("openid", "openid", True),
        ("", "", True),
    ],
)
def test_covers(held, wanted, expected):
    assert covers(parse_scopes(held), parse_scopes(wanted)) is expected
