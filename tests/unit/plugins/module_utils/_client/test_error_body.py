# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.error_body import read_error_body

DENIED = {"code": "DENIED", "message": "requested access to the resource is denied", "detail": [{"Type": "repository"}]}


@pytest.mark.parametrize(
    ("document", "codes", "words"),
    [
        # the distribution-spec
        ({"errors": [DENIED]}, ["DENIED"], "DENIED: requested access to the resource is denied"),
        ({"errors": [{"code": "A_B", "message": "x"}, DENIED]}, ["A_B", "DENIED"], "A_B: x; DENIED: "),
        ({"errors": [DENIED, DENIED]}, ["DENIED"], "DENIED: requested"),
        ({"errors": [{"code": "TAG_INVALID"}]}, ["TAG_INVALID"], "TAG_INVALID"),
        ({"errors": [{"code": "A_B", "message": "x", "detail": "unknown tag=v1"}]}, ["A_B"], "A_B: x: unknown tag=v1"),
        ({"errors": [{"code": "A_B", "detail": {"message": "inner"}}]}, ["A_B"], "A_B; inner"),
        # Artifact Registry after a delete, and others with nothing to say
        ({"errors": []}, [], ""),
        ({"errors": None}, [], ""),
        ({}, [], ""),
        ([], [], ""),
        (None, [], ""),
        (5, [], ""),
        # codes spelled otherwise
        ({"errors": [{"code": "manifest unknown"}]}, ["MANIFEST_UNKNOWN"], "MANIFEST_UNKNOWN"),
        ({"errors": [{"code": "name-unknown "}]}, ["NAME_UNKNOWN"], "NAME_UNKNOWN"),
        ({"errors": [{"code": "too_many_requests"}]}, ["TOOMANYREQUESTS"], "TOOMANYREQUESTS"),
        ({"errors": [{"code": 404, "message": "x"}]}, [], "x"),
        ({"errors": [{"code": None, "message": None}, None, 3, "text"]}, [], "text"),
        ({"errors": [{"code": "not a code!", "message": "x"}]}, [], "x"),
        ({"errors": [{"code": ["DENIED"], "message": {"a": 1}}]}, [], ""),
        # one error without a list; lists of texts
        ({"errors": DENIED}, ["DENIED"], "DENIED: requested"),
        ({"errors": "no such thing"}, [], "no such thing"),
        ({"errors": ["MANIFEST_UNKNOWN", "other"]}, ["MANIFEST_UNKNOWN"], "MANIFEST_UNKNOWN; other"),
        ([DENIED], ["DENIED"], "DENIED: requested"),
        (DENIED, ["DENIED"], "DENIED: requested"),
        ("DENIED", ["DENIED"], "DENIED"),
        ({"code": "QUOTA_EXCEEDED", "message": "full"}, ["QUOTA_EXCEEDED"], "QUOTA_EXCEEDED: full"),
        # names in capitals, as AWS writes them; those of the specification count first
        ({"Code": "DENIED", "Message": "no"}, ["DENIED"], "DENIED: no"),
        ({"Errors": [{"Code": "A_B"}]}, ["A_B"], "A_B"),
        ({"Message": "outer", "message": "inner"}, [], "inner"),
        # error instead of errors
        ({"error": DENIED}, ["DENIED"], "DENIED: requested"),
        ({"error": {"errors": [DENIED]}}, ["DENIED"], "DENIED: requested"),
        ({"error": {"code": 404, "message": "gone", "status": "NOT_FOUND"}}, [], "gone"),
        ({"error": "unauthorized"}, ["UNAUTHORIZED"], "unauthorized"),
        ({"error": "something odd"}, [], "something odd"),
        ({"status": 404, "error": "Not Found", "message": "no page"}, [], "Not Found: no page"),
        # token servers (RFC 6749 section 5.2, distribution's own), problem details (RFC 9457)
        ({"error": "invalid_grant", "error_description": "expired"}, [], "invalid_grant: expired"),
        ({"details": "incorrect username or password"}, [], "incorrect username or password"),
        ({"title": "Bad", "detail": "very"}, [], "Bad: very"),
        ({"message": "denied: no pull access"}, ["DENIED"], "denied: no pull access"),
        ({"errors": [{"status": 404, "message": "Not Found"}]}, [], "Not Found"),
    ],
)
def test_json_of_every_shape(document, codes, words):
    said = read_error_body(json.dumps(document).encode())
    assert said.codes == codes
    assert said.words.startswith(words)
    assert bool(said.words) == bool(words)


@pytest.mark.parametrize(
    ("body", "codes", "words"),
    [
        (b"", [], ""),
        (b"  \r\n ", [], ""),
        (b"404 page not found\n", [], "404 page not found"),
        (b"toomanyrequests: You have reached", ["TOOMANYREQUESTS"], "toomanyrequests: You have reached"),
        (b"manifest unknown: manifest unknown", ["MANIFEST_UNKNOWN"], "manifest unknown: manifest unknown"),
        (b"MANIFEST_UNKNOWN", ["MANIFEST_UNKNOWN"], "MANIFEST_UNKNOWN"),
        (b"Unauthorized", [], "Unauthorized"),
        (b"unknown: x", [], "unknown: x"),
        (b"<html><head><title>502 Bad\nGateway</title></head><body>x</body></html>", [], "502 Bad Gateway"),
        (b"<p>Hello <b>there</b></p><script>alert(1)</script><!-- hidden -->", [], "Hello there"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>No</Message></Error>', [], "AccessDenied No"),
        (b'\xef\xbb\xbf{"errors":[{"code":"DENIED"}]}', ["DENIED"], "DENIED"),
        (b'{"errors":[{"code":"DENIED","message":"cut of', [], '{"errors":[{"code":"DENIED","message":"cut of'),
        (b"\xff\xfe\xfd", [], "\ufffd\ufffd\ufffd"),
        (b'{"errors":[{"code":"DENIED","message":"\\ud800"}]}', ["DENIED"], "DENIED:"),
        (b"a\x00b\x1b[31mred\x1b[0m\r\nc\xe2\x80\xaed", [], "a bred c d"),
        (b'{"message":"a\\u0000b\\u001b[2Jc\\u202ed"}', [], "a bc d"),
    ],
)
def test_other_bodies(body, codes, words):
    said = read_error_body(body)
    assert said.codes == codes
    assert said.words == words


@pytest.mark.parametrize("body", [None, 5, bytearray(b"text"), memoryview(b"text"), "text"])
def test_bodies_that_are_no_bytes(body):
    assert read_error_body(body).words in ("", "text")


def test_blank_texts_are_no_words():
    assert read_error_body(b'{"error":" odd ","message":"  ","detail":"\\n"}').words == "odd"


def test_words_are_bounded():
    said = read_error_body(
        json.dumps({"errors": [{"code": f"A_{n}", "message": "m" * 400} for n in range(50)]}).encode()
    )
    assert len(said.codes) == 10
    assert len(said.words) == 500
    assert said.words.endswith("\u2026")


@pytest.mark.parametrize(
    "text",
    [
        "Bearer s3cretABC123",
        "authorization: basic dXNlcjpzM2NyZXQ=",
        "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzM2NyZXQifQ.c2lnbmF0dXJl was refused",
        "GET https://user:s3cret@h.io/x?sig=s3cret failed",
    ],
)
def test_secrets_that_a_server_repeats_are_blotted_out(text):
    words = read_error_body(json.dumps({"message": text}).encode()).words
    assert "***" in words or "h.io" in words
    for secret in ("s3cret", "dXNlcj", "eyJhbG", "c2lnbm"):
        assert secret not in words
