# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What urllib3 and the operating system say when there is no answer, in words for people."""

from __future__ import annotations

import socket
import ssl
from typing import Iterator
from urllib.parse import urlsplit

from .errors import TransportError, clean_text, redact_url
from .pools import LONGEST_CONNECT
from .response import IMPORT_ERROR

if IMPORT_ERROR is None:
    from urllib3 import exceptions as http_errors


class UnsentError(TransportError):
    """There was no connection: the request cannot have reached the server, so it may be sent again whatever it is."""


def transport_error(method: str, url: str, error: BaseException, timeout: float) -> TransportError:
    """The TransportError (UnsentError) for what was raised while a request was sent or its answer awaited."""
    causes = list(_causes(error))
    host = urlsplit(url).netloc.rpartition("@")[2]
    text, hint, retryable = _explain(causes, host, timeout)
    unsent = any(
        isinstance(cause, (http_errors.NewConnectionError, http_errors.ConnectTimeoutError)) for cause in causes
    )
    return (UnsentError if unsent else TransportError)(
        f"{method} {redact_url(url)}: {text}",
        method=method,
        url=redact_url(url),
        category="tls" if _is_tls(causes) else "unreachable",
        retryable=retryable,
        hint=hint,
    )


def _explain(causes: list[BaseException], host: str, timeout: float) -> tuple[str, str | None, bool]:
    last = clean_text(str(causes[-1])) or type(causes[-1]).__name__
    for cause in causes:
        # Where urllib3 compares the host's name by itself, the error is of a class of its own.
        if isinstance(cause, ssl.SSLCertVerificationError) or type(cause).__name__ == "CertificateError":
            reason = clean_text(getattr(cause, "verify_message", "") or str(cause))
            return f"the certificate of {host} is not trusted: {reason}", _certificate_hint(cause, reason), False
        if isinstance(cause, ssl.SSLError) and any(word in str(cause) for word in _NO_TLS):
            return f"{host} does not speak TLS", "If it speaks plain HTTP, set plain_http to true", False
        if isinstance(cause, ssl.SSLError) and "EOF" in str(cause):  # its class differs between Pythons
            # In TLS 1.3 a client that shows no certificate may see the end before it sees the alert that says why.
            return f"{host} ended the TLS connection", _CLIENT_CERT_HINT, True
        if isinstance(cause, http_errors.ProxyError):
            return f"no connection through the proxy: {last}", "See http_proxy, https_proxy and no_proxy", True
        if isinstance(cause, ConnectionRefusedError):
            return f"{host} refused the connection", "Is the registry running, and is the port right?", True
        # urllib3's NewConnectionError is a ConnectTimeoutError, too: only its own cause says what really happened.
        if isinstance(cause, http_errors.ConnectTimeoutError) and not isinstance(cause, http_errors.NewConnectionError):
            return f"no connection to {host} within {min(timeout, LONGEST_CONNECT):g} seconds", None, False
        if isinstance(cause, (http_errors.ReadTimeoutError, TimeoutError)):
            return f"no answer from {host} within {timeout:g} seconds", "A larger timeout may help", True
        if isinstance(cause, socket.gaierror):
            passing = cause.errno == socket.EAI_AGAIN
            return f"the name {host} is not known: {cause.strerror}", "Is the registry's name right?", passing
        if isinstance(cause, http_errors.LocationParseError):
            return f"not a URL: {last}", None, False
    if _is_tls(causes):
        return f"no TLS connection to {host}: {last}", _CLIENT_CERT_HINT, False
    return f"no answer from {host}: {last}", None, True


def _is_tls(causes: list[BaseException]) -> bool:
    return any(isinstance(cause, (ssl.SSLError, http_errors.SSLError)) for cause in causes)


def _certificate_hint(error: BaseException, reason: str) -> str:
    code = getattr(error, "verify_code", None)
    if code in _OTHER_NAME or "doesn't match" in reason:
        return "Use one of the names that the certificate is for, or have it made for this one, too"
    if code in _OTHER_TIME:
        return "It has to be renewed, or a clock is wrong"
    return (
        "Give the certificate of its authority as ca_path (or, where that is acceptable, set validate_certs to false)"
    )


# What OpenSSL says to an answer in plain HTTP, before and since its release 3.2.
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
# OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and _IP_ADDRESS_MISMATCH; _CERT_NOT_YET_VALID and _CERT_HAS_EXPIRED.
_OTHER_NAME = (62, 64)
_OTHER_TIME = (9, 10)
_CLIENT_CERT_HINT = "A registry that asks for a client certificate wants client_cert and client_key"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = [argument for argument in getattr(error, "args", ()) if isinstance(argument, BaseException)]
        error = (
            getattr(error, "reason", None)
            if isinstance(getattr(error, "reason", None), BaseException)
            else (inner[-1] if inner else error.__cause__ or error.__context__)
        )
