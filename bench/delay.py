# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that stands before a server and makes the way to it long: python3 -m bench.delay HOST:PORT SECONDS

Every byte arrives SECONDS later than it would, in each direction, and a new connection costs one round trip more, as
between two machines. How much is under way at a time, and on how many connections, is not limited. It prints the port
that it listens on, and runs until its standard input ends.

A network namespace with `tc netem` would do the same in the kernel, where that has it.
"""

from __future__ import annotations

import asyncio
import collections
import selectors
import sys
from typing import cast

from tests.support.process import LOOPBACK

#: A network holds only so much: beyond this, whoever sends has to wait until the other side takes some.
MOST_UNDER_WAY = 16 << 20


class Way(asyncio.Protocol):
    """One direction of a connection: what comes in here leaves at the other end after the delay."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        #: Nothing leaves earlier: the handshake of a new connection is under way.
        self.not_before = 0.0
        self.other: Way | None = None
        self.transport: asyncio.Transport | None = None
        self.under_way: collections.deque[tuple[float, bytes | None]] = collections.deque()
        self.size = 0
        #: The receiver at the other end takes nothing more for now.
        self.full = False
        self.timer: asyncio.TimerHandle | None = None
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=MOST_UNDER_WAY)
        self.loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._take(data)
        self.size += len(data)
        self._regulate()

    def eof_received(self) -> bool:
        self._take(None)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None and self.other and self.other.transport:
            self.other.transport.abort()

    def pause_writing(self) -> None:
        self._tell_other(full=True)

    def resume_writing(self) -> None:
        self._tell_other(full=False)

    def _tell_other(self, full: bool) -> None:
        if self.other:
            self.other.full = full
            self.other._regulate()

    def _regulate(self) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        if self.full or self.size > MOST_UNDER_WAY:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _take(self, data: bytes | None) -> None:
        self.under_way.append((max(self.loop.time() + self.delay, self.not_before), data))
        if self.timer is None:
            self._wait()

    def _wait(self) -> None:
        self.timer = self.loop.call_at(self.under_way[0][0], self._arrive) if self.under_way else None

    def _arrive(self) -> None:
        target = self.other.transport if self.other else None
        while target and self.under_way and self.under_way[0][0] <= self.loop.time():
            _due, data = self.under_way.popleft()
            if data is None:
                self._end(target)
            else:
                self.size -= len(data)
                if not target.is_closing():
                    target.write(data)
        self._regulate()
        self._wait()

    def _end(self, target: asyncio.Transport) -> None:
        """Nothing more comes this way; when nothing comes the other way either, the connection is over."""
        self.ended = True
        if not target.is_closing():
            target.write_eof()
        if self.other and self.other.ended and self.transport:
            target.close()
            self.transport.close()


class Door(Way):
    """The client's side of a connection; it opens the other."""

    def __init__(self, delay: float, host: str, port: int) -> None:
        super().__init__(delay)
        self.upstream = (host, port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # The client's SYN and the answer to it take a round trip, then what it sends is under way.
        self.not_before = self.loop.time() + 3 * self.delay
        assert self.transport
        self.transport.pause_reading()
        self.opening = self.loop.create_task(self._open())

    async def _open(self) -> None:
        assert self.transport
        try:
            _transport, self.other = await self.loop.create_connection(lambda: Way(self.delay), *self.upstream)
        except OSError:
            self.transport.abort()
            return
        self.other.other = self
        self.transport.resume_reading()


async def serve(host: str, port: int, delay: float) -> None:
    """Listen until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(delay, host, port), LOOPBACK, 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Read the command line and serve."""
    host, _colon, port = sys.argv[1].rpartition(":")
    # select() waits to the microsecond, epoll to the millisecond only.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(serve(host, int(port), float(sys.argv[2])))


if __name__ == "__main__":
    main()
