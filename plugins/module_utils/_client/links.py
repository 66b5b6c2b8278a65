# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Link header (RFC 8288), as far as paging needs it."""

from __future__ import annotations

import re
from typing import Iterator

from .addresses import join, origin
from .errors import ProtocolError, redact_url

_TARGET = re.compile(r"<([^<>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([A-Za-z0-9!#$&+.^_`|~*-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?')


def next_page_url(request_url: str, link_header_values: list[str]) -> str | None:
    """The URL of the next page that Link headers name (distribution spec "Listing Tags", RFC 8288), or None.

    `rel` may be unquoted and in any case, the target relative. Raises ProtocolError when the next page is on another
    origin: whoever serves a listing does not decide where credentials go.
    """
    for value in link_header_values:
        for target, relations in _links(value):
            if "next" not in relations:
                continue
            following = join(request_url, target)
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
