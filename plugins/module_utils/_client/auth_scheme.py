# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The authentication schemes that registries use, one class each: what to send to be let in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, Sequence

from .addresses import resolve_location
from .challenge import Challenge
from .credential import BASIC, REGISTRY_TOKEN, Credential, basic_header, bearer_header
from .errors import CredentialError, ProtocolError
from .scope import Scope, covers, parse_scopes
from .token_cache import Realm, TokenCache


@dataclass(frozen=True)
class Authorization:
    """What is sent with a request. `fresh` when asking again for the same `scopes` would give nothing better."""

    scheme: str
    header: str = field(repr=False)
    fresh: bool = True
    scopes: tuple[Scope, ...] | None = None

    def serves(self, scopes: Sequence[Scope]) -> bool:
        """Whether it was got for all of these scopes; what knows no scopes was got for any."""
        return self.scopes is None or covers(self.scopes, scopes)


class Scheme(Protocol):
    """A way to authenticate that a registry offered. `scopes` are those that it asked for by itself."""

    name: str
    scopes: tuple[Scope, ...]
    trouble: str | None

    def authorize(
        self, credential: Credential, scopes: tuple[Scope, ...], rejected: Authorization | None
    ) -> Authorization | None:
        """Return what to send, None where `credential` is of no use. May ask a token server; raises AuthError then."""


class BasicScheme:
    """User name and password in every request (RFC 7617)."""

    name = "basic"
    scopes: tuple[Scope, ...] = ()
    trouble: str | None = None

    def authorize(
        self, credential: Credential, scopes: tuple[Scope, ...], rejected: Authorization | None
    ) -> Authorization | None:
        if credential.kind != BASIC:
            return None
        return Authorization(self.name, basic_header(credential))


class BearerScheme:
    """A token in every request (RFC 6750), got from the realm that the registry named."""

    name = "bearer"

    def __init__(self, challenge: Challenge, url: str, tokens: TokenCache) -> None:
        self.scopes = parse_scopes(challenge.params.get("scope", ""))
        self.trouble: str | None = None
        self._realm: Realm | None = None
        self._tokens = tokens
        try:
            realm = challenge.params.get("realm", "").strip()
            if not realm:
                raise ProtocolError("its Bearer challenge names no realm to get a token from")
            self._realm = Realm(resolve_location(url, realm), challenge.params.get("service") or None, url)
        except ProtocolError as error:
            self.trouble = str(error)

    def authorize(
        self, credential: Credential, scopes: tuple[Scope, ...], rejected: Authorization | None
    ) -> Authorization | None:
        if credential.kind == REGISTRY_TOKEN:
            return self._registry_token(credential)
        if self._realm is None:
            return None
        token, fresh = self._tokens.get(self._realm, credential, scopes, rejected.header if rejected else None)
        return Authorization(self.name, token.header, fresh, token.scopes)

    def _registry_token(self, credential: Credential) -> Authorization:
        header = bearer_header(credential.token or "")
        if header is None:
            raise CredentialError(f"The registry token from {credential.source} holds characters that cannot be sent")
        return Authorization(self.name, header)


def schemes_of(challenges: Sequence[Challenge], url: str, tokens: TokenCache) -> list[Scheme]:
    """Return the schemes that can be used of those that the server of `url` offered, the best first."""
    found: list[Scheme] = [BearerScheme(one, url, tokens) for one in challenges if one.scheme == BearerScheme.name]
    if any(one.scheme == BasicScheme.name for one in challenges):
        found.append(BasicScheme())
    return found
