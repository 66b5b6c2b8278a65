# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What urllib3 and the operating system say when there is no answer, in words for people."""

from __future__ import annotations

import ssl
from typing import Iterator
from urllib.parse import urlsplit

from .errors import TransportError, clean_text, redact_url
from .message import IMPORT_ERROR

if IMPORT_ERROR is None:
    from urllib3 import exceptions as http_errors


class UnsentError(TransportError):
    """There was no connection: the request cannot have reached the server, so it may be sent again whatever it is."""


def transport_error(method: str, url: str, error: BaseException, timeout: float) -> TransportError:
    """The TransportError (UnsentError) for what was raised while a request was sent or its answer awaited."""
    causes = list(_causes(error))
    host = urlsplit(url).netloc.rpartition("@")[2]
    text, hint, retryable = _explain(causes, host, timeout)
    certificate = any(isinstance(cause, (ssl.SSLError, http_errors.SSLError)) for cause in causes)
    unsent = any(
        isinstance(cause, (http_errors.NewConnectionError, http_errors.ConnectTimeoutError)) for cause in causes
    )
    return (UnsentError if unsent else TransportError)(
        f"{method} {redact_url(url)}: {text}",
        method=method,
        url=redact_url(url),
        category="tls" if certificate else "unreachable",
        retryable=retryable,
        hint=hint,
    )


def _explain(causes: list[BaseException], host: str, timeout: float) -> tuple[str, str | None, bool]:
    last = clean_text(str(causes[-1])) or type(causes[-1]).__name__
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = clean_text(cause.verify_message or str(cause))
            return f"the certificate of {host} is not trusted: {reason}", _TLS_HINT, False
        if isinstance(cause, ssl.SSLError) and "WRONG_VERSION_NUMBER" in str(cause):
            return f"{host} does not speak TLS", "If it speaks plain HTTP, set plain_http to true", False
        if isinstance(cause, ssl.SSLEOFError):
            return f"{host} ended the TLS connection", None, True
        if isinstance(cause, (ssl.SSLError, http_errors.SSLError)):
            return f"no TLS connection to {host}: {last}", _CLIENT_CERT_HINT, False
        if isinstance(cause, http_errors.ProxyError):
            return f"no connection through the proxy: {last}", "See http_proxy, https_proxy and no_proxy", True
        if isinstance(cause, ConnectionRefusedError):
            return f"{host} refused the connection", "Is the registry running, and is the port right?", True
        # urllib3's NewConnectionError is a ConnectTimeoutError, too: only its own cause says what really happened.
        if isinstance(cause, http_errors.ConnectTimeoutError) and not isinstance(cause, http_errors.NewConnectionError):
            return f"no connection to {host} within {min(timeout, 30.0):g} seconds", None, False
        if isinstance(cause, (http_errors.ReadTimeoutError, TimeoutError)):
            return f"no answer from {host} within {timeout:g} seconds", "A larger timeout may help", True
        if isinstance(cause, http_errors.LocationParseError):
            return f"not a URL: {last}", None, False
    if "Name or service not known" in last or "name resolution" in last or "No address associated" in last:
        return f"the name {host} is not known", "Is the registry's name right?", "Temporary" in last
    return f"no answer from {host}: {last}", None, True


_TLS_HINT = (
    "Give the certificate of its authority as ca_path (or, where that is acceptable, set validate_certs to false)"
)
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
