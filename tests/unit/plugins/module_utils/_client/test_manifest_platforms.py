# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ManifestError, PlatformError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    available_platforms,
    filter_platforms,
    parse_manifest,
    select_platform,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.platforms import Platform
from hypothesis import given
from hypothesis import strategies as st


def child(name, platform=None, **more):
    digest = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    descriptor = {"mediaType": MediaType.OCI_MANIFEST, "size": 100, "digest": digest, **more}
    return descriptor if platform is None else {**descriptor, "platform": Platform.parse(platform).to_json()}


def attestation(name, of):
    annotations = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": child(of)["digest"],
    }
    return child(name, "unknown/unknown", annotations=annotations)


def index(*children, **more):
    document = {"schemaVersion": 2, "mediaType": MediaType.OCI_INDEX, "manifests": list(children), **more}
    return parse_manifest(json.dumps(document, indent=1).encode())


def platforms(*names):
    return [Platform.parse(name) for name in names]


MANY = index(
    child("amd64", "linux/amd64", future={"kept": [1]}),
    child("arm64", "linux/arm64/v8"),
    child("armv6", "linux/arm/v6"),
    child("armv7", "linux/arm/v7"),
    child("plain"),
    attestation("about amd64", "amd64"),
    attestation("about arm64", "arm64"),
    annotations={"z": "1", "a": "2"},
    artifactType="application/vnd.example",
    future=True,
)


def names_of(manifest):
    known = {child(name)["digest"]: name for name in ["amd64", "arm64", "armv6", "armv7", "plain"]}
    known.update({child(name)["digest"]: name for name in ["about amd64", "about arm64"]})
    return [known[descriptor.digest] for descriptor in manifest.manifests]


def test_available_platforms():
    assert [str(platform) for platform in available_platforms(MANY)] == [
        "linux/amd64",
        "linux/arm64/v8",
        "linux/arm/v6",
        "linux/arm/v7",
    ]
    assert available_platforms(index()) == []
    assert len(available_platforms(index(child("a", "linux/amd64"), child("b", "linux/amd64")))) == 1


@pytest.mark.parametrize(
    ("children", "wanted", "selected"),
    [
        (["linux/amd64", "linux/arm64"], "linux/arm64", "linux/arm64"),
        (["linux/amd64/v3", "linux/amd64"], "linux/amd64", "linux/amd64"),
        (["linux/amd64/v3", "linux/amd64/v2"], "linux/amd64", "linux/amd64/v3"),
        (["linux/amd64/v3", "linux/amd64/v1"], "linux/amd64", "linux/amd64/v1"),
        (["linux/amd64", "linux/amd64/v3"], "linux/amd64/v3", "linux/amd64/v3"),
        (["linux/arm/v6", "linux/arm/v7", "linux/arm/v5"], "linux/arm", "linux/arm/v7"),
        (["linux/arm/v6", "linux/arm/v5"], "linux/arm", "linux/arm/v6"),
        (["linux/arm64", "linux/arm64/v8"], "linux/arm64/v8", "linux/arm64/v8"),
        (["linux/arm64"], "linux/arm64/v8", "linux/arm64"),
        (["windows/amd64:10.0.1.2", "windows/amd64:10.0.2.1"], "windows/amd64", "windows/amd64:10.0.1.2"),
        (["windows/amd64:10.0.1.2", "windows/amd64:10.0.2.1"], "windows/amd64:10.0.2", "windows/amd64:10.0.2.1"),
    ],
)
def test_select_platform(children, wanted, selected):
    source = index(*(child(name, name) for name in children))
    assert select_platform(source, Platform.parse(wanted)).digest == child(selected)["digest"]


def test_the_first_of_equals_is_selected():
    source = index(child("a", "linux/amd64"), child("b", "linux/amd64"))
    assert select_platform(source, Platform.parse("linux/amd64")).digest == child("a")["digest"]


def test_a_platform_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(PlatformError) as caught:
        select_platform(MANY, Platform.parse("linux/s390x"))
    assert "linux/s390x is not in the image" in str(caught.value)
    assert "there is: linux/amd64, linux/arm64/v8, linux/arm/v6, linux/arm/v7" in str(caught.value)
    assert caught.value.category == "not_found"
    with pytest.raises(PlatformError, match="there is: none"):
        select_platform(index(child("plain")), Platform.parse("linux/amd64"))
    with pytest.raises(PlatformError, match="linux/s390x, linux/386 is not"):
        filter_platforms(MANY, platforms("linux/amd64", "linux/s390x", "linux/386"))


def test_an_image_has_no_platforms_to_choose_from():
    config = {"mediaType": MediaType.OCI_CONFIG, "digest": Digest.of(b""), "size": 0}
    image = parse_manifest(json.dumps({"schemaVersion": 2, "config": config, "layers": []}).encode())
    for choose in (
        lambda: select_platform(image, Platform.parse("linux/amd64")),
        lambda: filter_platforms(image, platforms("a/b")),
    ):
        with pytest.raises(ManifestError, match="for one platform"):
            choose()


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (["linux/amd64"], ["amd64", "about amd64"]),
        (["linux/arm64"], ["arm64", "about arm64"]),
        (["linux/arm64", "linux/amd64"], ["amd64", "arm64", "about amd64", "about arm64"]),
        (["linux/arm"], ["armv6", "armv7"]),
        (["linux/arm/v7", "linux/arm/v7"], ["armv7"]),
    ],
)
def test_filter_platforms(wanted, kept):
    filtered = filter_platforms(MANY, platforms(*wanted))
    assert names_of(filtered) == kept
    assert filtered.media_type == MediaType.OCI_INDEX
    assert filtered.artifact_type == "application/vnd.example"
    assert filtered.annotations == {"z": "1", "a": "2"}
    assert list(filtered.data) == list(MANY.data)
    originals = {entry["digest"]: entry for entry in MANY.data["manifests"]}
    assert all(entry == originals[entry["digest"]] for entry in filtered.data["manifests"])
    assert filtered.raw == filter_platforms(MANY, platforms(*wanted)).raw
    assert b" " not in filtered.raw


def test_when_nothing_is_dropped_the_bytes_stay():
    source = index(child("amd64", "linux/amd64"), attestation("about amd64", "amd64"))
    assert filter_platforms(source, platforms("linux/amd64")) is source
    assert filter_platforms(MANY, []) is MANY


def test_type_and_algorithm_stay():
    document = {
        "schemaVersion": 2,
        "mediaType": MediaType.DOCKER_INDEX,
        "manifests": [child("a", "linux/amd64"), child("b", "linux/arm64")],
    }
    raw = json.dumps(document).encode()
    filtered = filter_platforms(parse_manifest(raw, None, Digest.of(raw, "sha512")), platforms("linux/amd64"))
    assert filtered.media_type == MediaType.DOCKER_INDEX
    assert filtered.digest == Digest.of(filtered.raw, "sha512")


some = ["linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7", "linux/s390x"]


@given(
    st.lists(st.sampled_from(some), unique=True),
    st.lists(st.sampled_from([*some, "linux/arm", "linux/arm64/v8"]), min_size=1, max_size=4),
)
def test_filtering_keeps_exactly_what_matches(there, wanted):
    source = index(*(child(name, name) for name in there))
    wishes = platforms(*wanted)
    expected = [name for name in there if any(wish.matches(Platform.parse(name)) for wish in wishes)]
    if any(not any(wish.matches(Platform.parse(name)) for name in there) for wish in wishes):
        with pytest.raises(PlatformError):
            filter_platforms(source, wishes)
        return
    filtered = filter_platforms(source, wishes)
    assert [str(entry.platform) for entry in filtered.manifests] == expected
    assert filter_platforms(filtered, wishes) is filtered
    assert all(select_platform(filtered, wish) in filtered.manifests for wish in wishes)
