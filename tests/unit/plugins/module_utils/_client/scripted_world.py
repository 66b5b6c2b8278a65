# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries and token servers under their real names, played by one scripted server that is the proxy to them all."""

from __future__ import annotations

import base64
import json
from typing import Any, Dict, List, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client, ClientOptions
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.docker_config import ConfigFile
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.registry import Registry
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import TransportOptions
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Play,
    Request,
    ScriptedServer,
    Step,
    error_answer,
)


class World:
    """What a test says of the registries, and what they were asked. All speak plain HTTP, so that it can be seen."""

    def __init__(self, server: ScriptedServer) -> None:
        self.server = server
        self.on = server.on
        self.clients: List[Client] = []

    def registry(
        self, address: str, credential: Optional[Credential] = None, config: Optional[ConfigFile] = None
    ) -> Registry:
        store = CredentialStore([] if config is None else [config], _no_helper)
        transport = TransportOptions(timeout=10, retries=2, environ={"http_proxy": self.server.url})
        client = Client(ClientOptions(store, transport, plain_http=True, credential=credential))
        self.clients.append(client)
        return client.registry(address)

    def repository(
        self, name: str, credential: Optional[Credential] = None, config: Optional[ConfigFile] = None
    ) -> Repository:
        """The repository of that name, as people write it, to somebody with this credential or file."""
        reference = Reference.parse_repository(name)
        return self.registry(reference.registry, credential, config).repository(reference.repository)

    @property
    def dialogue(self) -> List[str]:
        """What was asked: method, URL without its scheme, and what was shown; `-` is nothing."""
        return [_told(request) for request in self.server.requests]

    def close(self) -> None:
        for client in self.clients:
            client.close()


def bearer(realm: str, scope: str = "", service: str = "svc") -> str:
    """A challenge for a token."""
    parts: Dict[str, str] = {"realm": realm, "service": service, "scope": scope}
    return "Bearer " + ",".join(f'{name}="{value}"' for name, value in parts.items() if value)


def unauthorized(*challenges: str) -> Step:
    """The answer to somebody who shows nothing, or not the right thing."""
    answer = error_answer(401, "UNAUTHORIZED", "authentication required")
    headers = dict(answer.headers or ())
    return type(answer)(401, [*headers.items(), *(("WWW-Authenticate", one) for one in challenges)], answer.body)


def guarded(challenge: str, *plays: Play) -> Play:
    """Let nobody in who shows nothing; to all others say these, one after another."""
    rest = list(plays)

    def play(request: Request) -> Step:
        if "Authorization" not in request.headers:
            return unauthorized(challenge)
        following = rest.pop(0) if len(rest) > 1 else rest[0]
        return following(request) if callable(following) else following

    return play


def config_file(path: Any, auths: Dict[str, str]) -> ConfigFile:
    """Docker's file, with user:password for each key."""
    entries = {key: {"auth": base64.b64encode(login.encode()).decode()} for key, login in auths.items()}
    path.write_text(json.dumps({"auths": entries}))
    return ConfigFile(str(path), required=True)


def _told(request: Request) -> str:
    shown = request.headers.get("Authorization")
    scheme, _blank, value = (shown or "-").partition(" ")
    if scheme == "Basic":
        value = base64.b64decode(value).decode()
    url = request.target.partition("://")[2]
    return " ".join(part for part in (request.method, url, scheme, value) if part)


def _no_helper(program: str, server: str) -> Tuple[int, str]:
    raise FileNotFoundError(program)
