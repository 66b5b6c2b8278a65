# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Link header (RFC 8288), as far as paging needs it, and addresses that an answer names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator
from urllib.parse import urljoin, urlsplit

from .errors import ProtocolError, redact_url
from .reach import PRIVATE, reach_of_host, refusal

_TARGET = re.compile(r"<([^<>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([A-Za-z0-9!#$&+.^_`|~*-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?')
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
    target = _join(request_url, location.strip())
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


def next_page_url(request_url: str, link_header_values: list[str]) -> str | None:
    """The URL of the next page that Link headers name (distribution spec "Listing Tags", RFC 8288), or None.

    `rel` may be unquoted and in any case, the target relative. Raises ProtocolError when the next page is on another
    origin: whoever serves a listing does not decide where credentials go.
    """
    for value in link_header_values:
        for target, relations in _links(value):
            if "next" not in relations:
                continue
            following = _join(request_url, target)
            if origin(following) != origin(request_url):
                raise ProtocolError(
                    f"{redact_url(request_url)} names {redact_url(following)} as its next page, "
                    "which is on another server: refused",
                    category="protocol",
                )
            return following
    return None


def _links(value: str) -> Iterator[tuple[str, list[str]]]:
    """Targets with their relations. Junk between links is passed over: a next page that is missed goes unnoticed."""
    position = 0
    while True:
        target = _TARGET.search(value, position)
        if target is None:
            return
        position = target.end()
        relations: list[str] | None = None
        while True:
            parameter = _PARAMETER.match(value, position)
            if parameter is None:
                break
            position = parameter.end()
            if parameter.group(1).lower() == "rel" and relations is None:  # the first counts, RFC 8288 section 3.3
                relations = (parameter.group(2) or "").strip('"').lower().split()
        yield target.group(1), relations or []


def _join(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise ProtocolError(
            f"{redact_url(base)} names {redact_url(target)}, which is not the URL of a server", category="protocol"
        ) from error
