# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry that means harm, and the server beside it that records what it gets of it. What they do is data: On.

In what they say, HOST and OTHER stand for HOST:PORT of the one and of the other.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Play,
    Request,
    ScriptedServer,
    Step,
)

LOGIN = {"username": "robot", "password": "pa55 word/of+robot"}
TOKEN = "a-token.of.the-token-server"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def basic(username: str, password: str) -> str:
    """A user name and a password as Basic authorization has them."""
    return base64.b64encode(f"{username}:{password}".encode()).decode()


#: What must never be seen where it does not belong: as it is, and as it travels.
SECRETS = (
    LOGIN["password"],
    quote(LOGIN["password"]),
    quote(LOGIN["password"], safe=""),
    basic(**LOGIN),
    base64.b64encode(LOGIN["password"].encode()).decode(),
    TOKEN,
)


@dataclass(frozen=True)
class On:
    """What is answered to a method on a path (* and ? are wildcards): one after the other, the last one stays."""

    method: str
    path: str
    plays: tuple[Play, ...]


def on(method: str, path: str, *plays: Play) -> On:
    """An On with as many answers as are given."""
    return On(method, path, plays)


def on_all(*plays: Play) -> tuple[On, ...]:
    """The same answers to everything."""
    return tuple(on(method, "*", *plays) for method in METHODS)


@dataclass
class Stage:
    """Both servers while they run."""

    host: GatedServer
    other: GatedServer
    places: dict[str, str] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """A value with the real addresses in it."""
        if isinstance(value, str):
            for name, place in self.places.items():
                value = value.replace(name, place)
        elif isinstance(value, bytes):
            for name, place in self.places.items():
                value = value.replace(name.encode(), place.encode())
        elif isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        elif isinstance(value, (list, tuple)):
            return type(value)(self.fill(item) for item in value)
        return value

    def play(self, server: GatedServer, script: tuple[On, ...]) -> None:
        """Have a server do what is in the script; what comes first goes before what comes later."""
        for rule in reversed(script):
            server.on(rule.method, rule.path, *[self._real(play) for play in rule.plays])

    def _real(self, play: Play) -> Play:
        if isinstance(play, Answer):
            return self._filled(play)
        if callable(play):
            return lambda request: self._filled(play(request))
        return play

    def _filled(self, step: Step) -> Step:
        if not isinstance(step, Answer):
            return step
        return replace(step, headers=self.fill(step.headers), body=self.fill(step.body))


class GatedServer(ScriptedServer):
    """A scripted server that lets only those in who know the password, where it is `closed`."""

    closed = False

    def find(self, request: Request) -> Play:
        """What the script has for a request, or the demand for a password."""
        if self.closed and request.headers.get("Authorization") != f"Basic {basic(**LOGIN)}":
            self.requests.append(request)
            return Answer(401, {"WWW-Authenticate": 'Basic realm="the registry"'})
        return super().find(request)

    def seen(self) -> str:
        """All that ever came here, for a search."""
        return "\n".join(f"{one.line}\n{one.headers}\n{one.body.decode('latin-1')}" for one in self.requests)


@contextmanager
def stage(*, closed: bool, tls: Any = None) -> Iterator[Stage]:
    """Both servers, the first of them behind a password where it is `closed`."""
    with GatedServer(tls) as host, GatedServer() as other:
        host.closed = closed
        yield Stage(host, other, {"HOST": host.address, "OTHER": other.address})
