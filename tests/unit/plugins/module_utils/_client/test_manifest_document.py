# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ManifestError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    MANIFEST_LIMIT,
    parse_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.platforms import Platform
from hypothesis import given
from hypothesis import strategies as st


def descriptor(content, media_type=MediaType.OCI_LAYER_GZIP, **more):
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    return {"mediaType": media_type, "digest": digest, "size": len(content), **more}


CONFIG = descriptor(b"config", MediaType.OCI_CONFIG)
IMAGE = {"schemaVersion": 2, "config": CONFIG, "layers": [descriptor(b"one"), descriptor(b"two")]}
INDEX = {
    "schemaVersion": 2,
    "manifests": [
        descriptor(b"m1", MediaType.OCI_MANIFEST, platform={"os": "linux", "architecture": "amd64"}),
        descriptor(b"m2", MediaType.OCI_MANIFEST, platform={"os": "linux", "architecture": "arm64", "variant": "v8"}),
    ],
}
ARTIFACT = {"mediaType": MediaType.OCI_ARTIFACT_MANIFEST, "artifactType": "a/b", "blobs": [descriptor(b"one")]}


def dump(document, **more):
    return json.dumps({**document, **more}, indent=3).encode()


def parse(document, media_type=None, digest=None, **more):
    return parse_manifest(dump(document, **more), media_type, digest)


def test_an_image():
    raw = dump(
        IMAGE,
        mediaType=MediaType.OCI_MANIFEST,
        artifactType="application/vnd.example",
        subject=descriptor(b"subject", MediaType.OCI_MANIFEST),
        annotations={"a": "1"},
    )
    manifest = parse_manifest(raw, MediaType.OCI_MANIFEST)
    assert manifest.raw == raw
    assert manifest.size == len(raw)
    assert manifest.digest == "sha256:" + hashlib.sha256(raw).hexdigest()
    assert manifest.media_type == MediaType.OCI_MANIFEST
    assert not manifest.is_index
    assert manifest.config.to_json() == CONFIG
    assert [layer.size for layer in manifest.layers] == [3, 3]
    assert [blob.to_json() for blob in manifest.blobs] == [CONFIG, *IMAGE["layers"]]
    assert manifest.manifests == []
    assert manifest.subject.digest == Digest.of(b"subject")
    assert manifest.artifact_type == "application/vnd.example"
    assert manifest.annotations == {"a": "1"}
    assert manifest.data == json.loads(raw)


def test_an_index():
    manifest = parse(INDEX, mediaType=MediaType.OCI_INDEX)
    assert manifest.is_index
    assert [str(child.platform) for child in manifest.manifests] == ["linux/amd64", "linux/arm64/v8"]
    assert (manifest.config, manifest.layers, manifest.blobs, manifest.subject) == (None, [], [], None)
    assert manifest.artifact_type is None
    assert manifest.annotations == {}


def test_an_artifact_manifest_of_the_release_candidates():
    manifest = parse(ARTIFACT)
    assert manifest.media_type == MediaType.OCI_ARTIFACT_MANIFEST
    assert manifest.config is None
    assert [blob.digest for blob in manifest.blobs] == [Digest.of(b"one")]
    assert manifest.artifact_type == "a/b"


def test_without_artifact_type_it_is_that_of_the_config():
    assert parse(IMAGE).artifact_type == MediaType.OCI_CONFIG


def test_blobs_are_there_once_each_and_foreign_ones_too():
    foreign = descriptor(b"windows", MediaType.DOCKER_FOREIGN_LAYER, urls=["https://mcr/x"])
    layers = [descriptor(b"one"), foreign, descriptor(b"one"), descriptor(b"config")]
    manifest = parse(IMAGE, layers=layers)
    assert len(manifest.layers) == 4
    assert [blob.digest for blob in manifest.blobs] == [CONFIG["digest"], layers[0]["digest"], foreign["digest"]]
    assert [blob.is_foreign for blob in manifest.blobs] == [False, False, True]


def test_a_null_list_is_an_empty_one():
    assert parse(IMAGE, layers=None).layers == []
    assert parse(INDEX, manifests=None).manifests == []
    assert parse(IMAGE, manifests=None).config is not None
    assert parse(INDEX, config=None, layers=None).is_index


def test_its_descriptor():
    manifest = parse(IMAGE)
    own = manifest.descriptor(Platform("linux", "amd64"))
    assert (own.media_type, own.digest, own.size) == (MediaType.OCI_MANIFEST, manifest.digest, manifest.size)
    assert own.platform == Platform("linux", "amd64")
    assert manifest.descriptor().platform is None


def test_manifests_are_values():
    assert parse(IMAGE) == parse(IMAGE)
    assert len({parse(IMAGE), parse(IMAGE), parse(INDEX)}) == 2
    assert "config" not in repr(parse(IMAGE))


@pytest.mark.parametrize(
    ("document", "inside", "header", "expected"),
    [
        (IMAGE, MediaType.OCI_MANIFEST, MediaType.OCI_MANIFEST, MediaType.OCI_MANIFEST),
        (IMAGE, MediaType.OCI_MANIFEST, None, MediaType.OCI_MANIFEST),
        (IMAGE, MediaType.OCI_MANIFEST, "application/json", MediaType.OCI_MANIFEST),
        (IMAGE, MediaType.DOCKER_MANIFEST, "text/plain; charset=utf-8", MediaType.DOCKER_MANIFEST),
        (IMAGE, None, MediaType.OCI_MANIFEST + "; charset=utf-8", MediaType.OCI_MANIFEST),
        (IMAGE, None, MediaType.DOCKER_MANIFEST.upper(), MediaType.DOCKER_MANIFEST),
        (IMAGE, None, "application/octet-stream", MediaType.OCI_MANIFEST),
        (IMAGE, None, "", MediaType.OCI_MANIFEST),
        (IMAGE, None, None, MediaType.OCI_MANIFEST),
        (IMAGE, "", None, MediaType.OCI_MANIFEST),
        ({**IMAGE, "config": {**CONFIG, "mediaType": MediaType.DOCKER_CONFIG}}, None, None, MediaType.DOCKER_MANIFEST),
        (INDEX, MediaType.DOCKER_INDEX, None, MediaType.DOCKER_INDEX),
        (INDEX, None, MediaType.DOCKER_INDEX, MediaType.DOCKER_INDEX),
        (INDEX, None, None, MediaType.OCI_INDEX),
    ],
)
def test_which_type_counts(document, inside, header, expected):
    more = {} if inside is None else {"mediaType": inside}
    assert parse(document, header, **more).media_type == expected


@pytest.mark.parametrize(
    ("document", "header", "words"),
    [
        # types that contradict each other
        ({**IMAGE, "mediaType": MediaType.OCI_MANIFEST}, MediaType.OCI_INDEX, "the registry says"),
        ({**IMAGE, "mediaType": MediaType.OCI_MANIFEST}, MediaType.DOCKER_MANIFEST, "the registry says"),
        ({**INDEX, "mediaType": MediaType.OCI_INDEX}, MediaType.OCI_MANIFEST, "the registry says"),
        ({**IMAGE, "mediaType": MediaType.OCI_MANIFEST}, MediaType.DOCKER_SCHEMA1, "the registry says"),
        # a type that contradicts the shape
        (IMAGE, MediaType.OCI_INDEX, "has no manifests"),
        (INDEX, MediaType.OCI_MANIFEST, "has no config"),
        ({**INDEX, "mediaType": MediaType.OCI_MANIFEST}, None, "has no config"),
        ({**IMAGE, **INDEX}, None, "but has manifests"),
        ({**IMAGE, **INDEX}, MediaType.OCI_INDEX, "but has config"),
        ({**IMAGE, **INDEX}, MediaType.OCI_MANIFEST, "but has manifests"),
        ({**INDEX, "layers": []}, None, "but has layers"),
        ({**IMAGE, "fsLayers": []}, None, "but has fsLayers"),
        ({**ARTIFACT, "config": CONFIG}, None, "but has config"),
        # no manifest at all
        ({}, None, "neither a manifest nor an index"),
        ({"schemaVersion": 2}, None, "neither"),
        ({"schemaVersion": 2, "layers": []}, None, "neither"),
        ({"errors": []}, "application/json", "neither"),
        ({**IMAGE, "mediaType": "application/vnd.example+json"}, None, "vnd.example"),
        ({**IMAGE, "mediaType": MediaType.OCI_CONFIG}, None, "neither"),
        ({**IMAGE, "mediaType": 5}, None, "mediaType that is no text"),
        ({**IMAGE, "config": None}, None, "neither"),
        ({**IMAGE, "config": None}, MediaType.OCI_MANIFEST, "null as its config"),
        ({**IMAGE, "config": []}, None, "descriptor"),
        ({**IMAGE, "layers": {}}, None, "layers that are no list"),
        ({**IMAGE, "layers": [None]}, None, "descriptor"),
        ({**INDEX, "manifests": "x"}, None, "manifests that are no list"),
        ({**INDEX, "manifests": [5]}, None, "descriptor"),
        ({**IMAGE, "subject": "x"}, None, "descriptor"),
        ({**IMAGE, "annotations": {"a": 1}}, None, "annotations"),
        ({**IMAGE, "artifactType": 1}, None, "artifactType"),
        # schema versions
        ({key: IMAGE[key] for key in ("config", "layers")}, None, "has no schemaVersion"),
        ({**IMAGE, "schemaVersion": 3}, None, "schemaVersion"),
        ({**IMAGE, "schemaVersion": "2"}, None, "schemaVersion"),
        ({**IMAGE, "schemaVersion": 2.0}, None, "schemaVersion"),
        ({**INDEX, "schemaVersion": None}, None, "schemaVersion"),
        # one digest, two sizes
        ({**IMAGE, "layers": [descriptor(b"one"), {**descriptor(b"one"), "size": 4}]}, None, "two sizes"),
        ({**IMAGE, "layers": [{**CONFIG, "size": 4}]}, None, "two sizes"),
    ],
)
def test_what_cannot_be_trusted_is_refused(document, header, words):
    with pytest.raises(ManifestError, match=words):
        parse(document, header)


@pytest.mark.parametrize(
    ("document", "header"),
    [
        ({"schemaVersion": 1, "name": "x", "tag": "y", "fsLayers": [], "history": []}, None),
        ({"schemaVersion": 1, "fsLayers": []}, MediaType.DOCKER_SCHEMA1_SIGNED),
        ({"schemaVersion": 1, "mediaType": MediaType.DOCKER_SCHEMA1}, "application/json"),
        ({"fsLayers": []}, MediaType.DOCKER_SCHEMA1_SIGNED + "; charset=utf-8"),
    ],
)
def test_schema_1_is_told_apart(document, header):
    with pytest.raises(ManifestError, match="schema 1, which .* cannot be read"):
        parse(document, header)


def test_schema_1_is_told_apart_though_its_digest_is_that_of_its_signed_part():
    raw = dump({"schemaVersion": 1, "fsLayers": [], "signatures": []})
    with pytest.raises(ManifestError, match="schema 1, which .* cannot be read"):
        parse_manifest(raw, MediaType.DOCKER_SCHEMA1_SIGNED, Digest.of(b"without signatures"))


def test_the_digest_asked_for_is_verified_and_its_algorithm_kept():
    raw = dump(IMAGE)
    for algorithm in ("sha256", "sha512"):
        digest = Digest.of(raw, algorithm)
        assert parse_manifest(raw, None, digest).digest == digest
        with pytest.raises(VerificationError, match="expected " + digest):
            parse_manifest(raw + b" ", None, digest)


def test_the_digest_is_checked_before_the_bytes_are_read():
    with pytest.raises(VerificationError):
        parse_manifest(b"[", None, Digest.of(b"x"))


def test_too_large():
    raw = dump(IMAGE)
    assert parse_manifest(raw + b" " * (MANIFEST_LIMIT - len(raw))).config is not None
    with pytest.raises(ManifestError, match="more than the 4194304"):
        parse_manifest(raw + b" " * (MANIFEST_LIMIT - len(raw) + 1))


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"<html>", b"\xff", b'{"config":1,"config":2}', b"[" * 10**6])
def test_what_is_no_json_object_is_refused(raw):
    with pytest.raises(ManifestError, match="^The manifest is"):
        parse_manifest(raw)


keys = [
    "schemaVersion",
    "mediaType",
    "config",
    "layers",
    "manifests",
    "blobs",
    "subject",
    "annotations",
    "artifactType",
]
values = st.recursive(
    st.one_of(
        st.none(),
        st.integers(0, 3),
        st.text(max_size=5),
        st.sampled_from(sorted(MediaType.MANIFESTS | MediaType.SCHEMA1)),
        st.just(CONFIG),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(keys), inner, max_size=3)),
    max_leaves=8,
)


@given(
    st.sampled_from([IMAGE, INDEX, ARTIFACT, {}]),
    st.dictionaries(st.sampled_from(keys), values, max_size=4),
    st.one_of(st.none(), st.text(max_size=10), st.sampled_from(sorted(MediaType.MANIFESTS | MediaType.SCHEMA1))),
)
def test_any_document_is_read_whole_or_refused(document, change, header):
    raw = dump(document, **change)
    try:
        manifest = parse_manifest(raw, header)
    except ManifestError:
        return
    assert manifest.media_type in MediaType.MANIFESTS
    assert not (manifest.manifests and manifest.blobs)
    assert manifest.is_index == (manifest.config is None and manifest.media_type != MediaType.OCI_ARTIFACT_MANIFEST)
    assert manifest.raw == raw
