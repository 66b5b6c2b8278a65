# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Getting tokens from token servers that do it in their own way, badly, or not at all."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import AuthError, CredentialError
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.auth_script import (
    ANONYMOUS,
    IDENTITY,
    LOGIN,
    OTHER,
    PATH,
    PULL,
    PUSH,
    SECRET,
    SOURCE,
    Client,
    basic,
    bearer,
    guard,
    refusal,
    tokens,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    ScriptedServer,
    error_answer,
    json_answer,
)

NULL_GUID = "00000000-0000-0000-0000-000000000000"


def client_of(server, token_answer, credential=LOGIN, challenge=None):
    """A client of a registry that takes the token `good`, and whose token server answers so."""
    server.on("GET", PATH, guard(lambda header: header == "Bearer good", challenge or bearer(server)))
    server.on("GET", "/token", token_answer)
    return Client(server, credential)


# What is asked


@pytest.mark.parametrize(
    ("challenge", "target"),
    [
        ('Bearer realm="/token"', "/token?scope=repository:team/app:pull"),
        ('Bearer realm="../token",service=""', "/token?scope=repository:team/app:pull"),
        ('Bearer realm="{}/token?a=b",service="s"', "/token?a=b&service=s&scope=repository:team/app:pull"),
        ('Bearer realm="{}/token#x",service="a b&c"', "/token?service=a+b%26c&scope=repository:team/app:pull"),
        (
            'Bearer realm=" {}/token ",scope="repository:team/app:push registry:catalog:* openid"',
            "/token?scope=repository:team/app:pull,push&scope=registry:catalog:*&scope=openid",
        ),
    ],
)
def test_what_is_asked_of_the_realm(server, challenge, target):
    server.on("GET", "/v2/token", json_answer({"token": "good"}))
    path = "/v2/manifests" if "../" in challenge else PATH
    client = client_of(server, json_answer({"token": "good"}), challenge=challenge.replace("{}", server.url))
    server.on("GET", path, guard(lambda header: header == "Bearer good", challenge.replace("{}", server.url)))
    assert client.get(path) == 200
    assert server.requests[1].target == target


def form(request):
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    return {key: value for key, (value,) in parse_qs(request.body.decode(), keep_blank_values=True).items()}


def test_an_identity_token_is_posted_as_a_refresh_token(server):
    given = tokens(server)
    server.on("GET", PATH, guard(given.__contains__, bearer(server)))
    client = Client(server, IDENTITY)
    assert client.get(scopes=[PUSH, OTHER]) == 200
    (asked,) = client.asked()
    assert asked.line == "POST /token"
    assert form(asked) == {
        "grant_type": "refresh_token",
        "refresh_token": "1d3nt1ty",
        "client_id": "regops.oci_registry",
        "service": "reg",
        "scope": "repository:team/app:pull,push repository:team/other:pull",
    }
    assert asked.headers["Authorization"] is None


@pytest.mark.parametrize("status", [400, 401, 404, 405])
def test_where_a_refresh_token_cannot_be_posted_it_is_a_password(server, status):
    token = Credential.from_login(NULL_GUID, "1d3nt1ty", SOURCE)
    client = client_of(server, json_answer({"access_token": "good"}), token)
    server.on("POST", "/token", error_answer(status, "UNSUPPORTED"))
    assert client.get() == 200
    assert client.shown[2] == basic(NULL_GUID, "1d3nt1ty")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_an_identity_token_without_a_user_name_is_posted_or_nothing(server, status):
    server.on("GET", PATH, refusal(bearer(server)))
    server.on("POST", "/token", error_answer(status, "UNSUPPORTED"))
    client = Client(server, IDENTITY)
    with pytest.raises(AuthError, match="credentials from " + SOURCE) as caught:
        client.get()
    assert [request.method for request in client.asked()] == ["POST"]
    assert "1d3nt1ty" not in str(caught.value)


@pytest.mark.parametrize("status", [404, 405])
def test_where_there_is_no_get_a_password_is_posted(server, status):
    client = client_of(server, error_answer(status, "UNSUPPORTED"))
    server.on("POST", "/token", json_answer({"access_token": "good"}))
    assert client.get() == 200
    assert form(client.asked()[1]) == {
        "grant_type": "password",
        "username": "me",
        "password": SECRET,
        "client_id": "regops.oci_registry",
        "service": "reg",
        "scope": "repository:team/app:pull",
    }


def test_a_wrong_password_is_not_tried_twice(server):
    client = client_of(server, error_answer(401, "UNAUTHORIZED", "no"))
    with pytest.raises(AuthError):
        client.get()
    assert [request.line.split("?")[0] for request in server.requests] == ["GET " + PATH, "GET /token"]


def test_what_cannot_be_encoded_is_not_shown(server):
    server.on("GET", PATH, refusal(bearer(server)))
    for kind in ("basic", "identity_token"):
        credential = Credential(kind, username="me", password="s3cr3t\ud800", token="s3cr3t\ud800", source=SOURCE)
        with pytest.raises(CredentialError, match="cannot be sent") as caught:
            Client(server, credential).get()
        assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_takes_no_secret_to_another_server(server, status):
    with ScriptedServer() as stranger:
        stranger.on("GET", "/token", json_answer({"token": "good"}))
        there = Answer(status, {"Location": stranger.url + "/token"})
        client = client_of(server, there)
        assert client.get() == 200
        assert [request.headers.get("Authorization") for request in stranger.requests] == [None]
        server.on("POST", "/token", there)
        with pytest.raises(AuthError, match="redirected") as caught:
            Client(server, IDENTITY).get()
        assert [request.method for request in stranger.requests] == ["GET"]
        assert "1d3nt1ty" not in str(caught.value)


# What is answered


@pytest.mark.parametrize(
    "answer",
    [
        {"token": "good"},
        {"access_token": "good"},
        {"token": "good", "access_token": "other"},
        {"token": None, "access_token": "good"},
        {"token": "", "access_token": "good"},
        {"token": 5, "access_token": "good"},
        {"token": "good", "expires_in": None, "issued_at": "nonsense", "refresh_token": "kept"},
    ],
)
def test_where_the_token_is(server, answer):
    assert client_of(server, json_answer(answer)).get() == 200


HTML = Answer(200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>s3cr3t</html>")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (HTML, "with 200 text/html; charset=utf-8, not a token"),
        (Answer(200, {"Content-Type": "application/json"}, b"{s3cr3t"), "200 application/json, not a token"),
        (Answer(200, {"Content-Type": "application/json"}, b"[" * 100_000), "200 application/json, not a token"),
        (Answer(200, {"Content-Type": "application/json"}, b'\xff"s3cr3t"'), "not a token"),
        (Answer(200), "200 content of no type, not a token"),
        (json_answer(["s3cr3t"]), "not a token"),
        (json_answer({}), "without a token in it"),
        (json_answer({"token": None}), "without a token in it"),
        (json_answer({"token": ["s3cr3t"]}), "without a token in it"),
        (json_answer({"token": "s3cr3t\r\nX-Evil: 1"}), "without a token in it"),
        (json_answer({"token": "s3cr3t \u00e4"}), "without a token in it"),
        (json_answer({"token": "s3cr3t" * 100_000}), "larger than"),
        (Answer(204), "204"),
        (Answer(302, {"Location": "file:///etc/passwd"}), "file:///etc/passwd"),
        (Answer(302), "302"),
    ],
)
@pytest.mark.parametrize("credential", [LOGIN, ANONYMOUS])
def test_an_answer_that_is_no_token(server, answer, words, credential):
    client = client_of(server, answer, credential)
    with pytest.raises(AuthError) as caught:
        client.get()
    for expected in (words, "No token for " + server.address, "/token"):
        assert expected in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.category == "unauthorized"


@pytest.mark.parametrize(
    ("status", "category", "told"),
    [
        (400, "unauthorized", None),
        (401, "unauthorized", 401),
        (403, "denied", 403),
        # These say nothing of what the registry has: nobody may take them for "it is not there".
        (404, "unauthorized", None),
        (405, "unauthorized", None),
        (410, "unauthorized", None),
        (501, "unauthorized", None),
        (429, "rate_limited", 429),
        (500, "server_error", 500),
        (503, "server_error", 503),
    ],
)
def test_a_token_server_that_refuses(server, clock, status, category, told):
    client = client_of(server, error_answer(status, "SOME_CODE", "in its own words"))
    server.on("POST", "/token", error_answer(status, "SOME_CODE", "in its own words"))
    with pytest.raises(AuthError) as caught:
        client.get()
    assert (caught.value.category, caught.value.status) == (category, told)
    assert caught.value.retryable == (status in (429, 500, 503))
    for words in ("No token for " + server.address, server.url + "/token", str(status), "in its own words"):
        assert words in str(caught.value)
    blames_the_credentials = f"The credentials from {SOURCE} were refused" in str(caught.value)
    assert blames_the_credentials == (category in ("unauthorized", "denied"))
    if category == "server_error":
        assert "try again later" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_a_token_server_that_wants_credentials(server):
    client = client_of(server, error_answer(401, "UNAUTHORIZED"), ANONYMOUS)
    words = "Give username and password, or an auth_file with credentials for " + server.address
    with pytest.raises(AuthError, match=words):
        client.get()
    assert client.get(anonymous_401=True) == 401


def test_a_token_server_that_is_busy_is_asked_again(server, clock):
    answers = iter([error_answer(503, "UNAVAILABLE"), json_answer({"token": "good"})])
    assert client_of(server, lambda request: next(answers)).get() == 200


# How long it serves


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, 60),
        ({"expires_in": 300}, 300),
        ({"expires_in": "300"}, 300),
        ({"expires_in": 300.9}, 300),
        ({"expires_in": 5}, 60),
        ({"expires_in": 0}, 60),
        ({"expires_in": -1}, 60),
        ({"expires_in": None}, 60),
        ({"expires_in": "soon"}, 60),
        ({"expires_in": [300]}, 60),
        ({"expires_in": True}, 60),
        ({"expires_in": float("inf")}, 60),
        ({"expires_in": float("nan")}, 60),
        ({"expires_in": 10**30}, 24 * 3600),
        # Clocks disagree: what counts is when it was asked for.
        ({"expires_in": 300, "issued_at": "1999-01-01T00:00:00Z"}, 300),
        ({"expires_in": 300, "issued_at": "2999-01-01T00:00:00Z"}, 300),
    ],
)
def test_a_token_serves_until_shortly_before_its_end(server, clock, fields, seconds):
    client = client_of(server, json_answer({"token": "good", **fields}))
    client.get()
    clock.sleep(seconds - 11)
    client.get()
    assert len(client.asked()) == 1
    clock.sleep(2)
    client.get()
    assert len(client.asked()) == 2


def test_tokens_are_in_no_repr(server):
    client = client_of(server, json_answer({"token": "good"}))
    client.get()
    assert "good" not in repr(vars(client.authenticator)) + repr(vars(client.authenticator._tokens))
    assert json.dumps(SECRET)[1:6] not in repr(vars(client.authenticator._tokens))
    assert PULL.name in repr(vars(client.authenticator._tokens))
