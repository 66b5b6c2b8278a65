# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real token server (distribution's contrib/token-server) for registries that demand Bearer tokens.

It knows GET with Basic credentials (`offline_token=true` brings a refresh token as well), and OAuth2 POST with the
grant refresh_token, which wants `service` and `client_id`; the grant password it answers with 400, as ACR does. A user
is given all that is asked for within USER/..., nothing elsewhere, and the catalog; nobody is given anything without a
password. Its answers have `access_token` alone. Tokens last 15 minutes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from . import install
from .accounts import basic, write_htpasswd
from .errors import SupportError
from .process import LOOPBACK, RunningServer, start_server
from .tls import KeyPair, self_signed
from .wire import answers, exchange

SERVICE = "regops tests"
ISSUER = "regops-token-server"


class TokenServer:
    """A token server that answers at `realm`, and has its files in `folder`."""

    folder: Path

    @property
    def address(self) -> str:
        """HOST:PORT"""
        raise NotImplementedError

    @property
    def realm(self) -> str:
        """The URL that a challenge names."""
        return f"http://{self.address}/token/"

    def auth(self, realm: str | None = None) -> dict[str, Any]:
        """Give the `auth` setting of a distribution registry that trusts this server.

        `realm` is named in its challenges instead of our own, such as that of a recorder in between.
        """
        return {
            "token": {
                "realm": realm or self.realm,
                "service": SERVICE,
                "issuer": ISSUER,
                # distribution 2 knows the server's key by its certificate, distribution 3 by its JWK.
                "rootcertbundle": str(self.folder / "signing.pem"),
                "jwks": str(self.folder / "jwks.json"),
            }
        }

    def token(self, user: str, password: str, *scopes: str) -> dict[str, str]:
        """Get a token by GET and give the Authorization header that carries it."""
        return {"Authorization": f"Bearer {self._get(user, password, *scopes)['access_token']}"}

    def refresh_token(self, user: str, password: str) -> str:
        """Get a refresh token, which credential files call an identity token."""
        return str(self._get(user, password)["refresh_token"])

    def write_jwks(self, user: str, password: str) -> None:
        """Write the server's public key as a JWK set; the head of every token that it signs names it."""
        token = self.token(user, password)["Authorization"].partition(" ")[2]
        head = token.partition(".")[0]
        key = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["jwk"]
        (self.folder / "jwks.json").write_text(json.dumps({"keys": [key]}), encoding="ascii")

    def _get(self, user: str, password: str, *scopes: str) -> dict[str, Any]:
        parameters = [("service", SERVICE), ("offline_token", "true"), *(("scope", scope) for scope in scopes)]
        answer = exchange("GET", f"{self.realm}?{urlencode(parameters)}", headers=basic(user, password))
        if answer.status != 200:
            raise SupportError(f"the token server answered {answer.status}: {answer.body[:500]!r}")
        found: dict[str, Any] = json.loads(answer.body)
        return found


class RunningTokenServer(RunningServer, TokenServer):
    """A token server as a process of ours."""


def server_arguments(port: int, pair: KeyPair, htpasswd: Path) -> Sequence[str]:
    """What the program is told: where to listen, how to sign, and whom to know."""
    return [
        *("-addr", f"{LOOPBACK}:{port}", "-realm", "token-server", "-issuer", ISSUER),
        *("-key", str(pair.key), "-passwd", str(htpasswd)),
    ]


def start_token_server(accounts: Mapping[str, str]) -> RunningTokenServer:
    """Start a token server that knows these accounts (user -> password) and return it when it answers."""
    program = install.require("token-server")

    def command(port: int, folder: Path) -> Sequence[str]:
        pair = self_signed(folder, "signing")
        htpasswd = write_htpasswd(folder / "htpasswd", accounts)
        return [str(program), *server_arguments(port, pair, htpasswd)]

    server = start_server(
        "token-server", command, lambda port: answers(f"http://{LOOPBACK}:{port}/token/"), RunningTokenServer
    )
    try:
        server.write_jwks(*next(iter(accounts.items())))
    except BaseException:
        server.stop()
        raise
    return server
