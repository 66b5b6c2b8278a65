# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies as they are read: bounded, decoded where that is safe, and never shorter than they should be."""

from __future__ import annotations

import gzip
import itertools
import zlib

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import BLOCK_SIZE, collect
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ProtocolError,
    TransportError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import (
    Transport,
    TransportOptions,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Reset,
)


@pytest.fixture
def transport():
    made = Transport(TransportOptions(timeout=10, retries=0))
    yield made
    made.close()


def connections(server):
    """How many connections the requests came over."""
    return len({request.connection for request in server.requests})


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "deflate"])
def test_body_that_a_proxy_compressed_is_read(server, transport, encoding):
    squeezed = zlib.compress(b"x" * 5000) if encoding == "deflate" else gzip.compress(b"x" * 5000)
    server.on("GET", "/", Answer(200, {"Content-Encoding": encoding}, squeezed))
    assert transport.request("GET", server.url + "/").read(5000) == b"x" * 5000


def test_no_compression_is_asked_for(server, transport):
    server.on("GET", "/", Answer())
    transport.request("GET", server.url + "/").read(10)
    assert server.requests[0].headers.get_all("Accept-Encoding") == ["identity"]


def test_blocks_are_what_is_on_the_wire(server, transport):
    squeezed = gzip.compress(b"layer")
    server.on("GET", "/", Answer(200, {"Content-Encoding": "gzip"}, squeezed))
    assert b"".join(transport.request("GET", server.url + "/").blocks()) == squeezed


def test_blocks_have_the_size_that_is_asked_for(server, transport):
    server.on("GET", "/", Answer(200, None, b"x" * 250))
    blocks = list(transport.request("GET", server.url + "/").blocks(100))
    assert [len(block) for block in blocks] == [100, 100, 50]


def test_compressed_bomb_is_not_unpacked(server, transport):
    bomb = gzip.compress(b"\0" * 64_000_000)
    assert len(bomb) < 100_000
    server.on("GET", "/", Answer(200, {"Content-Encoding": "gzip"}, bomb))
    with pytest.raises(ProtocolError, match="larger than the 1000000 bytes"):
        transport.request("GET", server.url + "/").read(1_000_000)


def test_compression_that_is_none_is_told(server, transport):
    server.on("GET", "/", Answer(200, {"Content-Encoding": "gzip"}, b"plain"))
    with pytest.raises(ProtocolError, match="says that it is gzip, but it cannot be decoded"):
        transport.request("GET", server.url + "/").read(1000)


def test_compression_that_is_cut_off_is_told(server, transport):
    squeezed = gzip.compress(bytes(range(256)) * 10)
    server.on("GET", "/", Answer(200, {"Content-Encoding": "gzip"}, squeezed[:-20]))
    with pytest.raises(ProtocolError, match="ends too soon"):
        transport.request("GET", server.url + "/").read(10_000)


@pytest.mark.parametrize("length", [0, 1, 999, 1000])
def test_body_up_to_the_limit_is_read(server, transport, length):
    server.on("GET", "/", Answer(200, None, b"x" * length))
    response = transport.request("GET", server.url + "/")
    assert response.read(1000) == b"x" * length
    assert response.read(1000) == b"x" * length  # once from the wire, then from memory


def test_body_over_the_limit_is_refused(server, transport):
    server.on("GET", "/", Answer(200, None, b"x" * 1001))
    with pytest.raises(ProtocolError, match="larger than the 1000 bytes") as caught:
        transport.request("GET", server.url + "/").read(1000)
    assert (caught.value.status, caught.value.method, caught.value.url) == (200, "GET", server.url + "/")


def test_body_that_never_ends_is_refused(server, transport):
    server.on("GET", "/", Answer(200, None, chunks=itertools.repeat(b"x" * 10_000)))
    with pytest.raises(ProtocolError, match="larger than the 1000000 bytes"):
        transport.request("GET", server.url + "/").read(1_000_000)


def test_body_in_chunks_is_read(server, transport):
    server.on("GET", "/", Answer(200, None, chunks=[b"ab", b"c" * 5000, b"d"]))
    assert transport.request("GET", server.url + "/").read(10_000) == b"ab" + b"c" * 5000 + b"d"


def test_body_that_ends_with_its_connection_is_read(server, transport):
    server.on("GET", "/", Answer(200, None, b"abc", close=True))
    response = transport.request("GET", server.url + "/")
    assert response.content_length is None
    assert response.read(10) == b"abc"


@pytest.mark.parametrize("length", [0, 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE + 5])
def test_views_are_all_of_the_body_and_give_the_connection_back(server, transport, length):
    body = bytes(itertools.islice(itertools.cycle(range(251)), length))
    server.on("GET", "/", Answer(200, None, body))
    for _number in range(2):
        assert collect(transport.request("GET", server.url + "/").views()) == body
    assert connections(server) == 1


def test_views_of_a_body_without_a_length_are_its_blocks(server, transport):
    server.on("GET", "/", Answer(200, None, chunks=[b"ab", b"c" * 5000, b"d"]))
    assert collect(transport.request("GET", server.url + "/").views()) == b"ab" + b"c" * 5000 + b"d"


def test_view_is_good_until_the_next_but_one_is_taken(server, transport):
    """What verifies a blob holds its last block back, so two are in use."""
    server.on("GET", "/", Answer(200, None, b"".join(bytes([number]) * BLOCK_SIZE for number in range(4))))
    views = transport.request("GET", server.url + "/").views()
    first, second = next(views), next(views)
    assert (first[0], first[-1], second[0], second[-1]) == (0, 0, 1, 1)
    third = next(views)
    assert (second[0], third[0], third[-1]) == (1, 2, 2)


@pytest.mark.parametrize("how", ["read", "blocks"])
def test_body_shorter_than_its_length_is_no_body(server, transport, how):
    server.on("GET", "/", Answer(200, None, b"x" * 5000, cut_after=3000))
    response = transport.request("GET", server.url + "/")
    with pytest.raises(TransportError, match="the answer broke off: Connection broken: IncompleteRead") as caught:
        response.read(10_000) if how == "read" else b"".join(response.blocks(1000))
    assert caught.value.retryable
    assert caught.value.url == server.url + "/"


def test_view_of_a_body_shorter_than_its_length_is_the_last(server, transport):
    server.on("GET", "/", Answer(200, None, b"x" * 2 * BLOCK_SIZE, cut_after=BLOCK_SIZE + 10))
    response = transport.request("GET", server.url + "/")
    sizes = []
    with pytest.raises(TransportError, match="the answer broke off") as caught:
        for view in response.views():
            sizes.append(len(view))
    assert sizes == [BLOCK_SIZE, 10]
    assert caught.value.retryable


def test_chunks_without_an_end_are_no_body(server, transport):
    server.on("GET", "/", Answer(200, {"Transfer-Encoding": "chunked"}, b"3\r\nabc\r\n", close=True))
    with pytest.raises(TransportError, match="the answer broke off"):
        transport.request("GET", server.url + "/").read(10)


@pytest.mark.parametrize(
    ("value", "length"), [("12", 12), (" 12 ", 12), ("0", 0), ("-1", None), ("1e3", None), ("", None), ("\u00b2", None)]
)
def test_content_length(server, transport, value, length):
    server.on("HEAD", "/", Answer(200, {"Content-Length": value}))
    with transport.request("HEAD", server.url + "/") as response:
        assert response.content_length == length


@pytest.mark.parametrize(
    "answer",
    [
        Answer(204),
        Answer(202),
        Answer(200, None, b"x" * 1000),
        Answer(200, None, chunks=[b"x" * 1000]),
        Answer(404, {"Content-Type": "text/html"}, b"<html>"),
    ],
)
@pytest.mark.parametrize("read", [False, True])
def test_connection_is_used_again(server, transport, answer, read):
    server.on("GET", "/", answer)
    for _time in range(3):
        response = transport.request("GET", server.url + "/")
        if read:
            response.read(10_000)
        response.close()
    assert connections(server) == 1


def test_connection_of_a_head_is_used_again(server, transport):
    server.on("HEAD", "/", Answer(200, {"Content-Length": "123456789"}))
    for _time in range(3):
        transport.request("HEAD", server.url + "/").close()
    assert connections(server) == 1


def test_connection_with_a_long_rest_is_given_up(server, transport):
    server.on("GET", "/", Answer(200, None, chunks=itertools.repeat(b"x" * 10_000)))
    transport.request("GET", server.url + "/").close()  # returns, although the body never ends
    server.on("GET", "/", Answer(204))
    transport.request("GET", server.url + "/").close()
    assert connections(server) == 2


def test_rest_that_breaks_off_is_no_error_when_it_is_thrown_away(server, transport):
    server.on("GET", "/", Answer(200, None, b"x" * 100, cut_after=50))
    transport.request("GET", server.url + "/").close()


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([], []),
        (['299 - "Your token will expire in 30 seconds."'], ["Your token will expire in 30 seconds."]),
        (['299 - "one"', '299 - "two"'], ["one", "two"]),
        (['299 - "one", 299 - "two"'], ["one", "two"]),
        (['299 - "a \\"quoted\\" word, and a \\\\"'], ['a "quoted" word, and a \\']),
        (['299 host:443 "one" "Wed, 01 Jan 2025 00:00:00 GMT"'], ["one"]),
        (['299 - "\x1b[31mred\x1b[0m"'], ["red"]),
        (["299 - no quotes"], []),
        (["nonsense"], []),
    ],
)
def test_warnings(server, transport, values, texts):
    server.on("GET", "/", Answer(200, [("Warning", value) for value in values]))
    with transport.request("GET", server.url + "/") as response:
        assert response.warnings == texts


def test_where_shows_no_secret(server, transport):
    server.on("GET", "/x", Answer())
    with transport.request("GET", server.url + "/x?_state=secret&digest=sha256:1") as response:
        assert response.where == f"GET {server.url}/x?_state=***&digest=sha256:1"


def test_no_answer_at_all(server, transport):
    server.on("GET", "/", Reset())
    with pytest.raises(TransportError, match=f"^GET {server.url}/: no answer from {server.address}: "):
        transport.request("GET", server.url + "/")
