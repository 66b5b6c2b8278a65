# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let in, and what is shown to whom: against a script, for what no real registry can be made to say."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.body import BlocksBody, BytesBody
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    AuthError,
    CredentialError,
    ResponseError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.scope import Scope
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.auth_script import (
    ANONYMOUS,
    IDENTITY,
    LOGIN,
    OTHER,
    PATH,
    PULL,
    PUSH,
    REGISTRY_TOKEN,
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
)

HEADER = basic("me", SECRET)


def test_an_open_registry_sees_no_credentials_and_none_are_looked_up(server):
    server.on("GET", PATH, Answer(200))
    client = Client(server)
    assert [client.get(), client.get()] == [200, 200]
    assert client.shown == [None, None]
    assert client.looked_up == []
    assert client.authenticator.scheme(server.url) == "none"


# Basic


def test_basic_is_asked_for_once(server):
    server.on("GET", PATH, guard(lambda header: header == HEADER, 'Basic realm="x"'))
    client = Client(server)
    assert [client.get(), client.get()] == [200, 200]
    assert client.shown == [None, HEADER, HEADER]
    assert client.looked_up[0] == server.address + "/team/app"
    assert client.authenticator.scheme(server.url) == "basic"


def test_a_wrong_password(server):
    server.on("GET", PATH, refusal('Basic realm="x"'))
    client = Client(server)
    with pytest.raises(AuthError) as caught:
        client.get()
    assert client.shown == [None, HEADER]
    assert (caught.value.status, caught.value.category, caught.value.codes) == (401, "unauthorized", ["UNAUTHORIZED"])
    for words in (SOURCE, server.address, "GET", "401", "authentication required", "were refused"):
        assert words in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_without_credentials_nothing_is_tried(server):
    server.on("GET", PATH, refusal('Basic realm="x"'))
    client = Client(server, ANONYMOUS)
    with pytest.raises(
        AuthError, match="Give username and password, or an auth_file with credentials for " + server.address
    ):
        client.get()
    assert client.shown == [None]
    assert client.get(anonymous_401=True) == 401
    assert client.shown == [None, None]


def test_with_credentials_a_401_is_never_just_an_answer(server):
    server.on("GET", PATH, refusal('Basic realm="x"'))
    with pytest.raises(AuthError):
        Client(server).get(anonymous_401=True)


def test_a_user_name_that_basic_cannot_carry_is_not_sent(server):
    server.on("GET", PATH, refusal('Basic realm="x"'))
    client = Client(server, Credential("basic", username="a:b", password="pw", source=SOURCE))
    with pytest.raises(CredentialError, match="colon"):
        client.get()
    assert client.shown == [None]


@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_other_methods(server, method):
    server.on(method, PATH, guard(lambda header: header == HEADER, 'Basic realm="x"'))
    assert Client(server).get(method=method) == 200


# Which challenge


@pytest.mark.parametrize(
    "challenges",
    [
        ['Negotiate, Basic realm="x"'],
        ["Negotiate", 'Digest realm="y", nonce="z"', "basic realm=x"],
        ['Bearer service="no realm", Basic realm="x"'],
        ['Bearer realm="", Basic realm="x"'],
        ['Bearer realm="file:///etc/passwd", Basic realm="x"'],
        ['Bearer realm="https://user:pw@example.com/token", Basic realm="x"'],
        ['Bearer realm="https://[bad/token", Basic realm="x"'],
    ],
)
def test_basic_where_there_is_nothing_better(server, challenges):
    server.on("GET", PATH, guard(lambda header: header == HEADER, *challenges))
    client = Client(server)
    assert client.get() == 200
    assert client.shown == [None, HEADER]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("one_header", [True, False])
def test_bearer_goes_before_basic(server, order, one_header):
    given = tokens(server)
    challenges = ['Basic realm="x"', bearer(server)][::order]
    server.on("GET", PATH, guard(given.__contains__, *([", ".join(challenges)] if one_header else challenges)))
    assert Client(server).get() == 200


@pytest.mark.parametrize(
    ("challenges", "words", "scheme"),
    [
        ([], "does not say how to authenticate", "unknown"),
        (['realm="x"'], "does not say how to authenticate", "unknown"),
        (["Negotiate", "NTLM"], "it wants negotiate, ntlm, only basic and bearer are supported", "negotiate"),
        (["Bearer"], "names no realm", "bearer"),
        (['Bearer realm="file:///etc/passwd"'], "file:///etc/passwd is not the URL of a server", "bearer"),
        (['Bearer realm="ftp://example.com/token"'], "ftp://example.com/token is not the URL of a server", "bearer"),
    ],
)
def test_a_challenge_that_cannot_be_answered(server, challenges, words, scheme):
    server.on("GET", PATH, refusal(*challenges))
    client = Client(server)
    with pytest.raises(AuthError) as caught:
        client.get()
    assert words in str(caught.value)
    assert caught.value.status == 401
    assert client.shown == [None]
    assert client.authenticator.scheme(server.url) == scheme


def test_an_identity_token_is_not_sent_as_a_password(server):
    server.on("GET", PATH, refusal('Basic realm="x"'))
    client = Client(server, IDENTITY)
    with pytest.raises(AuthError, match="it wants basic, for which the identity token from " + SOURCE):
        client.get()
    assert client.shown == [None]


def test_a_registry_that_changes_its_mind(server):
    given = tokens(server)
    server.on("GET", PATH, guard(lambda header: header == HEADER, 'Basic realm="x"'))
    server.on("DELETE", PATH, guard(given.__contains__, bearer(server)))
    client = Client(server)
    assert [client.get(), client.get(method="DELETE")] == [200, 200]


def test_a_registry_token_is_shown_as_it_is(server):
    server.on("GET", PATH, guard(lambda header: header == "Bearer r3g1stry", bearer(server)))
    client = Client(server, REGISTRY_TOKEN)
    assert client.get() == 200
    assert client.asked() == []


def test_a_registry_token_that_is_refused(server):
    server.on("GET", PATH, refusal(bearer(server)))
    client = Client(server, REGISTRY_TOKEN)
    with pytest.raises(AuthError, match="credentials from " + SOURCE + " were refused") as caught:
        client.get()
    assert len(client.shown) == 2
    assert "r3g1stry" not in str(caught.value)


def test_a_registry_token_that_would_break_a_header(server):
    server.on("GET", PATH, refusal(bearer(server)))
    client = Client(server, Credential("registry_token", token="s3cr3t\r\nX-Evil: 1", source=SOURCE))
    with pytest.raises(CredentialError, match="cannot be sent") as caught:
        client.get()
    assert "s3cr3t" not in str(caught.value)


# Bearer: which token is asked for, and how long it serves


def test_a_token_is_asked_for_by_scope_and_serves_as_long_as_it_is_good(server):
    given = tokens(server)
    server.on("GET", "/v2/*", guard(given.__contains__, bearer(server, "repository:team/app:pull")))
    client = Client(server)
    assert [client.get(), client.get()] == [200, 200]
    (asked,) = client.asked()
    assert asked.query == {"service": ["reg"], "scope": ["repository:team/app:pull"]}
    assert asked.headers["Authorization"] == HEADER
    assert client.shown == [None, HEADER, "Bearer t1", "Bearer t1"]
    assert client.authenticator.scheme(server.url) == "bearer"


def test_anonymous_users_get_tokens_too(server):
    given = tokens(server)
    server.on("GET", PATH, guard(given.__contains__, bearer(server)))
    client = Client(server, ANONYMOUS)
    assert client.get() == 200
    assert client.shown == [None, None, "Bearer t1"]


def test_a_known_registry_is_not_asked_again_what_it_wants(server):
    given = tokens(server)
    server.on("GET", "/v2/*", guard(given.__contains__, bearer(server)))
    client = Client(server)
    client.get()
    client.get("/v2/team/other/manifests/v1", [OTHER])
    assert [request.path for request in server.requests[3:]] == ["/token", "/v2/team/other/manifests/v1"]


def test_a_token_for_more_serves_for_less(server):
    given = tokens(server)
    server.on("GET", "/v2/*", guard(given.__contains__, bearer(server)))
    client = Client(server)
    client.get(scopes=[PUSH, OTHER])
    client.get(scopes=[PULL])
    client.get(scopes=[OTHER])
    assert len(client.asked()) == 1
    client.get(scopes=[PUSH, Scope.parse("repository:team/other:push")])
    assert len(client.asked()) == 2


def test_what_the_registry_asks_for_beyond_that_is_asked_for_once(server):
    # Quay wants "*" for deletes.
    given = tokens(server)

    def accepted(header):
        return header in given and "*" in client.asked()[int(header[len("Bearer t") :]) - 1].query["scope"][0]

    server.on("DELETE", "/v2/*", guard(accepted, bearer(server, "repository:team/app:*")))
    server.on("GET", "/v2/", guard(given.__contains__, bearer(server)))
    client = Client(server)
    client.get("/v2/", ())
    for _time in range(2):
        assert client.get(method="DELETE") == 200
    assert [request.query.get("scope") for request in client.asked()] == [
        None,
        ["repository:team/app:pull"],
        ["repository:team/app:pull,*"],
    ]
    assert len([request for request in server.requests if request.method == "DELETE"]) == 3


def test_a_403_for_a_larger_scope_is_answered_once(server):
    given = tokens(server)
    server.on("GET", "/v2/", guard(given.__contains__, bearer(server)))
    server.on("DELETE", PATH, refusal(bearer(server, "repository:team/app:delete"), status=403))
    client = Client(server)
    client.get("/v2/", ())
    assert client.get(method="DELETE") == 403
    assert len(client.asked(PATH)) == 2
    assert client.asked()[-1].query["scope"] == ["repository:team/app:pull,delete"]


def test_a_403_is_an_answer(server):
    given = tokens(server)
    server.on("GET", "/v2/", guard(given.__contains__, bearer(server)))
    server.on("GET", PATH, refusal(bearer(server, "repository:team/app:pull"), status=403))
    client = Client(server)
    client.get("/v2/", ())
    assert client.get() == 403
    assert len(client.asked(PATH)) == 1


def test_a_token_that_ends_before_its_time_is_renewed_once(server):
    given = tokens(server)
    server.on("GET", PATH, guard(lambda header: header == given[-1] if given else False, bearer(server)))
    client = Client(server)
    client.get()
    given.append("Bearer revoked")
    assert client.get() == 200
    assert client.shown[3:] == ["Bearer t1", HEADER, "Bearer t2"]
    assert client.get() == 200
    assert len(client.asked()) == 2


def test_a_fresh_token_that_is_refused_is_the_end(server):
    tokens(server)
    server.on("GET", PATH, refusal(bearer(server, "repository:team/app:pull")))
    client = Client(server)
    with pytest.raises(AuthError) as caught:
        client.get()
    assert len(client.asked(PATH)) == 2
    assert f"The credentials from {SOURCE} gave a token, but it does not permit this" in str(caught.value)
    with pytest.raises(AuthError):
        client.get()
    assert len(client.asked()) == 2


def test_an_anonymous_token_that_is_refused(server):
    tokens(server)
    server.on("GET", PATH, refusal(bearer(server)))
    with pytest.raises(AuthError, match="Give username and password, or an auth_file"):
        Client(server, ANONYMOUS).get()


def test_a_registry_that_always_wants_more_gets_an_end(server):
    tokens(server)
    wishes = [refusal(bearer(server, f"repository:team/app:wish{number}")) for number in range(9)]
    server.on("GET", PATH, *wishes)
    client = Client(server)
    with pytest.raises(AuthError):
        client.get()
    assert len(client.asked(PATH)) == 3


def test_credentials_of_different_repositories_do_not_mix(server):
    given = tokens(server)
    server.on("GET", "/v2/*", guard(given.__contains__, bearer(server)))
    client = Client(server)
    client.get("/v2/", ())
    client.credential = Credential("basic", username="other", password="pw", source=SOURCE)
    client.get("/v2/", ())
    assert client.looked_up[-1] == server.address
    client.get("/v2/team/other/manifests/v1", [OTHER, PULL])
    assert client.looked_up[-1] == server.address + "/team/other"
    assert [request.headers["Authorization"] for request in client.asked()] == [HEADER] + 2 * [basic("other", "pw")]


def test_trouble_with_credentials_is_not_hidden(server):
    server.on("GET", PATH, refusal('Basic realm="x"'))
    client = Client(server)

    def lookup(name):
        raise CredentialError("the helper is in trouble")

    client.authenticator = type(client.authenticator)(client.transport, server.address, lookup)
    with pytest.raises(CredentialError, match="the helper is in trouble"):
        client.get()


# Bodies


@pytest.mark.parametrize("known", [True, False])
def test_a_body_that_can_be_sent_again_is(server, known):
    guarded = guard(lambda header: header == HEADER, 'Basic realm="x"')
    server.on("GET", PATH, guarded if known else Answer(200))
    server.on("PUT", PATH, guarded)
    client = Client(server)
    client.get()
    assert client.get(method="PUT", body=BytesBody(b"content")) == 200
    received = [request.body for request in server.requests if request.method == "PUT"]
    assert received == [b"content"] * (1 if known else 2)


def test_a_body_that_cannot_be_sent_again_makes_the_caller_start_again(server):
    given = tokens(server)
    server.on("GET", PATH, Answer(200))
    server.on("PUT", PATH, guard(given.__contains__, bearer(server)))
    client = Client(server)
    client.get()
    with pytest.raises(ResponseError, match="start again") as caught:
        client.get(method="PUT", body=BlocksBody(iter([b"content"]), 7))
    assert (caught.value.retryable, caught.value.status) == (True, 401)
    # All is at hand for the second time.
    assert client.get(method="PUT", body=BlocksBody(iter([b"content"]), 7)) == 200
    assert len(client.asked()) == 1


def test_a_body_that_cannot_be_sent_again_and_no_credentials(server):
    server.on("PUT", PATH, refusal('Basic realm="x"'))
    with pytest.raises(AuthError):
        Client(server, ANONYMOUS).get(method="PUT", body=BlocksBody(iter([b"content"]), 7))


# Other servers


@pytest.fixture
def stranger():
    with ScriptedServer() as running:
        yield running


def test_a_redirect_takes_no_authorization_to_another_server(server, stranger):
    stranger.on("GET", "/blob", Answer(200))
    accepted = guard(lambda header: header == HEADER, 'Basic realm="x"')
    there = Answer(307, {"Location": stranger.url + "/blob"})
    server.on("GET", PATH, lambda request: there if accepted(request).status == 200 else accepted(request))
    client = Client(server)
    assert [client.get(), client.get()] == [200, 200]
    assert client.shown == [None, HEADER, HEADER]
    assert [request.headers.get("Authorization") for request in stranger.requests] == [None, None]


@pytest.mark.parametrize("challenge", ['Basic realm="x"', "Bearer"])
def test_another_server_that_asks_for_credentials_gets_none(server, stranger, challenge):
    wish = challenge if challenge != "Bearer" else bearer(stranger)
    stranger.on("GET", "/blob", refusal(wish))
    server.on("GET", "/v2/", guard(lambda header: header == HEADER, 'Basic realm="x"'))
    server.on("GET", PATH, Answer(307, {"Location": stranger.url + "/blob"}))
    client = Client(server)
    client.get("/v2/", ())
    assert client.get() == 401
    assert client.get(stranger.url + "/blob") == 401
    assert [request.headers.get("Authorization") for request in stranger.requests] == [None, None]
    assert client.authenticator.scheme(stranger.url) == "none"
    assert client.authenticator.scheme(server.url) == "basic"


# Threads


def in_threads(count, function):
    ready = threading.Barrier(count)
    results = []

    def run(number):
        ready.wait()
        try:
            results.append(function(number))
        except AuthError as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_threads_that_start_together_share_the_first_answer_and_the_token(server):
    given = tokens(server)
    server.on("GET", "/v2/*", guard(given.__contains__, bearer(server)))
    client = Client(server)
    assert in_threads(8, lambda number: client.get()) == [200] * 8
    assert sorted(map(str, client.shown)) == sorted(["None", HEADER] + ["Bearer t1"] * 8)


def test_threads_whose_token_is_revoked_share_the_next_one(server):
    given = tokens(server)
    server.on("GET", "/v2/*", guard(lambda header: header == given[-1] if given else False, bearer(server)))
    client = Client(server)
    client.get()
    given.append("Bearer revoked")
    assert in_threads(8, lambda number: client.get()) == [200] * 8
    assert len(client.asked()) == 2


def test_when_the_first_request_fails_the_next_thread_is_the_first(server):
    server.on("GET", PATH, refusal('Basic realm="x"'))
    client = Client(server, ANONYMOUS)
    results = in_threads(4, lambda number: client.get())
    assert [type(result) for result in results] == [AuthError] * 4


def test_many_repositories_at_once(server):
    given = tokens(server)
    server.on("GET", "/v2/*", guard(given.__contains__, bearer(server)))
    client = Client(server, LOGIN)
    scopes = [Scope("repository", f"team/app{number}", frozenset(["pull"])) for number in range(16)]
    assert in_threads(16, lambda number: client.get(scopes=[scopes[number]])) == [200] * 16
    assert sorted(request.query["scope"][0] for request in client.asked()) == sorted(map(str, scopes))
