# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tag that lists referrers while others write to it: on registries that heed conditions, and on those that do not.

tests/live/test_concurrency.py has the same on real registries, none of which heeds them.
"""

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError, ResponseError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.fallback import FallbackTag
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import build_index
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_manifests import (
    ScriptedManifests,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    error_answer,
)

SUBJECT = Digest.of(b"subject")
TAG = "sha256-" + SUBJECT.encoded
SHORT = TAG[:10]


@pytest.fixture
def registry(server, clock):
    return ScriptedManifests(server)


@pytest.fixture
def tag(client, server, registry):
    return FallbackTag(client.repository(Reference(server.address, "app")), SUBJECT)


def referrer(registry, mark):
    """A referrer that is there."""
    raw = build_index([], annotations={"mark": mark}).raw
    return Descriptor(MediaType.OCI_INDEX, Digest.parse(registry.store(raw, MediaType.OCI_INDEX)), len(raw))


def put(registry, *entries):
    """What somebody else writes."""
    registry.store(build_index(entries).raw, MediaType.OCI_INDEX, TAG)


def listed(registry):
    document = json.loads(registry.manifests[registry.tags[TAG]][1])
    return [Descriptor.from_json(entry) for entry in document["manifests"]]


def interfere(registry, method, *happenings):
    """Before so many requests with this method by the tag, something happens each time."""
    left = list(happenings)

    def happen(version):
        if version == TAG and left:
            left.pop(0)()

    registry.before[method] = happen


def test_alone_it_takes_a_second_look_and_no_more(tag, registry, clock):
    tag.add(referrer(registry, "one"))
    assert registry.said == [f"GET {SHORT}", f"PUT {SHORT}", f"HEAD {SHORT}"]
    assert len(clock.slept) == 1 and 0.2 <= clock.slept[0] < 1


def test_what_is_listed_takes_one_request(tag, registry, clock):
    put(registry, referrer(registry, "one"))
    tag.add(referrer(registry, "one"))
    assert (registry.said, clock.slept) == ([f"GET {SHORT}"], [])


@pytest.mark.parametrize(
    ("etag", "name", "value"),
    [
        ('"{}"', "If-Match", '"{}"'),
        ('W/"{}"', "If-Match", None),
        ("", "If-Match", None),
        ('"{}"', "If-None-Match", None),
    ],
)
def test_condition_of_a_tag_that_is_there(tag, registry, server, etag, name, value):
    put(registry, referrer(registry, "one"))
    registry.etag, before = etag, registry.tags[TAG]
    tag.add(referrer(registry, "two"))
    (write,) = [request for request in server.requests if request.method == "PUT"]
    assert write.headers.get(name) == (value and value.format(before))


def test_condition_of_a_new_tag(tag, registry, server):
    tag.add(referrer(registry, "one"))
    (write,) = [request for request in server.requests if request.method == "PUT"]
    assert write.headers.get("If-None-Match") == "*"


@pytest.mark.parametrize("is_new", [True, False])
def test_registry_that_heeds_conditions_is_believed(tag, registry, is_new):
    """What was written between read and write is kept, and there is no need to look again afterwards."""
    registry.etag, registry.heeds_conditions = '"{}"', True
    there, one, two = (referrer(registry, mark) for mark in ("there", "one", "two"))
    before = [] if is_new else [there]
    if before:
        put(registry, *before)
    interfere(registry, "PUT", lambda: put(registry, *before, one))
    tag.add(two)
    assert listed(registry) == [*before, one, two]
    assert registry.said == [f"GET {SHORT}", f"PUT {SHORT}", f"GET {SHORT}", f"PUT {SHORT}"]


def test_condition_that_never_holds_is_left_out(tag, registry):
    """A proxy may rewrite the ETags of answers and not those of requests."""
    registry.etag, registry.heeds_conditions = '"{}-gzip"', True
    one, two = referrer(registry, "one"), referrer(registry, "two")
    put(registry, one)
    registry._holds = lambda request, digest: "If-Match" not in request.headers
    tag.add(two)
    assert listed(registry) == [one, two]


def test_what_was_overwritten_is_written_again(tag, registry):
    one, two = referrer(registry, "one"), referrer(registry, "two")
    interfere(registry, "HEAD", lambda: put(registry, one))
    tag.add(two)
    assert listed(registry) == [one, two]


def test_what_others_overwrote_is_written_again_where_it_is_there(tag, registry):
    """It was seen before the write, and is not among what was written meanwhile by somebody who had not seen it."""
    there, gone, one, two = (referrer(registry, mark) for mark in ("there", "gone", "one", "two"))
    put(registry, there, gone)

    def overwrite():
        del registry.manifests[gone.digest]
        put(registry, one)

    interfere(registry, "HEAD", overwrite)
    tag.add(two)
    assert listed(registry) == [one, there, two]


def test_what_was_removed_is_removed_again(tag, registry):
    one, two = referrer(registry, "one"), referrer(registry, "two")
    put(registry, one)
    interfere(registry, "HEAD", lambda: put(registry, one, two))
    tag.remove(one.digest)
    assert listed(registry) == [two]


def test_it_ends_where_others_never_stop(tag, registry, clock):
    one, two = referrer(registry, "one"), referrer(registry, "two")
    interfere(registry, "HEAD", *[lambda: put(registry, one)] * 100)
    with pytest.raises(RegistryError, match=f"{TAG}: others have overwritten that tag 10 times") as caught:
        tag.add(two)
    assert caught.value.category == "conflict"
    assert sum(clock.slept) < 120


def test_list_that_names_what_is_gone_is_mended(tag, registry):
    """distribution refuses an index with a child that it does not have."""
    gone, one, two = (referrer(registry, mark) for mark in ("gone", "one", "two"))
    put(registry, gone, one)
    del registry.manifests[gone.digest]
    once = [True]
    registry.refuse("PUT", error_answer(400, "MANIFEST_BLOB_UNKNOWN"), lambda version: bool(once and once.pop()))
    tag.add(two)
    assert listed(registry) == [one, two]


def test_refusal_for_another_reason_is_an_error(tag, registry):
    put(registry, referrer(registry, "one"))
    registry.refuse("PUT", error_answer(400, "MANIFEST_BLOB_UNKNOWN"))
    with pytest.raises(ResponseError, match="MANIFEST_BLOB_UNKNOWN"):
        tag.add(referrer(registry, "two"))
    registry.refusals.clear()
    registry.refuse("PUT", Answer(412))
    put(registry)  # without an ETag there was no condition that could have failed
    with pytest.raises(ResponseError, match="412"):
        tag.add(referrer(registry, "two"))
