# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to a registry, each with the authorization that the registry asks for."""

from __future__ import annotations

import threading
from typing import Callable, Mapping, Optional, Sequence

from .addresses import origin
from .auth_error import interrupted, refused, unusable
from .auth_scheme import Authorization, Scheme, schemes_of
from .body import Body
from .challenge import Challenge, parse_challenges
from .credential import Credential
from .response import Response
from .scope import Scope, merge_scopes
from .token_cache import TokenCache
from .token_request import TokenRequest
from .transport import Transport

# Without authorization or with a token from the cache, with a fresh one, with one for the scopes that were lacking.
_MOST_TRIES = 3

Send = Callable[[Optional[Authorization]], Response]


class Authenticator:
    """Sends requests to one registry, `address` (host[:port], as Reference has it). Thread-safe.

    `lookup` is asked for the credential of ``address`` or ``address/repository`` when the registry wants one. The first
    request goes without; what the registry asks for is remembered, so that later ones carry it from the start. To
    another server than that of the first request nothing is ever shown.
    """

    def __init__(self, transport: Transport, address: str, lookup: Callable[[str], Credential]) -> None:
        self._transport = transport
        self._address = address
        self._lookup = lookup
        self._tokens = TokenCache(TokenRequest(transport, address).fetch)
        self._lock = threading.Lock()
        self._meeting = threading.Lock()
        self._met = False
        self._home: tuple[str, str, int | None] | None = None
        self._home_url = ""
        self._schemes: list[Scheme] = []
        self._scheme_name = "none"

    def scheme(self, url: str) -> str:
        """Return what the server of `url` asked for so far: none, basic, bearer, another scheme's name, or unknown."""
        return self._scheme_name if self._is_home(url) else "none"

    def request(
        self,
        method: str,
        url: str,
        *,
        scopes: Sequence[Scope] = (),
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        retryable: bool = True,
        limit: int | None = None,
        anonymous_401: bool = False,
    ) -> Response:
        """Send a request and return its answer, whatever its status, authenticated where the registry asks for that.

        `scopes` are what a token must permit. With `anonymous_401` a 401 is returned too when there are no credentials.
        Raises AuthError when no credential helps, and ResponseError with ``retryable`` when one would but `body` cannot
        be sent again; also CredentialError, TransportError and ProtocolError. Source: RFC 9110 section 11.
        """

        def send(authorization: Authorization | None) -> Response:
            sent = dict(headers or {})
            if authorization is not None:
                sent["Authorization"] = authorization.header
            named_by = None if self._is_home(url) else self._home_url
            return self._transport.request(method, url, sent, body, retryable=retryable, limit=limit, named_by=named_by)

        with self._lock:
            if self._home is None:
                self._home, self._home_url = origin(url), url
        if not self._is_home(url):
            return send(None)
        wanted = merge_scopes(scopes)
        authorization, response = self._first_try(send, wanted, anonymous_401)
        for _try in range(_MOST_TRIES - 1):
            if not self._asks(response, authorization):
                return response
            if anonymous_401 and response.status == 401 and self._credential(wanted).is_anonymous:
                return response
            authorization = self._answer(response, wanted, authorization)
            if body is not None and not body.replayable:
                raise interrupted(response)
            response.close()
            response = send(authorization)
        if response.status == 401 and self._is_home(response.url):
            raise refused(response, self._address, self._credential(wanted), authorization)
        return response

    def _first_try(
        self, send: Send, wanted: tuple[Scope, ...], anonymous_401: bool
    ) -> tuple[Authorization | None, Response]:
        # Threads that start together wait for the first answer: one 401 says to all what the registry asks for.
        if not self._met:
            with self._meeting:
                if not self._met:
                    response = send(None)
                    self._learn(response)
                    self._met = True
                    return None, response
        authorization = self._known(wanted, anonymous_401)
        return authorization, send(authorization)

    def _known(self, wanted: tuple[Scope, ...], anonymous_401: bool) -> Authorization | None:
        """What the registry will want by all that is known, None before it wanted anything."""
        schemes = self._schemes
        if not schemes:
            return None
        credential = self._credential(wanted)
        if anonymous_401 and credential.is_anonymous:
            return None
        candidates = (scheme.authorize(credential, wanted, None) for scheme in schemes)
        return next((found for found in candidates if found is not None), None)

    def _asks(self, response: Response, sent: Authorization | None) -> bool:
        """Whether an answer asks for (other) authorization. Some registries say 403 to a token with too few scopes."""
        if response.status not in (401, 403) or not self._is_home(response.url):
            return False
        if response.status == 401:
            return True
        return sent is not None and any(not sent.serves(scheme.scopes) for scheme in self._offered(response)[1])

    def _answer(self, response: Response, wanted: tuple[Scope, ...], sent: Authorization | None) -> Authorization:
        """What to send to get another answer. Raises AuthError when there is nothing better than what was `sent`."""
        challenges, schemes = self._learn(response)
        credential = self._credential(wanted)
        for scheme in schemes:
            needed = merge_scopes((*wanted, *scheme.scopes))
            if sent is not None and sent.scheme == scheme.name and sent.fresh and sent.serves(needed):
                raise refused(response, self._address, credential, sent)
            better = scheme.authorize(credential, needed, sent)
            if better is not None:
                return better
        raise unusable(response, credential, challenges, schemes)

    def _learn(self, response: Response) -> tuple[list[Challenge], list[Scheme]]:
        """Remember what the registry asks for. An answer that does not say so again leaves what is known."""
        challenges, schemes = self._offered(response)
        if response.status != 401 or not self._is_home(response.url):
            return challenges, schemes
        if schemes:
            self._schemes, self._scheme_name = schemes, schemes[0].name
        elif not self._schemes:
            self._scheme_name = challenges[0].scheme if challenges else "unknown"
        return challenges, schemes or self._schemes

    def _offered(self, response: Response) -> tuple[list[Challenge], list[Scheme]]:
        challenges = parse_challenges(response.headers.getlist("WWW-Authenticate"))
        return challenges, schemes_of(challenges, response.url, self._tokens)

    def _credential(self, wanted: tuple[Scope, ...]) -> Credential:
        """The credential for what is wanted: the first repository, which is the one that a request is about."""
        names = [scope.name for scope in wanted if scope.resource_type == "repository"]
        return self._lookup(f"{self._address}/{names[0]}" if names else self._address)

    def _is_home(self, url: str) -> bool:
        return origin(url) == self._home
