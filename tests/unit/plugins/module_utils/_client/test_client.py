# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in: which server an address means, and as whom it is asked."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client, ClientOptions
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    AuthError,
    ResponseError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.registry import RateLimit
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    error_answer,
    json_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_world import World


@pytest.fixture
def world(server, clock):
    made = World(server)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("address", "plain_http", "base_url"),
    [
        ("registry.example", None, "https://registry.example"),
        ("registry.example:5000", None, "https://registry.example:5000"),
        ("registry.example:5000", True, "http://registry.example:5000"),
        ("localhost", None, "http://localhost"),
        ("localhost:5000", None, "http://localhost:5000"),
        ("127.0.0.1:5000", None, "http://127.0.0.1:5000"),
        ("[::1]:5000", None, "http://[::1]:5000"),
        ("[::1]", None, "http://[::1]"),
        ("localhost:5000", False, "https://localhost:5000"),
        ("[2001:db8::1]:5000", None, "https://[2001:db8::1]:5000"),
        ("docker.io", None, "https://registry-1.docker.io"),
        ("localhost.example:5000", None, "https://localhost.example:5000"),
    ],
)
def test_which_server_an_address_is(address, plain_http, base_url):
    client = Client(ClientOptions(CredentialStore([], None), plain_http=plain_http))
    assert client.registry(address).api.base_url == base_url
    assert client.registry(address).address == address


def test_one_client_knows_a_registry_once():
    client = Client(ClientOptions(CredentialStore([], None)))
    reference = Reference.parse("registry.example/app:v1")
    assert client.repository(reference).api is client.registry("registry.example").api
    assert client.repository(reference).name == "app"


def test_nothing_is_done_before_something_is_asked(server, client):
    client.repository(Reference.parse(server.address + "/app"))
    assert server.requests == []


def test_warnings_of_all_registries_come_once_each(server, client):
    server.on("GET", "/v2/app/tags/list", json_answer({"tags": []}, headers={"Warning": '299 - "soon gone"'}))
    for _time in range(2):
        assert list(client.repository(Reference.parse_repository(server.address + "/app")).tags()) == []
    assert client.warnings == ["soon gone"]


def test_credential_of_the_options_is_for_certain_hosts_only(server):
    server.on("GET", "/v2/", Answer(401, {"WWW-Authenticate": 'Basic realm="x"'}))
    credential = Credential("basic", username="user", password="pw", source="the test")
    for hosts, shown in ((None, 2), (frozenset(["127.0.0.1"]), 2), (frozenset(["other.example"]), 1)):
        server.requests.clear()
        options = ClientOptions(CredentialStore([], None), credential=credential, credential_hosts=hosts)
        with Client(options) as client:
            if shown == 2:
                with pytest.raises(AuthError):
                    client.registry(server.address).ping()
            else:
                assert client.registry(server.address).ping().status == 401
        assert len(server.requests) == shown


# GET /v2/


@pytest.mark.parametrize(
    ("challenges", "auth"),
    [
        (['Basic realm="x"'], "basic"),
        (['Bearer realm="http://token.example/"'], "bearer"),
        (['Basic realm="x"', 'Bearer realm="http://token.example/"'], "bearer"),
        (["Negotiate"], "negotiate"),
        ([], "unknown"),
    ],
)
def test_registry_that_wants_somebody(world, challenges, auth):
    headers = [("WWW-Authenticate", challenge) for challenge in challenges]
    world.on("GET", "/v2/", Answer(401, [*headers, ("Docker-Distribution-Api-Version", "registry/2.0")]))
    ping = world.registry("registry.example").ping()
    assert (ping.status, ping.auth, ping.api_version) == (401, auth, "registry/2.0")
    assert world.dialogue == ["GET registry.example/v2/ -"]


def test_registry_that_wants_nobody(world):
    world.on("GET", "/v2/", Answer(200, {"Server": "nginx"}, b"{}"))
    ping = world.registry("registry.example").ping()
    assert (ping.status, ping.auth, ping.api_version, ping.server, ping.rate_limit) == (
        200,
        "none",
        None,
        "nginx",
        None,
    )


def test_registry_that_is_none(world):
    world.on("GET", "/v2/", error_answer(404, "page not found"))
    with pytest.raises(ResponseError, match="http://registry.example/v2/: 404"):
        world.registry("registry.example").ping()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"ratelimit-limit": "junk"}, None),
        ({"ratelimit-limit": "100;w=21600"}, RateLimit(100, None, 21600)),
        ({"ratelimit-remaining": "7"}, RateLimit(None, 7, None)),
        ({"RateLimit-Limit": "100", "RateLimit-Remaining": " 7 ; w=60"}, RateLimit(100, 7, 60)),
    ],
)
def test_rate_limit(world, headers, expected):
    world.on("GET", "/v2/", Answer(200, headers))
    assert world.registry("registry.example").ping().rate_limit == expected
