# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import (
    Credential,
    basic_header,
    bearer_header,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.error_body import read_error_body
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.redaction import (
    clean_text,
    quoted,
    redact_text,
    redact_url,
    without_secrets,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h.io/v2/", "https://h.io/v2/"),
        ("http://h.io:5000/v2/x/tags/list?n=100&last=v1", "http://h.io:5000/v2/x/tags/list?n=100&last=v1"),
        ("https://[::1]:5000/v2/", "https://[::1]:5000/v2/"),
        ("https://u:p@h.io/v2/", "https://h.io/v2/"),
        ("https://u@h.io/v2/", "https://h.io/v2/"),
        ("https://u:p@[::1]:5000/v2/", "https://[::1]:5000/v2/"),
        ("https://u%40x:p%3Aq@h.io/", "https://h.io/"),
        ("https://u:p@q@h.io/", "https://h.io/"),
        ("https://u:pa/ss@h.io/x", "https://***@h.io/x"),
        ("https://u:80/ss@h.io/x", "https://***@h.io/x"),
        ("https://u:pa/s@s@h.io/x", "https://***@h.io/x"),
        ("https://u:pa?ss@h.io/x", "https://***?***"),
        ("https://u:pa#ss@h.io/x", "https://***"),
        ("//u:p@h.io/x", "//h.io/x"),
        ("u:p@h.io/x", "h.io/x"),
        ("u:p?q@h.io/x", "h.io/x"),
        ("u:p#q@h.io/x", "h.io/x"),
        ("https://h.io/x?a!b=c", "https://h.io/x?***"),
        ("https:/u:p@h.io/x", "h.io/x"),
        ("https:\\\\u:p@h.io/x", "h.io/x"),
        ("/v2/x/blobs/uploads/1?_state=abc", "/v2/x/blobs/uploads/1?_state=***"),
        ("https://h.io/u?digest=sha256:abc&_state=x", "https://h.io/u?digest=sha256:abc&_state=***"),
        ("https://h.io/u?mount=sha256:abc&from=team/app", "https://h.io/u?mount=sha256:abc&from=team/app"),
        ("https://s3/x?X-Amz-Signature=a&X-Amz-Credential=b", "https://s3/x?X-Amz-Signature=***&X-Amz-Credential=***"),
        ("https://blob/x?sv=1&sig=a%2Bb", "https://blob/x?sv=***&sig=***"),
        ("https://h.io/t?service=h.io&scope=repository:a:pull", "https://h.io/t?service=h.io&scope=repository:a:pull"),
        ("https://h.io/t?account=user&password=p", "https://h.io/t?account=user&password=***"),
        ("https://h.io/x?c2VjcmV0==", "https://h.io/x?***"),
        ("https://h.io/x?secret", "https://h.io/x?***"),
        ("https://h.io/x?next_page=", "https://h.io/x?***"),
        ("https://h.io/x?service=https://u:p@i.io/", "https://h.io/x?service=i.io/"),
        ("https://h.io/x?service=https://i.io/?token=a", "https://h.io/x?service=https://i.io/"),
        ("https://h.io/x?", "https://h.io/x?"),
        ("https://h.io/x#access_token=a", "https://h.io/x"),
        ("https://h.io/a\nb\x1b[31m", "https://h.io/a b"),
        ("", ""),
        ("?", "?"),
        ("@", "@"),
        ("https://", "https://"),
    ],
)
def test_redact_url(url, shown):
    assert redact_url(url) == shown
    if "@" not in shown:
        assert redact_url(shown) == shown


@pytest.mark.parametrize("value", [None, 5, b"https://u:p@h.io/"])
def test_redact_url_of_what_is_no_text(value):
    assert redact_url(value) == ""


SECRET = "Zq9secret"  # letters that cannot come about otherwise
parts = st.text(alphabet="abc0:/?#@&=%[]. -", max_size=12)


@given(
    st.sampled_from(["https://", "http://", "//", "https:/", ""]),
    # A password with one raw delimiter in it is a mistake that happens; with two, it names another host or path.
    st.sampled_from(["", "a", "80", "80/", "a/", "/", "?", "80?", "#", "a#", "@", "a@", "[", ":", " "]),
    st.text(alphabet="abc0:%[]. -", max_size=12),
    st.sampled_from(["h.io", "h.io:5000", "[::1]:5000"]),
)
def test_no_password_gets_through(scheme, before, after, host):
    assert SECRET not in redact_url(f"{scheme}user:{before}{SECRET}{after}@{host}/v2/")


@given(st.text(alphabet="abAB-_.$%[]", max_size=20))
def test_no_query_value_gets_through(end):
    assert SECRET not in redact_url(f"https://h.io/v2/x?n=1&x{end}={SECRET}")
    assert SECRET not in redact_url(f"https://h.io/v2/x?{SECRET}{end}")
    assert SECRET not in redact_url(f"https://h.io/v2/x?{SECRET}{end}=")


@given(st.text())
def test_redact_url_takes_anything(text):
    shown = redact_url(text)
    assert shown.isprintable()
    assert len(shown) <= 400


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain", "plain"),
        ("  a \t\r\n b  ", "a b"),
        ("a\x00b\x07c\x7fd\x85e", "a b c d e"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;https://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("\x1bcreset", "creset"),
        ("a\u202eb\u2066c\u200bd", "a b c d"),
        ("a\u2028b\u00a0c", "a b c"),
        ("a\ud800b", "a b"),
        ("\u00e9\u4e2d\U0001f40b", "\u00e9\u4e2d\U0001f40b"),
        ("", ""),
    ],
)
def test_clean_text(text, clean):
    assert clean_text(text) == clean


def test_clean_text_is_bounded():
    assert clean_text("a" * 500) == "a" * 500
    assert clean_text("a" * 501) == "a" * 499 + "\u2026"
    assert clean_text("abcdef", 3) == "ab\u2026"
    assert clean_text(" " * 10**6 + "x") == "\u2026"


@given(st.text(), st.integers(1, 50))
def test_clean_text_prints_on_one_line(text, limit):
    clean = clean_text(text, limit)
    assert clean.isprintable()
    assert len(clean) <= limit
    assert clean == clean.strip()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a", '"a"'),
        ("", '""'),
        (" a ", '" a "'),
        ("a\nb", '"a\\nb"'),
        ("a\x1b[0m", '"a\\x1b[0m"'),
        ("\ud800", '"\\ud800"'),
        ("a" * 121, '"' + "a" * 119 + '\u2026"'),
        (7.2, "a value of type float"),
        (None, "a value of type NoneType"),
        (b"s3cret", "a value of type bytes"),
    ],
)
def test_quoted(value, shown):
    assert quoted(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing to hide", "nothing to hide"),
        ("see https://u:p@h.io/x?sig=a, please", "see https://h.io/x?sig=*** please"),
        ("Bearer abc123DEF", "Bearer ***"),
        ("basic dXNlcjpw", "basic ***"),
        ("bearer token is missing", "bearer token is missing"),
        ("Basic authentication needed", "Basic authentication needed"),
        ('Bearer realm="https://h.io/token"', 'Bearer realm="https://h.io/token"'),
        ("got eyJhbGciOi.eyJzdWIi.sig_-1!", "got ***!"),
    ],
)
def test_redact_text(text, shown):
    assert redact_text(text) == shown


@pytest.mark.parametrize(
    "text", ["\x1b[" * 10**6, "\x1b]" * 10**6, "\x9b0" * 10**6, " " * 10**7, "@" * 10**6, "&" * 10**6, "?n=" * 10**6]
)
def test_hostile_texts_cost_no_time(text):
    start = time.process_time()
    clean_text(text)
    redact_url(text)
    redact_text(clean_text(text))
    assert time.process_time() - start < 20  # CPU seconds: a wrong turn takes hours


def test_what_is_sent_to_prove_who_one_is_is_in_no_error():
    basic = basic_header(Credential("basic", username="me", password="geheim-1"))
    bearer = bearer_header("geheim-2")
    assert without_secrets(f"{basic} {bearer} geheim-1 geheim") == "Basic *** Bearer *** *** geheim"
    error = RegistryError("no geheim-1", url="http://x/geheim-2", hint=f"try {basic}")
    assert (str(error), error.url) == ("no ***. try Basic ***", "http://x/***")
    assert read_error_body(b"you sent geheim-2").words == "you sent ***"


def test_short_secrets_are_in_too_many_words():
    basic_header(Credential("basic", username="me", password="admin"))
    assert without_secrets("admin") == "admin"
