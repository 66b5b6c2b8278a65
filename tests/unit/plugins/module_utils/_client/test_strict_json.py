# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ManifestError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.strict_json import dump_json, load_object
from hypothesis import given
from hypothesis import strategies as st

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), values))
def test_what_is_written_is_read_back_and_written_alike(obj):
    raw = dump_json(obj)
    assert load_object(raw, "It") == obj == json.loads(raw)
    assert dump_json(load_object(raw, "It")) == raw


def test_writing_is_compact_in_the_order_given_and_not_escaped():
    assert dump_json({"b": [1, "\u00e9"], "a": None}) == b'{"b":[1,"\xc3\xa9"],"a":null}'


@pytest.mark.parametrize(
    "obj", [{"a": float("nan")}, {"a": float("inf")}, {"a": b"x"}, {"a": "\ud800"}, {1j: 2}, object()]
)
def test_what_json_does_not_have_cannot_be_written(obj):
    with pytest.raises(ManifestError):
        dump_json(obj)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1}x', "not JSON"),
        (b'{"a":1,}', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"a":"\xff"}', "not UTF-8"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a":"\n"}', "not JSON"),
        (b"null", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"5", "not a JSON object"),
        (b'{"a":1,"a":2}', '"a" is there twice'),
        (b'{"a":1,"\\u0061":2}', '"a" is there twice'),
        (b'{"b":{"a":1,"a":1}}', "twice"),
        (b'{"a":NaN}', "NaN is not a number"),
        (b'{"a":-Infinity}', "not a number"),
        (b'{"a":1e999}', "larger"),
        (b'{"a":123456789012345678901}', "longer than 64 bits"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"\\udc00":1}', "surrogate"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "nested"),
        (b'{"a":' + b"[" * 100000, "nested|not JSON"),
    ],
)
def test_what_readers_may_differ_about_is_refused(raw, words):
    with pytest.raises(ManifestError, match=words) as caught:
        load_object(raw, "The file x")
    assert str(caught.value).startswith("The file x is ")
    assert len(str(caught.value)) < 400


def test_pairs_of_surrogates_are_text():
    assert load_object(b'{"a":"\\ud83d\\udc0b"}', "It") == {"a": "\U0001f40b"}


@given(st.one_of(st.binary(max_size=100), st.text(alphabet='{}[]":,\\u019d8aeE+-.null', max_size=60).map(str.encode)))
def test_any_bytes_are_an_object_or_a_manifest_error(raw):
    try:
        assert isinstance(load_object(raw, "It"), dict)
    except ManifestError as error:
        assert str(error).isprintable()


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 4 * 2**20,
        b'{"a":' * 2**19,
        b'{"a":' + b"9" * 4 * 2**20 + b"}",
        b'{"a":[' + b"[]," * 2**20 + b"[]]}",
        b"{" + b",".join(b'"%d":0' % number for number in range(2**18)) + b"}",
        b'{"a":"' + b"\\u0000" * 2**19 + b'"}',
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_hostile_documents_cost_no_time(raw):
    start = time.process_time()
    with suppress(ManifestError):
        load_object(raw, "It")
    assert time.process_time() - start < 20  # CPU seconds: a wrong turn takes hours
