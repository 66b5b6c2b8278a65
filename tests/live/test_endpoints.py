# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every endpoint of the OCI distribution specification, each by its method, on every real registry.

The state that a call leaves behind is read with plain requests, not with the client.
"""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.body import BytesBody
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ResponseError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import list_referrers

from tests.live.behaviour import BEHAVIOUR
from tests.live.clients import Place, digest_of, manifest_of, new_client, repository_at
from tests.support.images import build_artifact, build_image, build_index, sha256
from tests.support.recorder import Recorder
from tests.support.registries import KINDS

SBOM = "application/vnd.example.sbom.v1"
SIGNATURE = "application/vnd.example.signature.v1"


def test_every_kind_has_its_behaviour_written_down() -> None:
    assert set(BEHAVIOUR) == set(KINDS)


class TestPing:
    """end-1"""

    def test_says_that_it_is_a_registry(self, place: Place) -> None:
        ping = place.client.registry(place.address).ping()
        assert (ping.status, ping.auth) == (200, "none")
        assert ping.api_version in ("registry/2.0", None)


class TestBlobs:
    """end-2 and end-10"""

    def test_head_gives_the_size_and_none_for_what_is_not_there(self, place: Place) -> None:
        digest = place.pushed()
        assert place.repository.head_blob(digest) == len(place.content)
        assert place.repository.head_blob(digest_of(b"not there")) is None

    def test_get_gives_the_bytes(self, place: Place) -> None:
        with place.repository.open_blob(place.pushed()) as reader:
            assert (reader.start, reader.total, b"".join(reader)) == (0, len(place.content), place.content)

    def test_get_of_a_range(self, place: Place) -> None:
        with place.repository.open_blob(place.pushed(), 3, 8) as reader:
            assert (reader.start, reader.total, b"".join(reader)) == (3, len(place.content), place.content[3:8])

    def test_get_from_a_byte_on(self, place: Place) -> None:
        digest = place.pushed()
        if not place.behaviour.open_ranges:
            with pytest.raises(ResponseError) as refused:
                place.repository.open_blob(digest, 3)
            assert refused.value.status == 416
            return
        with place.repository.open_blob(digest, 3) as reader:
            assert (reader.start, reader.total, b"".join(reader)) == (3, len(place.content), place.content[3:])

    def test_get_of_a_range_beyond_the_end_is_416(self, place: Place) -> None:
        with pytest.raises(ResponseError) as refused:
            place.repository.open_blob(place.pushed(), 5000, 5001)
        assert refused.value.status == 416

    def test_get_of_what_is_not_there_is_404(self, place: Place) -> None:
        with pytest.raises(ResponseError) as missing:
            place.repository.open_blob(digest_of(b"not there"))
        assert (missing.value.status, missing.value.category) == (404, "not_found")
        assert str(digest_of(b"not there")) in str(missing.value)

    def test_delete(self, place: Place) -> None:
        digest = place.pushed()
        assert place.registry.capabilities.blob_delete
        assert place.repository.delete_blob(digest) is True
        assert place.pusher.blob(digest) is None

    def test_delete_of_what_is_not_there(self, place: Place) -> None:
        absent = digest_of(b"not there")
        place.pushed()
        if place.behaviour.status_of_absent_blob == 404:
            assert place.repository.delete_blob(absent) is False
            return
        # Absent means 404; what else a registry says is an error and not "it is gone".
        with pytest.raises(ResponseError) as error:
            place.repository.delete_blob(absent)
        assert error.value.status == place.behaviour.status_of_absent_blob


class TestManifests:
    """end-3, end-7 and end-9"""

    @pytest.mark.parametrize("docker", [False, True], ids=["oci", "docker"])
    @pytest.mark.parametrize("by", ["tag", "digest"])
    def test_get_gives_the_exact_bytes(self, place: Place, docker: bool, by: str) -> None:
        image = build_image(docker=docker)
        place.pusher.push(image, "v1")
        manifest = place.repository.get_manifest("v1" if by == "tag" else image.digest)
        assert (manifest.raw, manifest.digest, manifest.media_type) == (image.raw, image.digest, image.media_type)

    def test_head_gives_the_descriptor(self, place: Place) -> None:
        image = build_image()
        place.pusher.push(image, "v1")
        for version in ("v1", image.digest):
            found = place.repository.head_manifest(version)
            assert found is not None
            assert (found.digest, found.size, found.media_type) == (image.digest, len(image.raw), image.media_type)

    def test_an_index_comes_as_an_index(self, place: Place) -> None:
        images = [build_image(None, platform) for platform in ("linux/amd64", "linux/arm64/v8")]
        for image in images:
            place.pusher.push(image)
        digest = place.pusher.push(build_index(images), "v1")
        index = place.repository.get_manifest("v1")
        assert index.is_index
        assert index.digest == digest
        assert [child.digest for child in index.manifests] == [image.digest for image in images]

    def test_what_is_not_there(self, place: Place) -> None:
        assert place.repository.head_manifest("nothing") is None
        assert place.repository.head_manifest(digest_of(b"nothing")) is None
        with pytest.raises(ResponseError) as missing:
            place.repository.get_manifest("nothing")
        assert missing.value.status == 404
        assert missing.value.codes[0] in ("MANIFEST_UNKNOWN", "NAME_UNKNOWN")

    @pytest.mark.parametrize("docker", [False, True], ids=["oci", "docker"])
    def test_put_by_tag_stores_the_exact_bytes(self, place: Place, docker: bool) -> None:
        image = build_image(docker=docker)
        for blob in image.blobs.values():
            place.pusher.push_blob(blob)
        stored = place.repository.put_manifest("v1", manifest_of(image))
        assert stored.digest == image.digest
        answer = place.pusher.manifest("v1")
        assert (answer.body, answer.headers["Content-Type"]) == (image.raw, image.media_type)

    def test_put_by_digest_tags_nothing(self, place: Place) -> None:
        image = build_image()
        place.pusher.push(image, "other")
        second = build_image(labels={"second": "true"})
        for blob in second.blobs.values():
            place.pusher.push_blob(blob)
        place.repository.put_manifest(second.digest, manifest_of(second))
        assert place.pusher.digest(second.digest) == second.digest
        assert place.pusher.tags() == ["other"]

    def test_put_with_more_tags(self, place: Place) -> None:
        image = build_image()
        place.pusher.push(image, "v1")
        manifest = manifest_of(image)
        confirmed = place.repository.put_manifest(manifest.digest, manifest, tags=["v1.0", "v1.0.0"]).tags
        if place.behaviour.puts_many_tags:
            assert sorted(confirmed) == ["v1.0", "v1.0.0"]
            assert place.pusher.tags() == ["v1", "v1.0", "v1.0.0"]
        else:
            # Without OCI-Tag nobody may believe that the tags are there, and they are not.
            assert confirmed == ()
            assert place.pusher.tags() == ["v1"]

    def test_put_by_sha512(self, place: Place) -> None:
        image = build_image()
        place.pusher.push(image)
        manifest = manifest_of(image, "sha512")
        if not place.behaviour.sha512_manifests:
            with pytest.raises(ResponseError) as refused:
                place.repository.put_manifest(manifest.digest, manifest)
            assert refused.value.codes == ["DIGEST_INVALID"]
            return
        assert place.repository.put_manifest(manifest.digest, manifest).digest == manifest.digest
        assert place.pusher.manifest(manifest.digest).body == image.raw
        assert place.repository.get_manifest(manifest.digest).digest == manifest.digest

    def test_put_while_blobs_are_missing(self, place: Place) -> None:
        image = build_image([b"nobody has uploaded this"])
        if not place.behaviour.checks_blobs:
            place.repository.put_manifest("v1", manifest_of(image))
            assert place.pusher.tags() == ["v1"]
            return
        with pytest.raises(ResponseError) as refused:
            place.repository.put_manifest("v1", manifest_of(image))
        assert "MANIFEST_BLOB_UNKNOWN" in refused.value.codes
        assert place.pusher.tags() == []

    def test_put_under_the_digest_of_something_else_is_not_sent(self, place: Place) -> None:
        with pytest.raises(VerificationError):
            place.repository.put_manifest(digest_of(b"something else"), manifest_of(build_image()))

    def test_delete_by_digest(self, place: Place) -> None:
        digest = place.pusher.push(build_image(), "v1")
        other = place.pusher.push(build_image(labels={"other": "true"}), "other")
        assert place.repository.delete_manifest(digest_of(build_image().raw)) is True
        if place.behaviour.delete_takes_tags:
            assert place.pusher.digest(digest) is None
            assert place.pusher.tags() == ["other"]
        else:
            assert place.pusher.digest("v1") == digest
        assert place.pusher.digest("other") == other

    def test_delete_of_what_is_not_there(self, place: Place) -> None:
        place.pusher.push(build_image(), "v1")
        assert place.repository.delete_manifest(digest_of(b"not there")) is False

    def test_delete_by_tag(self, place: Place) -> None:
        for tag in ("v1", "v1.0"):
            place.pusher.push(build_image(), tag)
        if not place.registry.capabilities.tag_delete:
            with pytest.raises(ResponseError) as refused:
                place.repository.delete_tag("v1")
            assert refused.value.status == 400
            assert place.pusher.tags() == ["v1", "v1.0"]
            return
        assert place.repository.delete_tag("v1") is True
        assert place.pusher.tags() == ["v1.0"]
        assert place.pusher.digest("v1.0") == build_image().digest
        assert place.repository.delete_tag("v1") is False


class TestTags:
    """end-8"""

    NAMES = ("v1", "v2", "v3", "v4", "v5")

    @pytest.fixture(autouse=True)
    def tags(self, place: Place) -> None:
        for name in self.NAMES:
            place.pusher.push(build_image(), name)

    def test_all(self, place: Place) -> None:
        assert sorted(place.repository.tags()) == list(self.NAMES)

    def test_in_pages(self, place: Place, recorder: Recorder) -> None:
        found = sorted(place.via(recorder).tags(page_size=2))
        pages = recorder.count("GET", "/tags/list")
        if place.behaviour.tag_pages == "linked":
            assert found == list(self.NAMES)
            assert pages == 3
            assert all("n=2" in request.query for request in recorder.requests)
        else:
            assert found == list(self.NAMES if place.behaviour.tag_pages == "ignored" else self.NAMES[:2])
            assert pages == 1

    def test_after_a_tag(self, place: Place) -> None:
        found = sorted(place.repository.tags(last="v3"))
        assert found == list(self.NAMES if place.behaviour.tag_pages == "ignored" else self.NAMES[3:])

    def test_of_a_repository_that_is_not_there(self, place: Place) -> None:
        elsewhere = repository_at(place.client, place.address, f"{place.name}/nothing")
        if not place.behaviour.unknown_repository_is_404:
            assert list(elsewhere.tags()) == []
            return
        with pytest.raises(ResponseError) as missing:
            list(elsewhere.tags())
        assert missing.value.codes == ["NAME_UNKNOWN"]


class TestReferrers:
    """end-12"""

    def test_the_api(self, place: Place) -> None:
        image = build_image()
        place.pusher.push(image, "v1")
        subject = digest_of(image.raw)
        referrers = [build_artifact(kind, kind.encode(), subject=image.descriptor) for kind in (SBOM, SIGNATURE)]
        for referrer in referrers:
            place.pusher.push(referrer)
        if not place.registry.capabilities.referrers_api:
            assert place.repository.referrers(subject) is None
            return
        found = {entry.digest: entry.artifact_type for entry in place.repository.referrers(subject) or ()}
        assert found == {referrers[0].digest: SBOM, referrers[1].digest: SIGNATURE}
        filtered = place.repository.referrers(subject, SBOM)
        assert [entry.digest for entry in filtered or ()] == [referrers[0].digest]

    def test_of_what_has_none(self, place: Place) -> None:
        place.pusher.push(build_image(), "v1")
        digest = digest_of(build_image().raw)
        found = place.repository.referrers(digest)
        assert found == ([] if place.registry.capabilities.referrers_api else None)
        assert list_referrers(place.repository, digest) == []

    def test_the_fallback_tag_is_read_where_there_is_no_api(self, place: Place) -> None:
        image = build_image()
        place.pusher.push(image, "v1")
        referrer = build_artifact(SBOM, subject=image.descriptor)
        place.pusher.push(referrer)
        if not place.registry.capabilities.referrers_api:
            index = build_index([referrer]).raw.replace(
                b'"mediaType":"' + referrer.media_type.encode() + b'","digest"',
                b'"artifactType":"' + SBOM.encode() + b'","mediaType":"' + referrer.media_type.encode() + b'","digest"',
            )
            kind = "application/vnd.oci.image.index.v1+json"
            tag = image.digest.replace(":", "-")
            assert place.pusher.send("PUT", f"manifests/{tag}", index, {"Content-Type": kind}).status == 201
        subject = digest_of(image.raw)
        assert [entry.digest for entry in list_referrers(place.repository, subject, SBOM)] == [referrer.digest]
        assert list_referrers(place.repository, subject, SIGNATURE) == []

    def test_a_registry_with_the_api_confirms_the_subject(self, place: Place) -> None:
        image = build_image()
        place.pusher.push(image, "v1")
        referrer = build_artifact(SBOM, subject=image.descriptor)
        for blob in referrer.blobs.values():
            place.pusher.push_blob(blob)
        confirmed = place.repository.put_manifest(referrer.digest, manifest_of(referrer)).subject
        knows = place.registry.kind == "olareg"
        assert confirmed == (image.digest if knows else None)


class TestUploads:
    """end-4, end-5, end-6, end-11, end-13 and end-14"""

    def test_a_session_and_one_put(self, place: Place) -> None:
        upload = place.repository.start_upload()
        assert (upload.completed, upload.offset) == (False, 0)
        assert place.repository.complete_upload(upload, digest_of(place.content), BytesBody(place.content)) == sha256(
            place.content
        )
        assert place.pusher.blob(sha256(place.content)) == place.content

    def test_all_in_the_post(self, place: Place) -> None:
        upload = place.repository.start_upload(digest_of(place.content), BytesBody(place.content))
        assert upload.completed is place.behaviour.takes_whole_post
        if not upload.completed:
            # What a registry declines can go on as a session.
            place.repository.complete_upload(upload, digest_of(place.content), BytesBody(place.content))
        assert place.pusher.blob(sha256(place.content)) == place.content

    def test_sha512(self, place: Place) -> None:
        digest = digest_of(place.content, "sha512")
        upload = place.repository.start_upload(algorithm="sha512")
        place.repository.complete_upload(upload, digest, BytesBody(place.content))
        assert place.pusher.blob(digest) == place.content
        assert place.repository.head_blob(digest) == len(place.content)

    def test_in_chunks(self, place: Place) -> None:
        upload = place.repository.start_upload()
        for start in (0, 5, 10):
            upload = place.repository.upload_chunk(upload, BytesBody(place.content[start : start + 5]), start)
            assert upload.offset == start + 5
        place.repository.complete_upload(upload, digest_of(place.content), BytesBody(place.content[15:]), start=15)
        assert place.pusher.blob(sha256(place.content)) == place.content

    def test_a_chunk_of_one_byte(self, place: Place) -> None:
        """`Range: 0-0` says both that nothing has come and that one byte has."""
        upload = place.repository.upload_chunk(place.repository.start_upload(), BytesBody(place.content[:1]), 0)
        assert upload.offset == 1
        place.repository.complete_upload(upload, digest_of(place.content), BytesBody(place.content[1:]), start=1)
        assert place.pusher.blob(sha256(place.content)) == place.content

    def test_an_empty_blob(self, place: Place) -> None:
        place.repository.complete_upload(place.repository.start_upload(), digest_of(b""), BytesBody(b""))
        assert place.pusher.blob(sha256(b"")) == b""

    def test_a_chunk_in_the_wrong_place(self, place: Place) -> None:
        upload = place.repository.upload_chunk(place.repository.start_upload(), BytesBody(place.content[:5]), 0)
        if not place.behaviour.refuses_wrong_chunk:
            upload = place.repository.upload_chunk(upload, BytesBody(place.content[7:]), 7)
            assert place.repository.upload_status(upload) == len(place.content) - 2
            return
        with pytest.raises(ResponseError) as refused:
            place.repository.upload_chunk(upload, BytesBody(place.content[7:]), 7)
        assert refused.value.status == 416
        if place.behaviour.tells_upload_status:
            assert place.repository.upload_status(upload) == 5
        place.repository.complete_upload(upload, digest_of(place.content), BytesBody(place.content[5:]), start=5)
        assert place.pusher.blob(sha256(place.content)) == place.content

    def test_bytes_that_are_not_the_digest(self, place: Place) -> None:
        with pytest.raises(ResponseError) as refused:
            place.repository.complete_upload(
                place.repository.start_upload(), digest_of(place.content), BytesBody(b"else")
            )
        assert (refused.value.status, refused.value.category) == (400, "invalid")
        assert place.pusher.blob(sha256(place.content)) is None

    def test_status(self, place: Place) -> None:
        upload = place.repository.start_upload()
        if not place.behaviour.tells_upload_status:
            with pytest.raises(ResponseError) as refused:
                place.repository.upload_status(upload)
            assert refused.value.status == 400
            return
        assert place.repository.upload_status(upload) == 0
        upload = place.repository.upload_chunk(upload, BytesBody(place.content[:6]), 0)
        assert place.repository.upload_status(upload) == 6

    def test_cancel(self, place: Place) -> None:
        upload = place.repository.upload_chunk(place.repository.start_upload(), BytesBody(place.content[:6]), 0)
        if not place.behaviour.cancels_uploads:
            with pytest.raises(ResponseError) as refused:
                place.repository.cancel_upload(upload)
            assert refused.value.status == 400
            return
        place.repository.cancel_upload(upload)
        with pytest.raises(ResponseError) as gone:
            place.repository.upload_status(upload)
        assert gone.value.codes == ["BLOB_UPLOAD_UNKNOWN"]

    def test_mount(self, place: Place) -> None:
        other = place.elsewhere("base")
        other.push_blob(place.content)
        upload = place.repository.mount_blob(digest_of(place.content), f"{place.name}/base")
        assert upload.completed is place.behaviour.mounts
        if upload.completed:
            assert place.pusher.blob(sha256(place.content)) == place.content
        else:
            place.repository.complete_upload(upload, digest_of(place.content), BytesBody(place.content))

    def test_mount_of_what_is_not_there_is_a_session_to_go_on_with(self, place: Place) -> None:
        content = b"nobody has this one yet"
        upload = place.repository.mount_blob(digest_of(content), f"{place.name}/base")
        assert not upload.completed
        place.repository.complete_upload(upload, digest_of(content), BytesBody(content))
        assert place.pusher.blob(sha256(content)) == content


class TestCatalog:
    """GET /v2/_catalog"""

    def test_all_pages(self, place: Place) -> None:
        wanted = [f"{place.name}/{name}" for name in ("one", "three", "two")]
        for name in ("one", "two", "three"):
            place.elsewhere(name).push(build_image(), "v1")
        registry = place.client.registry(place.address)
        if not place.registry.capabilities.catalog:
            with pytest.raises(ResponseError) as missing:
                list(registry.repositories())
            assert missing.value.category == "not_found"
            return
        assert [name for name in sorted(registry.repositories()) if name.startswith(f"{place.name}/")] == wanted
        if place.behaviour.catalog_pages:
            assert set(wanted) <= set(registry.repositories(page_size=2))


def test_the_registry_may_be_unreachable() -> None:
    with new_client(retries=0) as client, pytest.raises(Exception, match="refused the connection"):
        client.registry("127.0.0.1:1").ping()
