# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of an upload session: one method an endpoint."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.body import BytesBody
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ProtocolError, VerificationError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import MISSING, UPLOADED, push_blob
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload_session import Upload, with_query
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import Answer
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    DATA,
    DIGEST,
    UPLOADS,
    descriptor,
    push,
)


@pytest.mark.parametrize(
    "location",
    ["{path}?_state=a%2Bb%3D&x=1", "{url}{path}?_state=a%2Bb%3D&x=1", "//{address}{path}?_state=a%2Bb%3D&x=1"],
)
def test_location_is_kept_as_it_is(repository, server, location):
    where = location.format(path=UPLOADS + "1", url=server.url, address=server.address)
    server.on("POST", UPLOADS, Answer(202, {"Location": where}))
    server.on("PUT", UPLOADS + "1", Answer(201))
    push(repository, known=MISSING)
    assert server.lines[1] == f"PUT {UPLOADS}1?_state=a%2Bb%3D&x=1&digest={DIGEST}"


def test_location_may_be_relative_to_the_request(repository, server):
    server.on("POST", UPLOADS, Answer(202, {"Location": "1?_state=a"}))
    server.on("PUT", UPLOADS + "1", Answer(201))
    assert push(repository, known=MISSING) == UPLOADED


def test_location_with_a_password_in_it_is_refused_and_not_shown(repository, server):
    server.on("POST", UPLOADS, Answer(202, {"Location": "http://user:secret@127.0.0.1/x"}))
    with pytest.raises(ProtocolError) as caught:
        push(repository, known=MISSING)
    assert "secret" not in str(caught.value)


def test_no_location_is_an_error(repository, server):
    server.on("POST", UPLOADS, Answer(202))
    with pytest.raises(ProtocolError, match="does not say where to upload"):
        push(repository, known=MISSING)


def test_sha512_is_announced(repository, server):
    digest = Digest.of(DATA, "sha512")
    server.on("POST", UPLOADS, Answer(202, {"Location": "1"}))
    server.on("PUT", UPLOADS + "1", Answer(201, {"Docker-Content-Digest": digest}))
    push_blob(repository, descriptor(DATA, digest), BytesSource(DATA), known=MISSING)
    assert server.lines == [f"POST {UPLOADS}?digest-algorithm=sha512", f"PUT {UPLOADS}1?digest={digest}"]


def test_other_digest_than_was_sent_is_an_error(repository, server):
    server.on("POST", UPLOADS, Answer(202, {"Location": "1"}))
    server.on("PUT", UPLOADS + "1", Answer(201, {"Docker-Content-Digest": Digest.of(b"other")}))
    server.on("DELETE", UPLOADS + "1", Answer(404))
    with pytest.raises(VerificationError, match="the registry stored " + Digest.of(b"other")):
        push(repository, known=MISSING)


def test_whole_blob_may_go_with_the_post(repository, server):
    server.on("POST", UPLOADS, Answer(201))
    assert repository.start_upload(DIGEST, BytesBody(DATA)).completed
    assert server.lines == [f"POST {UPLOADS}?digest={DIGEST}"]
    assert server.requests[0].body == DATA


def test_registry_may_decline_the_whole_blob_in_the_post(repository, server):
    server.on("POST", UPLOADS, Answer(202, {"Location": "1"}))
    upload = repository.start_upload(DIGEST, BytesBody(DATA))
    assert (upload.completed, upload.location) == (False, server.url + UPLOADS + "1")


def test_status_of_an_upload(repository, server):
    server.on("GET", UPLOADS + "1", Answer(204, {"Range": "bytes=0-41", "Location": "1?_state=2"}))
    upload = Upload(server.url + UPLOADS + "1?_state=1")
    assert repository.upload_status(upload) == 42
    assert upload == Upload(server.url + UPLOADS + "1?_state=2", offset=42)


@pytest.mark.parametrize("status", [202, 204, 404])
def test_cancelling_an_upload(repository, server, status):
    server.on("DELETE", UPLOADS + "1", Answer(status))
    repository.cancel_upload(Upload(server.url + UPLOADS + "1"))


def test_with_query_leaves_what_is_there():
    assert with_query("http://h/a", [("digest", "sha256:1")]) == "http://h/a?digest=sha256:1"
    assert with_query("http://h/a?_state=a%2Bb", [("digest", "sha256:1")]) == "http://h/a?_state=a%2Bb&digest=sha256:1"
