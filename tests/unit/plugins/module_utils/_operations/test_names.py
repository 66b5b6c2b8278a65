# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From option texts to references."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError, ReferenceError_
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names


@pytest.mark.parametrize("prefix", ["", "docker://", "  docker://"])
def test_the_prefix_of_skopeo_is_taken_off(prefix: str) -> None:
    assert str(_names.image(prefix + "registry.example.com/team/app:v1")) == "registry.example.com/team/app:v1"
    assert _names.repository(prefix + "registry.example.com/team/app").repository == "team/app"
    assert _names.registry(prefix + "registry.example.com") == "registry.example.com"


def test_an_image_without_version_is_latest() -> None:
    assert _names.image("registry.example.com/team/app").tag == "latest"


@pytest.mark.parametrize(
    "text, words",
    [
        ("sha256:" + "a" * 64, "is a digest, not a tag"),
        ("team/app:v1", "is a reference, not a tag"),
        ("app@sha256:" + "a" * 64, "is a reference, not a tag"),
        (":v1", "is a reference, not a tag"),
        ("-v1", "malformed"),
        ("v 1", "malformed"),
        ("", "empty"),
        ("v" * 129, "too long"),
    ],
)
def test_what_is_no_tag_is_told_apart(text: str, words: str) -> None:
    with pytest.raises(ReferenceError_, match=words):
        _names.tag(text)


def test_all_that_is_wrong_is_told_at_once_with_the_option() -> None:
    with pytest.raises(OptionError) as caught:
        _names.parse_all("tags", ["v1", "a b", "x/y"], _names.tag)
    message = str(caught.value)
    assert message.startswith("option tags: ")
    assert "a b" in message
    assert "x/y" in message
    assert "v1," not in message


def test_a_list_keeps_its_order_and_each_only_once() -> None:
    assert _names.parse_all("tags", ["b", "a", "b"], _names.tag) == ["b", "a"]
    same = ["registry.example.com/app", "docker://registry.example.com/app:latest", "REGISTRY.example.com/app"]
    assert [str(name) for name in _names.parse_all("names", same, _names.image)] == ["registry.example.com/app:latest"]


def test_an_empty_list_is_nothing_to_do() -> None:
    assert _names.parse_all("tags", [], _names.tag) == []


def test_an_entry_that_is_wrong_is_told_by_its_number_with_all_others() -> None:
    entries = [{"tag": "v1"}, {"tag": "a b"}, {"tag": "x/y"}]
    with pytest.raises(OptionError, match=r"option images: image 2: .*a b.*; image 3: .*x/y"):
        _names.parse_entries("images", "image", entries, lambda entry: _names.tag(entry["tag"]))
    assert _names.parse_entries("images", "image", entries[:1], lambda entry: _names.tag(entry["tag"])) == ["v1"]


def test_an_option_that_is_left_out_is_not_parsed() -> None:
    assert _names.parse_optional("tag", None, _names.tag) is None
    assert _names.parse_optional("tag", "v1", _names.tag) == "v1"
    with pytest.raises(OptionError, match="option tag: "):
        _names.parse_optional("tag", "", _names.tag)


def test_one_or_many() -> None:
    def parse(options: dict) -> list:
        return [str(name) for name in _names.one_or_many("name", "names", options, _names.image)]

    assert parse({"name": "h.example/a:1", "names": None}) == ["h.example/a:1"]
    assert parse({"name": None, "names": ["h.example/a:1", "h.example/b:2"]}) == ["h.example/a:1", "h.example/b:2"]
    with pytest.raises(OptionError, match="^option name: "):
        parse({"name": "H/A:1", "names": None})
