# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests and blobs of registries that leave something out, or say something else than they were asked."""

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    DigestError,
    ProtocolError,
    ReferenceError_,
    RegistryError,
    ResponseError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import parse_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    error_answer,
)

CONFIG = {"mediaType": MediaType.OCI_CONFIG, "digest": Digest.of(b"{}"), "size": 2}
RAW = json.dumps({"schemaVersion": 2, "config": CONFIG, "layers": []}, indent=2).encode()
DIGEST = Digest.of(RAW)
SHA512 = Digest.of(RAW, "sha512")
MANIFEST = parse_manifest(RAW, MediaType.OCI_MANIFEST)
DESCRIPTOR = Descriptor(MediaType.OCI_MANIFEST, DIGEST, len(RAW))
URL = "/v2/app/manifests/"
TYPE = {"Content-Type": MediaType.OCI_MANIFEST}
ALL = {**TYPE, "Docker-Content-Digest": DIGEST, "Content-Length": str(len(RAW))}
OTHER = {**ALL, "Docker-Content-Digest": Digest.of(b"other")}


def without(name):
    return {key: value for key, value in ALL.items() if key != name}


# Manifests


@pytest.mark.parametrize("version", ["v1", DIGEST, SHA512])
@pytest.mark.parametrize("headers", [ALL, TYPE, without("Content-Type"), {**TYPE, "Docker-Content-Digest": "junk"}])
def test_manifest_is_fetched_with_its_exact_bytes(repository, server, version, headers):
    server.on("GET", URL + version, Answer(200, headers, RAW))
    manifest = repository.get_manifest(version)
    assert (manifest.raw, manifest.media_type) == (RAW, MediaType.OCI_MANIFEST)
    assert manifest.digest == (SHA512 if version == SHA512 else DIGEST)
    assert server.requests[0].headers["Accept"].startswith(MediaType.OCI_INDEX)


@pytest.mark.parametrize(
    ("version", "headers"), [("v1", OTHER), (Digest.of(b"other"), TYPE), (Digest.of(b"other", "sha512"), ALL)]
)
def test_manifest_with_another_digest_is_refused(repository, server, version, headers):
    server.on("GET", URL + version, Answer(200, headers, RAW))
    with pytest.raises(VerificationError, match="not what its digest says"):
        repository.get_manifest(version)


def test_page_of_a_proxy_is_no_manifest(repository, server):
    server.on("GET", URL + "v1", Answer(200, {"Content-Type": "text/html"}, b"<html>Log in"))
    with pytest.raises(ProtocolError, match="manifests/v1: expected a manifest, got text/html. Is this a registry"):
        repository.get_manifest("v1")


def test_manifest_that_is_too_large_is_refused(repository, server):
    server.on("GET", URL + "v1", Answer(200, TYPE, b" " * (4 * 1024 * 1024 + 1)))
    with pytest.raises(ProtocolError, match="larger than the 4194304 bytes"):
        repository.get_manifest("v1")


def test_head_is_enough_where_it_says_everything(repository, server):
    server.on("HEAD", URL + "v1", Answer(200, ALL))
    assert repository.head_manifest("v1") == DESCRIPTOR
    assert server.lines == ["HEAD /v2/app/manifests/v1"]


def test_head_by_digest_needs_no_digest_in_the_answer(repository, server):
    server.on("HEAD", URL + DIGEST, Answer(200, without("Docker-Content-Digest")))
    assert repository.head_manifest(DIGEST) == DESCRIPTOR


def test_head_with_parameters_in_its_type(repository, server):
    server.on(
        "HEAD", URL + "v1", Answer(200, {**ALL, "Content-Type": MediaType.OCI_MANIFEST.upper() + "; charset=utf-8"})
    )
    assert repository.head_manifest("v1") == DESCRIPTOR


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, without("Docker-Content-Digest")),
        Answer(200, {**without("Content-Length"), "Content-Length": "0"}),
        Answer(200, without("Content-Type")),
        Answer(200, {**ALL, "Content-Type": "application/octet-stream"}),
        Answer(200, {**ALL, "Docker-Content-Digest": "sha256:short"}),
        Answer(400),
        Answer(403),
        Answer(405),
        Answer(501),
    ],
)
def test_manifest_is_fetched_where_head_does_not_say_everything(repository, server, answer):
    server.on("HEAD", URL + "v1", answer)
    server.on("GET", URL + "v1", Answer(200, TYPE, RAW))
    assert repository.head_manifest("v1") == DESCRIPTOR
    assert [line.split()[0] for line in server.lines] == ["HEAD", "GET"]


def test_head_of_nothing(repository, server):
    server.on("HEAD", URL + "v1", Answer(404))
    assert repository.head_manifest("v1") is None
    assert len(server.requests) == 1


def test_head_that_is_not_allowed_of_nothing(repository, server):
    server.on("HEAD", URL + "v1", Answer(405))
    server.on("GET", URL + "v1", error_answer(404, "MANIFEST_UNKNOWN"))
    assert repository.head_manifest("v1") is None


@pytest.mark.parametrize("status", [403, 500])
def test_refusal_is_not_taken_for_nothing(repository, server, clock, status):
    server.on("HEAD", URL + "v1", Answer(status))
    server.on("GET", URL + "v1", error_answer(status, "DENIED", "not for you"))
    with pytest.raises(ResponseError) as caught:
        repository.head_manifest("v1")
    assert caught.value.status == status


def test_exhausted_limit_is_not_strained_by_a_second_question(repository, server, clock):
    server.on("HEAD", URL + "v1", Answer(429, {"Retry-After": "20000"}))
    with pytest.raises(ResponseError) as caught:
        repository.head_manifest("v1")
    assert (caught.value.category, caught.value.retry_after) == ("rate_limited", 20000)
    assert len(server.requests) == 1


def test_head_with_another_digest_is_refused(repository, server):
    server.on("HEAD", URL + DIGEST, Answer(200, OTHER))
    with pytest.raises(VerificationError, match="asked for " + DIGEST):
        repository.head_manifest(DIGEST)


def test_manifest_is_put_with_its_exact_bytes(repository, server):
    server.on("PUT", URL + "v1", Answer(201, {"Docker-Content-Digest": DIGEST, "Location": URL + DIGEST}))
    put = repository.put_manifest("v1", MANIFEST)
    assert (put.digest, put.tags, put.subject) == (DIGEST, (), None)
    assert server.requests[0].body == RAW
    assert server.requests[0].headers["Content-Type"] == MediaType.OCI_MANIFEST


@pytest.mark.parametrize(
    ("headers", "tags"),
    [
        ([("OCI-Tag", "v1"), ("OCI-Tag", "v2")], ("v1", "v2")),
        ([("OCI-Tag", "v1, v2")], ("v1", "v2")),
        ([("OCI-Tag", "v1")], ("v1",)),
        ([], ()),
    ],
)
def test_tags_that_a_put_confirmed(repository, server, headers, tags):
    server.on("PUT", URL + DIGEST, Answer(201, headers))
    assert repository.put_manifest(DIGEST, MANIFEST, ["v1", "v2"]).tags == tags
    assert server.lines == [f"PUT {URL}{DIGEST}?tag=v1&tag=v2"]


@pytest.mark.parametrize("value", [DIGEST, "junk", ""])
def test_subject_that_a_put_confirmed(repository, server, value):
    server.on("PUT", URL + "v1", Answer(201, {"OCI-Subject": value}))
    assert repository.put_manifest("v1", MANIFEST).subject == (DIGEST if value == DIGEST else None)


def test_other_manifest_than_was_put_is_refused(repository, server):
    server.on("PUT", URL + "v1", Answer(201, {"Docker-Content-Digest": OTHER["Docker-Content-Digest"]}))
    with pytest.raises(VerificationError, match=f"sent {DIGEST}, the registry stored"):
        repository.put_manifest("v1", MANIFEST)


@pytest.mark.parametrize(("version", "said"), [(DIGEST, SHA512), (SHA512, DIGEST), (SHA512, SHA512)])
def test_digests_of_two_algorithms_do_not_contradict_each_other(repository, server, version, said):
    server.on("PUT", URL + version, Answer(201, {"Docker-Content-Digest": said}))
    assert repository.put_manifest(version, MANIFEST).digest == version


def test_reference_of_what_is_asked_for(repository, server):
    assert str(repository.reference()) == f"{server.address}/app"
    assert str(repository.reference("v1")) == f"{server.address}/app:v1"
    assert str(repository.reference(DIGEST)) == f"{server.address}/app@{DIGEST}"


def test_manifest_is_not_put_under_another_digest(repository, server):
    with pytest.raises(VerificationError):
        repository.put_manifest(Digest.of(b"other"), MANIFEST)
    assert server.requests == []


def test_words_of_a_registry_that_refuses_a_manifest(repository, server):
    server.on("PUT", URL + "v1", error_answer(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"))
    with pytest.raises(ResponseError, match="MANIFEST_BLOB_UNKNOWN: blob unknown to registry"):
        repository.put_manifest("v1", MANIFEST)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_delete(repository, server, status):
    server.on("DELETE", URL + "*", Answer(status))
    assert repository.delete_manifest(DIGEST) is True
    assert repository.delete_tag("v1") is True
    assert server.lines == [f"DELETE {URL}{DIGEST}", f"DELETE {URL}v1"]


@pytest.mark.parametrize("call", ["get_manifest", "head_manifest", "delete_tag"])
@pytest.mark.parametrize("version", ["", "../x", "a b", "a?b", "x" * 129])
def test_malformed_tag_is_never_sent(repository, server, call, version):
    with pytest.raises(ReferenceError_):
        getattr(repository, call)(version)
    assert server.requests == []


@pytest.mark.parametrize("call", ["get_manifest", "head_manifest", "delete_manifest", "head_blob", "delete_blob"])
@pytest.mark.parametrize("version", ["sha256:short", "md5:0123", "sha256:" + "G" * 64, "a:b"])
def test_malformed_digest_is_never_sent(repository, server, call, version):
    with pytest.raises(DigestError):
        getattr(repository, call)(version)
    assert server.requests == []


def test_malformed_repository_is_refused(client, server):
    with pytest.raises(ReferenceError_):
        client.registry(server.address).repository("../admin")


# Blobs

BLOB = Digest.of(b"blob")
BLOB_URL = "/v2/app/blobs/" + BLOB


def test_head_of_a_blob(repository, server):
    server.on("HEAD", BLOB_URL, Answer(200, {"Content-Length": "42"}), Answer(404))
    assert repository.head_blob(BLOB) == 42
    assert repository.head_blob(BLOB) is None


def test_size_of_a_blob_where_head_does_not_say_it(repository, server):
    server.on("HEAD", BLOB_URL, Answer(200, {"Transfer-Encoding": "chunked"}, close=True))
    server.on("GET", BLOB_URL, Answer(200, None, b"blob"))
    assert repository.head_blob(BLOB) == 4


def test_size_of_a_blob_that_nobody_says(repository, server):
    server.on("HEAD", BLOB_URL, Answer(200, None, close=True))
    server.on("GET", BLOB_URL, Answer(200, None, b"blob", close=True))
    with pytest.raises(ProtocolError, match="does not say how large the blob is"):
        repository.head_blob(BLOB)


@pytest.mark.parametrize("status", [401, 403, 405, 500])
def test_refused_head_of_a_blob_is_not_taken_for_nothing(repository, server, clock, status):
    server.on("HEAD", BLOB_URL, Answer(status))
    with pytest.raises(RegistryError, match=str(status)):
        repository.head_blob(BLOB)


def test_part_of_a_blob(repository, server):
    server.on("GET", BLOB_URL, Answer(206, {"Content-Range": "bytes 1-2/4"}, b"lo"))
    with repository.open_blob(BLOB, 1, 3) as reader:
        assert (b"".join(reader), reader.start, reader.total) == (b"lo", 1, 4)
    assert server.requests[0].headers["Range"] == "bytes=1-2"


def test_part_of_a_blob_of_unknown_size(repository, server):
    server.on("GET", BLOB_URL, Answer(206, {"Content-Range": "bytes 1-3/*"}, b"lob"))
    with repository.open_blob(BLOB, 1) as reader:
        assert (b"".join(reader), reader.total) == (b"lob", None)


def test_delete_of_a_blob(repository, server):
    server.on("DELETE", BLOB_URL, Answer(202), Answer(404))
    assert [repository.delete_blob(BLOB), repository.delete_blob(BLOB)] == [True, False]
