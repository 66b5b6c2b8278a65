# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters and tests for references."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.regops.oci_registry.plugins.filter.familiar_name import familiar_name
from ansible_collections.regops.oci_registry.plugins.filter.format_reference import format_reference
from ansible_collections.regops.oci_registry.plugins.filter.parse_reference import parse_reference
from ansible_collections.regops.oci_registry.plugins.filter.version_sort_tags import version_sort_tags
from ansible_collections.regops.oci_registry.plugins.filter.with_digest import with_digest
from ansible_collections.regops.oci_registry.plugins.filter.with_tag import with_tag
from ansible_collections.regops.oci_registry.plugins.test.digest import digest
from ansible_collections.regops.oci_registry.plugins.test.image_reference import image_reference
from jinja2 import StrictUndefined, UndefinedError

DIGEST = "sha256:" + 64 * "a"
ALL = [familiar_name, format_reference, parse_reference, version_sort_tags, with_digest, with_tag]


class TestParseAndFormat:
    """Apart, and together again."""

    def test_a_short_name_is_taken_apart_in_its_full_form(self) -> None:
        assert parse_reference("redis:7") == {
            "registry": "docker.io",
            "repository": "library/redis",
            "tag": "7",
            "digest": None,
            "name": "docker.io/library/redis",
            "reference": "docker.io/library/redis:7",
        }

    def test_a_digest_is_plain_text(self) -> None:
        parsed = parse_reference(f"registry.example.com:5000/team/app@{DIGEST}")
        assert (parsed["tag"], parsed["digest"]) == (None, DIGEST)
        assert parsed["digest"].__class__ is str

    @pytest.mark.parametrize(
        "name",
        [
            "docker.io/library/redis:7",
            "registry.example.com:5000/team/app:v1",
            f"registry.example.com/team/app@{DIGEST}",
            f"localhost/app:v1@{DIGEST}",
            "[::1]:5000/app:v1",
        ],
    )
    def test_formatting_is_the_inverse(self, name: str) -> None:
        assert format_reference(parse_reference(name)) == name

    @pytest.mark.parametrize(
        ("parts", "name"),
        [
            ({"repository": "redis"}, "docker.io/library/redis"),
            ({"registry": "Registry.example.com", "repository": "a/b", "tag": "v1"}, "registry.example.com/a/b:v1"),
            ({"registry": None, "repository": "a/b", "digest": DIGEST}, f"docker.io/a/b@{DIGEST}"),
        ],
    )
    def test_parts_may_be_left_out(self, parts: dict[str, Any], name: str) -> None:
        assert format_reference(parts) == name

    @pytest.mark.parametrize(
        ("parts", "words"),
        [
            ("redis:7", "'redis:7'"),
            ({"registry": "docker.io"}, "has no repository"),
            ({"repository": "a", "colour": "red"}, "no colour"),
            ({"repository": "a:v1"}, "without a tag"),
            ({"repository": "a", "tag": 7.2}, "put it in quotes"),
            ({"repository": "a", "digest": "sha256:1"}, "sha256:1"),
            ({"registry": "intranet", "repository": "a"}, "intranet:443"),
            ({"registry": "https://a.example", "repository": "a"}, "leave out https://"),
        ],
    )
    def test_bad_parts_are_named(self, parts: Any, words: str) -> None:
        with pytest.raises(AnsibleFilterError, match="format_reference") as raised:
            format_reference(parts)
        assert words in str(raised.value)


class TestOthers:
    """One reference made from another."""

    def test_with_tag(self) -> None:
        assert with_tag(f"registry.example.com/app:v1@{DIGEST}", "v2") == "registry.example.com/app:v2"
        assert with_tag("redis", tag="8") == "docker.io/library/redis:8"

    def test_with_digest(self) -> None:
        assert with_digest("registry.example.com/app:v1", DIGEST) == f"registry.example.com/app@{DIGEST}"

    @pytest.mark.parametrize(
        ("name", "familiar"),
        [
            ("docker.io/library/redis:7", "redis:7"),
            ("docker.io/library/redis", "redis"),
            ("index.docker.io/team/app:v1", "team/app:v1"),
            ("registry.example.com/library/redis:7", "registry.example.com/library/redis:7"),
            (f"redis@{DIGEST}", f"redis@{DIGEST}"),
        ],
    )
    def test_familiar_names_are_docker_s(self, name: str, familiar: str) -> None:
        assert familiar_name(name) == familiar

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: parse_reference("Team/app"), '"Team/app"'),
            (lambda: parse_reference(7), "not 7"),
            (lambda: with_tag("app", 7.2), "put it in quotes"),
            (lambda: with_tag("app", "a:b"), '"a:b"'),
            (lambda: with_digest("app", "v1"), '"v1"'),
            (lambda: familiar_name(""), "empty"),
            (lambda: version_sort_tags("v1"), "expected a list of tags, not 'v1'"),
            (lambda: version_sort_tags(7), "expected a list of tags, not 7"),
            (lambda: version_sort_tags(["v1", 7.2]), "not 7.2"),
        ],
    )
    def test_bad_input_is_named(self, call: Callable[[], Any], words: str) -> None:
        with pytest.raises(AnsibleFilterError) as raised:
            call()
        assert words in str(raised.value)

    def test_no_password_is_shown(self) -> None:
        with pytest.raises(AnsibleFilterError) as raised:
            parse_reference("https://robot:S3cret@registry.example.com/app")
        assert "S3cret" not in str(raised.value)


class TestSort:
    """The last one is the newest version."""

    def test_versions_come_last(self) -> None:
        tags = ["v1.9", "latest", "v1.10", "edge", "v1.10-rc1"]
        assert version_sort_tags(tags) == ["edge", "latest", "v1.9", "v1.10-rc1", "v1.10"]
        assert version_sort_tags(tuple(tags), reverse=True) == ["v1.10", "v1.10-rc1", "v1.9", "edge", "latest"]
        assert version_sort_tags([]) == []


class TestUndefined:
    """What is undefined is so afterwards, too; Ansible complains where it is used."""

    @pytest.mark.parametrize("plugin", [*ALL[:4], image_reference, digest])
    def test_input(self, plugin: Callable[[Any], Any]) -> None:
        nothing = StrictUndefined(name="nothing")
        assert plugin(nothing) is nothing

    def test_arguments_and_entries(self) -> None:
        nothing = StrictUndefined(name="nothing")
        assert with_tag("redis", nothing) is nothing
        assert with_digest("redis", digest=nothing) is nothing
        assert version_sort_tags(["v1", nothing]) is nothing
        assert format_reference({"repository": "a", "tag": nothing}) is nothing

    def test_it_is_an_error_to_use_it(self) -> None:
        with pytest.raises(UndefinedError, match="nothing"):
            str(parse_reference(StrictUndefined(name="nothing")))


class TestTests:
    """Whether something is what it should be."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [("redis", True), (f"a/b@{DIGEST}", True), ("docker://a/b", True), ("A/b", False), ("", False), (7, False)],
    )
    def test_image_reference(self, value: Any, expected: bool) -> None:
        assert image_reference(value) is expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(DIGEST, True), ("sha512:" + 128 * "0", True), ("sha256:1", False), ("v1", False), (None, False), (7, False)],
    )
    def test_digest(self, value: Any, expected: bool) -> None:
        assert digest(value) is expected
