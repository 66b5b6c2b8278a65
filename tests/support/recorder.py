# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reverse proxy that records what passes, so that a test can count requests and bytes.

It streams both ways and keeps connections open. The Host header is passed on as it came, so a registry that makes
absolute Locations from it sends its clients back to the recorder.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from .process import LOOPBACK
from .wire import base_url

BLOCK = 256 * 1024
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# RFC 9110 section 7.6.1: they belong to one connection, and a proxy takes them off.
HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"})


@dataclass
class RecordedRequest:
    """One request, entered when its head has arrived; the answer's part is filled in before the client sees it.

    What proves who one is, is in `secrets` alone, for those who play a server that has to know.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    status: int | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    response_headers: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def line(self) -> str:
        """METHOD PATH, with ?QUERY where there is one."""
        return f"{self.method} {self.path}{'?' + self.query if self.query else ''}"


@dataclass(frozen=True)
class Reply:
    """An answer that the recorder gives by itself, for what no real server can be made to say."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Cut:
    """Break both connections once this many bytes of the request's or of the answer's body have passed.

    With `lose_answer` the registry has done what was asked for, and the client hears nothing of it. `half`: what goes
    to the client is at its end, and what comes from it is still taken.
    """

    after_request_bytes: int | None = None
    after_response_bytes: int | None = None
    lose_answer: bool = False
    half: bool = False


@dataclass(frozen=True)
class Changed:
    """Pass the request on to `target` (PATH?QUERY) instead, and give the client what `answer` makes of the registry's.

    That is given as a whole, without a body where HEAD was asked.
    """

    target: str | None = None
    answer: Callable[[Reply], Reply] = lambda reply: reply


#: Makes an answer from the request's body, for what a server says only when it has read that.
Reader = Callable[[bytes], Reply]
Intercept = Callable[[RecordedRequest], "Reply | Reader | Cut | Changed | None"]


class Recorder:
    """Records everything between its clients and `upstream` (HOST:PORT or http://HOST:PORT).

    `intercept` sees each request before it goes on, and may answer it (Reply, Reader), break it (Cut) or change what is
    said (Changed). It can be changed at any time.
    """

    def __init__(self, upstream: str, intercept: Intercept | None = None) -> None:
        self.upstream = urlsplit(base_url(upstream)).netloc
        self.intercept = intercept
        self._requests: list[RecordedRequest] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """HOST:PORT of the recorder, to be used in place of the registry's."""
        if self._server is None:
            raise RuntimeError("the recorder is not running")
        return f"{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """http://HOST:PORT"""
        return f"http://{self.address}"

    @property
    def requests(self) -> list[RecordedRequest]:
        """What has come so far, in order."""
        with self._lock:
            return list(self._requests)

    @property
    def lines(self) -> list[str]:
        """METHOD PATH?QUERY of what has come so far."""
        return [request.line for request in self.requests]

    @property
    def writes(self) -> list[RecordedRequest]:
        """The requests that are neither GET nor HEAD."""
        return [request for request in self.requests if request.method not in ("GET", "HEAD")]

    def count(self, method: str, containing: str = "") -> int:
        """Count the requests with this method whose path contains a text."""
        return sum(request.method == method and containing in request.path for request in self.requests)

    def clear(self) -> None:
        """Forget what has come so far."""
        with self._lock:
            self._requests.clear()

    def add(self, request: RecordedRequest) -> None:
        """Enter a request (the server's threads do)."""
        with self._lock:
            self._requests.append(request)

    def start(self) -> Recorder:
        """Listen on a free loopback port."""
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and break the connections that are still open."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.break_connections()
        self._server = self._thread = None

    def __enter__(self) -> Recorder:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._open: set[socket.socket] = set()
        super().__init__((LOOPBACK, 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def break_connections(self) -> None:
        for connection in list(self._open):
            _break(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client or a registry that hangs up is part of many tests."""


class _CutNow(Exception):
    """The bytes that a Cut allows have passed."""


class _ClientGone(Exception):
    """The client hung up within its request; so must we, or the registry would wait for the rest for ever."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    upstream: http.client.HTTPConnection | None = None

    def setup(self) -> None:
        super().setup()
        self.upstream = http.client.HTTPConnection(self.server.recorder.upstream, timeout=120)

    def finish(self) -> None:
        if self.upstream is not None:
            self.upstream.close()
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to standard error; the record is what counts."""

    def relay(self) -> None:
        """Record a request and pass it on, or do what the test wants done with it."""
        record = self._record()
        recorder = self.server.recorder
        recorder.add(record)
        decided = recorder.intercept(record) if recorder.intercept else None
        if isinstance(decided, Reply) or callable(decided):
            body = b"".join(self._request_blocks(record, None))
            self._reply(record, decided(body) if callable(decided) else decided)
            return
        cut = decided if isinstance(decided, Cut) else Cut()
        changed = decided if isinstance(decided, Changed) else None
        try:
            response = self._exchange(record, cut, changed)
            with response:
                if changed is None:
                    self._pass_on(record, response, cut)
                else:
                    self._reply(record, changed.answer(_whole(response, self.command)))
        except (_CutNow, _ClientGone, OSError, http.client.HTTPException):
            self._hang_up(cut.half)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = relay

    def _record(self) -> RecordedRequest:
        target = urlsplit(self.path)
        headers = self.headers.items()
        secrets = {name.lower(): value for name, value in headers if name.lower() in SECRET_HEADERS}
        return RecordedRequest(self.command, target.path, target.query, _without_secrets(headers), secrets=secrets)

    def _exchange(self, record: RecordedRequest, cut: Cut, changed: Changed | None) -> http.client.HTTPResponse:
        """Send the request on. An answer that comes before the body has gone (401, 413) is as good as any."""
        upstream = self.upstream
        assert upstream is not None
        target = (changed.target if changed else None) or self.path
        upstream.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP and name.lower() != "expect":
                upstream.putheader(name, value)
        upstream.endheaders()
        chunked = self._is_chunked()
        try:
            for block in self._request_blocks(record, cut.after_request_bytes):
                upstream.send(b"%x\r\n%b\r\n" % (len(block), block) if chunked else block)
            if chunked:
                upstream.send(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        return upstream.getresponse()

    def _is_chunked(self) -> bool:
        return "chunked" in self.headers.get("Transfer-Encoding", "").lower()

    def _request_blocks(self, record: RecordedRequest, cut_after: int | None) -> Iterator[bytes]:
        raw = self._chunks() if self._is_chunked() else self._sized(int(self.headers.get("Content-Length") or 0))
        for block in raw:
            allowed = block if cut_after is None else block[: max(0, cut_after - record.request_bytes)]
            record.request_bytes += len(allowed)
            if allowed:
                yield allowed
            if len(allowed) < len(block):
                raise _CutNow

    def _sized(self, left: int) -> Iterator[bytes]:
        while left > 0:
            # read1: what has come goes on at once, a slow client is not held up until a block is full.
            try:
                block = self.rfile.read1(min(left, BLOCK))
            except OSError as error:
                raise _ClientGone from error
            if not block:
                raise _ClientGone
            left -= len(block)
            yield block

    def _chunks(self) -> Iterator[bytes]:
        """Take the chunked coding off (RFC 9112 section 7.1)."""
        while True:
            size = int(self.rfile.readline(65536).split(b";")[0], 16)
            if size == 0:
                while self.rfile.readline(65536) not in (b"\r\n", b"\n", b""):
                    pass
                return
            yield from self._sized(size)
            self.rfile.readline(65536)

    def _pass_on(self, record: RecordedRequest, response: http.client.HTTPResponse, cut: Cut) -> None:
        record.response_headers = _without_secrets(response.getheaders())
        record.status = response.status
        if cut.lose_answer:
            raise _CutNow
        bodiless = self.command == "HEAD" or response.status in (204, 304)
        chunked = not bodiless and response.length is None
        self.send_response_only(response.status, response.reason)
        for name, value in _end_to_end(response.getheaders()):
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        if self.close_connection or response.will_close:
            self.send_header("Connection", "close")
        self.end_headers()
        if bodiless:
            response.read()
        else:
            self._pass_body(record, response, chunked, cut.after_response_bytes)

    def _pass_body(
        self, record: RecordedRequest, response: http.client.HTTPResponse, chunked: bool, cut_after: int | None
    ) -> None:
        if cut_after == 0:
            raise _CutNow
        while block := response.read1(BLOCK):
            allowed = block if cut_after is None else block[: cut_after - record.response_bytes]
            record.response_bytes += len(allowed)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(allowed), allowed) if chunked else allowed)
            if record.response_bytes == cut_after:
                raise _CutNow
        if response.length:
            raise ConnectionResetError("the registry hung up within a body")
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _reply(self, record: RecordedRequest, reply: Reply) -> None:
        record.status = reply.status
        record.response_headers = dict(reply.headers)
        record.response_bytes = 0 if self.command == "HEAD" else len(reply.body)
        self.send_response_only(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def _hang_up(self, half: bool) -> None:
        self.close_connection = True
        if half:
            _break(self.connection, socket.SHUT_WR)
            with contextlib.suppress(OSError):
                while self.connection.recv(BLOCK):
                    pass
        _break(self.connection)


def _break(connection: socket.socket, how: int = socket.SHUT_RDWR) -> None:
    # OSError: the other side was faster.
    with contextlib.suppress(OSError):
        connection.shutdown(how)


def _end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that a proxy leaves alone, and does not make itself."""
    return [(name, value) for name, value in headers if name.lower() not in (*HOP_BY_HOP, "transfer-encoding")]


def _whole(response: http.client.HTTPResponse, method: str) -> Reply:
    """An answer with its whole body; how long that is, is told anew where there is one."""
    headers = dict(_end_to_end(response.getheaders()))
    body = response.read()
    if method != "HEAD":
        headers.pop("Content-Length", None)
    return Reply(response.status, headers, body)


def _without_secrets(headers: Any) -> dict[str, str]:
    return {name.lower(): "***" if name.lower() in SECRET_HEADERS else value for name, value in headers}
