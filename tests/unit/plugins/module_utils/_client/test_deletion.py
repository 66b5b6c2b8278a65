# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A manifest is deleted with its tags, or an error says that it is not, whatever a registry makes of that."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.deletion import delete_with_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError, ResponseError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import build_index
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_manifests import (
    ScriptedManifests,
    by_digest,
    by_tag,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    error_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    ScriptedUploads,
)

TAGS = ["latest", "v1"]
ONE = build_index([], annotations={"mark": "one"})
TWO = build_index([], annotations={"mark": "two"})


@pytest.fixture
def registry(server):
    """Two tags on one manifest, one on another."""
    ScriptedUploads(server)
    made = ScriptedManifests(server)
    made.store(ONE.raw, MediaType.OCI_INDEX, *TAGS)
    made.store(TWO.raw, MediaType.OCI_INDEX, "v2")
    return made


@pytest.fixture
def delete(client, server):
    """Delete ONE."""

    def run():
        delete_with_tags(client.repository(Reference(server.address, "app")), ONE.digest, TAGS)

    return run


def left(registry):
    return sorted(registry.tags), sorted(registry.manifests)


def test_it_takes_one_request(registry, delete, server):
    delete()
    assert left(registry) == (["v2"], [TWO.digest])
    assert server.lines == [f"DELETE /v2/app/manifests/{ONE.digest}"]


@pytest.mark.parametrize("lasts", [True, False])
@pytest.mark.parametrize("can_untag", [True, False])
def test_tags_that_lead_nowhere_after_half_a_deletion_are_removed(registry, delete, clock, can_untag, lasts):
    """Whether that is told by an error that lasts, or the second time the registry finds nothing to delete."""
    registry.delete_by_halves([1])
    if lasts:
        registry.refuse("DELETE", error_answer(500, "UNKNOWN"), lambda version: version == ONE.digest)
    if not can_untag:
        registry.refuse("DELETE", error_answer(405, "UNSUPPORTED"), by_tag)
    delete()
    assert left(registry) == (["v2"], [TWO.digest])


def test_tag_that_others_put_meanwhile_stays(registry, delete, clock):
    registry.delete_by_halves([1])
    registry.before["HEAD"] = lambda version: registry.tags.update(v1=TWO.digest)
    delete()
    assert left(registry) == (["v1", "v2"], [TWO.digest])


def test_manifest_that_is_gone_already_is_no_error(registry, delete):
    delete()
    delete()
    assert left(registry) == (["v2"], [TWO.digest])


def test_registry_that_fails_and_deletes_nothing_is_told(registry, delete, clock):
    registry.refuse("DELETE", error_answer(500, "UNKNOWN"), by_digest)
    before = left(registry)
    with pytest.raises(ResponseError, match="500"):
        delete()
    assert left(registry) == before


def test_registry_that_finds_nothing_to_delete_where_it_is_is_told(registry, delete):
    registry.refuse("DELETE", error_answer(404, "MANIFEST_UNKNOWN"))
    before = left(registry)
    with pytest.raises(RegistryError, match="the registry says that it is not there, but it is") as caught:
        delete()
    assert caught.value.category == "unsupported"
    assert left(registry) == before


def test_tags_go_first_where_the_registry_wants_that(registry, delete):
    registry.refuse(
        "DELETE",
        error_answer(400, "MANIFEST_INVALID"),
        lambda version: by_digest(version) and version in registry.tags.values(),
    )
    delete()
    assert left(registry) == (["v2"], [TWO.digest])
