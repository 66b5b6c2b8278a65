# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of an image, and what of it can be believed."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor, Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ManifestError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.image_config import (
    CONFIG_LIMIT,
    config_platform,
    read_config,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.memory_store import MemoryStore

ARTIFACT = "application/vnd.example.config.v1"


def read(data, media_type=MediaType.OCI_CONFIG):
    store = MemoryStore()
    manifest = build_image_manifest(store.hold(data, media_type), [], artifact_type="application/vnd.example")
    return read_config(store, manifest), store


def test_configuration_is_read_once():
    config, store = read(b'{"os":"linux","created":"2026-01-01T00:00:00Z"}')
    assert config == {"os": "linux", "created": "2026-01-01T00:00:00Z"}
    assert len(store.done("source")) == 1


def test_configuration_that_the_manifest_carries_is_not_fetched():
    store = MemoryStore()
    config = Descriptor(MediaType.OCI_EMPTY, Digest.of(b"{}"), 2, data=b"{}")
    assert read_config(store, build_image_manifest(config, [], artifact_type="application/vnd.example")) == {}
    assert store.log == []


def test_index_has_no_configuration():
    assert read_config(MemoryStore(), build_index([])) is None


@pytest.mark.parametrize("data", [b"", b"\xff\x00", b"{", b"[" * 100_000])
def test_configuration_that_is_no_json(data):
    assert read(data, ARTIFACT)[0] is None
    for media_type in (MediaType.OCI_CONFIG, MediaType.DOCKER_CONFIG, "application/vnd.example+json"):
        with pytest.raises(ManifestError, match=f"the configuration {Digest.of(data)} of memory/app:.* is not JSON"):
            read(data, media_type)


def test_configuration_that_is_too_large_is_not_fetched():
    store = MemoryStore()
    config = Descriptor(MediaType.OCI_CONFIG, Digest.of(b"{}"), CONFIG_LIMIT + 1)
    with pytest.raises(ManifestError, match="has 8388609 bytes: more than 8388608 are not read"):
        read_config(store, build_image_manifest(config, []))
    assert store.log == []


def test_configuration_is_verified():
    store = MemoryStore()
    manifest = build_image_manifest(store.hold(b"{}", MediaType.OCI_CONFIG), [])
    store.blobs[Digest.of(b"{}")] = b"[]"
    with pytest.raises(VerificationError):
        read_config(store, manifest)


@pytest.mark.parametrize(
    ("config", "platform"),
    [
        ({"os": "linux", "architecture": "amd64"}, Platform("linux", "amd64")),
        ({"os": "linux", "architecture": "arm", "variant": "v7"}, Platform("linux", "arm", "v7")),
        (
            {"os": "windows", "architecture": "amd64", "os.version": "10.0.17763.1"},
            Platform("windows", "amd64", None, "10.0.17763.1"),
        ),
        ({"os": "linux"}, None),
        ({"architecture": "amd64"}, None),
        ({"os": "", "architecture": ""}, None),
        ({"os": 5, "architecture": "amd64"}, None),
        ({"os": "linux", "architecture": "arm", "variant": ["v7"]}, None),
        ({}, None),
        (None, None),
        ([], None),
        ("linux", None),
    ],
)
def test_platform_of_a_configuration(config, platform):
    assert config_platform(config) == platform
