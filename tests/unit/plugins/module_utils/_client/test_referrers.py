# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who refers to a manifest, on registries with the referrers API, without it, and with something else in its place."""

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    AuthError,
    ManifestError,
    ProtocolError,
    RegistryError,
    ResponseError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import (
    attached_to,
    fallback_tag,
    forget_referrer,
    is_listed,
    list_referrers,
    push_manifest,
    record_referrer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_manifests import (
    ScriptedManifests,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    ScriptedServer,
    error_answer,
    json_answer,
)

SUBJECT = Digest.of(b"subject")
API = "/v2/app/referrers/" + SUBJECT
TAG = "sha256-" + SUBJECT.encoded


def referrer(mark, artifact_type):
    return Descriptor(
        MediaType.OCI_MANIFEST, Digest.of(mark), 100, {"mark": mark.decode()}, artifact_type=artifact_type
    )


SIGNATURE = referrer(b"signature", "application/vnd.example.signature")
SBOM = referrer(b"sbom", "application/spdx+json")
UNTYPED = referrer(b"untyped", None)


@pytest.fixture
def registry(server):
    """A registry without the referrers API."""
    server.on("GET", "/v2/app/referrers/*", Answer(404))
    return ScriptedManifests(server)


def page(*entries, headers=None):
    document = {
        "schemaVersion": 2,
        "mediaType": MediaType.OCI_INDEX,
        "manifests": [entry.to_json() for entry in entries],
    }
    return Answer(200, {"Content-Type": MediaType.OCI_INDEX, **(headers or {})}, json.dumps(document).encode())


# The API


def test_api(repository, server):
    server.on("GET", API, page(SIGNATURE, SBOM, UNTYPED))
    assert list_referrers(repository, SUBJECT) == [SIGNATURE, SBOM, UNTYPED]
    assert server.lines == ["GET " + API]


def test_api_that_filters(repository, server):
    server.on("GET", API, page(SBOM, headers={"OCI-Filters-Applied": "artifactType"}))
    assert list_referrers(repository, SUBJECT, "application/spdx+json") == [SBOM]
    assert server.lines == [f"GET {API}?artifactType=application/spdx%2Bjson"]


@pytest.mark.parametrize("headers", [{}, {"OCI-Filters-Applied": ""}, {"OCI-Filters-Applied": "artifactType"}])
def test_api_that_does_not_filter_whatever_it_says(repository, server, headers):
    server.on("GET", API, page(SIGNATURE, SBOM, UNTYPED, headers=headers))
    assert list_referrers(repository, SUBJECT, "application/spdx+json") == [SBOM]


def test_pages_of_the_api(repository, server):
    server.on(
        "GET",
        API,
        page(SIGNATURE, headers={"Link": f"<{API}?next=1>; rel=next"}),
        page(SIGNATURE, SBOM, headers={"Link": "<?next=2>; rel=next"}),
        json_answer({"schemaVersion": 2, "mediaType": MediaType.OCI_INDEX, "manifests": None}),
    )
    assert list_referrers(repository, SUBJECT) == [SIGNATURE, SBOM]
    assert server.lines == [f"GET {API}", f"GET {API}?next=1", f"GET {API}?next=2"]


def test_next_page_on_another_server_is_refused(repository, server):
    with ScriptedServer() as other:
        server.on("GET", API, page(SIGNATURE, headers={"Link": f"<{other.url}{API}>; rel=next"}))
        with pytest.raises(ProtocolError, match="another server"):
            list_referrers(repository, SUBJECT)
        assert other.requests == []


@pytest.mark.parametrize("document", [{"manifests": []}, {"mediaType": MediaType.OCI_INDEX}])
def test_nobody_refers(repository, server, document):
    server.on("GET", API, json_answer(document))
    assert list_referrers(repository, SUBJECT) == []


def test_entry_that_is_no_descriptor_is_an_error(repository, server):
    server.on("GET", API, json_answer({"manifests": [{"digest": "x"}]}))
    with pytest.raises(ManifestError, match="Descriptor without a usable digest"):
        list_referrers(repository, SUBJECT)


@pytest.mark.parametrize("status", [403, 429, 500])
def test_api_that_is_in_trouble_is_not_taken_for_none(repository, server, clock, status):
    server.on("GET", API, Answer(status))
    with pytest.raises(ResponseError, match=str(status)):
        list_referrers(repository, SUBJECT)


def test_api_that_wants_credentials_is_not_taken_for_none(repository, server):
    server.on("GET", API, Answer(401, {"WWW-Authenticate": 'Basic realm="x"'}))
    with pytest.raises(AuthError):
        list_referrers(repository, SUBJECT)


# The tag in its place


@pytest.mark.parametrize(
    ("digest", "tag"),
    [
        (SUBJECT, TAG),
        (Digest.of(b"subject", "sha512"), "sha512-" + Digest.of(b"subject", "sha512").encoded[:64]),
    ],
)
def test_name_of_the_tag(digest, tag):
    assert fallback_tag(digest) == tag


@pytest.mark.parametrize(
    "instead",
    [
        Answer(404),
        error_answer(404, "NAME_UNKNOWN"),
        Answer(405),
        Answer(501),
        error_answer(400, "UNSUPPORTED"),
        Answer(200, {"Content-Type": "text/html"}, b"<html>Our registry"),
        Answer(200, None, b""),
        json_answer({"errors": []}),
        json_answer([]),
    ],
)
def test_tag_where_there_is_no_api(repository, server, registry, instead):
    server.on("GET", API, instead)
    registry.store(build_index([SIGNATURE, SBOM, UNTYPED]).raw, MediaType.OCI_INDEX, TAG)
    assert list_referrers(repository, SUBJECT) == [SIGNATURE, SBOM, UNTYPED]
    assert list_referrers(repository, SUBJECT, "application/spdx+json") == [SBOM]


@pytest.mark.parametrize(
    ("tag", "belongs_to"),
    [
        (TAG, TAG),
        (TAG + ".sig", TAG),
        (TAG + ".att.v2", TAG),
        (TAG + "sig", None),
        ("v1", None),
        (TAG[:-1], None),
        ("md5-" + SUBJECT.encoded, None),
    ],
)
def test_tag_that_belongs_to_a_digest_by_its_name(tag, belongs_to):
    assert attached_to(tag) == belongs_to


def test_referrer_can_be_found_with_the_api_or_when_the_tag_names_it(repository, server, registry):
    assert is_listed(repository, SUBJECT, SBOM.digest) is False
    record_referrer(repository, SUBJECT, SIGNATURE)
    assert is_listed(repository, SUBJECT, SBOM.digest) is False
    assert is_listed(repository, SUBJECT, SIGNATURE.digest) is True
    server.on("GET", API, page())
    assert is_listed(repository, SUBJECT, SBOM.digest) is True


def test_nobody_refers_where_there_is_neither(repository, registry):
    assert list_referrers(repository, SUBJECT) == []


def test_tag_that_is_something_else_lists_nothing_and_is_not_overwritten(repository, registry):
    config = Descriptor(MediaType.OCI_CONFIG, Digest.of(b"{}"), 2)
    registry.store(build_image_manifest(config, []).raw, MediaType.OCI_MANIFEST, TAG)
    assert list_referrers(repository, SUBJECT) == []
    with pytest.raises(
        ManifestError, match=f"{TAG} is the tag for the referrers of {SUBJECT}, but it is not an image index"
    ):
        record_referrer(repository, SUBJECT, SBOM)
    assert "PUT " + TAG[:10] not in registry.said


def test_tag_that_cannot_be_read_is_an_error(repository, registry):
    registry.refuse("GET", error_answer(403, "DENIED"))
    with pytest.raises(ResponseError, match="403"):
        list_referrers(repository, SUBJECT)


# Keeping the tag


def listed(registry):
    document = json.loads(registry.manifests[registry.tags[TAG]][1])
    assert document["mediaType"] == MediaType.OCI_INDEX
    return [Descriptor.from_json(entry) for entry in document["manifests"]]


def test_referrers_are_recorded_once_each(repository, registry):
    record_referrer(repository, SUBJECT, SIGNATURE)
    record_referrer(repository, SUBJECT, SBOM)
    writes = registry.said.count("PUT " + TAG[:10])
    record_referrer(repository, SUBJECT, SIGNATURE)
    assert listed(registry) == [SIGNATURE, SBOM]
    assert registry.said.count("PUT " + TAG[:10]) == writes == 2


def test_referrers_are_forgotten(repository, registry):
    record_referrer(repository, SUBJECT, SIGNATURE)
    record_referrer(repository, SUBJECT, SBOM)
    forget_referrer(repository, SUBJECT, SIGNATURE.digest)
    assert listed(registry) == [SBOM]
    forget_referrer(repository, SUBJECT, SBOM.digest)
    assert listed(registry) == []


def test_what_was_never_recorded_is_forgotten_without_a_write(repository, registry):
    forget_referrer(repository, SUBJECT, SIGNATURE.digest)
    record_referrer(repository, SUBJECT, SBOM)
    forget_referrer(repository, SUBJECT, SIGNATURE.digest)
    assert registry.said.count("PUT " + TAG[:10]) == 1


def with_subject():
    config = Descriptor(MediaType.OCI_EMPTY, Digest.of(b"{}"), 2)
    subject = Descriptor(MediaType.OCI_MANIFEST, SUBJECT, 7)
    annotations = {"mark": "pushed"}
    return build_image_manifest(config, [], annotations, "application/vnd.example", subject)


def test_pushed_referrer_is_recorded_where_the_registry_does_not_do_it(repository, registry):
    manifest = with_subject()
    push_manifest(repository, manifest.digest, manifest)
    (entry,) = listed(registry)
    assert (entry.digest, entry.size, entry.artifact_type) == (
        manifest.digest,
        manifest.size,
        "application/vnd.example",
    )
    assert entry.annotations == {"mark": "pushed"}


def test_pushed_referrer_is_left_to_the_registry_that_does_it(repository, server):
    manifest = with_subject()
    server.on("PUT", "/v2/app/manifests/*", Answer(201, {"OCI-Subject": SUBJECT}))
    push_manifest(repository, manifest.digest, manifest)
    assert server.lines == [f"PUT /v2/app/manifests/{manifest.digest}"]


def test_referrer_that_is_refused_is_not_recorded(repository, registry):
    registry.refuse("PUT", Answer(403))
    with pytest.raises(RegistryError):
        push_manifest(repository, "v1", with_subject())
    assert registry.tags == {}
