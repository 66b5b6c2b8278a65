# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a blob's bytes come from, and a download that goes on after it broke."""

from __future__ import annotations

import os

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import BLOCK_SIZE, Digest, collect
from ansible_collections.regops.oci_registry.plugins.module_utils._client.download import download, resumed
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ProtocolError,
    RegistryError,
    ResponseError,
    TransportError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import (
    BytesSource,
    FileSource,
    ForeignSource,
    RegistrySource,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import MISSING, push_blob
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Reset,
    ScriptedServer,
    error_answer,
)

DATA = bytes(range(256)) * 20
DIGEST = Digest.of(DATA)
BLOB = "/v2/app/blobs/" + DIGEST


def described(urls=()):
    media_type = "application/vnd.oci.image.layer.nondistributable.v1.tar" if urls else "application/octet-stream"
    return Descriptor(media_type, DIGEST, len(DATA), urls=tuple(urls))


def content(source, start=0):
    with source.open(start) if start else source.open() as blocks:
        return collect(blocks)


def serve_ranges(server, *faults, path=BLOB, name="bytes"):
    """A blob as a registry serves it, ranges included; `faults`: after how many bytes the connection breaks."""
    due = list(faults)

    def play(request):
        cut = due.pop(0) if due else None
        span = request.headers.get("Range")
        if span is None:
            return Answer(200, None, DATA, cut_after=cut)
        first, _dash, last = span.partition("=")[2].partition("-")
        end = int(last) + 1 if last else len(DATA)
        headers = {"Content-Range": f"{name} {first}-{end - 1}/{len(DATA)}"}
        return Answer(206, headers, DATA[int(first) : end], cut_after=cut)

    server.on("GET", path, play)


# Memory and files


@pytest.mark.parametrize("start", [0, 1, len(DATA)])
def test_bytes(start):
    assert content(BytesSource(DATA), start) == DATA[start:]


def test_bytes_come_in_blocks():
    with BytesSource(b"x" * (BLOCK_SIZE + 1)).open() as blocks:
        assert [len(block) for block in blocks] == [BLOCK_SIZE, 1]


@pytest.mark.parametrize("start", [0, 1, len(DATA)])
def test_file(tmp_path, start):
    path = tmp_path / "blob"
    path.write_bytes(DATA)
    source = FileSource(str(path))
    assert content(source, start) == DATA[start:]
    assert content(source) == DATA  # as often as it is needed
    assert source.what == str(path)


def test_file_that_is_not_there(tmp_path):
    path = str(tmp_path / "missing")
    with pytest.raises(RegistryError, match=f"{path} cannot be read: No such file or directory") as caught:
        content(FileSource(path))
    assert not caught.value.retryable


def test_folder_is_no_file(tmp_path):
    with pytest.raises(RegistryError, match=f"{tmp_path} cannot be read: Is a directory"):
        content(FileSource(str(tmp_path)))


def test_file_that_fails_in_the_middle_is_not_taken_for_the_network(repository, server, clock):
    server.on("POST", "/v2/app/blobs/uploads/", Answer(202, {"Location": "1"}))
    server.on("PUT", "/v2/app/blobs/uploads/1", Answer(201))
    server.on("DELETE", "/v2/app/blobs/uploads/1", Answer(204))
    source = FileSource("/proc/self/mem")  # can be opened, but has nothing at its beginning that could be read
    with pytest.raises(RegistryError, match="/proc/self/mem cannot be read: Input/output error"):
        push_blob(repository, described(), source, known=MISSING)
    assert clock.slept == []


@pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
def test_file_that_changes_while_it_is_read(tmp_path, change):
    path = tmp_path / "blob"
    path.write_bytes(b"x" * (BLOCK_SIZE + 10))
    with pytest.raises(VerificationError, match=f"{path} changed while it was read"), FileSource(
        str(path)
    ).open() as blocks:
        for number, _block in enumerate(blocks):
            if number == 0:
                if change == "touch":
                    os.utime(path, (1, 1))
                else:
                    os.truncate(path, BLOCK_SIZE + (20 if change == "grow" else 5))


# Registries


def test_blob_of_a_registry(repository, server):
    serve_ranges(server)
    source = RegistrySource(repository, described())
    assert content(source) == DATA
    assert source.what == f"{server.address}/app@{DIGEST}"


def test_rest_of_a_blob_is_asked_for_by_a_closed_range(repository, server):
    serve_ranges(server)
    assert content(RegistrySource(repository, described()), 100) == DATA[100:]
    assert server.requests[0].headers["Range"] == f"bytes=100-{len(DATA) - 1}"


def test_registry_that_ignores_a_range_sends_everything(repository, server):
    server.on("GET", BLOB, Answer(200, None, DATA))
    assert content(RegistrySource(repository, described()), 100) == DATA[100:]


@pytest.mark.parametrize("start", [BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, 2 * BLOCK_SIZE + 5])
def test_long_beginning_that_was_not_asked_for_is_passed_over(repository, server, start):
    data = bytes(range(251)) * (2 * BLOCK_SIZE // 251 + 1)
    layer = Descriptor("application/octet-stream", Digest.of(data), len(data))
    server.on("GET", "/v2/app/blobs/" + layer.digest, Answer(200, None, data))
    assert content(RegistrySource(repository, layer), start) == data[start:]


@pytest.mark.parametrize(
    "content_range", [None, "bytes 0-99/5120", "bytes */5120", "bytes 101-5119/5120", "x", "items 100-5119/5120"]
)
def test_other_range_than_was_asked_for_is_refused(repository, server, content_range):
    headers = {} if content_range is None else {"Content-Range": content_range}
    server.on("GET", BLOB, Answer(206, headers, b"x" * 100))
    with pytest.raises(ProtocolError, match="asked for bytes from 100 on, got other ones"):
        content(RegistrySource(repository, described()), 100)


@pytest.mark.parametrize("faults", [[0], [1], [5119], [100, 0, 2000], [1] * 50])
def test_download_goes_on_where_it_broke(repository, server, clock, faults):
    serve_ranges(server, *faults)
    assert b"".join(download(RegistrySource(repository, described()), described())) == DATA
    asked = [request.headers.get("Range") for request in server.requests]
    assert len(asked) == len(faults) + 1
    offset = sum(faults)
    assert asked[-1] == (f"bytes={offset}-{len(DATA) - 1}" if offset else None)


def test_download_goes_on_where_ranges_are_ignored(repository, server, clock):
    server.on("GET", BLOB, Answer(200, None, DATA, cut_after=100), Answer(200, None, DATA))
    assert b"".join(download(RegistrySource(repository, described()), described())) == DATA


def test_download_goes_on_after_an_overload(repository, server, clock):
    server.on("GET", BLOB, Reset(), Answer(503), Answer(200, None, DATA))
    assert b"".join(download(RegistrySource(repository, described()), described())) == DATA


def test_download_that_gains_nothing_is_given_up(repository, server, clock):
    serve_ranges(server, *[100] + [0] * 100)
    with pytest.raises(TransportError, match="broke off"):
        list(download(RegistrySource(repository, described()), described()))
    assert len(server.requests) < 10
    assert clock.slept == sorted(clock.slept)


def test_download_that_would_have_to_wait_for_hours_is_an_error_at_once(repository, server, clock):
    server.on("GET", BLOB, Answer(200, None, DATA, cut_after=100), Answer(429, {"Retry-After": "7200"}))
    with pytest.raises(ResponseError, match="429"):
        list(download(RegistrySource(repository, described()), described()))
    assert len(server.requests) == 2


def test_what_is_told_after_the_last_byte_is_not_lost(tmp_path):
    path = tmp_path / "blob"
    path.write_bytes(DATA)
    with pytest.raises(VerificationError, match="changed while it was read"):
        for _block in resumed(FileSource(str(path)), 0, len(DATA)):
            os.utime(path, (1, 1))


def test_download_of_what_is_gone_is_an_error_at_once(repository, server, clock):
    server.on("GET", BLOB, Answer(200, None, DATA, cut_after=100), error_answer(404, "BLOB_UNKNOWN"))
    with pytest.raises(ResponseError, match="BLOB_UNKNOWN"):
        list(download(RegistrySource(repository, described()), described()))
    assert len(server.requests) == 2


def test_download_that_breaks_after_its_last_byte_is_whole(repository, server, clock):
    server.on("GET", BLOB, Answer(200, {"Content-Length": str(len(DATA) + 1)}, DATA, cut_after=len(DATA)))
    assert b"".join(resumed(RegistrySource(repository, described()), 0, len(DATA))) == DATA
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (DATA[:-1], "was cut short: expected 5120 bytes, got 5119"),
        (DATA + b"x", "is longer than it should be"),
        (DATA[:-1] + b"x", "is not what its digest says"),
    ],
)
def test_download_of_something_else_is_an_error(repository, server, body, words):
    server.on("GET", BLOB, Answer(200, None, body))
    with pytest.raises(VerificationError, match=words):
        list(download(RegistrySource(repository, described()), described()))


def test_body_that_never_ends_is_an_error(repository, server):
    server.on("GET", BLOB, Answer(200, None, chunks=iter(lambda: DATA, None)))
    with pytest.raises(VerificationError, match="is longer than it should be"):
        list(download(RegistrySource(repository, described()), described()))


# Foreign layers


@pytest.fixture
def elsewhere():
    with ScriptedServer() as running:
        yield running


def test_foreign_layer_that_the_registry_has_is_taken_from_there(repository, server, elsewhere):
    serve_ranges(server)
    layer = described([elsewhere.url + "/layer"])
    assert content(ForeignSource(RegistrySource(repository, layer), repository, layer)) == DATA
    assert elsewhere.requests == []


def test_foreign_layer_is_taken_from_the_first_of_its_urls_that_has_it(repository, server, elsewhere):
    server.on("GET", BLOB, Answer(404))
    elsewhere.on("GET", "/gone", Answer(404))
    serve_ranges(elsewhere, path="/layer")
    layer = described([elsewhere.url + "/gone", "file:///etc/passwd", elsewhere.url + "/layer"])
    source = ForeignSource(RegistrySource(repository, layer), repository, layer)
    assert content(source) == DATA
    assert content(source, 100) == DATA[100:]
    assert all("Authorization" not in request.headers for request in elsewhere.requests)


def test_foreign_layer_that_nobody_has(repository, server, elsewhere):
    server.on("GET", BLOB, Answer(404))
    elsewhere.on("GET", "/gone", Answer(404))
    layer = described([elsewhere.url + "/gone"])
    with pytest.raises(ResponseError, match=elsewhere.url + "/gone: 404"):
        content(ForeignSource(RegistrySource(repository, layer), repository, layer))


def test_foreign_layer_without_urls_that_the_registry_does_not_have(repository, server):
    server.on("GET", BLOB, error_answer(404, "BLOB_UNKNOWN"))
    with pytest.raises(ResponseError, match="BLOB_UNKNOWN"):
        content(ForeignSource(RegistrySource(repository, described()), repository, described()))


def test_foreign_layer_of_a_registry_that_is_down_is_not_looked_for_elsewhere(repository, server, elsewhere, clock):
    server.on("GET", BLOB, Answer(503))
    layer = described([elsewhere.url + "/layer"])
    with pytest.raises(ResponseError, match="503"):
        content(ForeignSource(RegistrySource(repository, layer), repository, layer))
    assert elsewhere.requests == []
