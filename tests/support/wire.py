# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP exchange with nothing clever in it: no redirects, no retries, no proxy, no credentials of its own."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What a server said. `headers` looks names up without regard to case."""

    status: int
    headers: Message
    body: bytes


def base_url(address: str) -> str:
    """Give "http://HOST:PORT" for "HOST:PORT"; a URL stays as it is, without a slash at its end."""
    return (address if "://" in address else f"http://{address}").rstrip("/")


def exchange(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    timeout: float = 60.0,
) -> Answer:
    """Send one request on a connection of its own and read the whole answer, whatever its status.

    Raises OSError or http.client.HTTPException when there is no answer.
    """
    parts = urlsplit(url)
    with contextlib.closing(_connection(parts.scheme, parts.netloc, tls, timeout)) as connection:
        target = parts.path or "/"
        connection.request(method, f"{target}?{parts.query}" if parts.query else target, body, dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


def _connection(scheme: str, netloc: str, tls: ssl.SSLContext | None, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(netloc, timeout=timeout, context=tls or ssl.create_default_context())
    return http.client.HTTPConnection(netloc, timeout=timeout)


def answers(url: str, *, tls: ssl.SSLContext | None = None) -> bool:
    """Tell whether anything at all answers this URL; 401 is an answer, 5xx is not yet one."""
    try:
        return exchange("GET", url, tls=tls, timeout=5.0).status < 500
    except (OSError, http.client.HTTPException):
        return False
