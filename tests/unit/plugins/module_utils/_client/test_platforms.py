# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ManifestError, PlatformError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.platforms import Platform
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/arm64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64/v8"),
        ("linux/arm64/8", "linux/arm64/v8"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7"),
        ("linux/arm/7x", "linux/arm/7x"),
        ("Linux/AMD64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("linux/x86-64/v3", "linux/amd64/v3"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/armhf", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6"),
        ("linux/armhf/v6", "linux/arm/v6"),
        ("linux/i386", "linux/386"),
        ("linux/mips64le/softfloat", "linux/mips64le/softfloat"),
        ("macos/arm64", "darwin/arm64"),
        ("wasip1/wasm", "wasip1/wasm"),
        ("windows/amd64:10.0.17763.1", "windows/amd64:10.0.17763.1"),
        ("windows/arm64/v8:10.0.1", "windows/arm64/v8:10.0.1"),
    ],
)
def test_parse(text, shown):
    platform = Platform.parse(text)
    assert str(platform) == shown
    assert Platform.parse(shown) == platform
    assert Platform.from_json(platform.to_json()) == platform
    assert platform.matches(platform)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "linux",
        "amd64",
        "linux/",
        "/amd64",
        "linux//v8",
        "linux/arm/",
        "linux/arm/v7/x",
        "linux/amd64\n",
        " linux/amd64",
        "linux amd64",
        "linux/amd64:",
        "linux/\u0430md64",
        "linux/amd64,linux/arm64",
        "a" * 100 + "/amd64",
        "a/" * 10**6,
        None,
        5,
        ["linux/amd64"],
    ],
)
def test_malformed_platforms_are_refused(text):
    with pytest.raises(PlatformError, match="os/architecture") as caught:
        Platform.parse(text)
    assert isinstance(caught.value, ValueError)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("wanted", "there", "matches"),
    [
        ("linux/amd64", "linux/amd64", True),
        ("linux/amd64", "linux/amd64/v3", True),
        ("linux/amd64", "linux/arm64", False),
        ("linux/amd64", "windows/amd64", False),
        ("linux/amd64/v3", "linux/amd64", False),
        ("linux/amd64/v1", "linux/amd64", True),
        ("linux/arm64", "linux/arm64/v8", True),
        ("linux/arm64/v8", "linux/arm64", True),
        ("linux/arm64/v9", "linux/arm64", False),
        ("linux/arm", "linux/arm/v6", True),
        ("linux/arm/v7", "linux/arm", True),
        ("linux/arm/v6", "linux/arm", False),
        ("linux/arm/v7", "linux/arm/v6", False),
        ("linux/ppc64le", "linux/ppc64le", True),
        ("linux/ppc64le/power8", "linux/ppc64le", False),
        ("windows/amd64", "windows/amd64:10.0.17763.1", True),
        ("windows/amd64:10.0.17763", "windows/amd64:10.0.17763.1", True),
        ("windows/amd64:10.0.1776", "windows/amd64:10.0.17763.1", False),
        ("windows/amd64:10.0.17763.1", "windows/amd64", False),
    ],
)
def test_matches(wanted, there, matches):
    assert Platform.parse(wanted).matches(Platform.parse(there)) is matches


@pytest.mark.parametrize(
    "there",
    [Platform("linux", "aarch64"), Platform("linux", "arm64", "8"), Platform("Linux", "ARM64", "V8")],
)
def test_an_index_may_spell_platforms_otherwise(there):
    assert Platform.parse("linux/arm64/v8").matches(there)


def test_features_that_are_wanted_must_be_there():
    wanted = Platform("windows", "amd64", os_features=("win32k",))
    assert not wanted.matches(Platform("windows", "amd64"))
    assert wanted.matches(Platform("windows", "amd64", os_features=("other", "win32k")))
    assert Platform("windows", "amd64").matches(wanted)


def test_json_has_only_what_is_set():
    assert Platform("linux", "amd64").to_json() == {"architecture": "amd64", "os": "linux"}
    full = Platform("windows", "arm64", "v8", "10.0.1", ("win32k",))
    assert full.to_json() == {
        "architecture": "arm64",
        "os": "windows",
        "os.version": "10.0.1",
        "os.features": ["win32k"],
        "variant": "v8",
    }
    assert Platform.from_json(full.to_json()) == full


def test_nulls_and_empty_texts_in_json_are_absent():
    obj = {
        "os": "linux",
        "architecture": "arm",
        "variant": "",
        "os.version": None,
        "os.features": None,
        "features": [1],
    }
    assert Platform.from_json(obj) == Platform("linux", "arm")


def test_unknown_is_known():
    assert Platform.from_json({"os": "unknown", "architecture": "unknown"}).is_unknown
    assert not Platform("linux", "unknown").is_unknown


@pytest.mark.parametrize(
    "obj",
    [
        None,
        "linux/amd64",
        [],
        {"os": 5, "architecture": "amd64"},
        {"os": "linux", "architecture": ["amd64"]},
        {"os": "linux", "architecture": "amd64", "variant": {}},
        {"os": "linux", "architecture": "amd64", "os.version": 10.0},
        {"os": "linux", "architecture": "amd64", "os.features": "win32k"},
        {"os": "linux", "architecture": "amd64", "os.features": [5]},
    ],
)
def test_json_that_is_no_platform(obj):
    with pytest.raises(ManifestError):
        Platform.from_json(obj)


@given(st.text(max_size=60))
def test_any_text_is_a_platform_or_a_platform_error(text):
    try:
        platform = Platform.parse(text)
    except PlatformError:
        return
    assert Platform.parse(str(platform)) == platform
