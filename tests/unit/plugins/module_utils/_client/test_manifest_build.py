# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ManifestError, OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
    parse_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.platforms import Platform

CONFIG = Descriptor(MediaType.OCI_CONFIG, Digest.of(b"config"), 6)
EMPTY = Descriptor(MediaType.OCI_EMPTY, Digest.of(b"{}"), 2)
LAYER = Descriptor(MediaType.OCI_LAYER_GZIP, Digest.of(b"layer"), 5)
CHILD = Descriptor(MediaType.OCI_MANIFEST, Digest.of(b"child"), 5, platform=Platform("linux", "amd64"))


def test_a_small_index_byte_for_byte():
    built = build_index([CHILD])
    assert built.raw == (
        b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":'
        b'"application/vnd.oci.image.manifest.v1+json","digest":"' + CHILD.digest.encode() + b'","size":5,"platform":'
        b'{"architecture":"amd64","os":"linux"}}]}'
    )
    assert built == parse_manifest(built.raw, MediaType.OCI_INDEX)
    assert built.manifests == [CHILD]


def test_everything_of_an_index():
    built = build_index([CHILD, EMPTY], {"b": "2", "a": "1"}, "a/b", CHILD)
    assert list(json.loads(built.raw)) == [
        "schemaVersion",
        "mediaType",
        "artifactType",
        "manifests",
        "subject",
        "annotations",
    ]
    assert built.annotations == {"a": "1", "b": "2"}
    assert built.artifact_type == "a/b"
    assert built.subject == CHILD
    assert built.manifests == [CHILD, EMPTY]


def test_everything_of_an_image():
    built = build_image_manifest(CONFIG, [LAYER, LAYER], {"a": "1"}, "a/b", CHILD)
    assert list(json.loads(built.raw)) == [
        "schemaVersion",
        "mediaType",
        "artifactType",
        "config",
        "layers",
        "subject",
        "annotations",
    ]
    assert (built.config, built.layers, built.subject) == (CONFIG, [LAYER, LAYER], CHILD)
    assert (built.artifact_type, built.annotations) == ("a/b", {"a": "1"})


def test_the_same_parts_give_the_same_bytes():
    for build, parts in ((build_index, ([CHILD],)), (build_image_manifest, (CONFIG, [LAYER]))):
        assert build(*parts, {"a": "1", "b": "2"}).raw == build(*parts, {"b": "2", "a": "1"}).raw
        assert build(*parts, {}, None, None).raw == build(*parts).raw


def test_an_empty_index_is_an_index():
    assert build_index([]).manifests == []


def test_docker_types():
    assert build_index([CHILD], media_type=MediaType.DOCKER_INDEX).media_type == MediaType.DOCKER_INDEX
    docker = build_image_manifest(CONFIG, [LAYER], media_type=MediaType.DOCKER_MANIFEST)
    assert docker.media_type == MediaType.DOCKER_MANIFEST
    for more in ({"annotations": {"a": "1"}}, {"artifact_type": "a/b"}, {"subject": CHILD}):
        with pytest.raises(OptionError, match="no annotations"):
            build_index([CHILD], media_type=MediaType.DOCKER_INDEX, **more)
        with pytest.raises(OptionError, match="no annotations"):
            build_image_manifest(CONFIG, [], media_type=MediaType.DOCKER_MANIFEST, **more)


def test_types_of_something_else():
    with pytest.raises(OptionError, match="not the media type of an index"):
        build_index([CHILD], media_type=MediaType.OCI_MANIFEST)
    with pytest.raises(OptionError, match="not the media type of an image"):
        build_image_manifest(CONFIG, [], media_type=MediaType.OCI_INDEX)


def test_an_empty_config_needs_an_artifact_type():
    with pytest.raises(OptionError, match="needs an artifact type"):
        build_image_manifest(EMPTY, [LAYER])
    assert build_image_manifest(EMPTY, [LAYER], artifact_type="a/b").artifact_type == "a/b"


@pytest.mark.parametrize("annotations", [{"a": 1}, {"a": None}, {"a": "\ud800"}])
def test_annotations_that_are_no_texts(annotations):
    with pytest.raises(ManifestError):
        build_index([CHILD], annotations)
