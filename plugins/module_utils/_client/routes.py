# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each server is reached: through which connections, and by how many requests at a time.

urllib3's own managers look at each URL anew, several times and letter by letter; here that is done once a server.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Any, Iterator

from .addresses import origin
from .pools import TransportOptions, new_pool
from .proxies import proxy_for

ENOUGH_NEARBY = 8
"""Requests at a time that keep a server busy whose answers come at once: more would only wait there."""
_NEAR = 0.005  # seconds for the quickest answer

_thread = threading.local()


class Route:
    """The way to one server. `pool` has urllib3's `request`.

    At most `limit` requests are under way at a time, and no more than ENOUGH_NEARBY where the server is near.
    """

    def __init__(self, pool: Any, is_direct: bool, limit: int) -> None:
        self.pool = pool
        self._is_direct = is_direct
        self._limit = limit
        self._under_way = 0
        self._turn = threading.Condition()

    def target(self, url: str) -> str:
        """What `request` is to be given: all of the URL for a proxy, path and query for the server itself."""
        if not self._is_direct:
            return url
        _scheme, _separator, rest = url.partition("#")[0].partition("://")
        start = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
        return rest[start:] if rest[start : start + 1] == "/" else "/" + rest[start:]

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait until one request more may be under way.

        A request that is made for another, such as for the bytes that an upload sends, counts as one with that: they
        end together, and would wait for each other.
        """
        if getattr(_thread, "has_slot", False):
            yield
            return
        with self._turn:
            while self._under_way >= self._limit:
                self._turn.wait()
            self._under_way += 1
        _thread.has_slot = True
        try:
            yield
        finally:
            _thread.has_slot = False
            with self._turn:
                self._under_way -= 1
                self._turn.notify()

    def took(self, seconds: float) -> None:
        """Learn from the time that an answer took which was not kept waiting by what was sent."""
        if seconds < _NEAR:
            self._limit = min(self._limit, ENOUGH_NEARBY)


class Routes:
    """Finds the routes. Thread-safe."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._managers: dict[tuple[str | None, bool], Any] = {}
        self._routes: dict[tuple[str, str, int | None], Route] = {}

    def find(self, url: str) -> Route:
        """The route to the server of `url`. Raises OptionError for a proxy or certificates that cannot be used."""
        server = origin(url)
        route = self._routes.get(server)
        if route is None:
            with self._lock:
                route = self._routes.get(server) or self._routes.setdefault(server, self._new(url))
        return route

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            managers = list(self._managers.values())
            self._managers.clear()
            self._routes.clear()
        for manager in managers:
            manager.clear()

    def _new(self, url: str) -> Route:
        proxy, is_secure = proxy_for(url, self._options.environ), origin(url)[0] == "https"
        manager = self._managers.get((proxy, is_secure))
        if manager is None:
            manager = self._managers[proxy, is_secure] = new_pool(self._options, proxy, is_secure)
        pool = manager.connection_from_url(url) if proxy is None else manager
        return Route(pool, proxy is None, self._options.max_parallel)
