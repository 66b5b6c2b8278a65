# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Getting a token from a token server, by GET or by OAuth2 POST.

Sources: CNCF distribution, "Token Authentication Specification" and "OAuth2 Token Authentication".
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urldefrag, urlencode

from .body import BlocksBody
from .credential import BASIC, IDENTITY_TOKEN, Credential, basic_header, bearer_header
from .error_advice import GIVE_CREDENTIALS
from .errors import (
    AuthError,
    CredentialError,
    RegistryError,
    TransportError,
    clean_text,
    error_from_response,
    redact_url,
)
from .redaction import keep_secret
from .response import Response
from .scope import Scope
from .token_cache import Realm, Token
from .transport import Transport

CLIENT_ID = "regops.oci_registry"

_LIMIT = 256 * 1024  # bytes; a token has to fit in a header, so an answer of more than 100 KiB is none
_SHORTEST_LIFE = 60  # seconds; the specification's default, and what older servers mean when they say less
_LONGEST_LIFE = 24 * 3600
# Not every token server has both methods, and ACR has POST but answers it so when it is given a password.
_NO_POST = (400, 401, 404, 405)
_NO_GET = (404, 405)
# Only of these does the caller learn by category: a token server's 404 or 405 says nothing of the registry's content.
_TELLING = ("denied", "rate_limited", "server_error")


class TokenRequest:
    """Asks token servers on behalf of one registry, which is named in errors."""

    def __init__(self, transport: Transport, registry: str) -> None:
        self._transport = transport
        self._registry = registry

    def fetch(self, realm: Realm, credential: Credential, scopes: tuple[Scope, ...]) -> Token:
        """Return a new token for `scopes`; what the server grants may be less.

        How long it lives is counted from here: clocks disagree, so the server's `issued_at` is not looked at. Raises
        AuthError when there is no token to be had, TransportError when the server cannot be reached.
        """
        asked_at = time.monotonic()
        try:
            response = self._ask(realm, credential, scopes)
            body = response.read(_LIMIT)
        except (TransportError, CredentialError):
            raise
        except RegistryError as error:
            words = f"No token for {self._registry} from {redact_url(realm.url)}: {error}"
            raise AuthError(words, method=error.method, url=error.url) from error
        if response.status >= 400:
            raise self._refused(response, credential, body)
        header, life = self._read(response, body)
        return Token(header, scopes, asked_at + life)

    def _ask(self, realm: Realm, credential: Credential, scopes: tuple[Scope, ...]) -> Response:
        if credential.kind == IDENTITY_TOKEN:
            response = self._post(
                realm, scopes, "refresh_token", [("refresh_token", credential.token or "")], credential
            )
            if response.status in _NO_POST and credential.username:
                response.close()
                return self._get(realm, scopes, basic_header(credential))
            return response
        if credential.kind != BASIC:
            return self._get(realm, scopes, None)
        response = self._get(realm, scopes, basic_header(credential))
        if response.status in _NO_GET:
            response.close()
            login = [("username", credential.username or ""), ("password", credential.password or "")]
            return self._post(realm, scopes, "password", login, credential)
        return response

    def _get(self, realm: Realm, scopes: tuple[Scope, ...], authorization: str | None) -> Response:
        query = [] if realm.service is None else [("service", realm.service)]
        query += [("scope", str(scope)) for scope in scopes]
        url = urldefrag(realm.url).url
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, safe=":/,*")
        headers = {} if authorization is None else {"Authorization": authorization}
        return self._transport.request("GET", url, headers, limit=_LIMIT, named_by=realm.named_by)

    def _post(
        self,
        realm: Realm,
        scopes: tuple[Scope, ...],
        grant_type: str,
        secrets: list[tuple[str, str]],
        credential: Credential,
    ) -> Response:
        keep_secret(*(secret for key, secret in secrets if key != "username"))
        form = [("grant_type", grant_type), ("client_id", CLIENT_ID)]
        form += [] if realm.service is None else [("service", realm.service)]
        form += [("scope", " ".join(str(scope) for scope in scopes))] if scopes else []
        try:
            data = urlencode(form + secrets, errors="surrogateescape").encode("ascii")
        except UnicodeEncodeError:
            what = f"The credentials from {credential.source} hold characters that cannot be sent"
            raise CredentialError(what) from None
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        # Not replayable: a redirect must not take the secrets in the body to another server.
        body = BlocksBody([data], len(data))
        return self._transport.request(
            "POST", urldefrag(realm.url).url, headers, body, limit=_LIMIT, named_by=realm.named_by
        )

    def _refused(self, response: Response, credential: Credential, body: bytes) -> AuthError:
        base = error_from_response(response.method, response.url, response.status, response.headers, body)
        telling = base.category in _TELLING
        return AuthError(
            f"No token for {self._registry}: {base.message}",
            method=base.method,
            url=base.url,
            status=base.status if telling or base.status == 401 else None,
            codes=base.codes,
            category=base.category if telling else None,
            retryable=base.retryable,
            retry_after=base.retry_after,
            hint=base.hint if base.category in _TELLING[1:] else advice_for(credential, self._registry),
        )

    def _read(self, response: Response, body: bytes) -> tuple[str, float]:
        try:
            answer: Any = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        fields = answer if isinstance(answer, dict) else {}
        for key in ("token", "access_token"):
            value = fields.get(key)
            header = bearer_header(value) if isinstance(value, str) else None
            if header is not None:
                return header, _life(fields.get("expires_in"))
        kind = clean_text(response.headers.get("Content-Type") or "content of no type", 100)
        without = " without a token in it" if isinstance(answer, dict) else ", not a token"
        where = f"{response.method} {redact_url(response.url)}"
        raise AuthError(
            f"No token for {self._registry}: the token server answered {where} with {response.status} {kind}{without}",
            method=response.method,
            url=response.url,
            status=response.status,
            hint="Is the realm that the registry names really a token server, or is a proxy's page in its place?",
        )


def advice_for(credential: Credential, registry: str) -> str:
    """Return what to do when `credential` was refused. It says where that is from and nothing of what it is."""
    if credential.is_anonymous:
        return GIVE_CREDENTIALS.format(registry)
    return f"The credentials from {credential.source} were refused: check them, and what they permit on {registry}"


def _life(value: Any) -> float:
    try:
        seconds = int(value)
    except (ValueError, TypeError, OverflowError):
        return _SHORTEST_LIFE
    return max(_SHORTEST_LIFE, min(seconds, _LONGEST_LIFE))
