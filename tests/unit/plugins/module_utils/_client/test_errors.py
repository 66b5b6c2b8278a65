# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pickle
import time

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import errors
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    AuthError,
    ProtocolError,
    RegistryError,
    ResponseError,
    TransportError,
    VerificationError,
    error_from_response,
)
from hypothesis import given
from hypothesis import strategies as st

URL = "https://h.io/v2/team/app/manifests/v1"
OCI_BODY = b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"v1"}}]}'
CATEGORIES = {
    "unauthorized",
    "denied",
    "not_found",
    "invalid",
    "unsupported",
    "conflict",
    "rate_limited",
    "server_error",
}


def answer(status=404, body=b"", headers=None, method="GET", url=URL):
    return error_from_response(method, url, status, headers, body)


def test_the_message_has_request_status_and_the_words_of_the_registry():
    error = answer(404, OCI_BODY, {"Content-Type": "application/json"})
    assert str(error) == f"GET {URL}: 404 Not Found: MANIFEST_UNKNOWN: manifest unknown"
    assert (error.method, error.url, error.status) == ("GET", URL, 404)
    assert error.codes == ["MANIFEST_UNKNOWN"]
    assert error.category == "not_found"
    assert error.retryable is False
    assert error.retry_after is None
    assert isinstance(error, ResponseError)
    assert not isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("status", "category", "retryable"),
    [
        (400, "invalid", False),
        (401, "unauthorized", False),
        (402, "invalid", False),
        (403, "denied", False),
        (404, "not_found", False),
        (405, "unsupported", False),
        (406, "invalid", False),
        (408, "server_error", True),
        (409, "conflict", False),
        (410, "not_found", False),
        (412, "conflict", False),
        (413, "invalid", False),
        (416, "invalid", False),
        (422, "invalid", False),
        (425, "server_error", True),
        (429, "rate_limited", True),
        (499, "invalid", False),
        (500, "server_error", True),
        (501, "unsupported", False),
        (502, "server_error", True),
        (503, "server_error", True),
        (504, "server_error", True),
        (505, "server_error", False),
        (520, "server_error", True),
    ],
)
def test_category_and_retryable_go_by_the_status(status, category, retryable):
    for body in (b"", OCI_BODY, b'{"errors":[{"code":"DENIED"}]}', b"<html>"):
        error = answer(status, body)
        assert (error.category, error.retryable, error.status) == (category, retryable, status)
        assert str(status) in str(error)


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("UNAUTHORIZED", "unauthorized"),
        ("DENIED", "denied"),
        ("NAME_UNKNOWN", "not_found"),
        ("UNSUPPORTED", "unsupported"),
        ("TOOMANYREQUESTS", "rate_limited"),
        ("SOMETHING_ELSE", "server_error"),
    ],
)
def test_codes_tell_where_the_status_does_not(code, category):
    assert answer(302, json.dumps({"errors": [{"code": code}]}).encode()).category == category


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
def test_retry_after_is_found_in_any_case(name):
    error = answer(429, b"", {"Other": "1", name: "30"})
    assert error.retry_after == 30
    assert "in 30 seconds" in str(error)


def test_retry_after_as_a_date_counts_from_now(monkeypatch):
    monkeypatch.setattr(errors.time, "time", lambda: 784111777.0)
    assert answer(503, b"", {"retry-after": "Sun, 06 Nov 1994 08:50:37 GMT"}).retry_after == 60


@pytest.mark.parametrize(
    "headers", [None, {}, {"Retry-After": None}, {"Retry-After": ["5"]}, {5: "x"}, {"Retry-After": "?"}]
)
def test_odd_headers_do_no_harm(headers):
    assert answer(429, b"", headers).retry_after is None


@pytest.mark.parametrize(
    ("method", "status", "url", "words"),
    [
        ("GET", 401, URL, "auth_file with credentials for h.io"),
        ("GET", 401, "https://registry-1.docker.io/v2/x/manifests/y", "repository that does not exist"),
        ("PUT", 403, URL, "credentials used for h.io do not permit"),
        ("DELETE", 405, URL, "Deletion is switched off on h.io"),
        ("delete", 405, "//h.io:5000/v2/", "Deletion is switched off on h.io:5000,"),
        ("GET", 401, "/v2/", "credentials for the registry"),
        ("PUT", 405, URL, "h.io does not offer this operation"),
        ("PUT", 413, URL, "limits the size of a request"),
        ("GET", 429, URL, "log in to h.io for a higher limit"),
        ("GET", 502, URL, "trouble is at h.io"),
        ("PUT", 409, URL, "run the task again"),
    ],
)
def test_the_hint_says_what_to_do(method, status, url, words):
    error = answer(status, b"", method=method, url=url)
    assert words in error.hint
    assert str(error).endswith(error.hint)


def test_an_unknown_repository_has_its_hint():
    assert "no such repository on h.io" in str(answer(404, b'{"errors":[{"code":"NAME_UNKNOWN","message":"x"}]}'))


def test_secrets_of_the_url_are_nowhere():
    url = "https://user:s3cret@h.io/v2/x/blobs/uploads/1?_state=s3cret&n=5&X-Amz-Signature=s3cret#s3cret"
    error = answer(500, b"see " + url.encode() + b' and {"Authorization": "Bearer s3cretABCDEF123"}', url=url)
    assert error.url == "https://h.io/v2/x/blobs/uploads/1?_state=***&n=5&X-Amz-Signature=***"
    for text in (str(error), repr(error), error.url, error.hint, repr(error.args), repr(error.__dict__)):
        assert "s3cret" not in text


def test_the_url_of_every_error_is_redacted():
    assert RegistryError("x", url="https://u:s3cret@h.io/?token=s3cret").url == "https://h.io/?token=***"


def test_hint_follows_the_message():
    assert str(RegistryError("It failed.", hint="Try again")) == "It failed. Try again"
    assert str(RegistryError("It failed", hint="Try again")) == "It failed. Try again"
    assert str(RegistryError("It failed")) == "It failed"


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        (RegistryError, "invalid"),
        (AuthError, "unauthorized"),
        (TransportError, "unreachable"),
        (VerificationError, "verification"),
        (ProtocolError, "protocol"),
    ],
)
def test_each_kind_has_its_category(kind, category):
    assert kind("x").category == category
    assert kind("x", category="denied").category == "denied"
    assert kind("x").retryable is False
    assert kind("x", retryable=True).retryable is True


def test_errors_survive_a_process_border():
    error = pickle.loads(pickle.dumps(answer(429, OCI_BODY, {"Retry-After": "7"})))
    assert (error.codes, error.retry_after, error.status) == (["MANIFEST_UNKNOWN"], 7, 429)
    assert "429" in str(error)


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    st.integers(100, 600),
    st.text(max_size=80),
    st.sampled_from(["GET", "PUT", "DELETE", "get\n"]),
)
def test_any_answer_becomes_a_printable_bounded_error(body, status, url, method):
    error = error_from_response(method, url, status, {}, body)
    assert error.category in CATEGORIES
    assert str(error).isprintable()
    assert len(str(error)) < 2000
    assert str(status) in str(error)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(["DENIED"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["errors", "error", "code", "message", "detail", "details", "x"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_becomes_codes_that_are_texts_each_once(value):
    error = answer(400, json.dumps(value).encode())
    assert all(isinstance(code, str) and code == code.upper() for code in error.codes)
    assert len(set(error.codes)) == len(error.codes)
    assert len(error.codes) <= 10


@pytest.mark.parametrize(
    "body",
    [
        b"x" * 10**7,
        b"[" * 10**6,
        b'{"errors":' * 10**5,
        b'{"errors":[' + b'{"code":"DENIED"},' * 10**5 + b"null]}",
        b"<script" * 10**5,
        b"<!--" * 10**5,
        b"<title" * 10**5,
        b"<" * 10**6,
        b"\x1b[" * 10**6,
        b"eyJaaaaa-" * 10**5,
        b"Bearer " * 10**5,
        b"https://" * 10**5,
        b'{"code":' + b"9" * 10**6 + b"}",
        b'{"message":"' + b"a:" * 10**6 + b'"}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_hostile_bodies_cost_no_time(body):
    start = time.process_time()
    error = answer(500, body)
    assert time.process_time() - start < 20  # CPU seconds: a wrong turn takes hours
    assert len(str(error)) < 2000
