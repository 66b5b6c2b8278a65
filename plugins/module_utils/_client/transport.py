# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that does HTTP: pools, timeouts, retries, redirects, proxies, warnings.

It uses urllib3, the library inside requests, directly: its pools are safe to share between threads, it keeps no
cookies and reads no netrc, and a task does not pay for importing and running what requests adds on top.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Mapping

from .errors import ProtocolError, RegistryError, redact_url, retry_after_seconds
from .links import next_page_url, origin, resolve_location
from .message import IMPORT_ERROR, BlocksBody, Body, BytesBody, Response
from .network_errors import UnsentError, transport_error
from .proxies import proxy_for
from .throttle import Throttle, pause
from .tls import tls_context

if IMPORT_ERROR is None:
    import urllib3

__all__ = [
    "BlocksBody",
    "Body",
    "BytesBody",
    "IMPORT_ERROR",
    "Response",
    "Transport",
    "TransportOptions",
    "next_page_url",
]

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 10
_RETRY_STATUSES = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class TransportOptions:
    """How to talk to servers. `timeout`: seconds for connecting and for each wait for bytes, not for a transfer."""

    timeout: float = 60.0
    retries: int = 4
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    max_parallel: int = 8
    user_agent: str = "regops.oci_registry"
    environ: Mapping[str, str] = field(default_factory=dict)


class Transport:
    """Sends requests; thread-safe. `warnings` holds the texts of Warning headers, each once, in order."""

    def __init__(self, options: TransportOptions) -> None:
        self.options = options
        self.warnings: list[str] = []
        self._lock = threading.Lock()
        self._throttle = Throttle()
        self._pools: dict[str | None, Any] = {}

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.clear()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        *,
        retryable: bool = True,
        limit: int | None = None,
    ) -> Response:
        """Send one request and return its answer, whatever its status, after redirects and retries.

        `retryable=False` is for a request that must not be repeated blindly: it is sent again only when it cannot have
        reached the server. With `limit`, the body is read (at most that many bytes) before this returns, so that an
        answer that breaks off is asked for again. `Authorization` goes to no other origin than that of `url`.
        Raises TransportError when there is no answer, ProtocolError for one that cannot be followed.
        """
        attempt = 0
        deadline = time.monotonic() + self.options.timeout
        while True:
            host = origin(url)[1]
            self._throttle.wait(host)
            try:
                response = self._follow(method, url, dict(headers or {}), body)
                if limit is not None:
                    response.read(limit)
            except RegistryError as error:
                wait = self._wait_after_error(error, attempt, retryable, body)
                if wait is None or time.monotonic() + wait > deadline:
                    raise
                time.sleep(wait)
            else:
                wait = self._wait_after_status(response, attempt, retryable, body)
                if wait is None:
                    self._gather(response)
                    return response
                response.close()
                self._throttle.hold(host, wait)
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

    def _follow(self, method: str, url: str, headers: dict[str, str], body: Body | None) -> Response:
        start = url
        for _hop in range(_MOST_REDIRECTS + 1):
            response = self._send(method, url, headers, body)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response
            target, method = self._redirect(response, method, url, location, body)
            if origin(target) != origin(url):
                headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
            url = target
        raise ProtocolError(
            f"{method} {redact_url(start)}: more than {_MOST_REDIRECTS} redirects, the last to {redact_url(url)}",
            method=method,
            url=redact_url(start),
            category="protocol",
        )

    @staticmethod
    def _redirect(response: Response, method: str, url: str, location: str, body: Body | None) -> tuple[str, str]:
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
        return target, "GET" if response.status == 303 and method != "HEAD" else method

    def _send(self, method: str, url: str, headers: dict[str, str], body: Body | None) -> Response:
        sent = {"User-Agent": self.options.user_agent, "Accept-Encoding": "identity"}
        sent.update(headers)
        if body is not None:
            sent["Content-Length"] = str(body.length)
        elif method in ("POST", "PUT", "PATCH"):
            sent["Content-Length"] = "0"
        try:
            raw = self._pool(url).urlopen(
                method,
                url,
                body=iter(body) if body is not None and body.length else None,
                headers=sent,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
                enforce_content_length=True,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise transport_error(method, url, error, self.options.timeout) from error
        return Response(method, url, raw)

    def _pool(self, url: str) -> Any:
        proxy = proxy_for(url, self.options.environ)
        with self._lock:
            pool = self._pools.get(proxy)
            if pool is None:
                pool = self._pools[proxy] = self._new_pool(proxy)
            return pool

    def _new_pool(self, proxy: str | None) -> Any:
        options = self.options
        if not options.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        settings: dict[str, Any] = {
            "num_pools": 64,
            "maxsize": 2 * options.max_parallel + 2,
            "timeout": urllib3.Timeout(connect=min(options.timeout, 30.0), read=options.timeout),
            "ssl_context": tls_context(
                options.validate_certs, options.ca_path, options.client_cert, options.client_key, options.environ
            ),
            "cert_reqs": "CERT_REQUIRED" if options.validate_certs else "CERT_NONE",
        }
        if proxy is None:
            return urllib3.PoolManager(**settings)
        return urllib3.ProxyManager(proxy, proxy_headers=_proxy_headers(proxy), **settings)


def _proxy_headers(proxy: str) -> dict[str, str] | None:
    auth = urllib3.util.parse_url(proxy).auth
    return dict(urllib3.make_headers(proxy_basic_auth=auth)) if auth else None
