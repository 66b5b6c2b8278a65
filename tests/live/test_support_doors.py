# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx and the token server let in whom they should, and nobody else.

Nothing here uses the collection's own client.
"""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support import images, tls, token_server, wire
from tests.support.accounts import basic
from tests.support.images import Pusher
from tests.support.nginx import RunningNginx, start_nginx
from tests.support.registries import RunningRegistry
from tests.support.token_server import RunningTokenServer


def test_tls_is_trusted_by_its_authority_only(tls_registry: RunningNginx, authority: tls.Authority) -> None:
    """The certificate is good for who trusts the authority, and for nobody else; Locations stay https."""
    answer = Pusher(tls_registry.url, "team/tls", tls=authority.context()).send("POST", "blobs/uploads/", b"")
    assert (answer.status, answer.headers["Location"].partition(":")[0]) == (202, "https")
    with pytest.raises(ssl.SSLCertVerificationError):
        wire.exchange("GET", f"{tls_registry.url}/v2/")


def test_an_expired_certificate_is_expired(tls_registry: RunningNginx, authority: tls.Authority) -> None:
    """Negative days make a certificate that no client accepts."""
    with (
        start_nginx(tls_registry.address, server=authority.server("expired", days=-1)) as server,
        pytest.raises(ssl.SSLCertVerificationError, match="expired"),
    ):
        wire.exchange("GET", f"{server.url}/v2/", tls=authority.context())


def test_basic_is_demanded(
    basic_registry: RunningNginx, authority: tls.Authority, accounts: dict[str, str], repository: str
) -> None:
    """Without the right password there is a challenge; with it, an image goes in and comes out."""
    context = authority.context()
    for headers in ({}, basic("alice", "wrong")):
        answer = wire.exchange("GET", f"{basic_registry.url}/v2/", headers=headers, tls=context)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="registry"')
    pusher = Pusher(basic_registry.url, repository, headers=basic("alice", accounts["alice"]), tls=context)
    assert pusher.push(images.build_image(), "v1") == pusher.digest("v1")


def test_a_client_certificate_is_demanded(
    mutual_tls_registry: RunningNginx, authority: tls.Authority, tmp_path: Path
) -> None:
    """Who shows none, or one of another authority, is refused."""
    ours = authority.context(authority.client())
    none = authority.context()
    stranger = authority.context(tls.create_authority(tmp_path).client("stranger"))
    url = f"{mutual_tls_registry.url}/v2/"
    assert [wire.exchange("GET", url, tls=context).status for context in (ours, none, stranger)] == [200, 400, 400]


def test_a_token_is_demanded(
    token_registry: RunningRegistry, tokens: RunningTokenServer, accounts: dict[str, str], repository: str
) -> None:
    """A registry names the scope that it wants; a token with it opens this repository and no other."""
    answer = Pusher(token_registry.address, repository).send("GET", "tags/list")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer realm="{tokens.realm}",service="{token_server.SERVICE}",scope="repository:{repository}:pull"'
    )
    token = tokens.token("alice", accounts["alice"], f"repository:{repository}:pull,push")
    pusher = Pusher(token_registry.address, repository, headers=token)
    assert pusher.push(images.build_image(), "v1") == pusher.digest("v1")
    other = Pusher(token_registry.address, "bob/app", headers=token).send("GET", "tags/list")
    assert (other.status, 'error="' in other.headers["WWW-Authenticate"]) == (401, True)


def test_a_token_of_another_user_opens_nothing(
    token_registry: RunningRegistry, tokens: RunningTokenServer, accounts: dict[str, str], repository: str
) -> None:
    """bob gets a token when he asks for alice's repository, but it is worth nothing there."""
    token = tokens.token("bob", accounts["bob"], f"repository:{repository}:pull")
    assert Pusher(token_registry.address, repository, headers=token).send("GET", "tags/list").status == 401


def test_the_token_server_demands_a_password(tokens: RunningTokenServer) -> None:
    """Nobody gets a token without one."""
    for headers in ({}, basic("alice", "wrong")):
        answer = wire.exchange("GET", f"{tokens.realm}?service=x", headers=headers)
        assert answer.status == 401
        assert b"access_token" not in answer.body


def test_the_token_server_speaks_oauth2(
    token_registry: RunningRegistry, tokens: RunningTokenServer, accounts: dict[str, str], repository: str
) -> None:
    """POST with a refresh token brings a token that opens the repository; with a password it is refused by 400."""
    scope = {"scope": f"repository:{repository}:pull,push", "service": token_server.SERVICE, "client_id": "tests"}
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token("alice", accounts["alice"])}
    answer = post(tokens, {**scope, **refresh})
    token = {"Authorization": f"Bearer {json.loads(answer.body)['access_token']}"}
    assert Pusher(token_registry.address, repository, headers=token).send("POST", "blobs/uploads/", b"").status == 202
    assert post(tokens, {**scope, **refresh, "refresh_token": "made up"}).status == 401
    password = {"grant_type": "password", "username": "alice", "password": accounts["alice"]}
    assert post(tokens, {**scope, **password}).status == 400


def post(tokens: RunningTokenServer, form: dict[str, str]) -> wire.Answer:
    """Send a form to the token server."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return wire.exchange("POST", tokens.realm, urlencode(form).encode(), headers)
