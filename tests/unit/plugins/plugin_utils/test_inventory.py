# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory below its plugin: options, what is read, and hosts; with a registry that says what none should."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import CONNECTION
from ansible_collections.regops.oci_registry.plugins.plugin_utils._inventory_hosts import hosts_of
from ansible_collections.regops.oci_registry.plugins.plugin_utils._inventory_options import (
    ARGUMENTS,
    options_of_registries,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._inventory_source import Listing, Source
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    ScriptedServer,
    json_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.test_house import ROOT, essentials, text_of

EVIL = "{{ 6 * 7 }}"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A registry that is one by its answers only."""
    with ScriptedServer() as running:
        running.on("GET", "/v2/_catalog", json_answer({"repositories": ["team/app", EVIL, "team/db"]}))
        running.on("GET", "/v2/team/*/tags/list", json_answer({"tags": ["v1", EVIL]}))
        yield running


def source(**given: Any) -> Source:
    """The one registry of a file."""
    (options,) = options_of_registries(given, [])
    return Source(options)


def read(server: ScriptedServer, **given: Any) -> Listing:
    return source(registry=server.address, retries=0, **given).read(Context(home="/nonexistent"))


class TestOptions:
    """From the file to the options of each registry."""

    def test_they_are_documented_as_they_are(self) -> None:
        text = text_of(ROOT / "plugins" / "inventory" / "registry.py", "DOCUMENTATION")
        options = {name: option for name, option in yaml.safe_load(text)["options"].items() if name in ARGUMENTS}
        # It is only needed where there are no `registries`.
        assert not options["registry"].get("required")
        options["registry"]["required"] = True
        assert essentials(options, "suboptions") == essentials(ARGUMENTS, "options")

    def test_an_entry_goes_before_the_top(self) -> None:
        entries = [{"registry": "a:1", "tls_verify": "no", "include_tags": "v*"}, {"registry": "b:1", "timeout": "5"}]
        first, second = options_of_registries({"timeout": 9.0, "include_tags": ["x"]}, entries)
        assert (first["validate_certs"], first["timeout"], first["include_tags"]) == (False, 9.0, ["v*"])
        assert (second["validate_certs"], second["timeout"], second["include_tags"]) == (True, 5.0, ["x"])

    @pytest.mark.parametrize("own", [{"authfile": "/x"}, {"username": "b", "password": "c"}])
    def test_an_entry_with_a_credential_gets_none_from_the_top(self, own: Dict[str, str]) -> None:
        top = {"username": "robot", "password": "secret"}
        first, second = options_of_registries(top, [{"registry": "a:1", **own}, {"registry": "b:1"}])
        assert first["password"] != "secret"
        assert first["username"] != "robot"
        assert second["password"] == "secret"

    @pytest.mark.parametrize("entry", ["a:1", {}, {"registry": "a:1", "retries": "many"}, {"registry": ""}])
    def test_bad_entries_are_refused(self, entry: Any) -> None:
        with pytest.raises(AnsibleParserError, match="registries"):
            options_of_registries({}, [entry])

    def test_all_that_matters_is_in_the_fingerprint_and_no_secret(self) -> None:
        base = {"registry": "a:1", "username": "robot", "password": "secret"}
        other = [
            {"registry": "b:1"},
            {"username": "other"},
            {"repositories": ["x"]},
            {"exclude_repositories": ["x"]},
            {"include_tags": ["x"]},
            {"exclude_tags": ["x"]},
            {"inventory_level": "image"},
            {"inventory_level": "image", "details": "none", "plain_http": True},
            {"validate_certs": False},
        ]
        prints = {source(**{**base, **changed}).fingerprint for changed in [{}, *other]}
        assert len(prints) == len(other) + 1
        assert source(**{**base, "password": "changed"}).fingerprint in prints
        # What is not asked for makes no difference.
        assert source(**base, details="full").fingerprint in prints


class TestRead:
    """A hostile registry."""

    def test_what_is_no_name_is_left_out_with_a_warning(self, server: ScriptedServer) -> None:
        listing = read(server)
        names = [repository["repository"] for repository in listing.repositories]
        assert names == [f"{server.address}/team/app", f"{server.address}/team/db"]
        assert all(repository["tags"] == [{"name": "v1"}] for repository in listing.repositories)
        assert not listing.errors
        assert sum("no name of a repository" in text for text in listing.warnings) == 1
        assert sum("no tag" in text for text in listing.warnings) == 2

    def test_what_is_no_tag_is_not_asked_for(self, server: ScriptedServer) -> None:
        headers = {"Content-Type": MANIFEST, "Docker-Content-Digest": "sha256:" + 64 * "0", "Content-Length": "7"}
        server.on("HEAD", "/v2/team/app/manifests/v1", Answer(headers=headers))
        listing = read(server, repositories=["team/app"], inventory_level="image")
        (repository,) = listing.repositories
        assert repository["tags"] == [{"name": "v1", "digest": "sha256:" + 64 * "0", "media_type": MANIFEST}]
        assert not listing.errors
        assert len(listing.warnings) == 1

    def test_a_repository_that_is_not_there_is_none(self, server: ScriptedServer) -> None:
        server.on("GET", "/v2/team/gone/tags/list", json_answer({"errors": [{"code": "NAME_UNKNOWN"}]}, 404))
        listing = read(server, repositories=["team/gone"])
        assert listing.repositories == []
        assert listing.warnings == (f"{server.address}/team/gone is not there",)

    def test_a_refused_repository_is_an_error_of_its_own(self, server: ScriptedServer) -> None:
        server.on("GET", "/v2/team/db/tags/list", json_answer({"errors": [{"code": "DENIED"}]}, 403))
        listing = read(server, repositories=["team/app", "team/db"])
        assert [repository["repository"] for repository in listing.repositories] == [f"{server.address}/team/app"]
        (error,) = listing.errors
        assert f"{server.address}/team/db" in error


def texts(value: Any) -> List[str]:
    """All texts in a value."""
    if isinstance(value, dict):
        return [text for entry in value.values() for text in texts(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in texts(entry)]
    return [value] if isinstance(value, str) else []


class TestHosts:
    """From what is read to hosts."""

    def test_nothing_that_a_registry_says_is_a_template(self) -> None:
        tag = {"name": EVIL, "digest": EVIL, "media_type": EVIL, "annotations": {"a": EVIL}, "platforms": [EVIL]}
        repositories = [{"repository": f"a:1/{EVIL}", "tags": [tag]}]
        templar = Templar(loader=DataLoader(), variables={})
        for level, count in (("repository", 2), ("image", 7)):
            ((_name, variables),) = hosts_of("a:1", repositories, level)
            said = [text for name, value in variables.items() if name != "registry_address" for text in texts(value)]
            assert said == [EVIL] * count
            assert [templar.template(text) for text in said] == said

    def test_names_are_those_of_the_repository_and_its_registry(self) -> None:
        repositories = [{"repository": f"{place}/app", "tags": [{"name": "v1"}]} for place in ("a:1", "b:1")]
        found = [
            name for place, one in zip(("a:1", "b:1"), repositories) for name, _v in hosts_of(place, [one], "image")
        ]
        assert found == ["a:1/app:v1", "b:1/app:v1"]


def test_the_connection_has_the_options_of_the_modules() -> None:
    (options,) = options_of_registries({"registry": "a:1"}, [])
    assert {name: options[name] for name in CONNECTION} == {
        name: option.get("default") for name, option in CONNECTION.items()
    }


def test_an_unknown_level_is_an_error_of_ansible_s() -> None:
    with pytest.raises(AnsibleError, match="inventory_level"):
        source(registry="a:1", inventory_level="layer")
