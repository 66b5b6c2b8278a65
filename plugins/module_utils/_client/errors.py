# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One tree of errors: everything that the client raises on purpose is a :class:`RegistryError`."""

from __future__ import annotations

import time
from typing import Any, Callable, Mapping, Sequence, TypeVar

from .error_advice import advice, category_of, is_retryable, reason_phrase
from .error_body import read_error_body
from .redaction import clean_text, quoted, redact_text, redact_url, without_secrets
from .retry_after import retry_after_seconds

__all__ = [
    "ArchiveError",
    "AuthError",
    "CredentialError",
    "DigestError",
    "ManifestError",
    "OptionError",
    "PlatformError",
    "ProtocolError",
    "ReferenceError_",
    "RegistryError",
    "ResponseError",
    "TransportError",
    "VerificationError",
    "clean_text",
    "error_from_response",
    "if_there",
    "quoted",
    "redact_text",
    "redact_url",
]


Found = TypeVar("Found")


class RegistryError(Exception):
    """What went wrong, for people (``str``) and for programs (the attributes).

    ``method`` and ``url`` are those of the request, the URL without secrets; ``status`` is the HTTP status; ``codes``
    are the OCI error codes of the answer; ``category`` is one word for the kind of trouble; ``retryable`` says whether
    the same request may well succeed later, after ``retry_after`` seconds when that is not None; ``hint`` says what to
    do.
    """

    default_category = "invalid"

    def __init__(
        self,
        message: str,
        *,
        method: str | None = None,
        url: str | None = None,
        status: int | None = None,
        codes: Sequence[str] = (),
        category: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
        hint: str | None = None,
    ) -> None:
        message = without_secrets(message)
        super().__init__(message)
        self.message = message
        self.method = method
        self.url = None if url is None else without_secrets(redact_url(url))
        self.status = status
        self.codes: list[str] = list(codes)
        self.category = category or self.default_category
        self.retryable = retryable
        self.retry_after = retry_after
        self.hint = None if hint is None else without_secrets(hint)

    def __str__(self) -> str:
        if not self.hint:
            return self.message
        return "{}. {}".format(self.message.rstrip(". "), self.hint)


class ReferenceError_(RegistryError, ValueError):
    """A reference, registry, repository or tag that is malformed."""


class DigestError(RegistryError, ValueError):
    """A digest that is malformed, or of an algorithm that is not supported."""


class PlatformError(RegistryError, ValueError):
    """A platform that is malformed, or that an image does not have."""


class ManifestError(RegistryError, ValueError):
    """Bytes that are no manifest and no index that the client can read."""


class CredentialError(RegistryError, ValueError):
    """A credential file or helper that is missing, unreadable or malformed."""


class OptionError(RegistryError, ValueError):
    """Input to an operation that is malformed or contradicts itself."""


class ArchiveError(RegistryError, ValueError):
    """An image layout or archive that is damaged, contradicts itself, or would reach outside of itself."""


class ResponseError(RegistryError):
    """The registry answered with an error status."""


class AuthError(RegistryError):
    """No token was to be had, or the credentials were refused."""

    default_category = "unauthorized"


class TransportError(RegistryError):
    """No usable answer came: name resolution, connection, TLS, timeout."""

    default_category = "unreachable"


class VerificationError(RegistryError):
    """What came is not what its digest or size says."""

    default_category = "verification"


class ProtocolError(RegistryError):
    """An answer outside the specification."""

    default_category = "protocol"


def error_from_response(
    method: str,
    url: str,
    status: int,
    headers: Mapping[str, Any] | None,
    body: bytes,
) -> ResponseError:
    """Return the error that an answer with an error status is.

    ``headers`` may be any mapping, of names in any case. ``codes`` holds the OCI codes in ``body`` whatever its shape.
    ``category`` goes by the status first: unauthorized, denied, not_found, invalid, unsupported, conflict, rate_limited
    or server_error. ``str()`` of the error has the method, the URL without secrets, the status and the registry's
    words, all of bounded length and free of control characters.

    Source: distribution-spec "Error Codes"; RFC 9110 section 15.
    """
    said = read_error_body(body)
    where = redact_url(url)
    category = category_of(status, said.codes)
    retry_after = retry_after_seconds(_header(headers, "retry-after"), time.time())
    answer = f"{status} {reason_phrase(status)}".strip()
    parts = [f"{clean_text(str(method), 20)} {where}", answer, said.words]
    return ResponseError(
        ": ".join(part for part in parts if part),
        method=method,
        url=url,
        status=status,
        codes=said.codes,
        category=category,
        retryable=is_retryable(status),
        retry_after=retry_after,
        hint=advice(method, where, status, category, said.codes, retry_after, said.words),
    )


def if_there(find: Callable[[], Found]) -> Found | None:
    """Return what ``find`` returns, or None where it says that there is no such thing (not_found, as a registry's 404);
    every other error is raised."""
    try:
        return find()
    except RegistryError as error:
        if error.category == "not_found":
            return None
        raise


def _header(headers: Mapping[str, Any] | None, name: str) -> str | None:
    for key, value in (headers or {}).items():
        if isinstance(key, str) and key.lower() == name:
            return value if isinstance(value, str) else None
    return None
