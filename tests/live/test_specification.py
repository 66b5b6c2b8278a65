# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the OCI distribution specification asks of a client, seen on the wire before every registry, where no other test
shows it. docs/client-requirements.md has the whole list."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import (
    forget_referrer,
    list_referrers,
    push_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import push_blob

from tests.live.clients import Place, digest_of, manifest_of
from tests.support.images import OCI_INDEX, build_artifact, build_image, build_index
from tests.support.modules import ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder

SBOM = "application/vnd.example.sbom"


def sent(recorder: Recorder, method: str) -> list[RecordedRequest]:
    """The requests with that method."""
    return [request for request in recorder.requests if request.method == method]


def header(request: RecordedRequest, name: str) -> str:
    """A header of a request, whatever the case of its name."""
    return {key.lower(): value for key, value in request.headers.items()}[name.lower()]


def test_manifests_are_asked_for_and_put_by_their_types(place: Place, recorder: Recorder) -> None:
    """Pulling manifests: Accept names what we read. Pushing manifests: Content-Type is the mediaType, and bare."""
    for image in (build_image(labels={"of": place.name}), build_image(docker=True, labels={"of": place.name})):
        place.pusher.push(image)
        recorder.clear()
        repository = place.via(recorder)
        repository.put_manifest("v1", repository.get_manifest(image.digest))
        accept = [part.strip() for part in header(sent(recorder, "GET")[0], "Accept").split(",")]
        assert {image.media_type, OCI_INDEX} <= set(accept)
        assert header(sent(recorder, "PUT")[0], "Content-Type") == image.media_type


def test_a_chunked_upload_on_the_wire(place: Place, recorder: Recorder) -> None:
    """Pushing a blob in chunks: an empty POST, ranges in order from 0, each to the newest Location, one PUT at the end
    with the digest of the whole."""
    content = place.content
    descriptor = Descriptor("application/octet-stream", digest_of(content), len(content))
    push_blob(place.via(recorder), descriptor, BytesSource(content), chunk_size=10)
    (post,) = sent(recorder, "POST")
    assert header(post, "Content-Length") == "0"
    chunks = sent(recorder, "PATCH")
    starts = range(0, len(content), 10)
    assert [header(chunk, "Content-Range") for chunk in chunks] == [
        f"{start}-{min(start + 10, len(content)) - 1}" for start in starts
    ]
    (put,) = sent(recorder, "PUT")
    assert parse_qs(put.query)["digest"] == [descriptor.digest]
    steps = [post, *chunks, put]
    for before, after in zip(steps, steps[1:], strict=False):
        location = urlsplit({key.lower(): value for key, value in before.response_headers.items()}["location"])
        assert after.path == location.path
        assert set(location.query.split("&")) - {""} <= set(after.query.split("&"))


def test_the_list_of_referrers_is_kept_on_push_and_on_delete(place: Place, recorder: Recorder) -> None:
    """Pushing manifests with subject, deleting manifests, referrers tag schema: the client keeps the list where the
    registry does not, and leaves it alone where it does."""
    image = build_image(labels={"of": place.name})
    place.pusher.push(image, "v1")
    subject, repository = digest_of(image.raw), place.via(recorder)
    referrers = [
        build_artifact(SBOM, text, subject=image.descriptor, annotations={"mark": text.decode()})
        for text in (b"one", b"two")
    ]
    for referrer in (*referrers, referrers[0]):
        for blob in referrer.blobs.values():
            place.pusher.push_blob(blob)
        push_manifest(repository, referrer.digest, manifest_of(referrer))
    found = {entry.digest: entry for entry in list_referrers(repository, subject)}
    assert sorted(found) == sorted(referrer.digest for referrer in referrers)
    assert found[referrers[0].digest].artifact_type == SBOM
    assert found[referrers[0].digest].annotations == {"mark": "one"}
    assert repository.delete_manifest(digest_of(referrers[0].raw))
    forget_referrer(repository, subject, digest_of(referrers[0].raw))
    assert [entry.digest for entry in list_referrers(repository, subject)] == [referrers[1].digest]
    tag = image.digest.replace(":", "-")
    assert (tag in place.pusher.tags()) == (not place.registry.capabilities.referrers_api)


def test_what_is_at_the_tag_of_the_referrers_and_is_no_index(place: Place, modules: ModuleRunner) -> None:
    """Listing referrers: it counts as no referrers. Pushing manifests with subject: it is not overwritten."""
    image = build_image(labels={"of": place.name})
    place.pusher.push(image, "v1")
    tag = image.digest.replace(":", "-")
    place.pusher.push(image, tag)
    listed = modules.run("registry_referrers_info", {"name": f"{place.address}/{place.name}:v1"})
    assert (listed.failed, listed.result.get("referrers")) == (False, [])
    assert place.pusher.digest(tag) == image.digest


def test_no_namespace_and_no_upstream_is_named(place: Place, recorder: Recorder, modules: ModuleRunner) -> None:
    """Registry proxying: `ns` is for registries that are known to be proxies, and we know of none."""
    images = [build_image([place.content + platform.encode()], platform) for platform in ("linux/amd64", "linux/arm64")]
    for image in images:
        place.pusher.push(image)
    place.pusher.push(build_index(images), "v1")
    name = f"{recorder.address}/{place.name}"
    run = modules.run("registry_copy", {"src": f"{name}:v1", "dest": f"{name}/copy:v1", "referrers": True})
    assert not run.failed, run.result
    assert recorder.requests
    assert not [request for request in recorder.requests if "ns" in parse_qs(request.query)]
