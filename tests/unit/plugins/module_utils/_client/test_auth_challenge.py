# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.challenge import Challenge, parse_challenges
from hypothesis import given
from hypothesis import strategies as st

BASIC = Challenge("basic", {"realm": "x"})
REALM = "https://auth.example.com/token"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # RFC 9110 section 11.6.1, its own example.
        (
            ['Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""'],
            [
                Challenge("basic", {"realm": "simple"}),
                Challenge("newauth", {"realm": "apps", "type": "1", "title": 'Login to "apps"'}),
            ],
        ),
        # Commas and spaces within a quoted string, as every token server's scope has them.
        (
            [f'Bearer realm="{REALM}",service="reg.example.com",scope="repository:a/b:pull,push repository:c:pull"'],
            [
                Challenge(
                    "bearer",
                    {
                        "realm": REALM,
                        "service": "reg.example.com",
                        "scope": "repository:a/b:pull,push repository:c:pull",
                    },
                )
            ],
        ),
        # Several headers; schemes and names in any case.
        (
            ['BEARER Realm="r",SERVICE="s"', 'bAsIc rEaLm="x"'],
            [Challenge("bearer", {"realm": "r", "service": "s"}), BASIC],
        ),
        # token68, padded or not, and before another challenge.
        (["Negotiate"], [Challenge("negotiate")]),
        (["Negotiate YWJjZA=="], [Challenge("negotiate", token68="YWJjZA==")]),
        (["NTLM TlRM.-_~+/ , Basic realm=x"], [Challenge("ntlm", token68="TlRM.-_~+/"), BASIC]),
        (["Negotiate, Basic realm=x"], [Challenge("negotiate"), BASIC]),
        (["Negotiate abc=, Basic realm=x"], [Challenge("negotiate", token68="abc="), BASIC]),
        (["Negotiate abc=, stray=x, Basic realm=x"], [Challenge("negotiate", token68="abc="), BASIC]),
        # A parameter's value that looks like padding is no token68.
        (["Scheme a=b=="], [Challenge("scheme", {"a": "b=="})]),
        # Bad whitespace, empty list elements, folded lines (RFC 9110 sections 5.6.1 and 5.6.3).
        (['  Basic \t realm \t= \t"x"  ,, , Digest\tqop=auth,'], [BASIC, Challenge("digest", {"qop": "auth"})]),
        (['Basic\r\n realm="x"'], [BASIC]),
        (["Basic", "Basic   "], [Challenge("basic"), Challenge("basic")]),
        # Quoted pairs, also of characters that need none; an empty value is a value.
        ([r'Basic realm="a\\b\c", empty=""'], [Challenge("basic", {"realm": r"a\bc", "empty": ""})]),
        # Tolerated: unquoted URLs, commas forgotten, and only the first of two.
        ([f"Bearer realm={REALM},service=s"], [Challenge("bearer", {"realm": REALM, "service": "s"})]),
        (
            ['Bearer realm="r" service="s"scope="t"'],
            [Challenge("bearer", {"realm": "r", "service": "s", "scope": "t"})],
        ),
        (['Basic realm="x", realm="y"'], [BASIC]),
        # Left out: no value, a value that does not end, parameters without a scheme, what is no token.
        (['Bearer realm="r",service=', "Bearer"], [Challenge("bearer", {"realm": "r"}), Challenge("bearer")]),
        (['Bearer service="s",realm="https://cut.off'], [Challenge("bearer", {"service": "s"})]),
        (['Bearer service="s",realm="cut.off\\'], [Challenge("bearer", {"service": "s"})]),
        (['realm="y", Basic realm="x"'], [BASIC]),
        (['"Digest realm=y, ", Basic realm="x"'], [BASIC]),
        (['@(){}, Basic realm="x"'], [BASIC]),
        (["=, ==, Basic realm=x"], [BASIC]),
        ([""], []),
        ([" , ,\t"], []),
        ([], []),
    ],
)
def test_parse(values, expected):
    assert parse_challenges(values) == expected


STRUCTURE = st.text(alphabet=st.sampled_from(list('aB1-=,"\\ \t\r\n/:;@(\u00e9\ud800\0')), max_size=60)


@given(st.lists(st.one_of(STRUCTURE, st.text(max_size=60)), max_size=3))
def test_anything_is_parsed_without_error(values):
    for challenge in parse_challenges(values):
        assert challenge.scheme
        assert challenge.scheme == challenge.scheme.lower()
        assert all(name == name.lower() and name for name in challenge.params)


TOKENS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+.^_`|~-", min_size=1, max_size=10)
PARAMS = st.dictionaries(TOKENS, st.text(max_size=20), min_size=1, max_size=4)


@given(st.lists(st.tuples(TOKENS, PARAMS), max_size=4), st.booleans())
def test_what_is_written_by_the_rules_is_read_back(challenges, in_one_header):
    values = []
    for scheme, params in challenges:
        pairs = [
            '{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"')) for name, value in params.items()
        ]
        values.append("{} {}".format(scheme.upper(), ", ".join(pairs)))
    headers = [", ".join(values)] if in_one_header else values
    assert [(one.scheme, one.params) for one in parse_challenges(headers)] == challenges


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "\\",
        '"\\',
        "a ",
        "a=",
        "a b ",
        "=",
        ",",
        " ",
        "@",
        '@"',
        'a="',
        'a="b',
        "a a=",
        "a/=,",
        "Basic realm=,",
        "(a ",
    ],
)
@pytest.mark.parametrize("start", ["", "Bearer ", 'Bearer a="', "Bearer a="])
def test_time_grows_with_the_length_only(piece, start):
    # Were it quadratic, 200,000 characters would take minutes; it takes well under a second.
    header = start + piece * (200_000 // len(piece))
    begun = time.process_time()
    parse_challenges([header])
    assert time.process_time() - begun < 20  # CPU seconds: a wrong turn takes hours
