# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The internet of the guides: real registries that answer at the names that the guides use, over TLS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import registries
from tests.support.images import Pusher
from tests.support.names import NameProxy
from tests.support.nginx import start_nginx
from tests.support.registries import RunningRegistry
from tests.support.tls import Authority


@dataclass(frozen=True)
class Site:
    """What answers at a name: a server (HOST:PORT) behind TLS, and who is let in; everybody, without accounts."""

    server: str
    accounts: Mapping[str, str] | None = None


@dataclass(frozen=True)
class World:
    """Sites by name (HOST, or HOST:PORT). `variables` lead a program there."""

    sites: Mapping[str, Site]
    proxy: NameProxy
    authority: Path

    @property
    def variables(self) -> dict[str, str]:
        """The environment of whoever lives in this world."""
        return {"HTTPS_PROXY": self.proxy.url, "SSL_CERT_FILE": str(self.authority)}

    def pusher(self, name: str) -> Pusher:
        """Plain requests to HOST/REPOSITORY, past TLS, passwords and our own client."""
        host, _slash, repository = name.partition("/")
        return Pusher(self.sites[host].server, repository)

    def digest(self, name: str) -> str | None:
        """The digest of HOST/REPOSITORY:TAG; None when it is not there."""
        repository, _colon, tag = name.rpartition(":")
        return self.pusher(repository).digest(tag)


@contextmanager
def world_of(sites: Mapping[str, Site], authority: Authority) -> Iterator[World]:
    """Start what stands in front of the sites."""
    with ExitStack() as stack:
        pair = authority.server("world", names=",".join(f"DNS:{name.partition(':')[0]}" for name in sites))
        doors = {
            name: stack.enter_context(start_nginx(site.server, server=pair, accounts=site.accounts)).address
            for name, site in sites.items()
        }
        proxy = stack.enter_context(NameProxy(doors))
        yield World(sites, proxy, authority.certificate)


def start_all(stack: ExitStack, *kinds: str) -> list[RunningRegistry]:
    """Registries of these kinds."""
    return [stack.enter_context(registries.start(kind)) for kind in kinds]
