# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry and a token server in one script, and clients for them."""

from __future__ import annotations

import base64
import itertools
from typing import Callable, Iterable, List, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.auth import Authenticator
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.scope import Scope
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import Transport, TransportOptions
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Request,
    ScriptedServer,
    Step,
    error_answer,
    json_answer,
)

SOURCE = "the file of a test"
SECRET = "s3cr3t:p\u00e4ss"

ANONYMOUS = Credential("anonymous")
LOGIN = Credential("basic", username="me", password=SECRET, source=SOURCE)
IDENTITY = Credential("identity_token", token="1d3nt1ty", source=SOURCE)
REGISTRY_TOKEN = Credential("registry_token", token="r3g1stry", source=SOURCE)

PULL = Scope.parse("repository:team/app:pull")
PUSH = Scope.parse("repository:team/app:pull,push")
OTHER = Scope.parse("repository:team/other:pull")
PATH = "/v2/team/app/manifests/v1"


def basic(username: str, password: str) -> str:
    """The header of RFC 7617, made here by itself."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def refusal(*challenges: str, status: int = 401) -> Answer:
    """An error with these WWW-Authenticate headers."""
    answer = error_answer(status, "UNAUTHORIZED", "authentication required")
    return Answer(status, [("WWW-Authenticate", challenge) for challenge in challenges], answer.body)


def guard(accepted: Callable[[Optional[str]], bool], *challenges: str, status: int = 401) -> Callable[[Request], Step]:
    """Let requests in whose Authorization is `accepted`, refuse the others."""

    def play(request: Request) -> Step:
        if accepted(request.headers.get("Authorization")):
            return Answer(200, body=b"welcome")
        return refusal(*challenges, status=status)

    return play


def tokens(server: ScriptedServer, **more: object) -> List[str]:
    """Serve GET and POST /token: t1, t2, and so on; return the list of headers of those that were given out."""
    given: List[str] = []
    counter = itertools.count(1)

    def play(_request: Request) -> Step:
        token = f"t{next(counter)}"
        given.append("Bearer " + token)
        return json_answer({"token": token, **more})

    server.on("GET", "/token", play)
    server.on("POST", "/token", play)
    return given


def bearer(server: ScriptedServer, scope: str = "", service: str = "reg") -> str:
    """A Bearer challenge that names the token server of `tokens`."""
    parts = [f'realm="{server.url}/token"']
    parts += [f'service="{service}"'] if service else []
    parts += [f'scope="{scope}"'] if scope else []
    return "Bearer " + ",".join(parts)


class Client:
    """An Authenticator for a scripted registry; remembers for what credentials were looked up."""

    def __init__(self, server: ScriptedServer, credential: Credential = LOGIN) -> None:
        self.server = server
        self.credential = credential
        self.looked_up: List[str] = []
        self.transport = Transport(TransportOptions(timeout=20.0, retries=1))
        self.authenticator = Authenticator(self.transport, server.address, self._lookup)

    def _lookup(self, name: str) -> Credential:
        self.looked_up.append(name)
        return self.credential

    def get(self, path: str = PATH, scopes: Iterable[Scope] = (PULL,), method: str = "GET", **more: object) -> int:
        """Send a request, return the status of its answer."""
        url = path if "://" in path else self.server.url + path
        with self.authenticator.request(method, url, scopes=tuple(scopes), **more) as response:  # type: ignore[arg-type]
            response.read(1024)
            return response.status

    @property
    def shown(self) -> List[Optional[str]]:
        """The Authorization headers of all requests, in order."""
        return [request.headers.get("Authorization") for request in self.server.requests]

    def asked(self, path: str = "/token") -> List[Request]:
        """The requests for a path."""
        return [request for request in self.server.requests if request.path == path]
