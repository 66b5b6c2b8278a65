# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing one tag and nothing else, on registries that cannot, and while others write."""

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    RegistryError,
    ResponseError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.untag import untag
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_manifests import (
    ScriptedManifests,
    by_digest,
    by_tag,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    error_answer,
    json_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    ScriptedUploads,
)

UNSUPPORTED = error_answer(405, "UNSUPPORTED", "The operation is unsupported.")


def image(mark):
    config = {"mediaType": MediaType.OCI_CONFIG, "digest": Digest.of(b"{}"), "size": 2}
    document = {"schemaVersion": 2, "mediaType": MediaType.OCI_MANIFEST, "config": config, "layers": []}
    return json.dumps({**document, "annotations": {"mark": mark}}).encode()


@pytest.fixture
def registry(server):
    """Two tags on one image, one on another."""
    ScriptedUploads(server)
    made = ScriptedManifests(server)
    server.on("GET", "/v2/app/tags/list", lambda request: json_answer({"name": "app", "tags": sorted(made.tags)}))
    made.store(image("one"), MediaType.OCI_MANIFEST, "v1", "latest")
    made.store(image("two"), MediaType.OCI_MANIFEST, "v2")
    return made


def writes(server):
    return [line for line in server.lines if line.split()[0] in ("PUT", "POST", "PATCH", "DELETE")]


def test_tag_is_deleted_where_the_registry_can(repository, registry, server):
    before = dict(registry.manifests)
    assert untag(repository, "v1") is True
    assert registry.tags == {"latest": Digest.of(image("one")), "v2": Digest.of(image("two"))}
    assert registry.manifests == before
    assert server.lines == ["DELETE /v2/app/manifests/v1"]


@pytest.mark.parametrize(
    "refusal", [UNSUPPORTED, Answer(405), Answer(400), Answer(501), error_answer(400, "DIGEST_INVALID", "invalid")]
)
def test_tag_is_moved_to_a_placeholder_where_it_cannot(repository, registry, refusal):
    registry.refuse("DELETE", refusal, by_tag)
    before = dict(registry.manifests)
    assert untag(repository, "v1") is True
    assert registry.tags == {"latest": Digest.of(image("one")), "v2": Digest.of(image("two"))}
    assert registry.manifests == before
    steps = ["DELETE v1", "DELETE sha256:", "GET v1", "PUT v1", "DELETE sha256:"]
    assert [said[:14] for said in registry.said] == steps


def test_placeholder_is_another_one_each_time_and_complete(repository, registry, server):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    untag(repository, "v1")
    untag(repository, "v2")
    first, second = [request.body for request in server.requests if request.line.startswith("PUT /v2/app/manifests/")]
    assert first != second
    document = json.loads(first)
    blobs = {document["config"]["digest"], *(layer["digest"] for layer in document["layers"])}
    (sent,) = [request for request in server.requests if "blobs/uploads" in request.path and request.method == "PUT"]
    assert blobs == {Digest.of(sent.body)}


def test_tag_that_is_not_there(repository, registry, server):
    assert untag(repository, "missing") is False
    assert writes(server) == ["DELETE /v2/app/manifests/missing"]


def test_tag_that_is_not_there_where_tags_cannot_be_deleted(repository, registry):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    before = dict(registry.tags)
    assert untag(repository, "missing") is False
    assert registry.tags == before
    assert "PUT missing" not in registry.said


def test_404_for_a_tag_that_is_there_is_not_believed(repository, registry):
    # A registry that takes what is to be deleted for a digest, whatever it is, does not find it.
    registry.refuse("DELETE", error_answer(404, "MANIFEST_UNKNOWN"), by_tag)
    assert untag(repository, "v1") is True
    assert "v1" not in registry.tags
    assert "latest" in registry.tags


def test_deletion_that_is_switched_off_is_told_before_anything_is_written(repository, registry, server):
    registry.refuse("DELETE", UNSUPPORTED)
    before = dict(registry.tags)
    with pytest.raises(ResponseError, match="Deletion is switched off") as caught:
        untag(repository, "v1")
    assert caught.value.category == "unsupported"
    assert registry.tags == before
    assert {line.split()[0] for line in writes(server)} == {"DELETE"}


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_other_refusals_are_told_before_anything_is_written(repository, registry, server, clock, status):
    registry.refuse("DELETE", Answer(status))
    with pytest.raises(RegistryError, match=str(status)):
        untag(repository, "v1")
    assert set(registry.said) == {"DELETE v1"}


class Refused:
    """A registry that does not delete what is there: it says so only when there is something to delete."""

    def __init__(self, registry, step):
        self.registry = registry
        registry.refuse("DELETE", UNSUPPORTED, by_tag)
        registry.refuse("DELETE", step, lambda version: by_digest(version) and version in registry.manifests)


@pytest.mark.parametrize(
    "step", [UNSUPPORTED, error_answer(403, "DENIED"), Answer(400), error_answer(404, "MANIFEST_UNKNOWN")]
)
def test_tag_is_put_back_when_the_second_step_is_refused(repository, registry, step):
    Refused(registry, step)
    before = dict(registry.tags)
    with pytest.raises(RegistryError):
        untag(repository, "v1")
    assert registry.tags == before
    assert registry.manifests[before["v1"]] == (MediaType.OCI_MANIFEST, image("one"))


def test_second_step_that_finds_nothing_is_told_in_words(repository, registry):
    Refused(registry, error_answer(404, "MANIFEST_UNKNOWN"))
    with pytest.raises(RegistryError, match="/app:v1 cannot be removed: the registry does not find"):
        untag(repository, "v1")


def test_tag_that_others_move_before_the_second_step_stays_where_they_put_it(repository, registry):
    Refused(registry, UNSUPPORTED)
    theirs = registry.store(image("three"), MediaType.OCI_MANIFEST)

    def move(version):
        if by_digest(version) and version in registry.manifests:
            registry.tags["v1"] = theirs

    registry.before["DELETE"] = move
    with pytest.raises(ResponseError, match="405"):
        untag(repository, "v1")
    assert registry.tags["v1"] == theirs
    assert registry.said.count("PUT v1") == 1


def test_tag_that_others_move_before_a_good_end_stays_where_they_put_it(repository, registry):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    theirs = registry.store(image("three"), MediaType.OCI_MANIFEST)

    def move(version):
        if by_digest(version) and version in registry.manifests:
            registry.tags["v1"] = theirs

    registry.before["DELETE"] = move
    assert untag(repository, "v1") is True
    assert registry.tags["v1"] == theirs


@pytest.mark.parametrize("theirs", [None, Digest.of(image("two"))])
def test_placeholder_that_others_removed_with_the_tag_or_without_it_is_a_good_end(repository, registry, theirs):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)

    def remove(version):
        if by_digest(version) and registry.manifests.pop(version, None):
            registry.tags.update({"v1": theirs})
            if theirs is None:
                del registry.tags["v1"]

    registry.before["DELETE"] = remove
    assert untag(repository, "v1") is True
    assert registry.tags.get("v1") == theirs


class Forgetful:
    """Under load, distribution 2.x deletes a manifest and not the tags on it, which are listed and lead nowhere."""

    def __init__(self, registry, times):
        self.registry, self.times = registry, times
        registry.refuse("DELETE", UNSUPPORTED, by_tag)
        registry.before["DELETE"] = self.forget

    def forget(self, version):
        if by_digest(version) and version in self.registry.manifests and self.times > 0:
            self.times -= 1
            del self.registry.manifests[version]


def test_tag_that_outlives_its_manifest_is_removed_all_the_same(repository, registry):
    Forgetful(registry, 2)
    assert untag(repository, "v1") is True
    assert sorted(registry.tags) == ["latest", "v2"]
    assert registry.said.count("PUT v1") == 3


def test_tag_that_always_outlives_its_manifest_is_put_back(repository, registry):
    Forgetful(registry, 1000)
    before = dict(registry.tags)
    with pytest.raises(RegistryError, match="cannot be removed: the registry does not find"):
        untag(repository, "v1")
    assert registry.tags == before
    assert registry.said.count("PUT v1") < 10


def test_last_tag_that_goes_with_its_repository_is_removed(repository, registry):
    Forgetful(registry, 1)
    registry.tags = {"v1": registry.tags["v1"]}
    forget = registry.before["DELETE"]

    def vanish(version):
        forget(version)
        if by_digest(version):
            registry.tags.clear()

    registry.before["DELETE"] = lambda version: version in registry.manifests and vanish(version)
    assert untag(repository, "v1") is True


def test_tag_that_cannot_be_read_is_left_alone(repository, registry):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    registry.refuse("GET", error_answer(403, "DENIED"))
    with pytest.raises(ResponseError, match="403"):
        untag(repository, "v1")
    assert "PUT v1" not in registry.said


def test_tag_is_put_back_to_where_it_was_at_last(repository, registry):
    """Whoever moved it while the placeholder was prepared is not undone."""
    Refused(registry, UNSUPPORTED)
    theirs = registry.store(image("three"), MediaType.OCI_MANIFEST)

    def look_for_blob(request):
        registry.tags["v1"] = theirs
        return Answer(200, {"Content-Length": "2"})

    registry.server.on("HEAD", "/v2/app/blobs/*", look_for_blob)
    with pytest.raises(ResponseError, match="405"):
        untag(repository, "v1")
    assert registry.tags["v1"] == theirs


def test_placeholder_that_is_refused_leaves_the_tag_alone(repository, registry):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    registry.refuse("PUT", error_answer(400, "MANIFEST_INVALID", "immutable tag"))
    before = dict(registry.tags)
    with pytest.raises(ResponseError, match="immutable tag"):
        untag(repository, "v1")
    assert registry.tags == before
    assert registry.said[-2:] == ["PUT v1", "HEAD v1"]


def test_placeholder_that_is_stored_though_the_registry_says_otherwise_is_undone(repository, registry, clock):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    before = dict(registry.tags)
    failing = [True]

    def put(request):
        registry.put(request)
        return Answer(500) if failing[0] else Answer(201)

    registry.server.on("PUT", "/v2/app/manifests/*", put)
    registry.before["HEAD"] = lambda version: failing.__setitem__(0, False)
    with pytest.raises(ResponseError, match="500"):
        untag(repository, "v1")
    assert registry.tags == before


def test_tag_that_cannot_be_put_back_is_told_with_where_it_was(repository, registry):
    Refused(registry, UNSUPPORTED)
    digest = registry.tags["v1"]
    registry.before["DELETE"] = lambda version: version in registry.manifests and registry.refuse("PUT", Answer(403))
    with pytest.raises(RegistryError, match="could not be removed, and perhaps not be put back") as caught:
        untag(repository, "v1")
    assert digest in str(caught.value)
    assert isinstance(caught.value.__context__, RegistryError)


@pytest.fixture
def half(registry, clock):
    """So many deletions are done by halves."""
    left = [1]
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    registry.delete_by_halves(left)
    return left


@pytest.mark.parametrize("times", [1, 3])
def test_a_tag_that_leads_nowhere_after_half_a_deletion_is_removed(repository, registry, half, times):
    half[0] = times
    assert untag(repository, "v1")
    assert sorted(registry.tags) == ["latest", "v2"]
    assert half[0] == 0


def test_a_tag_that_led_nowhere_before_is_removed(repository, registry):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    del registry.manifests[registry.tags["v2"]]
    assert untag(repository, "v2")
    assert sorted(registry.tags) == ["latest", "v1"]


def test_a_tag_that_led_nowhere_before_has_nothing_to_be_put_back_to(repository, registry):
    registry.refuse("DELETE", UNSUPPORTED, by_tag)
    del registry.manifests[registry.tags["v2"]]
    registry.refuse("PUT", Answer(403))
    with pytest.raises(ResponseError, match="403"):
        untag(repository, "v2")


def test_a_tag_that_leads_nowhere_again_and_again_is_put_back(repository, registry, half):
    half[0] = 100
    before = dict(registry.tags)
    with pytest.raises(RegistryError, match="cannot be removed"):
        untag(repository, "v1")
    assert registry.tags == before


def test_a_tag_that_others_move_after_half_a_deletion_stays_where_they_put_it(repository, registry, half):
    moved = registry.tags["v2"]
    registry.before["HEAD"] = lambda version: registry.tags.update(v1=moved) if not half[0] else None
    assert untag(repository, "v1")
    assert registry.tags["v1"] == moved
