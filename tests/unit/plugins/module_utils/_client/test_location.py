# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of places, as skopeo's users write them."""

from __future__ import annotations

import os

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location


@pytest.mark.parametrize(
    ("text", "transport", "path", "name"),
    [
        ("oci:/srv/lay", "oci", "/srv/lay", ""),
        ("oci:/srv/lay:v1", "oci", "/srv/lay", "v1"),
        ("oci-archive:/m/b.tar:team/app:v1", "oci-archive", "/m/b.tar", "team/app:v1"),
        ("docker-archive:/m/d.tar:team/app", "docker-archive", "/m/d.tar", "team/app:latest"),
        ("docker-archive:/m/d.tar:docker.io/library/redis:7", "docker-archive", "/m/d.tar", "redis:7"),
        (" oci:lay/../other:v1 ", "oci", os.path.abspath("other"), "v1"),
    ],
)
def test_places_on_disk(text, transport, path, name):
    location = Location.parse(text)
    assert (location.transport, location.path, location.name) == (transport, path, name)
    assert location.version == name
    assert Location.parse(str(location)) == location


@pytest.mark.parametrize("text", ["docker://r.example/a:1", "r.example/a:1"])
def test_places_in_registries(text):
    location = Location.parse(text)
    assert str(location) == "r.example/a:1"
    assert location.version == "1"
    assert location.place == "r.example/a"


def test_a_registry_image_with_tag_and_digest_is_written_by_its_tag():
    digest = "sha256:" + "a" * 64
    assert Location.parse(f"r.example/a:1@{digest}").version == "1"
    assert Location.parse(f"r.example/a@{digest}").version == digest


@pytest.mark.parametrize(
    "text",
    [
        "oci:",
        "oci-archive::name",
        "dir:/x",
        "docker-daemon:app:v1",
        "oci:/x:two words",
        "oci:/x:" + "n" * 600,
        "docker-archive:/x:App",
        "docker-archive:/x:app@sha256:" + "a" * 64,
        "oci:/a\0b",
        "",
    ],
)
def test_places_that_are_none(text):
    with pytest.raises(RegistryError):
        Location.parse(text)
