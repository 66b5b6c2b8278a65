# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in: a Client knows how to reach registries and as whom, and gives out Registry and Repository."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from .api import Api
from .auth import Authenticator
from .credential import Credential
from .credentials import CredentialStore
from .host import DOCKER_HUB, host_name
from .reach import is_loopback
from .reference import Reference
from .registry import Registry
from .repository import Repository
from .transport import Transport, TransportOptions

_DOCKER_HUB_HOST = "registry-1.docker.io"


@dataclass(frozen=True)
class ClientOptions:
    """`credential` goes before whatever `store` holds, for the host names in `credential_hosts` (None: for all);
    `plain_http` decides when set, else only loopback is plain."""

    store: CredentialStore
    transport: TransportOptions = field(default_factory=TransportOptions)
    plain_http: bool | None = None
    credential: Credential | None = None
    credential_hosts: frozenset[str] | None = None


class Client:
    """Registries and repositories over one set of connections, tokens and credentials. Thread-safe."""

    def __init__(self, options: ClientOptions, transport: Transport | None = None) -> None:
        self.options = options
        self.transport = transport or Transport(options.transport)
        self._lock = threading.Lock()
        self._apis: dict[str, Api] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def warnings(self) -> list[str]:
        """What registries said in Warning headers, each text once."""
        return list(self.transport.warnings)

    def registry(self, address: str) -> Registry:
        """The registry at `address` (host[:port], normalised as Reference does it)."""
        return Registry(self._api(address))

    def repository(self, reference: Reference) -> Repository:
        """The repository that a reference names."""
        return Repository(self._api(reference.registry), reference.repository)

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()

    def _api(self, address: str) -> Api:
        with self._lock:
            api = self._apis.get(address)
            if api is None:
                authenticator = Authenticator(self.transport, address, self._credential)
                api = self._apis[address] = Api(authenticator, address, self._base_url(address))
            return api

    def _base_url(self, address: str) -> str:
        host = _DOCKER_HUB_HOST if address == DOCKER_HUB else address
        plain = self.options.plain_http
        if plain is None:
            plain = is_loopback(host_name(host))
        return "{}://{}".format("http" if plain else "https", host)

    def _credential(self, where: str) -> Credential:
        credential, hosts = self.options.credential, self.options.credential_hosts
        if credential is not None and (hosts is None or host_name(where.partition("/")[0]) in hosts):
            return credential
        return self.options.store.lookup(where)
