# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ManifestError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import (
    MediaType,
    essence,
    is_foreign_layer,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.platforms import Platform
from hypothesis import given
from hypothesis import strategies as st

DIGEST = Digest.of(b"{}")
MINIMAL = {"mediaType": MediaType.OCI_LAYER_GZIP, "digest": str(DIGEST), "size": 2}
FULL = {
    "mediaType": MediaType.OCI_MANIFEST,
    "digest": str(DIGEST),
    "size": 2,
    "urls": ["https://h.io/x"],
    "annotations": {"a": "1", "b": ""},
    "data": "e30=",
    "artifactType": "application/vnd.example",
    "platform": {"architecture": "arm64", "os": "linux", "variant": "v8"},
}


def test_json_round_trip():
    assert Descriptor.from_json(MINIMAL).to_json() == MINIMAL
    descriptor = Descriptor.from_json(FULL)
    assert descriptor.to_json() == FULL
    assert descriptor == Descriptor(
        MediaType.OCI_MANIFEST,
        DIGEST,
        2,
        {"a": "1", "b": ""},
        Platform("linux", "arm64", "v8"),
        "application/vnd.example",
        ("https://h.io/x",),
        b"{}",
    )


def test_the_largest_size():
    assert Descriptor.from_json({**MINIMAL, "size": 2**63 - 1}).size == 2**63 - 1


def test_empty_data_are_data():
    empty = {"mediaType": "a/b", "digest": str(Digest.of(b"")), "size": 0, "data": ""}
    assert Descriptor.from_json(empty).data == b""
    assert Descriptor.from_json(empty).to_json() == empty


def test_annotations_are_written_in_the_order_of_their_keys():
    descriptor = Descriptor("a/b", DIGEST, 2, {"b": "2", "a": "1"})
    assert list(descriptor.to_json()["annotations"]) == ["a", "b"]


def test_nulls_are_absent_and_unknown_members_ignored():
    nulls = dict.fromkeys(["annotations", "platform", "artifactType", "urls", "data"])
    assert Descriptor.from_json({**MINIMAL, **nulls, "future": [1]}) == Descriptor.from_json(MINIMAL)


def test_descriptors_are_hashable():
    assert len({Descriptor.from_json(FULL), Descriptor.from_json(FULL), Descriptor.from_json(MINIMAL)}) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"mediaType": None},
        {"mediaType": ""},
        {"mediaType": 5},
        {"mediaType": "a/b\r\nX: y"},
        {"digest": None},
        {"digest": ""},
        {"digest": 5},
        {"digest": []},
        {"digest": "sha256:abc"},
        {"digest": "sha384:" + "a" * 96},
        {"size": None},
        {"size": -1},
        {"size": "2"},
        {"size": 2.0},
        {"size": True},
        {"size": 2**63},
        {"urls": "https://h.io"},
        {"urls": ["https://h.io", None]},
        {"annotations": []},
        {"annotations": {"a": 1}},
        {"annotations": {"a": None}},
        {"artifactType": 5},
        {"platform": "linux/amd64"},
        {"platform": {"os": 5}},
        {"data": 5},
        {"data": "e30"},
        {"data": "e3 0="},
        {"data": "\u00e9"},
        {"data": base64.b64encode(b"[]").decode()},  # of the right size, but not what the digest says
        {"data": base64.b64encode(b"{} ").decode()},
    ],
    ids=repr,
)
def test_malformed_descriptors_are_refused(change):
    with pytest.raises(ManifestError):
        Descriptor.from_json({**MINIMAL, **change})


@pytest.mark.parametrize("key", ["mediaType", "digest", "size"])
def test_required_members(key):
    with pytest.raises(ManifestError, match=key):
        Descriptor.from_json({name: value for name, value in MINIMAL.items() if name != key})


@pytest.mark.parametrize("obj", [None, [], "x", 5, True])
def test_what_is_no_object(obj):
    with pytest.raises(ManifestError, match="JSON object"):
        Descriptor.from_json(obj)


@given(
    st.dictionaries(
        st.sampled_from(list(FULL)),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just(str(DIGEST))),
            lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
            max_leaves=5,
        ),
    ),
)
def test_any_object_is_a_descriptor_or_a_manifest_error(change):
    try:
        descriptor = Descriptor.from_json({**MINIMAL, **change})
    except ManifestError:
        return
    assert Descriptor.from_json(descriptor.to_json()) == descriptor


@pytest.mark.parametrize(
    ("media_type", "is_manifest", "is_index", "is_foreign"),
    [
        (MediaType.OCI_MANIFEST, True, False, False),
        (MediaType.DOCKER_MANIFEST, True, False, False),
        (MediaType.OCI_ARTIFACT_MANIFEST, True, False, False),
        (MediaType.DOCKER_SCHEMA1_SIGNED, True, False, False),
        (MediaType.OCI_INDEX, True, True, False),
        (MediaType.DOCKER_INDEX, True, True, False),
        ("Application/Vnd.OCI.Image.Index.v1+JSON; charset=utf-8", True, True, False),
        (MediaType.OCI_CONFIG, False, False, False),
        (MediaType.OCI_LAYER_GZIP, False, False, False),
        (MediaType.DOCKER_FOREIGN_LAYER, False, False, True),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", False, False, True),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar", False, False, True),
        (MediaType.OCTET_STREAM, False, False, False),
    ],
)
def test_kinds(media_type, is_manifest, is_index, is_foreign):
    descriptor = Descriptor(media_type, DIGEST, 2)
    assert (descriptor.is_manifest, descriptor.is_index, descriptor.is_foreign) == (is_manifest, is_index, is_foreign)
    assert is_foreign_layer(media_type) is is_foreign


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        (None, ""),
        ("", ""),
        ("a/b", "a/b"),
        ("A/B ; charset=utf-8", "a/b"),
        (" a/b", "a/b"),
        (";", ""),
    ],
)
def test_essence(content_type, kind):
    assert essence(content_type) == kind


def test_accept_names_all_that_can_be_read_and_not_schema_1():
    for media_type in MediaType.MANIFESTS:
        assert media_type in MediaType.ACCEPT
    for media_type in MediaType.SCHEMA1:
        assert media_type not in MediaType.ACCEPT
