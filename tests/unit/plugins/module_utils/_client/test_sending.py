# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a blob is sent, whole or in chunks; and what becomes of it when something breaks in the middle."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    AuthError,
    ProtocolError,
    RegistryError,
    ResponseError,
    TransportError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import UPLOADED, push_blob
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.breaking_source import (
    BreakingSource,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Reset,
    error_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    DATA,
    DIGEST,
    UPLOADS,
    Fault,
    ScriptedUploads,
    descriptor,
    push,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SERVER_ERROR = Answer(500, None, b"full")


def test_small_source_is_read_before_the_registry_waits_for_what_it_says(repository, uploads):
    asked_before = []

    class Source(BytesSource):
        def open(self, start=0):
            asked_before.append(uploads.said)
            return super().open(start)

    assert push_blob(repository, descriptor(DATA), Source(DATA)) == UPLOADED
    assert asked_before == [["HEAD", "POST"]]


@pytest.mark.parametrize("data", [b"", b"x"])
@pytest.mark.parametrize("chunk_size", [None, 1, 4])
def test_smallest_blobs(repository, uploads, data, chunk_size):
    assert push(repository, data, chunk_size=chunk_size) == UPLOADED
    assert uploads.blobs == {Digest.of(data): data}
    assert uploads.sessions == {}


def test_blob_is_sent_in_chunks(repository, uploads):
    push(repository, chunk_size=4)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PATCH 0-3 +4", "PATCH 4-7 +4", "PATCH 8-9 +2", "PUT +0"]


@pytest.mark.parametrize(("minimum", "sizes"), [(0, [4, 4, 2]), (3, [4, 4, 2]), (6, [6, 4]), (1000, [10])])
def test_chunks_are_as_long_as_the_registry_wants_them(repository, server, minimum, sizes):
    uploads = ScriptedUploads(server, min_chunk=minimum)
    push(repository, chunk_size=4)
    assert uploads.blobs == {DIGEST: DATA}
    assert [request.length for request in server.requests if request.method == "PATCH"] == sizes


def test_registry_may_take_less_of_a_chunk_than_it_was_sent(repository, uploads):
    uploads.faults["PATCH"] = [Fault(Answer(202, {"Range": "0-1", "Location": UPLOADS + "session1?_state=1"}), keep=2)]
    push(repository, chunk_size=4)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PATCH 0-3 +4", "PATCH 2-5 +4", "PATCH 6-9 +4", "PUT +0"]


def test_registry_that_does_not_say_how_far_it_is_has_everything(repository, uploads):
    where = {"Location": UPLOADS + "session1?_state=1"}
    uploads.faults["PATCH"] = [Fault(Answer(202, where), keep=4), Fault(Answer(202), keep=4)]
    push(repository, chunk_size=4)
    assert uploads.blobs == {DIGEST: DATA}


# Faults in the middle


@pytest.mark.parametrize("step", [Reset(take=0), SERVER_ERROR, Answer(503), Answer(429)])
def test_whole_upload_goes_on_from_where_the_registry_is(repository, uploads, clock, step):
    uploads.faults["PUT"] = [Fault(step, keep=6)]
    assert push(repository) == UPLOADED
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PUT +10", "GET", "PUT 6-9 +4"]


@pytest.mark.parametrize("step", [Reset(take=0), SERVER_ERROR])
@pytest.mark.parametrize("keep", [0, 1, 3, 4])
def test_chunks_go_on_from_where_the_registry_is(repository, uploads, clock, step, keep):
    uploads.faults["PATCH"] = [None, Fault(step, keep=keep)]
    push(repository, chunk_size=4)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said[4] == "GET"
    assert uploads.said[5].startswith("PATCH %d-" % (4 + keep))


def test_upload_that_is_complete_but_for_its_end_sends_no_byte_again(repository, uploads, clock):
    uploads.faults["PUT"] = [Fault(Reset(take=0), keep=10)]
    push(repository)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PUT +10", "GET", "PUT +0"]


def test_session_that_is_lost_is_begun_anew(repository, uploads, clock):
    uploads.faults["PUT"] = [Fault(Reset(take=0), keep=6, forget=True)]
    push(repository)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PUT +10", "GET", "HEAD", "POST", "PUT +10"]


@pytest.mark.parametrize("chunk_size", [None, 4])
def test_session_that_is_said_to_be_unknown_is_begun_anew(repository, uploads, clock, chunk_size):
    method = "PUT" if chunk_size is None else "PATCH"
    uploads.faults[method] = [Fault(error_answer(404, "BLOB_UPLOAD_UNKNOWN"), forget=True)]
    push(repository, chunk_size=chunk_size)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said.count("POST") == 2


def test_session_of_which_the_registry_does_not_tell_is_cancelled_and_begun_anew(repository, uploads, clock):
    uploads.faults["PUT"] = [Fault(Reset(take=0), keep=6)]
    uploads.faults["GET"] = [Fault(Answer(204))]
    push(repository)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PUT +10", "GET", "DELETE", "HEAD", "POST", "PUT +10"]
    assert uploads.sessions == {}


def test_session_with_more_bytes_than_the_blob_is_cancelled_and_begun_anew(repository, uploads, clock):
    uploads.faults["PUT"] = [Fault(Reset(take=0), keep=6)]
    uploads.faults["GET"] = [Fault(Answer(204, {"Range": "0-99"}))]
    push(repository)
    assert uploads.said == ["HEAD", "POST", "PUT +10", "GET", "DELETE", "POST", "PUT +10"]


def test_other_offset_than_was_thought_is_asked_for(repository, uploads, clock):
    uploads.faults["PATCH"] = [Fault(Answer(202, {"Location": UPLOADS + "session1?_state=1", "Range": "0-3"}), keep=2)]
    push(repository, chunk_size=4)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said[:6] == ["HEAD", "POST", "PATCH 0-3 +4", "PATCH 4-7 +4", "GET", "PATCH 2-5 +4"]


def test_range_that_the_registry_gives_and_refuses_leads_to_another_session(repository, uploads, clock):
    uploads.faults["PUT"] = [Fault(Reset(take=0), keep=3), Fault(error_answer(416, "RANGE_INVALID"))]
    push(repository)
    assert uploads.blobs == {DIGEST: DATA}
    again = ["GET", "PUT 3-9 +7", "GET", "DELETE", "POST", "PUT +10"]
    assert uploads.said == ["HEAD", "POST", "PUT +10", *again]


@pytest.mark.parametrize("keep", [0, 1])
def test_range_that_may_be_one_byte_or_none_leads_to_another_session(repository, uploads, clock, keep):
    uploads.faults["PUT"] = [Fault(Reset(take=0), keep=keep)]
    push(repository)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PUT +10", "GET", "DELETE", "POST", "PUT +10"]


@pytest.mark.parametrize("chunk_size", [None, 4])
def test_upload_is_given_up_in_the_end_and_cancelled(repository, uploads, clock, chunk_size):
    fault = Fault(SERVER_ERROR)
    uploads.faults.update(PUT=[fault] * 100, PATCH=[fault] * 100)
    with pytest.raises(ResponseError, match="500 Internal Server Error: full"):
        push(repository, chunk_size=chunk_size)
    assert uploads.said[-1] == "DELETE"
    assert uploads.sessions == {}
    assert len(uploads.said) < 30


def test_upload_that_always_loses_what_it_gained_is_given_up(repository, uploads, clock):
    uploads.faults["PATCH"] = [None, Fault(SERVER_ERROR, forget=True)] * 100
    with pytest.raises(ResponseError):
        push(repository, chunk_size=4)
    assert uploads.said.count("POST") < 10


def test_upload_that_gains_a_byte_each_time_is_not_given_up(repository, uploads, clock):
    uploads.faults["PUT"] = [Fault(Reset(take=0), keep=2)] + [Fault(Reset(take=0), keep=1)] * 28
    data = bytes(range(30))
    push(repository, data)
    assert uploads.blobs == {Digest.of(data): data}
    assert uploads.said.count("POST") == 1


def test_registry_that_takes_no_byte_of_a_chunk_is_given_up(repository, uploads, clock):
    where = {"Location": UPLOADS + "session1?_state=1", "Range": "0-0"}
    uploads.faults["PATCH"] = [Fault(Answer(202, where)) for _time in range(1000)]
    with pytest.raises(RegistryError, match="took nothing of a chunk"):
        push(repository, chunk_size=4)
    assert len(uploads.said) < 50


def test_registry_that_takes_no_byte_of_a_chunk_at_first_is_asked_again(repository, uploads, clock):
    where = {"Location": UPLOADS + "session1?_state=2", "Range": "0-3"}
    uploads.faults["PATCH"] = [None, Fault(Answer(202, where))]
    push(repository, chunk_size=4)
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said[:6] == ["HEAD", "POST", "PATCH 0-3 +4", "PATCH 4-7 +4", "GET", "PATCH 4-7 +4"]


def test_registry_that_has_more_than_was_sent_is_not_believed(repository, uploads):
    where = {"Location": UPLOADS + "session1?_state=1", "Range": "0-7"}
    uploads.faults["PATCH"] = [Fault(Answer(202, where), keep=4)]
    with pytest.raises(ProtocolError, match="4 bytes were sent, the registry has 8"):
        push(repository, chunk_size=4)
    assert uploads.sessions == {}


@pytest.mark.parametrize("status", [400, 403, 413, 501])
def test_refusal_ends_an_upload_and_cancels_it(repository, uploads, status):
    uploads.faults["PUT"] = [Fault(Answer(status, None, b"no"))]
    with pytest.raises(ResponseError, match=str(status)):
        push(repository)
    assert uploads.said == ["HEAD", "POST", "PUT +10", "DELETE"]
    assert uploads.sessions == {}


def test_refused_credentials_end_an_upload_and_cancel_it(repository, uploads):
    uploads.faults["PUT"] = [Fault(Answer(401, {"WWW-Authenticate": 'Basic realm="x"'}))]
    with pytest.raises(AuthError):
        push(repository)
    assert uploads.sessions == {}


def test_what_stopped_an_upload_is_told_not_that_it_cannot_be_cancelled(repository, uploads):
    uploads.faults.update(PUT=[Fault(Answer(413))], DELETE=[Fault(Answer(405))])
    with pytest.raises(ResponseError, match="413"):
        push(repository)


def test_retry_after_of_hours_ends_an_upload(repository, uploads, clock):
    uploads.faults["PUT"] = [Fault(Answer(429, {"Retry-After": "7200"}))] * 2
    with pytest.raises(ResponseError, match="429"):
        push(repository)
    assert uploads.said == ["HEAD", "POST", "PUT +10", "DELETE"]
    assert clock.slept == []


def test_ecr_ends_an_upload_with_a_chunk(repository, uploads):
    """PATCH is answered with 201, and what comes later is lost: the rest is of no use, everything goes in one PUT."""
    uploads.faults["PATCH"] = [Fault(Answer(201, {"Range": "0-3"}), keep=4)]
    assert push(repository, chunk_size=4) == UPLOADED
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PATCH 0-3 +4", "DELETE", "HEAD", "POST", "PUT +10"]


def test_ecr_has_a_blob_that_was_one_chunk(repository, uploads):
    def finish(request):
        request.take()
        uploads.blobs[DIGEST] = DATA
        return Answer(201)

    uploads.server.on("PATCH", UPLOADS + "*", finish)
    assert push(repository, chunk_size=100) == UPLOADED
    assert uploads.said == ["HEAD", "POST", "PATCH 0-9 +10", "DELETE", "HEAD"]


# Faults of the source


@pytest.mark.parametrize("chunk_size", [None, 4])
def test_source_that_breaks_is_read_on_while_the_upload_waits(repository, uploads, clock, chunk_size):
    source = BreakingSource(DATA, [2, 0, 1])
    push_blob(repository, descriptor(DATA), source, chunk_size=chunk_size)
    assert uploads.blobs == {DIGEST: DATA}
    assert source.opened[:4] == [0, 2, 2, 3]
    if chunk_size is None:
        assert uploads.said == ["HEAD", "POST", "PUT +10"]


def test_source_that_breaks_after_its_last_byte_has_given_everything(repository, uploads, clock):
    source = BreakingSource(DATA, [10])
    push_blob(repository, descriptor(DATA), source)
    assert source.opened == [0]


def test_source_that_stays_broken_ends_the_upload_and_cancels_it(repository, uploads, clock):
    source = BreakingSource(DATA, [2] + [0] * 1000)
    with pytest.raises(TransportError, match="the source broke off"):
        push_blob(repository, descriptor(DATA), source)
    assert uploads.sessions == {}
    assert uploads.blobs == {}
    assert source.opened == [0] + [2] * 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"012345678", "cut short: expected 10 bytes, got 9"),
        (b"0123456789x", "longer than it should be"),
        (b"012345678x", "not what its digest says"),
    ],
)
def test_source_that_is_not_what_it_should_be_is_not_stored(repository, uploads, data, words):
    with pytest.raises(VerificationError, match=words):
        push_blob(repository, descriptor(DATA), BytesSource(data))
    assert uploads.blobs == {}
    assert uploads.sessions == {}


@pytest.mark.parametrize("data", [b"012345678", b"012345678x"])
def test_source_that_is_not_what_it_should_be_is_not_stored_in_chunks(repository, uploads, data):
    with pytest.raises(RegistryError):
        push_blob(repository, descriptor(DATA), BytesSource(data), chunk_size=4)
    assert uploads.blobs == {}
    assert uploads.sessions == {}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=20),
    chunk_size=st.one_of(st.none(), st.integers(1, 8)),
    minimum=st.one_of(st.none(), st.integers(0, 8)),
    faults=st.lists(
        st.one_of(
            st.none(),
            st.builds(Fault, st.sampled_from([Reset(take=0), SERVER_ERROR]), st.integers(0, 5), st.booleans()),
        ),
        max_size=4,
    ),
)
def test_whatever_breaks_the_blob_is_there_or_no_session_is_left(
    client, server, clock, data, chunk_size, minimum, faults
):
    uploads = ScriptedUploads(server, min_chunk=minimum)
    uploads.faults.update(PATCH=list(faults), PUT=list(faults))
    source = BytesSource(data)
    try:
        outcome = push_blob(
            client.repository(Reference(server.address, "app")), descriptor(data), source, chunk_size=chunk_size
        )
    except RegistryError:
        assert len([fault for fault in faults if fault]) > 1
    else:
        assert outcome == UPLOADED
        assert uploads.blobs == {Digest.of(data): data}
    assert uploads.sessions == {}
