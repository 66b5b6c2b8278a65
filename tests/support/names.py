# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy that leads names of the internet to servers of the tests, so that what names them runs as it is written.

It knows CONNECT only (RFC 9110 section 9.3.6): whoever asks for HOST:443 gets a tunnel to the server that the test
has for HOST, and has to show a certificate for that name. Nothing leaves this machine.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import socketserver
import threading
from collections.abc import Mapping
from types import TracebackType

from .process import LOOPBACK

BLOCK = 64 * 1024


class NameProxy:
    """Leads each name of `servers` to the server there (HOST:PORT, which speaks TLS), and all others nowhere.

    A name is a host, or HOST:PORT where the port is not 443.
    """

    def __init__(self, servers: Mapping[str, str]) -> None:
        self.servers = dict(servers)
        self._asked: list[str] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """http://HOST:PORT, as the variable https_proxy has it."""
        if self._server is None:
            raise RuntimeError("the proxy is not running")
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        """The names that were asked for so far, those that led nowhere, too."""
        return list(self._asked)

    def lead(self, target: str) -> str | None:
        """The address for HOST:PORT, or None."""
        name = target.removesuffix(":443")
        self._asked.append(name)
        return self.servers.get(name)

    def __enter__(self) -> NameProxy:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, proxy: NameProxy) -> None:
        self.proxy = proxy
        super().__init__((LOOPBACK, 0), _Tunnel)


class _Tunnel(socketserver.StreamRequestHandler):
    server: _Server
    # What comes after the request belongs to the tunnel and must not wait in a buffer.
    rbufsize = 0

    def handle(self) -> None:
        method, _space, rest = self.rfile.readline(BLOCK).decode("latin-1").partition(" ")
        while self.rfile.readline(BLOCK).strip():
            pass
        address = self.server.proxy.lead(rest.partition(" ")[0]) if method == "CONNECT" else None
        if address is None:
            self.wfile.write(b"HTTP/1.1 502 No such name in the tests\r\nContent-Length: 0\r\n\r\n")
            return
        host, _colon, port = address.rpartition(":")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=60) as other:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            _join(self.connection, other)


def _join(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes both ways until one side ends."""
    with selectors.DefaultSelector() as selector:
        for source, sink in ((one, other), (other, one)):
            selector.register(source, selectors.EVENT_READ, (source, sink))
        while True:
            for key, _events in selector.select():
                source, sink = key.data
                block = source.recv(BLOCK)
                if not block:
                    return
                sink.sendall(block)
