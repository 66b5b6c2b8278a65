# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin against real registries, by ansible-inventory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential, basic_header
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Request,
    ScriptedServer,
    json_answer,
)

from tests.live.inventories import read_inventory
from tests.live.playbooks import run_ansible
from tests.live.test_many_tags import InFlight
from tests.support.images import Pusher, build_image, build_index
from tests.support.nginx import RunningNginx
from tests.support.recorder import Recorder, Reply
from tests.support.registries import RunningRegistry, start

ONE = build_image([b"one"], "linux/amd64", annotations={"made.by": "{{ 6 * 7 }}"})
TWO = build_image([b"two"], "linux/arm64")
BOTH = build_index([ONE, TWO])
NOBODY = "127.0.0.1:1"


@pytest.fixture(scope="module")
def filled(needs: Callable[..., None]) -> Iterator[RunningRegistry]:
    """A registry of these tests' own, with three repositories; none of the tests writes to it."""
    needs("distribution3")
    with start("distribution3") as registry:
        for repository in ("team/app", "team/db", "mirror/redis"):
            pusher = Pusher(registry.address, repository)
            pusher.push(ONE, "v1.9")
            pusher.push(TWO, "v1.10")
            pusher.push(BOTH, "latest")
        yield registry


def test_every_repository_is_a_host(filled: RunningRegistry, tmp_path: Path) -> None:
    hosts = read_inventory({"registry": filled.address}, tmp_path).hosts
    assert hosts == {
        f"{filled.address}/{name}": {
            "registry_address": filled.address,
            "registry_repository": name,
            "registry_tags": ["latest", "v1.10", "v1.9"],
        }
        for name in ("team/app", "team/db", "mirror/redis")
    }


def test_every_tag_is_a_host(filled: RunningRegistry, tmp_path: Path) -> None:
    content = {"registry": filled.address, "repositories": ["team/app"], "inventory_level": "image"}
    hosts = read_inventory(content, tmp_path).hosts
    assert set(hosts) == {f"{filled.address}/team/app:{tag}" for tag in ("latest", "v1.9", "v1.10")}
    assert hosts[f"{filled.address}/team/app:latest"] == {
        "registry_address": filled.address,
        "registry_repository": "team/app",
        "registry_tags": ["latest"],
        "registry_tag": "latest",
        "registry_digest": BOTH.digest,
        "registry_media_type": BOTH.media_type,
    }


def test_everything_about_an_image_on_request(filled: RunningRegistry, tmp_path: Path) -> None:
    content = {"registry": filled.address, "repositories": ["team/app"], "inventory_level": "image", "details": "full"}
    hosts = read_inventory(content, tmp_path).hosts
    image = hosts[f"{filled.address}/team/app:v1.9"]
    assert image["registry_platforms"] == ["linux/amd64"]
    assert image["registry_size"] == len(ONE.raw)
    assert image["registry_annotations"] == {"made.by": "{{ 6 * 7 }}"}


def test_patterns_choose_repositories_and_tags(filled: RunningRegistry, tmp_path: Path) -> None:
    content = {
        "registry": filled.address,
        "repositories": ["~team/.*", "mirror/redis"],
        "exclude_repositories": ["*/db"],
        "include_tags": ["v*"],
        "exclude_tags": ["~v1[.]9"],
    }
    hosts = read_inventory(content, tmp_path).hosts
    assert {host: variables["registry_tags"] for host, variables in hosts.items()} == {
        f"{filled.address}/team/app": ["v1.10"],
        f"{filled.address}/mirror/redis": ["v1.10"],
    }


class TestRequests:
    """What is asked of the registry."""

    def lines(self, filled: RunningRegistry, folder: Path, **options: object) -> list[str]:
        with Recorder(filled.address) as recorder:
            found = read_inventory({"registry": recorder.address, **options}, folder)
            assert found.status == 0, found.words
            return sorted(line for line in recorder.lines if not line.endswith(" /v2/"))

    def test_names_need_no_catalog(self, filled: RunningRegistry, tmp_path: Path) -> None:
        assert self.lines(filled, tmp_path, repositories=["team/app"]) == ["GET /v2/team/app/tags/list"]

    def test_digests_are_asked_for_where_they_are_shown(self, filled: RunningRegistry, tmp_path: Path) -> None:
        options = {"repositories": ["team/app"], "inventory_level": "image", "include_tags": ["v1.9"]}
        listed = "GET /v2/team/app/tags/list"
        assert self.lines(filled, tmp_path, **options) == [listed, "HEAD /v2/team/app/manifests/v1.9"]
        assert self.lines(filled, tmp_path, **options, details="none") == [listed]

    def test_patterns_need_one_look_at_the_catalog(self, filled: RunningRegistry, tmp_path: Path) -> None:
        lines = self.lines(filled, tmp_path, repositories=["team/a*", "team/app", "mirror/*"])
        assert [line for line in lines if "_catalog" in line] == ["GET /v2/_catalog"]
        assert len(lines) == 3

    def test_no_more_at_a_time_than_allowed(self, filled: RunningRegistry, tmp_path: Path) -> None:
        with Recorder(filled.address) as recorder:
            in_flight = recorder.intercept = InFlight()
            content = {"registry": recorder.address, "inventory_level": "image", "max_parallel": 2}
            assert len(read_inventory(content, tmp_path).hosts) == 9
        assert in_flight.most <= 2


class TestConstructed:
    """Variables and groups by expressions."""

    CONTENT = {
        "repositories": ["team/app", "mirror/redis"],
        "compose": {"newest": "registry_tags | regops.oci_registry.version_sort_tags | last"},
        "groups": {"team": "registry_repository.startswith('team/')"},
        "keyed_groups": [{"key": "registry_repository.split('/')[0]", "prefix": "of"}],
    }

    def test_they_are_made(self, filled: RunningRegistry, tmp_path: Path) -> None:
        found = read_inventory({**self.CONTENT, "registry": filled.address}, tmp_path)
        app, redis = f"{filled.address}/team/app", f"{filled.address}/mirror/redis"
        assert found.groups == {"team": [app], "of_team": [app], "of_mirror": [redis]}
        assert found.hosts[app]["newest"] == "v1.10"

    @pytest.mark.parametrize("strict", [False, True])
    def test_a_bad_expression_matters_when_strict(self, filled: RunningRegistry, tmp_path: Path, strict: bool) -> None:
        content = {**self.CONTENT, "registry": filled.address, "compose": {"bad": "no_such + 1"}, "strict": strict}
        found = read_inventory(content, tmp_path)
        assert (found.status != 0) is strict
        assert strict == ("Could not set bad for host" in found.words)


class TestManyRegistries:
    """Each with its own options."""

    def test_one_file_for_all(
        self, filled: RunningRegistry, distribution2: RunningRegistry, repository: str, tmp_path: Path
    ) -> None:
        Pusher(distribution2.address, repository).push(ONE, "v1.9")
        entries = [
            {"registry": filled.address, "include_tags": ["latest"]},
            {"registry": distribution2.address, "repositories": [repository], "inventory_level": "image"},
        ]
        hosts = read_inventory({"registries": entries, "repositories": ["team/app"]}, tmp_path).hosts
        assert set(hosts) == {f"{filled.address}/team/app", f"{distribution2.address}/{repository}:v1.9"}
        assert hosts[f"{filled.address}/team/app"]["registry_tags"] == ["latest"]

    def test_credentials_of_an_entry_are_its_own(
        self, basic_registry: RunningNginx, accounts: dict[str, str], filled: RunningRegistry, tmp_path: Path
    ) -> None:
        with Recorder(filled.address) as recorder:
            entries = [
                {
                    "registry": basic_registry.address,
                    "username": "alice",
                    "password": "{{ lookup('env', 'HERS') }}",
                    "tls_verify": False,
                    "plain_http": False,
                    "repositories": ["alice/nothing-there"],
                },
                {"registry": recorder.address, "repositories": ["team/app"]},
            ]
            found = read_inventory({"registries": entries}, tmp_path, environ={"HERS": accounts["alice"]})
            assert found.status == 0, found.words
            assert "alice/nothing-there is not there" in found.words
            assert accounts["alice"] not in found.words + found.output
            assert list(found.hosts) == [f"{recorder.address}/team/app"]

    def test_one_that_is_down_fails_the_file_or_is_left_out(self, filled: RunningRegistry, tmp_path: Path) -> None:
        entries = [{"registry": NOBODY}, {"registry": filled.address}]
        content = {"registries": entries, "repositories": ["team/app"], "retries": 0}
        failed = read_inventory(content, tmp_path)
        assert failed.status != 0
        assert f"{NOBODY} refused the connection" in failed.words
        warned = read_inventory({**content, "on_error": "warn"}, tmp_path)
        assert list(warned.hosts) == [f"{filled.address}/team/app"]
        assert f"{NOBODY} refused the connection" in warned.words


def test_a_repository_that_is_refused_leaves_the_others(filled: RunningRegistry, tmp_path: Path) -> None:
    with Recorder(filled.address) as recorder:
        recorder.intercept = lambda request: Reply(403) if "/team/db/" in request.path else None
        content = {"registry": recorder.address, "repositories": ["team/app", "team/db"], "on_error": "warn"}
        found = read_inventory(content, tmp_path)
        assert list(found.hosts) == [f"{recorder.address}/team/app"], found.words
    assert "team/db" in found.words
    assert "403" in found.words


def test_hosts_are_chosen_by_patterns(filled: RunningRegistry, tmp_path: Path) -> None:
    content = {"registry": filled.address, "inventory_level": "image"}
    for pattern in ("*/team/app?v1.9", f"{filled.address}/team/app:v1.9".replace(":", "?")):
        hosts = read_inventory(content, tmp_path, "--list", "--limit", pattern).hosts
        assert list(hosts) == [f"{filled.address}/team/app:v1.9"]


def test_without_a_catalog_names_are_asked_for(olareg: RunningRegistry, tmp_path: Path) -> None:
    found = read_inventory({"registry": olareg.address}, tmp_path)
    assert found.status != 0
    assert "has no catalog" in found.words


class TestCache:
    """Raw data, for as long as it is asked for, and never a credential."""

    def content(self, address: str, folder: Path, **options: object) -> dict[str, object]:
        return {
            "registry": address,
            "repositories": ["team/*"],
            "username": "robot",
            "password": "S3cretPassw0rd",
            "cache": True,
            "cache_plugin": "ansible.builtin.jsonfile",
            "cache_connection": str(folder / "cache"),
            **options,
        }

    def test_a_second_reading_asks_for_nothing(self, filled: RunningRegistry, tmp_path: Path) -> None:
        with Recorder(filled.address) as recorder:
            content = self.content(recorder.address, tmp_path)
            first = read_inventory(content, tmp_path)
            assert recorder.count("GET", "/tags/list") == 2, first.words
            recorder.clear()
            second = read_inventory(content, tmp_path)
            assert not recorder.requests
            assert second.hosts == first.hosts
            read_inventory({**content, "exclude_tags": ["latest"]}, tmp_path)
            assert recorder.requests, "other options are not answered from what was kept for these"
            recorder.clear()
            read_inventory(content, tmp_path, "--list", "--flush-cache")
            assert recorder.requests

    def test_no_credential_is_kept(self, filled: RunningRegistry, tmp_path: Path) -> None:
        read_inventory(self.content(filled.address, tmp_path), tmp_path)
        files = list((tmp_path / "cache").iterdir())
        assert files
        for file in files:
            text = file.name + file.read_text(encoding="utf-8")
            assert "team/app" in text
            assert "S3cretPassw0rd" not in text
            assert "robot" not in text

    def test_a_failed_reading_is_not_kept(self, filled: RunningRegistry, tmp_path: Path) -> None:
        with Recorder(filled.address) as recorder:
            recorder.intercept = lambda request: Reply(403) if "/team/db/" in request.path else None
            content = self.content(recorder.address, tmp_path, on_error="warn")
            assert len(read_inventory(content, tmp_path).hosts) == 1
            recorder.intercept = None
            assert len(read_inventory(content, tmp_path).hosts) == 2


class TestOptions:
    """What is refused, and where values may come from."""

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ({}, "exactly one of the options registry and registries"),
            ({"registry": "a:1", "registries": [{"registry": "b:1"}]}, "exactly one of"),
            ({"registries": [{"repositories": ["x"]}]}, "entry 1 names no registry"),
            ({"registries": [{"registry": "a:1", "colour": "red"}]}, "colour"),
            ({"registry": "https://a"}, "leave out https://"),
            ({"registry": "a:1", "repositories": ["Team/app"]}, "must be lower-case"),
            ({"registry": "a:1", "include_tags": ["~("]}, "Malformed regular expression"),
            ({"registry": "a:1", "username": "x"}, "password"),
            ({"registry": "intranet", "repositories": ["team/app"]}, "intranet:443"),
            ({"registry": "a:1", "inventory_level": "layer"}, "inventory_level"),
        ],
    )
    def test_bad_ones_are_named(self, content: dict[str, object], words: str, tmp_path: Path) -> None:
        found = read_inventory(content, tmp_path)
        assert found.status != 0
        assert words in found.words

    def test_values_may_be_templates_and_come_from_extra_variables(
        self, filled: RunningRegistry, tmp_path: Path
    ) -> None:
        content = {"registry": "{{ place }}", "repositories": ["{{ lookup('env', 'TEAM') }}/app"]}
        extra = json.dumps({"place": filled.address, "registry_plain_http": True})
        found = read_inventory(content, tmp_path, "--list", "-e", extra, environ={"TEAM": "team"})
        assert list(found.hosts) == [f"{filled.address}/team/app"], found.words

    @pytest.mark.parametrize("name", ["registry.yaml", "prod.registry.yml", "my_oci_registry.yml"])
    def test_names_of_files(self, filled: RunningRegistry, tmp_path: Path, name: str) -> None:
        found = read_inventory({"registry": filled.address, "repositories": ["team/app"]}, tmp_path, name=name)
        assert found.hosts

    def test_other_names_are_not_ours(self, filled: RunningRegistry, tmp_path: Path) -> None:
        found = read_inventory({"registry": filled.address}, tmp_path, name="hosts.yml")
        assert found.status != 0
        assert "could not be verified" in found.words


@pytest.mark.parametrize("nested", [False, True])
def test_a_password_may_be_encrypted_by_ansible_vault(nested: bool, tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("the key", encoding="utf-8")
    arguments = ["--vault-password-file", str(tmp_path / "vault")]
    encryption = run_ansible(["vault", "encrypt_string", *arguments, "S3cret"], tmp_path)
    assert encryption.returncode == 0, encryption.stderr
    with ScriptedServer() as server:
        shown = []

        def listing(request: Request) -> Answer:
            shown.append(request.headers.get("Authorization"))
            challenge = {"WWW-Authenticate": 'Basic realm="test"'}
            return json_answer({"tags": ["v1"]}) if shown[-1] else Answer(401, challenge)

        server.on("GET", "/v2/*", listing)
        lines = [
            f"registry: {server.address}",
            "repositories: [team/app]",
            "username: robot",
            f"password: {encryption.stdout}",
        ]
        text = "\n".join(lines)
        if nested:
            text = "registries:\n- " + text.replace("\n", "\n  ")
        found = read_inventory(f"plugin: regops.oci_registry.registry\n{text}", tmp_path, "--graph", *arguments)
        assert f"{server.address}/team/app" in found.output, found.words
    assert shown[-1] == basic_header(Credential.from_login("robot", "S3cret", "the test"))


def test_the_graph(filled: RunningRegistry, tmp_path: Path) -> None:
    content = {
        "registry": filled.address,
        "keyed_groups": [{"key": "registry_repository.split('/')[0]", "prefix": "t"}],
    }
    graph = read_inventory(content, tmp_path, "--graph").output
    assert graph.splitlines() == [
        "@all:",
        "  |--@ungrouped:",
        "  |--@t_mirror:",
        f"  |  |--{filled.address}/mirror/redis",
        "  |--@t_team:",
        f"  |  |--{filled.address}/team/app",
        f"  |  |--{filled.address}/team/db",
    ]
