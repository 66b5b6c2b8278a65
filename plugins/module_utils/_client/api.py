# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all endpoints share: send with authorization, tell an answer from an error, read JSON, follow pages."""

from __future__ import annotations

import json
from typing import Any, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from .auth import Authenticator
from .body import Body
from .errors import ProtocolError, redact_url
from .links import next_page_url
from .parallel import Once
from .response import Response, not_what_was_asked, response_error, wrong
from .scope import Scope

PAGE_LIMIT = 16 * 1024 * 1024
"""Bytes of one page of a listing; distribution answers a repository's tags in one page unless told otherwise."""
LISTING_LIMIT = 2 * PAGE_LIMIT
"""Bytes of all pages of a listing."""
_MOST_CONTAINERS = 250_000
"""Objects and lists on one page: each takes many times the memory that it has bytes there."""
_MOST_PAGES = 5_000


class Api:
    """One registry's address with the authorization for it. Thread-safe. `habits` keeps what it was found to do."""

    def __init__(self, authenticator: Authenticator, registry: str, base_url: str) -> None:
        self.authenticator = authenticator
        self.registry = registry
        self.base_url = base_url
        self.habits: Once[bool] = Once()

    def url(self, path: str, query: Sequence[tuple[str, str]] = ()) -> str:
        """The URL of `path` under this registry."""
        return self.base_url + path + ("?" + urlencode(query, safe=":/") if query else "")

    def call(
        self,
        method: str,
        url: str,
        expected: Sequence[int],
        *,
        scopes: Sequence[Scope] = (),
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        retryable: bool = True,
        limit: int | None = None,
    ) -> Response:
        """Send a request; the answer has one of the `expected` statuses, anything else raises ResponseError."""
        response = self.authenticator.request(
            method, url, scopes=scopes, headers=headers, body=body, retryable=retryable, limit=limit
        )
        if response.status in expected:
            return response
        raise response_error(response)

    def json(self, url: str, scopes: Sequence[Scope], headers: Mapping[str, str] | None = None) -> Page:
        """GET a JSON object. Raises ProtocolError for anything else that comes with status 200."""
        response = self.call("GET", url, (200,), scopes=scopes, headers=headers, limit=PAGE_LIMIT)
        raw = response.read(PAGE_LIMIT)
        if raw.count(b"{") + raw.count(b"[") > _MOST_CONTAINERS:
            raise wrong(ProtocolError, response, f"more than {_MOST_CONTAINERS} objects and lists in one answer")
        try:
            data = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise not_what_was_asked(response, "a JSON object") from error
        if not isinstance(data, dict):
            raise not_what_was_asked(response, "a JSON object")
        return Page(response, data)

    def pages(self, url: str, scopes: Sequence[Scope]) -> Iterator[Page]:
        """A listing page by page, by its Link headers (distribution spec "Listing Tags").

        Raises ProtocolError for pages that come again or never end, or are on another server.
        """
        seen: set[str] = set()
        size = 0
        following: str | None = url
        while following is not None:
            if following in seen or len(seen) >= _MOST_PAGES or size > LISTING_LIMIT:
                raise ProtocolError(
                    f"GET {redact_url(url)}: the listing does not end: after {len(seen)} pages it names "
                    f"{redact_url(following)}",
                    method="GET",
                    url=redact_url(url),
                    category="protocol",
                )
            seen.add(following)
            page = self.json(following, scopes)
            size += page.size
            yield page
            following = next_page_url(page.response.url, page.response.headers.getlist("Link"))

    def names(self, url: str, key: str, scopes: Sequence[Scope]) -> Iterator[str]:
        """The names under `key` on every page, each once. A missing key and nulls (Nexus) are empty.

        Raises as `pages` does, and ProtocolError for a page whose `key` is no list.
        """
        seen: set[str] = set()
        for page in self.pages(url, scopes):
            names = page.data.get(key)
            if not isinstance(names, list) and names is not None:
                raise wrong(ProtocolError, page.response, f"expected a list of {key}, got something else")
            for name in names or ():
                if isinstance(name, str) and name not in seen:
                    seen.add(name)
                    yield name


class Page:
    """One JSON object and the answer that it came in."""

    def __init__(self, response: Response, data: dict[str, Any]) -> None:
        self.response = response
        self.data = data

    @property
    def size(self) -> int:
        """The bytes that it had."""
        return len(self.response.read(PAGE_LIMIT))
