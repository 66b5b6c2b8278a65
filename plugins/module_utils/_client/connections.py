# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""urllib3's connections, with what a server can do to its client bounded: how long it may hold it, and where it leads.

A timeout bounds each wait for bytes alone. A server that sends one byte a minute, or headers, trailers or a line
without end, would hold a task for ever, or fill the memory.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import Any, Iterator

from .errors import ProtocolError, redact_url
from .reach import reach_of_address, refusal
from .response import IMPORT_ERROR

if IMPORT_ERROR is None:
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

SLOWEST = 1024
"""Bytes a second. What comes slower than this for two timeouts is taken for a server that holds its client up."""

_LONGEST_LINE = 65536  # bytes of a header or of a chunk's size; as in http.client
_MOST_LINES = 1000  # without a byte of a body between them

_thread = threading.local()


class _Paced(io.RawIOBase):
    """What comes from a socket, unless it comes too slowly. Only waiting counts, not what its reader does meanwhile."""

    def __init__(self, raw: Any, patience: float) -> None:
        self._raw = raw
        self._rest = patience  # seconds that may still be waited

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        number: int = self._raw.fileno()
        return number

    def readinto(self, buffer: Any) -> int | None:
        began = time.monotonic()
        count: int | None = self._raw.readinto(buffer)
        self._rest += (count or 0) / SLOWEST - (time.monotonic() - began)
        if self._rest < 0:
            raise socket.timeout("the answer comes too slowly")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Lines(io.BufferedReader):
    """A reader whose lines have an end, and are not all that comes."""

    _count = 0

    def read(self, size: int | None = -1) -> bytes:
        self._count = 0
        return super().read(size)

    def readline(self, size: int | None = -1) -> bytes:
        self._count += 1
        line = super().readline(_LONGEST_LINE + 1 if size is None or size < 0 else size)
        if self._count > _MOST_LINES or len(line) > _LONGEST_LINE:
            raise HTTPException("headers, trailers or a line without end")
        return line


class _PacedResponse(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw: Any = self.fp.detach()
        self.fp = _Lines(_Paced(raw, 2 * (sock.gettimeout() or 60.0)))


class Visit:
    """One request to a server, named by another (`asker`: how far inside that is) or asked for by the user (None).

    `reach` is how far inside the address is that was connected to; None where that is not known (yet).
    """

    def __init__(self, url: str, named_by: str, asker: int | None, is_proven: bool) -> None:
        self.url = url
        self.named_by = named_by
        self.asker = asker
        self.is_proven = is_proven
        self.reach: int | None = None

    def meet(self, reach: int) -> None:
        """Take note of how far inside the server is. Raises ProtocolError where nobody may lead there."""
        self.reach = reach
        forbidden = None if self.asker is None else refusal(self.asker, reach, self.is_proven)
        if forbidden is not None:
            raise ProtocolError(
                f"{redact_url(self.named_by)} points to {redact_url(self.url)}, {forbidden}: refused",
                url=redact_url(self.url),
            )


@contextmanager
def visiting(visit: Visit) -> Iterator[None]:
    """Have the connections that this thread uses meanwhile looked at by `visit`, before anything is sent over them."""
    before = getattr(_thread, "visit", None)  # What is sent may be read from another server meanwhile.
    _thread.visit = visit
    try:
        yield
    finally:
        _thread.visit = before


def _met(connection: Any) -> None:
    visit = getattr(_thread, "visit", None)
    if visit is None:
        return
    if connection.sock is None:
        connection.connect()
    try:
        reach = reach_of_address(connection.sock.getpeername()[0])
    except (OSError, ValueError):
        return  # It is gone already, which the request will tell.
    visit.meet(reach)


def pool_classes(direct: bool) -> dict[str, Any]:
    """urllib3's pools of such connections, by scheme. Those that are not `direct` lead to a proxy, not to a server."""
    return {"http": _pool_class(HTTPConnectionPool, direct), "https": _pool_class(HTTPSConnectionPool, direct)}


def _pool_class(pool: Any, direct: bool) -> Any:
    class Connection(pool.ConnectionCls):  # type: ignore[misc]
        response_class = _PacedResponse

        def request(self, *args: Any, **kwargs: Any) -> Any:
            if direct:
                _met(self)
            return super().request(*args, **kwargs)

    class Pool(pool):  # type: ignore[misc]
        ConnectionCls = Connection

    return Pool
