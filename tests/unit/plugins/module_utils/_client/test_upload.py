# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a blob gets up: it is there, mounted, or sent."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ResponseError, VerificationError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import (
    MISSING,
    MOUNTED,
    PRESENT,
    PRESUMED,
    UPLOADED,
    push_unasked,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    error_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    DATA,
    DIGEST,
    UPLOADS,
    Fault,
    descriptor,
    push,
)


def test_blob_that_is_there_is_not_sent(repository, uploads):
    uploads.blobs[DIGEST] = DATA
    assert push(repository) == PRESENT
    assert uploads.said == ["HEAD"]


def test_blob_is_sent_whole(repository, uploads, server):
    assert push(repository) == UPLOADED
    assert uploads.blobs == {DIGEST: DATA}
    assert uploads.said == ["HEAD", "POST", "PUT +10"]
    assert server.lines[2] == f"PUT {UPLOADS}session1?_state=1&digest={DIGEST}"
    assert server.requests[2].headers["Content-Type"] == "application/octet-stream"


def test_blob_that_was_found_missing_is_not_looked_for(repository, uploads):
    assert push(repository, known=MISSING) == UPLOADED
    assert uploads.said == ["POST", "PUT +10"]


def mount_line(origin):
    return f"POST {UPLOADS}?mount={DIGEST}&from={origin}"


def test_mount(repository, server):
    server.on("POST", UPLOADS, Answer(201, {"Location": "/v2/app/blobs/" + DIGEST}))
    assert push(repository, known=MISSING, mount_from=["team/base"]) == MOUNTED
    assert server.lines == [mount_line("team%2Fbase".replace("%2F", "/"))]


def test_mount_that_becomes_an_upload_is_used(repository, uploads, server):
    assert push(repository, mount_from=["base"]) == UPLOADED
    assert server.lines[1] == mount_line("base")
    assert uploads.said == ["HEAD", "POST", "PUT +10"]


@pytest.mark.parametrize(
    "refusal",
    [
        error_answer(400, "UNSUPPORTED"),
        Answer(401, {"WWW-Authenticate": 'Basic realm="x"'}),
        Answer(401),
        error_answer(403, "DENIED"),
        error_answer(404, "NAME_UNKNOWN"),
        error_answer(405, "UNSUPPORTED"),
    ],
)
def test_mount_that_is_refused_leads_to_an_upload(repository, uploads, server, refusal):
    uploads.faults["POST"] = [Fault(refusal)]
    assert push(repository, mount_from=["base"]) == UPLOADED
    assert uploads.blobs == {DIGEST: DATA}
    assert [line for line in server.lines if line.startswith("POST")] == [mount_line("base"), "POST " + UPLOADS]


def test_mount_is_tried_from_one_repository_after_another(repository, server):
    there = {"Location": UPLOADS + "1?_state=1"}
    server.on("POST", UPLOADS, Answer(202, there), Answer(404), Answer(201))
    server.on("DELETE", UPLOADS + "1", Answer(405))  # that it cannot be cancelled is no reason to stop
    assert push(repository, known=MISSING, mount_from=["a", "b", "c"]) == MOUNTED
    assert server.lines == [mount_line("a"), f"DELETE {UPLOADS}1?_state=1", mount_line("b"), mount_line("c")]


def test_mount_that_fails_for_another_reason_is_an_error(repository, server, clock):
    server.on("POST", UPLOADS, Answer(500))
    with pytest.raises(ResponseError, match="500"):
        push(repository, known=MISSING, mount_from=["base"])


@pytest.mark.parametrize(
    "bring",
    [
        lambda repository: push(repository, known=PRESUMED, mount_from=["base"]),
        lambda repository: push_unasked(repository, descriptor(DATA), BytesSource(DATA)),
    ],
)
def test_upload_that_a_mount_began_is_cancelled_when_the_registry_does_not_say_what_it_has(repository, server, bring):
    server.on("POST", UPLOADS, Answer(202, {"Location": UPLOADS + "1"}))
    server.on("HEAD", f"/v2/app/blobs/{DIGEST}", Answer(403))
    server.on("DELETE", UPLOADS + "1", Answer(204))
    with pytest.raises(ResponseError, match="403"):
        bring(repository)
    assert [request.method for request in server.requests] == ["POST", "HEAD", "DELETE"]


def test_mount_of_another_blob_is_an_error(repository, server):
    server.on("POST", UPLOADS, Answer(201, {"Docker-Content-Digest": Digest.of(b"other")}))
    with pytest.raises(VerificationError):
        push(repository, known=MISSING, mount_from=["base"])
