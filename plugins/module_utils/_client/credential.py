# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who one is to a registry."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

from .errors import CredentialError
from .redaction import keep_secret

BASIC = "basic"
IDENTITY_TOKEN = "identity_token"
REGISTRY_TOKEN = "registry_token"
ANONYMOUS = "anonymous"

_VISIBLE = re.compile(r"[\x21-\x7e]+")

# Under these names a password is no password: Docker's helpers and logins, and Azure's, keep identity tokens so.
_NAMES_OF_TOKENS = frozenset(["<token>", "00000000-0000-0000-0000-000000000000"])


@dataclass(frozen=True)
class Credential:
    """What to show a registry, or its token server; `repr` keeps the secrets to itself.

    `kind` is ``basic`` (`username` and `password`), ``identity_token`` (`token` buys access tokens), ``registry_token``
    (`token` is shown to the registry as it is) or ``anonymous``. `source` says for people where it comes from.
    """

    kind: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    source: str = "nothing"

    @property
    def is_anonymous(self) -> bool:
        """Whether there is nothing to show."""
        return self.kind == ANONYMOUS

    @classmethod
    def from_login(cls, username: str, password: str, source: str) -> Credential:
        """Return what a user name and a password are: basic, or an identity token under the names kept for those."""
        if username in _NAMES_OF_TOKENS and password:
            return cls(IDENTITY_TOKEN, username=username, token=password, source=source)
        return cls(BASIC, username=username, password=password, source=source)


NO_CREDENTIAL = Credential(ANONYMOUS)


def basic_header(credential: Credential) -> str:
    """Return the Authorization header for a user name with a password or an identity token (RFC 7617).

    Raises CredentialError for a user name with a colon in it, which this scheme cannot carry.
    """
    username = credential.username or ""
    if ":" in username:
        raise CredentialError(f"The user name from {credential.source} has a colon in it, which no registry accepts")
    secret = credential.token if credential.password is None else credential.password
    try:
        raw = f"{username}:{secret or ''}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Without the cause, which shows what it could not encode.
        raise CredentialError(f"The credentials from {credential.source} hold characters that cannot be sent") from None
    encoded = base64.b64encode(raw).decode("ascii")
    keep_secret(secret, encoded)
    return "Basic " + encoded


def bearer_header(token: str) -> str | None:
    """Return the Authorization header for a token (RFC 6750); None for what must not get into a header."""
    keep_secret(token)
    return "Bearer " + token if _VISIBLE.fullmatch(token) else None
