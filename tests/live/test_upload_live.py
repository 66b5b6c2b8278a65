# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a blob gets up to real registries: with the least requests, and through faults on the wire.

The recorder breaks connections between the client and the registry; what is left of an upload is the registry's word.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import patience
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    RegistryError,
    TransportError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import (
    MOUNTED,
    PRESENT,
    UPLOADED,
    push_blob,
)

from tests.live.clients import Place, digest_of
from tests.support.images import sha256
from tests.support.recorder import Cut, RecordedRequest, Recorder
from tests.support.wire import exchange

CHUNK = 100_000
SIZE = 3 * CHUNK


def content(place: Place) -> bytes:
    """SIZE bytes that no other test has."""
    return (place.content * (SIZE // len(place.content) + 1))[:SIZE]


def push(place: Place, recorder: Recorder, data: bytes, chunk_size: int | None = None, mount: str | None = None) -> str:
    """Upload `data` by way of the recorder."""
    return push_blob(
        place.via(recorder),
        Descriptor("application/octet-stream", digest_of(data), len(data)),
        BytesSource(data),
        mount_from=[mount] if mount else [],
        chunk_size=chunk_size,
    )


def steps(recorder: Recorder) -> list[tuple[str, int]]:
    """Method and bytes of each request."""
    return [(request.method, request.request_bytes) for request in recorder.requests]


class TestWithoutTrouble:
    """HEAD, then mount, then one PUT or chunks."""

    def test_what_is_there_costs_one_head(self, place: Place, recorder: Recorder) -> None:
        place.pusher.push_blob(content(place))
        assert push(place, recorder, content(place)) == PRESENT
        assert steps(recorder) == [("HEAD", 0)]

    def test_one_put(self, place: Place, recorder: Recorder) -> None:
        assert push(place, recorder, content(place)) == UPLOADED
        assert steps(recorder) == [("HEAD", 0), ("POST", 0), ("PUT", SIZE)]
        assert place.pusher.blob(sha256(content(place))) == content(place)

    def test_mount(self, place: Place, recorder: Recorder) -> None:
        if not place.behaviour.mounts:
            # One place for all repositories' blobs: the first HEAD finds it.
            place.elsewhere("base").push_blob(content(place))
            assert push(place, recorder, content(place), mount=f"{place.name}/base") == PRESENT
            return
        place.elsewhere("base").push_blob(content(place))
        assert push(place, recorder, content(place), mount=f"{place.name}/base") == MOUNTED
        assert steps(recorder) == [("HEAD", 0), ("POST", 0)]
        assert place.pusher.blob(sha256(content(place))) == content(place)

    def test_a_mount_of_what_is_not_there_goes_on_in_its_session(self, place: Place, recorder: Recorder) -> None:
        assert push(place, recorder, content(place), mount=f"{place.name}/base") == UPLOADED
        assert steps(recorder) == [("HEAD", 0), ("POST", 0), ("PUT", SIZE)]

    @pytest.mark.parametrize("chunk_size", [CHUNK, CHUNK - 1, SIZE, SIZE + 1])
    def test_chunks(self, place: Place, recorder: Recorder, chunk_size: int) -> None:
        assert push(place, recorder, content(place), chunk_size) == UPLOADED
        sizes = [size for method, size in steps(recorder) if method == "PATCH"]
        assert max(sizes) <= chunk_size
        assert sum(sizes) == SIZE
        assert [method for method, _size in steps(recorder)] == ["HEAD", "POST", *("PATCH" for unused in sizes), "PUT"]
        assert place.pusher.blob(sha256(content(place))) == content(place)


def once(method: str, number: int, cut: Cut) -> Callable[[RecordedRequest], Cut | None]:
    """Break the request of this method with this number, counted from 1."""
    seen = []

    def intercept(request: RecordedRequest) -> Cut | None:
        if request.method == method:
            seen.append(request)
            if len(seen) == number:
                return cut
        return None

    return intercept


class TestFaults:
    """The connection breaks in the middle of an upload."""

    def test_within_a_chunk(self, place: Place, recorder: Recorder) -> None:
        recorder.intercept = once("PATCH", 2, Cut(after_request_bytes=CHUNK // 2))
        assert push(place, recorder, content(place), CHUNK) == UPLOADED
        assert place.pusher.blob(sha256(content(place))) == content(place)
        before, after = self.around_the_fault(recorder)
        assert before == [("HEAD", 0), ("POST", 0), ("PATCH", CHUNK), ("PATCH", CHUNK // 2)]
        if place.behaviour.resumes:
            half = CHUNK // 2
            assert after == [("GET", 0), ("PATCH", CHUNK), ("PATCH", half), ("PUT", 0)]
            (resumed,) = [request for request in recorder.requests if request.method == "GET"]
            assert resumed.response_headers["range"] == f"0-{CHUNK + half - 1}"
        else:
            assert [step for step in after if step[0] not in ("GET", "DELETE")] == [
                ("POST", 0),
                *[("PATCH", CHUNK)] * 3,
                ("PUT", 0),
            ]

    def test_within_the_one_put(self, place: Place, recorder: Recorder) -> None:
        recorder.intercept = once("PUT", 1, Cut(after_request_bytes=CHUNK))
        assert push(place, recorder, content(place)) == UPLOADED
        assert place.pusher.blob(sha256(content(place))) == content(place)
        before, after = self.around_the_fault(recorder)
        assert before == [("HEAD", 0), ("POST", 0), ("PUT", CHUNK)]
        if place.behaviour.resumes:
            assert after == [("GET", 0), ("PUT", SIZE - CHUNK)]
        else:
            assert after[-2:] == [("POST", 0), ("PUT", SIZE)]

    @pytest.mark.parametrize("chunk_size", [None, CHUNK], ids=["one-put", "chunks"])
    def test_when_the_last_answer_is_lost_nothing_is_sent_again(
        self, place: Place, recorder: Recorder, chunk_size: int | None
    ) -> None:
        recorder.intercept = once("PUT", 1, Cut(lose_answer=True))
        assert push(place, recorder, content(place), chunk_size) == UPLOADED
        assert place.pusher.blob(sha256(content(place))) == content(place)
        assert sum(size for _method, size in steps(recorder)) == SIZE

    def test_when_the_answer_to_a_chunk_is_lost(self, place: Place, recorder: Recorder) -> None:
        recorder.intercept = once("PATCH", 1, Cut(lose_answer=True))
        assert push(place, recorder, content(place), CHUNK) == UPLOADED
        assert place.pusher.blob(sha256(content(place))) == content(place)
        if place.behaviour.resumes:
            assert sum(size for _method, size in steps(recorder)) == SIZE

    @staticmethod
    def around_the_fault(recorder: Recorder) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """The requests up to the one that was broken, and those after it."""
        broken = [request.status for request in recorder.requests].index(None) + 1
        return steps(recorder)[:broken], steps(recorder)[broken:]


class TestGivenUp:
    """An upload that comes to nothing leaves no session behind."""

    @pytest.mark.parametrize("chunk_size", [None, CHUNK], ids=["one-put", "chunks"])
    def test_when_the_source_is_something_else(self, place: Place, recorder: Recorder, chunk_size: int | None) -> None:
        data = content(place)
        with pytest.raises(RegistryError) as error:
            push_blob(
                place.via(recorder),
                Descriptor("application/octet-stream", digest_of(data), len(data)),
                BytesSource(data[::-1], "the wrong source"),
                chunk_size=chunk_size,
            )
        if chunk_size is None:
            assert isinstance(error.value, VerificationError)
            assert "the wrong source" in str(error.value)
        assert place.pusher.blob(sha256(data)) is None
        self.is_cancelled(place, recorder)

    def test_when_the_source_ends_too_early(self, place: Place, recorder: Recorder) -> None:
        data = content(place)
        with pytest.raises(VerificationError):
            push_blob(
                place.via(recorder),
                Descriptor("application/octet-stream", digest_of(data), len(data)),
                BytesSource(data[:-1]),
            )
        assert place.pusher.blob(sha256(data)) is None
        self.is_cancelled(place, recorder)

    def test_when_the_connection_breaks_again_and_again(
        self, place: Place, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(patience, "pause", lambda faults, retry_after: 0.0)
        recorder.intercept = lambda request: Cut(after_request_bytes=0) if request.method == "PATCH" else None
        with pytest.raises(TransportError):
            push(place, recorder, content(place), CHUNK)
        assert 3 <= recorder.count("PATCH") <= 6
        self.is_cancelled(place, recorder)

    @staticmethod
    def is_cancelled(place: Place, recorder: Recorder) -> None:
        """Every session that was begun is unknown to the registry now."""
        locations = [request.response_headers["location"] for request in recorder.requests if request.method == "POST"]
        assert locations
        assert recorder.count("DELETE", "/blobs/uploads/") >= 1
        if place.behaviour.cancels_uploads:
            for location in locations:
                url = location if "://" in location else recorder.url + location
                answer = exchange("GET", url)
                assert answer.status in (400, 404)
                assert b"BLOB_UPLOAD_UNKNOWN" in answer.body
