# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registries that the other tests use do what tests/support/registries.py says of them.

Nothing here uses the collection's own client.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urljoin

import pytest

from tests.support import images, registries, wire
from tests.support.errors import SupportError
from tests.support.images import Pusher
from tests.support.registries import RunningRegistry

PLATFORMS = ("linux/amd64", "linux/arm64/v8")


def test_registry_answers(registry: RunningRegistry) -> None:
    """Each registry speaks the Registry API."""
    assert wire.exchange("GET", f"{registry.url}/v2/").status == 200


@pytest.mark.parametrize("docker", [False, True], ids=["oci", "docker"])
def test_images_come_back_as_they_went(registry: RunningRegistry, repository: str, docker: bool) -> None:
    """An index, its images and their blobs can be pulled by tag and by digest, byte for byte."""
    pusher = Pusher(registry.address, repository)
    digest = images.push_index(registry.address, repository, "v1", PLATFORMS, docker=docker)
    index = json.loads(pusher.manifest("v1").body)
    assert pusher.digest("v1") == digest
    assert [child["platform"]["architecture"] for child in index["manifests"]] == ["amd64", "arm64"]
    for child in index["manifests"]:
        image = json.loads(pusher.manifest(child["digest"]).body)
        for blob in (image["config"], *image["layers"]):
            content = pusher.blob(blob["digest"])
            assert content is not None
            assert (images.sha256(content), len(content)) == (blob["digest"], blob["size"])
    assert pusher.tags() == ["v1"]


def test_what_is_not_there_is_none(pusher: Pusher) -> None:
    """The helpers tell absence from trouble."""
    assert pusher.digest("nothing") is None
    assert pusher.blob(images.sha256(b"nothing")) is None
    assert pusher.tags() == []


def test_chunks_can_be_uploaded(pusher: Pusher) -> None:
    """Each registry takes a blob in pieces."""
    content = b"a" * 70_000 + b"b" * 30_000
    location = urljoin(pusher.repository_url, pusher.send("POST", "blobs/uploads/", b"").headers["Location"])
    for start, end in ((0, 70_000), (70_000, 100_000)):
        span = {"Content-Range": f"{start}-{end - 1}", "Content-Type": "application/octet-stream"}
        answer = pusher.send("PATCH", location, content[start:end], span)
        assert (answer.status, answer.headers["Range"]) == (202, f"0-{end - 1}")
        location = urljoin(location, answer.headers["Location"])
    finish = f"{location}{'&' if '?' in location else '?'}digest={images.sha256(content)}"
    assert pusher.send("PUT", finish, b"").status == 201
    assert pusher.blob(images.sha256(content)) == content


def test_capability_tag_delete(registry: RunningRegistry, pusher: Pusher) -> None:
    """DELETE by tag takes one tag away and leaves its sibling, or is refused and takes nothing."""
    image = images.build_image()
    for tag in ("v1", "v2"):
        pusher.push(image, tag)
    status = pusher.send("DELETE", "manifests/v2").status
    assert (status < 300) == registry.capabilities.tag_delete
    assert pusher.tags() == (["v1"] if registry.capabilities.tag_delete else ["v1", "v2"])
    assert pusher.digest("v1") == image.digest


def test_capability_blob_delete(registry: RunningRegistry, pusher: Pusher) -> None:
    """DELETE of a blob takes it away, or is refused."""
    digest = pusher.push_blob(b"to be deleted")
    assert (pusher.send("DELETE", f"blobs/{digest}").status < 300) == registry.capabilities.blob_delete
    assert (pusher.blob(digest) is None) == registry.capabilities.blob_delete


def test_capability_referrers(registry: RunningRegistry, pusher: Pusher) -> None:
    """The referrers API lists what was attached, or is not there."""
    subject = images.build_image()
    pusher.push(subject, "v1")
    artifact = images.build_artifact("application/vnd.example.sbom", subject=subject.descriptor)
    pusher.push(artifact)
    answer = pusher.send("GET", f"referrers/{subject.digest}")
    if registry.capabilities.referrers_api:
        assert [found["digest"] for found in json.loads(answer.body)["manifests"]] == [artifact.digest]
    else:
        assert answer.status == 404


def test_capability_catalog(registry: RunningRegistry, pusher: Pusher, repository: str) -> None:
    """The catalog names a repository that has an image, or is not there."""
    pusher.push(images.build_image(), "v1")
    answer = wire.exchange("GET", f"{registry.url}/v2/_catalog?n=1000")
    if registry.capabilities.catalog:
        assert repository in json.loads(answer.body)["repositories"]
    else:
        assert answer.status == 404


@pytest.mark.parametrize("kind", [kind.name for kind in registries.KINDS.values() if kind.can_refuse_delete])
def test_delete_can_be_switched_off(kind: str, start_registry: Callable[..., RunningRegistry]) -> None:
    """A registry that was started with delete=False refuses, and keeps what it has."""
    pusher = Pusher(start_registry(kind, delete=False).address, "team/app")
    digest = pusher.push(images.build_image(), "v1")
    assert pusher.send("DELETE", f"manifests/{digest}").status == 405
    assert pusher.digest("v1") == digest


@pytest.mark.parametrize("kind", ["distribution2", "distribution3"])
def test_locations_can_be_relative(kind: str, start_registry: Callable[..., RunningRegistry]) -> None:
    """relative_urls makes distribution answer with paths instead of URLs."""
    registry = start_registry(kind, relative_urls=True)
    answer = Pusher(registry.address, "team/app").send("POST", "blobs/uploads/", b"")
    assert answer.headers["Location"].startswith("/v2/team/app/blobs/uploads/")


def test_a_setting_that_a_kind_cannot_do_is_refused(start_registry: Callable[..., RunningRegistry]) -> None:
    """A test that asks for the impossible fails, it does not pass for another reason."""
    with pytest.raises(SupportError, match="knows no setting but delete"):
        start_registry("olareg", relative_urls=True)
    with pytest.raises(SupportError, match="ggcr always deletes"):
        start_registry("ggcr", delete=False)


def test_a_kind_that_there_is_not_is_refused() -> None:
    """The error names those that there are."""
    with pytest.raises(SupportError, match="there is no registry 'nexus'; there are distribution2, "):
        registries.start("nexus")


def test_stop_leaves_nothing_behind(start_registry: Callable[..., RunningRegistry]) -> None:
    """After stop() there is no process and no folder, and a second stop() is no trouble."""
    with start_registry("distribution2") as registry:
        assert registry.folder.exists()
    registry.stop()
    assert registry.process.returncode is not None
    assert not registry.folder.exists()
    assert not wire.answers(f"{registry.url}/v2/")
