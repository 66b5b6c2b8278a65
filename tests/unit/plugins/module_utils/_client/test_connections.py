# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that hold their client: each answer is read to its end, or given up in time and with little memory."""

from __future__ import annotations

import itertools
import socket
import threading
import time
import tracemalloc
from contextlib import contextmanager

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import connections
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import TransportError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import Transport, TransportOptions

TIMEOUT = 0.25
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@contextmanager
def saying(pieces, pause=0.0):
    """A server that says these bytes to whoever asks, whatever HTTP would have it say: its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _address = listening.accept()
            with connection:
                connection.recv(65536)
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(pause)
                except OSError:
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield "http://127.0.0.1:%d/" % listening.getsockname()[1]
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def transport():
    made = Transport(TransportOptions(timeout=TIMEOUT, retries=0))
    yield made
    made.close()


def bytes_of(text):
    return (bytes([byte]) for byte in itertools.cycle(text))


@pytest.mark.parametrize(
    ("pieces", "pause"),
    [
        (bytes_of(b"H"), 0.02),
        (itertools.chain([HEAD], bytes_of(b"X-Header: 1\r\n")), 0.02),
        (itertools.chain([HEAD + b"Content-Length: 1000000\r\n\r\n"], bytes_of(b"x")), 0.02),
        (itertools.chain([HEAD + b"\r\n"], bytes_of(b"x")), 0.02),
        (itertools.chain([CHUNKED], itertools.cycle([b"1\r\nx\r\n"])), 0.02),
        (itertools.chain([CHUNKED + b"0\r\n"], bytes_of(b"A: b\r\n")), 0.02),
        (itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), 0),
        (itertools.chain([CHUNKED], itertools.repeat(b"0" * 65536)), 0),
        (itertools.chain([CHUNKED + b"0\r\n"], itertools.repeat(b"A: b\r\n" * 1000)), 0),
        (itertools.chain([HEAD], itertools.repeat(b"A: b\r\n" * 1000)), 0),
        (itertools.chain([HEAD + b"A: "], itertools.repeat(b"b" * 65536)), 0),
    ],
    ids=[
        "slow status",
        "slow headers",
        "slow body",
        "slow body without a length",
        "slow chunks",
        "slow trailers",
        "continue without end",
        "a chunk's size without end",
        "trailers without end",
        "headers without end",
        "a header without end",
    ],
)
def test_an_answer_without_end_is_given_up(transport, pieces, pause):
    began = time.monotonic()
    tracemalloc.start()
    try:
        with saying(pieces, pause) as url, pytest.raises(TransportError):
            transport.request("GET", url, limit=10_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 20 * TIMEOUT
    assert peak < 8_000_000


def test_an_answer_that_is_slow_but_comes_is_read(transport, monkeypatch):
    """More than the pace is sent; it takes longer than the patience."""
    monkeypatch.setattr(connections, "SLOWEST", 100)
    body = [b"x" * 100] * 20
    with saying([HEAD + b"Content-Length: 2000\r\n\r\n", *body], 0.05) as url:
        assert transport.request("GET", url).read(2000) == b"x" * 2000


def test_a_reader_that_takes_its_time_is_not_the_server(transport):
    with saying([HEAD + b"Content-Length: 3000000\r\n\r\n", b"x" * 3_000_000]) as url:
        response = transport.request("GET", url)
        size = 0
        for block in response.blocks(1_000_000):
            size += len(block)
            time.sleep(2 * TIMEOUT)
        assert size == 3_000_000


def test_what_connections_are_given_back_for_is_kept(transport):
    """The reader in between must not lose what comes next on the same connection."""
    answer = HEAD + b"Content-Length: 1\r\n\r\nx"
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _address = listening.accept()
            with connection:
                for _request in range(3):
                    asked.append(connection.recv(65536))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        for _request in range(3):
            url = "http://127.0.0.1:%d/" % listening.getsockname()[1]
            assert transport.request("GET", url).read(1) == b"x"
        thread.join(10)
    assert len(asked) == 3
