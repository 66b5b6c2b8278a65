# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP server over real sockets that answers by a script, for answers that no real registry can be made to give.

It can break a connection before or in the middle of an answer, lie about a length, never answer, never end. What it
was asked is in `requests`. A request that is not in the script is answered with 418 and fails the test in the end, so
that none passes by accident.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import sys
import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO, Callable, Dict, Iterable, List, Optional, Tuple, TypeVar, Union
from urllib.parse import parse_qs, urlsplit

Headers = List[Tuple[str, str]]
_Scripted = TypeVar("_Scripted", bound="ScriptedServer")

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What to say. A Content-Length is added unless the headers have one, there are `chunks`, or `close` ends the body.

    `body` is cut after `cut_after` bytes, and the connection with it. `chunks` are sent in chunked coding, for as long
    as the client listens. Of the request's body `take` bytes are read before, or all; the rest stays unread.
    """

    status: int = 200
    headers: Union[Dict[str, str], Headers, None] = None
    body: bytes = b""
    cut_after: Optional[int] = None
    chunks: Optional[Iterable[bytes]] = None
    close: bool = False
    take: Optional[int] = None


@dataclass(frozen=True)
class Reset:
    """No answer: the connection is reset (RST) once `take` bytes of the request's body, or all, were read."""

    take: Optional[int] = None


@dataclass(frozen=True)
class Silence:
    """No answer, for as long as the server runs."""

    take: Optional[int] = None


Step = Union[Answer, Reset, Silence]
Play = Union[Step, Callable[["Request"], Step]]


class Request:
    """One request. `body` is what was read of its body so far."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        target = urlsplit(handler.path)
        self.method = handler.command
        self.target = handler.path
        self.path = target.path
        self.query: Dict[str, List[str]] = parse_qs(target.query, keep_blank_values=True)
        self.headers = handler.headers
        self.connection: Tuple[str, int] = handler.client_address  # the client's end, another one for each connection
        self.length = int(handler.headers.get("Content-Length") or 0)
        self._stream: BinaryIO = handler.rfile  # type: ignore[assignment]
        self.body = b""

    @property
    def line(self) -> str:
        """METHOD and target, as on the wire."""
        return f"{self.method} {self.target}"

    @property
    def unread(self) -> bool:
        """Whether there is more of the body than was read."""
        return len(self.body) < self.length

    def take(self, count: Optional[int] = None) -> bytes:
        """Read so many bytes more of the body, fewer when there are no more, or all."""
        rest = self.length - len(self.body)
        more = self._stream.read(rest if count is None else max(0, min(count, rest)))
        self.body += more
        return more


def json_answer(data: Any, status: int = 200, headers: Optional[Dict[str, str]] = None) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(data).encode())


def error_answer(status: int, code: str, message: str = "", headers: Optional[Dict[str, str]] = None) -> Answer:
    """An error as the distribution specification has it ("Error Codes")."""
    return json_answer({"errors": [{"code": code, "message": message, "detail": None}]}, status, headers)


class ScriptedServer:
    """Serves on a free port of the loopback interface, as a context manager; https with `tls` (certificate, key)."""

    def __init__(self, tls: Optional[ssl.SSLContext] = None) -> None:
        self.requests: List[Request] = []
        self.unscripted: List[str] = []
        self.troubles: List[BaseException] = []
        self.stopping = threading.Event()
        self._rules: List[Tuple[str, str, List[Play]]] = []
        self._lock = threading.Lock()
        self._scheme = "http" if tls is None else "https"
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self: _Scripted) -> _Scripted:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop, and see that all that was asked was in the script."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if exc_info[0] is None:
            assert not self.unscripted, self.unscripted
            assert not self.troubles, self.troubles

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        """HOST:PORT."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """SCHEME://HOST:PORT."""
        return f"{self._scheme}://{self.address}"

    @property
    def lines(self) -> List[str]:
        """What was asked, as METHOD TARGET."""
        with self._lock:
            return [request.line for request in self.requests]

    def on(self, method: str, path: str, *plays: Play) -> None:
        """Answer `method` on `path` (without the query; * and ? are wildcards) with these, one after another; the last
        one stays. A rule that is made later goes before those made earlier."""
        with self._lock:
            self._rules.insert(0, (method, path, list(plays)))

    def find(self, request: Request) -> Play:
        """What the script has for a request."""
        with self._lock:
            self.requests.append(request)
            for method, path, plays in self._rules:
                if method == request.method and fnmatchcase(request.path, path):
                    return plays.pop(0) if len(plays) > 1 else plays[0]
            self.unscripted.append(request.line)
        return Answer(HTTPStatus.IM_A_TEAPOT, body=b"not in the script: " + request.line.encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, script: ScriptedServer, tls: Optional[ssl.SSLContext]) -> None:
        self.script = script
        self.tls = tls
        super().__init__((LOOPBACK, 0), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's own thread: a client that breaks off the handshake holds nobody up."""
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)  # type: ignore[arg-type]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what many a test is about; what a script raises is for the test to see."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.script.troubles.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        """Read one request and play what the script has for it."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        request = Request(self)
        play = self.server.script.find(request)
        step = play(request) if callable(play) else play
        request.take(step.take)
        if isinstance(step, Answer):
            self._say(step, request)
        elif isinstance(step, Silence):
            self.server.script.stopping.wait()
            self.close_connection = True
        else:
            self._reset()
        if request.unread:
            self.close_connection = True

    def _say(self, answer: Answer, request: Request) -> None:
        given = answer.headers.items() if isinstance(answer.headers, dict) else answer.headers or ()
        headers = list(given)
        names = {name.lower() for name, _value in headers}
        if answer.chunks is not None:
            headers.append(("Transfer-Encoding", "chunked"))
        elif answer.close:
            headers.append(("Connection", "close"))
        elif "content-length" not in names and answer.status != HTTPStatus.NO_CONTENT:
            headers.append(("Content-Length", str(len(answer.body))))
        head = ["HTTP/1.1 %d Scripted" % answer.status] + [f"{name}: {value}" for name, value in headers]
        message = "\r\n".join([*head, "", ""]).encode("latin-1")
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write(message + (body if answer.cut_after is None else body[: answer.cut_after]))
        for chunk in (answer.chunks or ()) if self.command != "HEAD" else ():
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if answer.chunks is not None:
            self.wfile.write(b"0\r\n\r\n")
        if answer.cut_after is not None or answer.close:
            self.close_connection = True

    def _reset(self) -> None:
        # Closed here, before anything says a polite goodbye: to linger for no time means RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what was asked is in `requests`."""
