# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Toxiproxy: TCP proxies that break, slow down and cut up what passes through them, by orders over HTTP."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import install
from .errors import SupportError
from .process import LOOPBACK, RunningServer, start_server
from .wire import answers, exchange

#: What the client hears, and what the server hears.
DOWNSTREAM, UPSTREAM = "downstream", "upstream"


@dataclass(frozen=True)
class Toxic:
    """A fault of each connection, in one direction: limit_data (bytes), reset_peer, timeout, latency (milliseconds),
    slow_close, slicer, bandwidth (KB a second), with its attributes as toxiproxy names them."""

    kind: str
    stream: str
    attributes: tuple[tuple[str, int], ...] = ()

    def order(self) -> dict[str, Any]:
        """As toxiproxy is told of it."""
        name = f"{self.kind}-{self.stream}"
        return {"name": name, "type": self.kind, "stream": self.stream, "attributes": dict(self.attributes)}


def toxic(kind: str, stream: str = DOWNSTREAM, **attributes: int) -> Toxic:
    """A Toxic, with its attributes as keywords."""
    return Toxic(kind, stream, tuple(attributes.items()))


@dataclass(frozen=True)
class Proxy:
    """One proxy of a toxiproxy. A toxic holds for the connections that there are, too."""

    server: RunningToxiproxy
    name: str
    address: str

    def add(self, one: Toxic) -> None:
        """Begin a fault."""
        self.server.order("POST", f"/proxies/{self.name}/toxics", one.order(), 200)

    def remove(self, one: Toxic) -> None:
        """End a fault."""
        self.server.order("DELETE", f"/proxies/{self.name}/toxics/{one.order()['name']}", None, 204)

    def close(self) -> None:
        """Break the connections, and listen no more."""
        self.server.order("DELETE", f"/proxies/{self.name}", None, 204)


class RunningToxiproxy(RunningServer):
    """A toxiproxy that takes orders at `address`."""

    def proxy(self, name: str, upstream: str) -> Proxy:
        """Have it listen for `upstream` (HOST:PORT), on a free port."""
        order = {"name": name, "listen": f"{LOOPBACK}:0", "upstream": upstream, "enabled": True}
        return Proxy(self, name, str(self.order("POST", "/proxies", order, 201)["listen"]))

    def order(self, method: str, path: str, body: dict[str, Any] | None, status: int) -> dict[str, Any]:
        """Send one order. Raises SupportError where it is not carried out."""
        content = None if body is None else json.dumps(body).encode()
        answer = exchange(method, f"http://{self.address}{path}", content, {"Content-Type": "application/json"})
        if answer.status != status:
            raise SupportError(f"toxiproxy answered {answer.status} to {method} {path}: {answer.body[:500]!r}")
        found: dict[str, Any] = json.loads(answer.body) if answer.body else {}
        return found


def start_toxiproxy() -> RunningToxiproxy:
    """Start a toxiproxy without proxies and return it when it answers."""
    program = install.require("toxiproxy")

    def command(port: int, folder: Path) -> Sequence[str]:
        del folder
        return [str(program), "-host", LOOPBACK, "-port", str(port)]

    return start_server(
        "toxiproxy", command, lambda port: answers(f"http://{LOOPBACK}:{port}/version"), RunningToxiproxy
    )
