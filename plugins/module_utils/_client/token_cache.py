# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens: each got once for all threads, kept as long as it is good."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Callable

from .credential import Credential
from .scope import Scope, covers

_MARGIN = 10.0  # seconds; a token that ends sooner could end on its way to the registry
_STRIPES = 16


@dataclass(frozen=True)
class Realm:
    """Where tokens are had: the token server's URL, the name under which it knows the registry, and who named it."""

    url: str
    service: str | None
    named_by: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Token:
    """A token as an Authorization header, the scopes asked for with it, and when it ends (by `time.monotonic()`)."""

    header: str = field(repr=False)
    scopes: tuple[Scope, ...]
    expires: float


Fetch = Callable[[Realm, Credential, "tuple[Scope, ...]"], Token]


class TokenCache:
    """Keeps tokens by realm, credential and scopes; a token for more scopes serves for fewer. Thread-safe."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        # Threads that need the same token wait for the one that gets it; others have, mostly, another lock.
        self._fetching = [threading.Lock() for _stripe in range(_STRIPES)]
        self._tokens: dict[tuple[Realm, Credential, str], list[Token]] = {}

    def get(
        self, realm: Realm, credential: Credential, scopes: tuple[Scope, ...], rejected: str | None = None
    ) -> tuple[Token, bool]:
        """Return a token for `scopes` and whether it was got just now. The one `rejected` as a header is thrown away.

        Raises what `fetch` raises.
        """
        found = self._find(realm, credential, scopes, rejected)
        if found is not None:
            return found, False
        with self._fetching[hash((realm, credential, scopes)) % _STRIPES]:
            found = self._find(realm, credential, scopes, rejected)
            if found is not None:
                return found, False
            token = self._fetch(realm, credential, scopes)
            self._keep(realm, credential, token)
            return token, True

    def _find(
        self, realm: Realm, credential: Credential, scopes: tuple[Scope, ...], rejected: str | None
    ) -> Token | None:
        soon = time.monotonic() + _MARGIN
        name = _names(scopes)[0]
        with self._lock:
            kept = [
                token
                for token in self._tokens.get((realm, credential, name), [])
                if token.expires > soon and token.header != rejected
            ]
            self._tokens[realm, credential, name] = kept
        return next((token for token in kept if covers(token.scopes, scopes)), None)

    def _keep(self, realm: Realm, credential: Credential, token: Token) -> None:
        with self._lock:
            for name in _names(token.scopes):
                self._tokens.setdefault((realm, credential, name), []).append(token)


def _names(scopes: tuple[Scope, ...]) -> list[str]:
    """Under what a token is found: the names of its scopes, or one for those without any."""
    return [scope.name for scope in scopes] or [""]
