# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that does HTTP: pools, timeouts, retries, redirects, proxies, warnings.

It uses urllib3, the library inside requests, directly: its pools are safe to share between threads, it keeps no
cookies and reads no netrc, and a task does not pay for importing and running what requests adds on top.
"""

from __future__ import annotations

import threading
import time
from typing import Iterator, Mapping

from .addresses import origin, resolve_location
from .body import Body
from .connections import Visit, visiting
from .digest import Block
from .errors import ProtocolError, RegistryError, TransportError, redact_url
from .network_errors import UnsentError, transport_error
from .pools import TransportOptions
from .reach import PUBLIC, reach_of_host
from .response import IMPORT_ERROR, Response
from .retry_after import retry_after_seconds
from .routes import Routes
from .throttle import Throttle, pause

if IMPORT_ERROR is None:
    import urllib3

__all__ = ["IMPORT_ERROR", "Transport", "TransportOptions"]

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 10
_RETRY_STATUSES = (408, 425, 429, 500, 502, 503, 504)
_OVERLOADED = (429, 503)


class Transport:
    """Sends requests; thread-safe. `warnings` holds the texts of Warning headers, each once, in order."""

    def __init__(self, options: TransportOptions) -> None:
        self.options = options
        self.warnings: list[str] = []
        self._lock = threading.Lock()
        self._throttle = Throttle()
        self._routes = Routes(options)
        self._reach: dict[tuple[str, str, int | None], int] = {}

    def close(self) -> None:
        """Close every connection."""
        self._routes.close()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        *,
        retryable: bool = True,
        limit: int | None = None,
        named_by: str | None = None,
    ) -> Response:
        """Send one request and return its answer, whatever its status, after redirects and retries.

        `retryable=False` is for a request that must not be repeated blindly: it is sent again only when it cannot have
        reached the server. With `limit`, the body of an answer that is no error is read (at most that many bytes)
        before this returns, so that one that breaks off is asked for again. `Authorization` goes to no other origin
        than that of `url`. `named_by` is the URL whose answer named this one: then not every address is asked (see
        reach.py).
        Raises TransportError when there is no answer, ProtocolError for one that cannot be followed.
        """
        attempt = 0
        deadline = time.monotonic() + self.options.timeout
        while True:
            server = origin(url)
            self._throttle.wait(server)
            try:
                with self._routes.find(url).slot():
                    response = self._follow(method, url, dict(headers or {}), body, named_by)
                if limit is not None and response.status < 400:
                    response.read(limit)
            except RegistryError as error:
                wait = self._wait_after_error(error, attempt, retryable, body)
                if wait is None or time.monotonic() + wait > deadline:
                    raise
                time.sleep(wait)
            else:
                wait = self._wait_after_status(response, attempt, retryable, body)
                if wait is None:
                    return response
                response.close()
                if response.status in _OVERLOADED or "Retry-After" in response.headers:
                    self._throttle.hold(server, wait)  # for all threads; the next round waits
                else:
                    time.sleep(wait)
            attempt += 1

    def _wait_after_error(self, error: RegistryError, attempt: int, retryable: bool, body: Body | None) -> float | None:
        if not error.retryable or attempt >= self.options.retries:
            return None
        again = isinstance(error, UnsentError) or (retryable and (body is None or body.replayable))
        return pause(attempt, None) if again else None

    def _wait_after_status(self, response: Response, attempt: int, retryable: bool, body: Body | None) -> float | None:
        if response.status not in _RETRY_STATUSES or attempt >= self.options.retries:
            return None
        if not retryable or (body is not None and not body.replayable):
            return None
        return pause(attempt, retry_after_seconds(response.headers.get("Retry-After"), time.time()))

    def _gather(self, response: Response) -> None:
        texts = response.warnings
        if texts:
            with self._lock:
                self.warnings.extend(text for text in dict.fromkeys(texts) if text not in self.warnings)

    def _follow(
        self, method: str, url: str, headers: dict[str, str], body: Body | None, named_by: str | None
    ) -> Response:
        start = url
        for _hop in range(_MOST_REDIRECTS + 1):
            response = self._send(method, url, headers, body, named_by)
            self._gather(response)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response
            if response.status == 303 and method != "HEAD":  # RFC 9110 section 15.4.4: what is there is to be fetched
                method, body = "GET", None
                headers = _without(headers, "content-type", "content-range")
            target = self._target(response, method, url, location, body)
            if origin(target) != origin(url):
                headers = _without(headers, "authorization")
            named_by, url = url, target
        raise ProtocolError(
            f"{method} {redact_url(start)}: more than {_MOST_REDIRECTS} redirects, the last to {redact_url(url)}",
            method=method,
            url=redact_url(start),
            category="protocol",
        )

    @staticmethod
    def _target(response: Response, method: str, url: str, location: str, body: Body | None) -> str:
        try:
            target = resolve_location(url, location)
        finally:
            response.close()
        if body is not None and not body.replayable:
            raise ProtocolError(
                f"{method} {redact_url(url)}: redirected to {redact_url(target)}, "
                "but what was sent cannot be sent twice",
                method=method,
                url=redact_url(url),
                status=response.status,
                category="protocol",
            )
        return target

    def _send(
        self, method: str, url: str, headers: dict[str, str], body: Body | None, named_by: str | None
    ) -> Response:
        visit, route = self._visit(url, named_by), self._routes.find(url)
        sent = {"User-Agent": self.options.user_agent, "Accept-Encoding": "identity"}
        sent.update(headers)
        if body is not None:
            sent["Content-Length"] = str(body.length)
        began = time.monotonic()
        try:
            with visiting(visit):
                raw = route.pool.request(
                    method,
                    route.target(url),
                    body=_blocks(body) if body is not None and body.length else None,
                    headers=sent,
                    retries=False,
                    redirect=False,
                    assert_same_host=False,
                    preload_content=False,
                    decode_content=False,
                    enforce_content_length=True,
                )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise transport_error(method, url, error, self.options.timeout) from error
        if body is None:
            route.took(time.monotonic() - began)
        if visit.reach is not None:
            self._reach[origin(url)] = visit.reach
        return Response(method, url, raw)

    def _visit(self, url: str, named_by: str | None) -> Visit:
        """What looks at where a request goes. An asker behind a proxy that has a name counts as public."""
        host, asker = origin(url)[1], None
        if named_by is not None and origin(named_by)[1] != host:
            asker = self._reach.get(origin(named_by))
            asker = reach_of_host(origin(named_by)[1]) if asker is None else asker
            asker = PUBLIC if asker is None else asker
        written = reach_of_host(host)
        is_proven = origin(url)[0] == "https" and self.options.validate_certs and written is None
        visit = Visit(url, named_by or "", asker, is_proven)
        if written is not None:
            visit.meet(written)  # Nobody need wait for a connection to an address that is not asked.
        return visit


def _blocks(body: Body) -> Iterator[Block]:
    """What is sent. Where its source cannot be reached, the server has part of the request all the same."""
    try:
        yield from body
    except UnsentError as error:
        raise TransportError(
            error.message, method=error.method, url=error.url, retryable=error.retryable, hint=error.hint
        ) from error


def _without(headers: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in names}
