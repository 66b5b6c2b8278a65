# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which image of a layout a name means."""

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ArchiveError, RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout_index import (
    CONTAINERD_NAME,
    LayoutIndex,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import image

ONE, TWO = image(b"1").manifest, image(b"2").manifest
SIGNATURE = image(b"s", subject=ONE, artifact_type="application/x.sig").manifest
COSIGN = f"sha256-{ONE.digest.encoded}.sig"


def entry(manifest: Manifest, **annotations):
    return {**manifest.descriptor().to_json(), "annotations": annotations}


def parsed(*entries):
    return LayoutIndex.parse(json.dumps({"manifests": list(entries)}).encode(), "it")


def found(index, name=""):
    descriptor = index.find(name, "it")
    return descriptor.digest if descriptor is not None else None


def test_a_name_is_found_and_another_is_not():
    index = LayoutIndex().put("v1", ONE.descriptor()).put("v2", TWO.descriptor())
    assert (found(index, "v1"), found(index, "v2"), found(index, "v3")) == (ONE.digest, TWO.digest, None)


def test_no_name_is_the_only_image_there_is():
    assert found(LayoutIndex()) is None
    assert found(LayoutIndex().put("v1", ONE.descriptor())) == ONE.digest
    with pytest.raises(ArchiveError, match="holds 2 images that this can mean; name one of: v1, v2"):
        found(LayoutIndex().put("v1", ONE.descriptor()).put("v2", TWO.descriptor()))


def test_one_image_under_two_names_is_one_image():
    assert found(LayoutIndex().put("v1", ONE.descriptor()).put("v2", ONE.descriptor())) == ONE.digest


@pytest.mark.parametrize("name", ["", "v1"])
def test_what_is_attached_to_an_image_is_not_meant_by_no_name(name):
    index = LayoutIndex().add_referrer(SIGNATURE.referrer()).put(COSIGN, TWO.descriptor()).put(name, ONE.descriptor())
    assert found(index) == ONE.digest


def test_an_artifact_that_is_alone_is_meant():
    assert found(LayoutIndex().add_referrer(SIGNATURE.referrer())) == SIGNATURE.digest


def test_an_image_without_name_takes_the_place_of_the_one_without_name_only():
    index = LayoutIndex().put("v1", ONE.descriptor()).add_referrer(SIGNATURE.referrer())
    index = index.put("", ONE.descriptor()).put("", TWO.descriptor())
    assert [one.digest for one in index.descriptors] == [ONE.digest, SIGNATURE.digest, TWO.digest]
    assert found(index) == TWO.digest


def test_a_name_moves():
    index = LayoutIndex().put("v1", ONE.descriptor()).put("v1", TWO.descriptor())
    assert [one.digest for one in index.descriptors] == [TWO.digest]


def test_docker_tells_the_tag_and_beside_it_the_full_name():
    kept = {"org.opencontainers.image.ref.name": "7", CONTAINERD_NAME: "docker.io/library/redis:7"}
    index = parsed(entry(ONE, **kept), entry(TWO, **{**kept, CONTAINERD_NAME: "docker.io/library/valkey:7"}))
    assert found(index, "redis:7") == found(index, "docker.io/library/redis:7") == ONE.digest
    assert found(index, "valkey:7") == TWO.digest
    assert index.docker_names() == ["redis:7", "valkey:7"]
    with pytest.raises(ArchiveError, match="2 images"):
        found(index, "7")
    assert [one.digest for one in index.put("redis:7", TWO.descriptor()).descriptors] == [TWO.digest, TWO.digest]


def test_a_full_name_that_is_none_is_left_aside():
    index = parsed(entry(ONE, **{CONTAINERD_NAME: "NOT a name@x", "org.opencontainers.image.ref.name": "v1"}))
    assert (found(index, "v1"), found(index, "x")) == (ONE.digest, None)
    assert index.docker_names() == ["v1"]


def test_entries_that_are_not_ours_stay_as_they_are():
    theirs = {**entry(ONE, extra="kept"), "x-unknown": [1]}
    index = parsed(theirs).put("v2", TWO.descriptor())
    assert json.loads(index.dump())["manifests"][0] == theirs


def test_the_bytes_do_not_depend_on_the_order():
    puts = [("v1", ONE), ("v2", TWO), ("", TWO)]
    dumps = set()
    for order in (puts, puts[::-1], puts[1:] + puts[:1]):
        index = LayoutIndex()
        for name, manifest in order:
            index = index.put(name, manifest.descriptor())
        dumps.add(index.add_referrer(SIGNATURE.referrer()).dump())
    assert len(dumps) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"manifests":{}}',
        b'{"manifests":[null]}',
        b'{"manifests":[{"digest":"sha256:../../etc/passwd","size":1,"mediaType":"a"}]}',
        b'{"manifests":[],"manifests":[]}',
        json.dumps({"manifests": [{**entry(ONE), "size": -1}]}).encode(),
        json.dumps({"manifests": [{**entry(ONE), "digest": "md5:" + "a" * 32}]}).encode(),
        b"[" * 100_000,
    ],
)
def test_what_is_no_index_is_refused(raw):
    with pytest.raises(RegistryError):
        LayoutIndex.parse(raw, "it")


def test_a_digest_is_found_by_nobody_under_a_name():
    assert found(LayoutIndex().put("v1", ONE.descriptor()), Digest.of(b"x")) is None
