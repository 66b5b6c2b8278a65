# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository as a copy sees it: is it new, and how a blob is brought of which nobody asked whether it is there."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import RegistryStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import (
    MISSING,
    MOUNTED,
    PRESENT,
    PRESUMED,
    UNKNOWN,
    UPLOADED,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    error_answer,
    json_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    DATA,
    DIGEST,
    UPLOADS,
    descriptor,
)

BLOB = f"/v2/app/blobs/{DIGEST}"
SESSION = Answer(202, {"Location": UPLOADS + "session1"})


@pytest.fixture
def store(repository):
    return RegistryStore(repository)


def push(store, data=DATA, mount_from=(), known=MISSING):
    return store.push_blob(descriptor(data), BytesSource(data), mount_from, known)


@pytest.mark.parametrize(
    ("answer", "is_new"),
    [
        (error_answer(404, "NAME_UNKNOWN", "no such repository"), True),
        (json_answer({"name": "app", "tags": []}), True),
        (json_answer({"name": "app", "tags": None}), True),
        (json_answer({"name": "app", "tags": ["v1"]}), False),
        (error_answer(403, "DENIED", "no"), False),
        (error_answer(405, "UNSUPPORTED", "no"), False),
        (Answer(200, None, b"<html>"), False),
    ],
)
def test_new_is_what_has_no_tag(store, server, answer, is_new):
    server.on("GET", "/v2/app/tags/list", answer)
    assert store.is_new() is is_new
    assert server.lines == ["GET /v2/app/tags/list?n=1"]


def test_what_was_found_missing_is_sent(store, server):
    server.on("POST", UPLOADS, SESSION)
    server.on("PUT", UPLOADS + "session1", Answer(201))
    assert push(store) == UPLOADED
    assert server.lines[0] == f"POST {UPLOADS}"


def test_what_nobody_asked_for_is_found_by_the_request_that_begins_its_upload(store, server):
    server.on("POST", UPLOADS, Answer(201))
    assert push(store, known=PRESUMED) == MOUNTED
    assert server.lines == [f"POST {UPLOADS}?mount={DIGEST}&from=app"]


def test_what_is_not_there_is_sent_in_the_session_that_the_question_began(store, server):
    server.on("POST", UPLOADS, SESSION)
    server.on("PUT", UPLOADS + "session1", Answer(201))
    assert push(store, known=PRESUMED) == UPLOADED
    assert server.lines == [f"POST {UPLOADS}?mount={DIGEST}&from=app", f"PUT {UPLOADS}session1?digest={DIGEST}"]


@pytest.mark.parametrize("refusal", [SESSION, error_answer(405, "UNSUPPORTED", "no")])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_cannot_be_mounted_is_asked_for_before_it_is_sent(store, server, refusal, is_there):
    server.on("POST", UPLOADS, refusal, SESSION)
    server.on("HEAD", BLOB, Answer(200, {"Content-Length": "10"}) if is_there else Answer(404))
    server.on("DELETE", UPLOADS + "session1", Answer(204))
    server.on("PUT", UPLOADS + "session1", Answer(201))
    assert push(store, mount_from=["base"], known=PRESUMED) == (PRESENT if is_there else UPLOADED)
    methods = [request.method for request in server.requests]
    assert methods[:2] == ["POST", "HEAD"]
    if not is_there:
        assert methods[2:] == ["PUT"] if refusal is SESSION else ["POST", "PUT"]
    else:
        assert methods[2:] == (["DELETE"] if refusal is SESSION else [])


# Blobs of which nothing is known. What tells of them is a mount from the repository itself, at most registries.


def test_what_is_there_costs_one_request_and_shows_that_the_next_answer_counts(store, server):
    other = b"other"
    server.on("POST", UPLOADS, Answer(201), SESSION)
    server.on("PUT", UPLOADS + "session1", Answer(201))
    assert push(store, known=UNKNOWN) == PRESENT
    assert push(store, other, known=UNKNOWN) == UPLOADED
    assert server.lines == [
        f"POST {UPLOADS}?mount={DIGEST}&from=app",
        f"POST {UPLOADS}?mount={Digest.of(other)}&from=app",
        f"PUT {UPLOADS}session1?digest={Digest.of(other)}",
    ]


def test_distribution_is_believed_at_once(store, server):
    server.on("POST", UPLOADS, Answer(202, {"Location": UPLOADS + "session1?_state=abc"}))
    server.on("PUT", UPLOADS + "session1", Answer(201))
    assert push(store, known=UNKNOWN) == UPLOADED
    assert [request.method for request in server.requests] == ["POST", "PUT"]


@pytest.mark.parametrize("refusal", [SESSION, error_answer(405, "UNSUPPORTED", "no")])
def test_what_is_missing_where_nothing_tells_is_sent(store, server, refusal):
    server.on("POST", UPLOADS, refusal, SESSION)
    server.on("HEAD", BLOB, Answer(404))
    server.on("PUT", UPLOADS + "session1", Answer(201))
    assert push(store, known=UNKNOWN) == UPLOADED
    again = [] if refusal is SESSION else ["POST"]
    assert [request.method for request in server.requests] == ["POST", "HEAD", *again, "PUT"]


@pytest.mark.parametrize("refusal", [SESSION, error_answer(405, "UNSUPPORTED", "no")])
def test_a_registry_that_does_not_mount_is_asked_for_each_blob_before_anything_is_sent(store, server, refusal):
    other = b"other"
    server.on("POST", UPLOADS, refusal)
    server.on("HEAD", BLOB, Answer(200, {"Content-Length": "10"}))
    server.on("HEAD", f"/v2/app/blobs/{Digest.of(other)}", Answer(200, {"Content-Length": "5"}))
    server.on("DELETE", UPLOADS + "session1", Answer(204))
    assert push(store, known=UNKNOWN) == PRESENT
    assert push(store, other, known=UNKNOWN) == PRESENT
    cancelled = ["DELETE"] if refusal is SESSION else []
    assert [request.method for request in server.requests] == ["POST", "HEAD", *cancelled, "HEAD"]
