# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that an answer names: whose they are, and whether they may be followed."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from .errors import ProtocolError, redact_url
from .reach import PRIVATE, reach_of_host, refusal

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL (RFC 6454): what decides whether two URLs are of one server.

    Raises ProtocolError for a URL that is not http(s), names no host, or carries a user name.
    """
    end = url.find("/", len("https://"))
    found = _origin(url if end < 0 else url[:end])
    if found is None:
        raise ProtocolError(f"{redact_url(url)} is not the URL of a server that can be asked", category="protocol")
    return found


@lru_cache(maxsize=512)  # Each request asks for it several times, and most are for one of a few servers.
def _origin(beginning: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(beginning)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return scheme, parts.hostname.lower(), _DEFAULT_PORTS[scheme] if port is None else port


def resolve_location(request_url: str, location: str) -> str:
    """The absolute URL that a Location header means (RFC 9110 section 10.2.2), resolved against the URL that answered.

    Raises ProtocolError where following it would be unsafe: another scheme than http(s), from https down to http,
    or from another host to an address further inside (see reach.py), such as that of a cloud's metadata.
    """
    target = join(request_url, location.strip())
    scheme, host, _port = origin(target)
    from_scheme, from_host, _from_port = origin(request_url)
    if from_scheme == "https" and scheme == "http":
        raise ProtocolError(
            f"{redact_url(request_url)} points from https to {redact_url(target)}: refused, "
            "it would give up the protection of TLS",
            category="protocol",
        )
    asker, reach = reach_of_host(from_host), reach_of_host(host)
    if host != from_host and reach is not None:
        # Where the asker is a name, only the connection to it tells how far inside it is: transport.py looks at that.
        forbidden = refusal(PRIVATE if asker is None else asker, reach)
        if forbidden is not None:
            raise ProtocolError(
                f"{redact_url(request_url)} points to {redact_url(target)}, {forbidden}: refused",
                category="protocol",
            )
    return target


def join(base: str, target: str) -> str:
    """The absolute URL of `target`, as `base` names it (RFC 3986 section 5). Raises ProtocolError where it is none."""
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise ProtocolError(
            f"{redact_url(base)} names {redact_url(target)}, which is not the URL of a server", category="protocol"
        ) from error
