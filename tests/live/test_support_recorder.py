# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder counts exactly, streams, and changes nothing of what passes.

Nothing here uses the collection's own client.
"""

from __future__ import annotations

import http.client
import socket
import threading
from urllib.parse import urljoin

import pytest

from tests.support import images, process, wire
from tests.support.accounts import basic
from tests.support.images import Pusher
from tests.support.recorder import Changed, Cut, Recorder, Reply
from tests.support.registries import RunningRegistry


def test_recorder_counts_every_request_and_byte(registry: RunningRegistry, repository: str) -> None:
    """A push and a pull are recorded request by request, with their sizes, and in order."""
    content = b"0123456789" * 100_000
    with Recorder(registry.address) as recording:
        pusher = Pusher(recording.address, repository)
        digest = pusher.push_blob(content)
        assert pusher.blob(digest) == content
        found = [
            (entry.method, entry.status, entry.request_bytes, entry.response_bytes) for entry in recording.requests
        ]
        last = recording.requests[-1]
        recording.clear()
        assert recording.requests == []
    assert [entry[0] for entry in found] == ["HEAD", "POST", "PUT", "GET"]
    assert [entry[1] for entry in found] == [404, 202, 201, 200]
    assert [entry[2] for entry in found] == [0, 0, len(content), 0]
    assert found[3][3] == len(content)
    assert (last.path, last.query) == (f"/v2/{repository}/blobs/{digest}", "")


def test_recorder_keeps_the_client_on_it(recorder: Recorder, repository: str) -> None:
    """Locations lead back to the recorder, or not one request of an upload would be counted."""
    answer = Pusher(recorder.address, repository).send("POST", "blobs/uploads/", b"")
    assert urljoin(recorder.url, answer.headers["Location"]).startswith(f"{recorder.url}/")


def test_recorder_keeps_connections_open(recorder: Recorder, repository: str) -> None:
    """Many requests go over one connection, also after answers without and with a body."""
    connection = http.client.HTTPConnection(recorder.address)
    connection.connect()
    local = connection.sock.getsockname()
    for method, path in (("HEAD", "blobs/" + images.sha256(b"")), ("GET", "tags/list"), ("GET", "manifests/none")):
        connection.request(method, f"/v2/{repository}/{path}")
        connection.getresponse().read()
        assert connection.sock is not None
        assert connection.sock.getsockname() == local
    connection.close()
    assert len(recorder.requests) == 3


def test_recorder_passes_chunked_bodies(recorder: Recorder, repository: str) -> None:
    """A body of unknown length arrives whole, and is counted without its framing."""
    pusher = Pusher(recorder.address, repository)
    location = urljoin(recorder.url, pusher.send("POST", "blobs/uploads/", b"").headers["Location"])
    blocks = [b"x" * 40_000, b"y" * 50_000]
    connection = http.client.HTTPConnection(recorder.address)
    target = location[len(recorder.url) :]
    connection.request("PATCH", target, iter(blocks), {"Content-Type": "application/octet-stream"}, encode_chunked=True)
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == 202
    assert recorder.requests[-1].request_bytes == 90_000
    assert recorder.requests[-1].headers["transfer-encoding"] == "chunked"


def test_recorder_streams() -> None:
    """The head of an answer, and each part of its body, pass before the end has come from the registry."""
    released = threading.Event()
    with socket.create_server((process.LOOPBACK, 0)) as listener:

        def serve() -> None:
            peer, _address = listener.accept()
            with peer:
                peer.recv(65536)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
                if released.wait(10):
                    peer.sendall(b"final")

        server = threading.Thread(target=serve)
        server.start()
        with Recorder(f"{process.LOOPBACK}:{listener.getsockname()[1]}") as recording:
            connection = http.client.HTTPConnection(recording.address, timeout=30)
            connection.request("GET", "/v2/")
            response = connection.getresponse()
            assert response.read1(5) == b"first"
            released.set()
            assert response.read() == b"final"
            connection.close()
        server.join()


def test_recorder_hides_secrets(recorder: Recorder) -> None:
    """A password that passes is in no record, though it does reach the registry."""
    wire.exchange("GET", f"{recorder.url}/v2/", headers=basic("alice", "a secret"))
    assert recorder.requests[0].headers["authorization"] == "***"
    assert "secret" not in repr(recorder.requests)


def test_recorder_replies_and_cuts(registry: RunningRegistry, repository: str) -> None:
    """A test can have a request answered, or its connection broken, at an exact place."""
    with Recorder(registry.address) as recording:
        pusher = Pusher(recording.address, repository)
        digest = pusher.push_blob(b"0123456789")
        recording.intercept = lambda request: Reply(503, {"Retry-After": "7"}, b"later")
        answer = pusher.send("GET", f"blobs/{digest}")
        assert (answer.status, answer.headers["Retry-After"], answer.body) == (503, "7", b"later")
        recording.intercept = lambda request: Cut(after_response_bytes=4)
        with pytest.raises(http.client.IncompleteRead) as broken:
            pusher.blob(digest)
        assert broken.value.partial == b"0123"
        recording.intercept = lambda request: Cut(after_request_bytes=3) if request.method == "PUT" else None
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            pusher.push_blob(b"another blob")
        assert recording.requests[-1].request_bytes == 3


def test_recorder_changes_what_is_said(distribution3: RunningRegistry, repository: str) -> None:
    """A test can lead a request elsewhere, rewrite its answer, and answer by what is in its body."""
    with Recorder(distribution3.address) as recording:
        pusher = Pusher(recording.address, repository)
        digest = pusher.push_blob(b"0123456789")
        elsewhere = Changed(f"/v2/{repository}/blobs/{digest}")
        recording.intercept = lambda request: elsewhere
        assert pusher.send("GET", "blobs/nowhere").body == b"0123456789"
        recording.intercept = lambda request: Changed(
            elsewhere.target, lambda reply: Reply(reply.status, {**reply.headers, "X-Seen": "yes"}, reply.body[:3])
        )
        answer = pusher.send("GET", "blobs/nowhere")
        assert (answer.headers["X-Seen"], answer.headers["Content-Length"], answer.body) == ("yes", "3", b"012")
        answer = pusher.send("HEAD", "blobs/nowhere")
        assert (answer.headers["X-Seen"], answer.headers["Content-Length"]) == ("yes", "10")
        recording.intercept = lambda request: lambda body: Reply(200, {}, body[::-1])
        assert pusher.send("POST", "echo", b"abc", basic("alice", "a secret")).body == b"cba"
        assert recording.requests[-1].secrets["authorization"] == basic("alice", "a secret")["Authorization"]


def test_recorder_says_who_it_is(distribution2: RunningRegistry) -> None:
    """Its address is known only while it runs."""
    with Recorder(distribution2.address) as recording:
        assert wire.answers(f"{recording.url}/v2/")
    with pytest.raises(RuntimeError, match="is not running"):
        assert recording.address
