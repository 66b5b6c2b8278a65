# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role and the playbook maintain, over real registries of different kinds."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.maintenance import Maintained, inventory_of, maintain
from tests.live.playbooks import standing_in
from tests.support import nginx, tls
from tests.support.accounts import basic
from tests.support.images import Pusher, build_image, push_image
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry

EXAMPLE = Path(__file__).parent / "data" / "registries.yml"
KINDS = ("distribution2", "olareg", "ggcr")
#: Nothing listens there.
NOBODY = "127.0.0.1:1"
BASE = b"a layer that all images share" * 999


@pytest.fixture(scope="module")
def upstream(running: Callable[[str], RunningRegistry]) -> RunningRegistry:
    """The registry that all others get their images from."""
    registry = running("distribution3")
    for version in ("7.0-alpine", "7.4-alpine", "8.0-alpine", "7.4"):
        push_image(registry.address, "library/redis", version, [BASE, version.encode()])
    push_image(registry.address, "team/app", "v1.4.2", [BASE, b"app"], created="2026-02-01T00:00:00Z")
    return registry


@pytest.fixture
def edges(start_registry: Callable[..., RunningRegistry]) -> Iterator[list[Recorder]]:
    """Three registries of different kinds, empty, each behind a recorder."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Recorder(start_registry(kind).address)) for kind in KINDS]


@pytest.fixture
def edge(edges: list[Recorder]) -> Recorder:
    """One of them."""
    return edges[0]


def writes(recorders: list[Recorder]) -> list[str]:
    return [request.line for recorder in recorders for request in recorder.writes]


def short(run: Maintained, host: str) -> list[tuple[str, str, str]]:
    """The actions of a registry: step, verb, and the name below the registry."""
    address = f"{run.reports[host]['registry']}/"
    return [(one["step"], one["action"], one["name"].replace(address, "")) for one in run.actions(host)]


class TestExample:
    """The inventory that is promised to work as it stands; only addresses are stood in for."""

    @pytest.fixture
    def inventory(self, edges: list[Recorder], upstream: RunningRegistry) -> str:
        places = {
            "edge1.example.com:5000": edges[0].address,
            "edge2.example.com:5000": edges[1].address,
            "docker.io": upstream.address,
            "build.example.com": upstream.address,
        }
        return standing_in(EXAMPLE.read_text(encoding="utf-8"), places)

    def test_check_mode_then_for_real_then_again(
        self, inventory: str, edges: list[Recorder], upstream: RunningRegistry, tmp_path: Path
    ) -> None:
        """Empty registries: the plan tags an image that is not there yet, writes nothing, and is what is then done."""
        planned = maintain(inventory, tmp_path, "--check", "--diff")
        assert planned.status == 0, planned.text
        assert writes(edges) == []
        assert planned.fleet["check_mode"]
        expected = [
            ("mirrors", "copy", "mirror/redis:7.4-alpine"),
            ("mirrors", "copy", "mirror/redis:7.0-alpine"),
            ("images", "copy", "team/app:v1.4.2"),
            ("tags", "tag", "team/app:stable"),
        ]
        for host in ("edge-1", "edge-2"):
            assert short(planned, host) == expected
        done = maintain(inventory, tmp_path)
        assert done.status == 0, done.text
        for host, recorder in (("edge-1", edges[0]), ("edge-2", edges[1])):
            assert done.actions(host) == planned.actions(host)
            assert planned.recap[host][0] == done.recap[host][0] > 0
            source, copy = Pusher(upstream.address, "library/redis"), Pusher(recorder.upstream, "mirror/redis")
            assert copy.tags() == ["7.0-alpine", "7.4-alpine"]
            assert copy.digest("7.4-alpine") == source.digest("7.4-alpine")
            app = Pusher(recorder.upstream, "team/app")
            assert app.digest("stable") == app.digest("v1.4.2") == Pusher(upstream.address, "team/app").digest("v1.4.2")
        for recorder in edges:
            recorder.clear()
        again = maintain(inventory, tmp_path)
        assert again.status == 0, again.text
        assert again.recap == {"edge-1": (0, 0), "edge-2": (0, 0)}
        assert not again.fleet["changed"]
        assert writes(edges) == []

    def test_what_the_source_drops_and_what_nobody_keeps_goes_with_its_reason(
        self, inventory: str, edges: list[Recorder], tmp_path: Path
    ) -> None:
        for recorder in edges:
            push_image(recorder.upstream, "mirror/redis", "7.1-alpine")
            for number in range(12):
                created = f"2026-01-{number + 1:02}T00:00:00Z"
                push_image(recorder.upstream, "team/app", f"v0.{number}", [BASE, b"%d" % number], created=created)
        planned = maintain(inventory, tmp_path, "--check")
        assert writes(edges) == []
        assert "mirror/redis:7.1-alpine: " in planned.summary
        done = maintain(inventory, tmp_path)
        report = done.reports["edge-1"]
        for host in ("edge-1", "edge-2"):
            for key in ("actions", "removed", "kept", "notes"):
                assert planned.reports[host][key] == done.reports[host][key], key
        gone = {(entry["repository"].partition("/")[2], entry["tag"]): entry["reason"] for entry in report["removed"]}
        assert gone[("mirror/redis", "7.1-alpine")].endswith("library/redis does not have it")
        # The image that the same run brings is one of the ten newest, so one more goes than without it.
        assert {tag for repository, tag in gone if repository == "team/app"} == {"v0.0", "v0.1", "v0.2"}
        left = Pusher(edges[0].upstream, "team/app").tags()
        assert {entry["tag"] for entry in report["kept"]} == set(left)


class TestFailures:
    """Nothing that fails stops anything else, and all of it is told."""

    def test_a_registry_that_is_not_there_stops_no_other(
        self, edges: list[Recorder], upstream: RunningRegistry, tmp_path: Path
    ) -> None:
        hosts = {f"edge-{number}": {"registry_address": one.address} for number, one in enumerate(edges, 1)}
        hosts["edge-2"] = {"registry_address": NOBODY}
        images = [{"src": f"{upstream.address}/team/app:v1.4.2", "dest": "team/app:v1.4.2"}]
        run = maintain(inventory_of(hosts, registry_images=images), tmp_path)
        assert run.status == 2
        assert {host: failed for host, (changed, failed) in run.recap.items()} == {
            "edge-1": 0,
            "edge-2": 1,
            "edge-3": 0,
        }
        for recorder in (edges[0], edges[2]):
            assert Pusher(recorder.upstream, "team/app").tags() == ["v1.4.2"]
        assert {host: report["state"] for host, report in run.reports.items()} == {
            "edge-1": "changed",
            "edge-2": "unreachable",
            "edge-3": "changed",
        }
        (error,) = run.reports["edge-2"]["errors"]
        assert error["step"] == "registry"
        assert f"{NOBODY} refused the connection" in error["msg"]
        assert "2 of 3 registries in order, 2 changes made, 1 failed" in run.summary
        assert run.fleet["totals"]["unreachable"] == 1

    def test_an_item_that_fails_stops_no_other_and_no_other_step(
        self, edge: Recorder, upstream: RunningRegistry, tmp_path: Path
    ) -> None:
        app = f"{upstream.address}/team/app:v1.4.2"
        run = maintain(
            inventory_of(
                {"edge": {"registry_address": edge.address}},
                registry_mirrors=[
                    {"src": f"{upstream.address}/no/such", "dest": "mirror/nothing"},
                    {"src": f"{upstream.address}/library/redis", "dest": "mirror/redis", "include": ["7.4"]},
                ],
                registry_images=[
                    {"src": app.replace("v1.4.2", "missing"), "dest": "team/app:missing"},
                    {"src": app, "dest": "team/app:v1.4.2"},
                ],
                registry_tags=[
                    {"name": "team/app:missing", "tags": ["broken"]},
                    {"name": "team/app:v1.4.2", "tags": ["stable"]},
                ],
                registry_retention=[{"repository": "team/app", "keep": {"matching": ["stable"]}}],
            ),
            tmp_path,
        )
        assert run.status == 2
        assert short(run, "edge") == [
            ("mirrors", "copy", "mirror/redis:7.4"),
            ("images", "copy", "team/app:v1.4.2"),
            ("tags", "tag", "team/app:stable"),
            ("retention", "untag", "team/app:v1.4.2"),
        ]
        assert [error["step"] for error in run.reports["edge"]["errors"]] == ["mirrors", "images", "tags"]
        assert Pusher(edge.upstream, "team/app").tags() == ["stable"]
        for words in ("no/such", "team/app:missing"):
            assert words in run.summary
            assert words in run.tasks[-1].result["msg"]

    def test_variables_that_are_wrong_are_told_and_the_others_go_on(
        self, edges: list[Recorder], upstream: RunningRegistry, tmp_path: Path
    ) -> None:
        hosts: dict[str, dict[str, Any]] = {
            "wrong": {"registry_address": edges[0].address, "registry_tags": [{"nam": "team/app", "tags": ["v1"]}]},
            "right": {"registry_address": edges[1].address},
        }
        images = [{"src": f"{upstream.address}/team/app:v1.4.2", "dest": "team/app:v1.4.2"}]
        run = maintain(inventory_of(hosts, registry_images=images), tmp_path)
        assert run.status == 2
        assert "nam" in run.text
        assert edges[0].requests == []
        assert short(run, "right") == [("images", "copy", "team/app:v1.4.2")]
        assert {report["host"]: report["failed"] for report in run.fleet["registries"]} == {
            "wrong": True,
            "right": False,
        }

    def test_a_digest_that_is_not_expected(self, edge: Recorder, upstream: RunningRegistry, tmp_path: Path) -> None:
        """It is compared with what is there when all is copied and tagged; check mode compares with what would be."""
        app = f"{upstream.address}/team/app:v1.4.2"
        good, other = Pusher(upstream.address, "team/app").digest("v1.4.2"), "sha256:" + 64 * "0"
        variables: dict[str, Any] = {
            "registry_images": [{"src": app, "dest": "team/app:v1.4.2"}],
            "registry_tags": [{"name": "team/app:v1.4.2", "tags": ["stable"]}],
            "registry_expected_digests": [
                {"name": "team/app:stable", "digest": good},
                {"name": "team/app:v1.4.2", "digest": other},
                {"name": "team/nothing:v1", "digest": good},
            ],
        }
        hosts = {"edge": {"registry_address": edge.address}}
        expected = [
            {"name": f"{edge.address}/team/app:v1.4.2", "expected": other, "found": good, "fails": True},
            {"name": f"{edge.address}/team/nothing:v1", "expected": good, "found": None, "fails": True},
        ]
        for arguments in (["--check"], []):
            run = maintain(inventory_of(hosts, **variables), tmp_path, *arguments)
            assert run.status == 2, run.text
            assert run.reports["edge"]["drift"] == expected
            assert "2 unexpected digests" in run.summary
        told = maintain(inventory_of(hosts, **variables, registry_digest_drift="report"), tmp_path)
        assert told.status == 0, told.text
        assert [entry["found"] for entry in told.reports["edge"]["drift"]] == [good, None]


class TestPlans:
    """Check mode where one entry builds on another."""

    def test_tags_that_build_on_tags(self, edge: Recorder, tmp_path: Path) -> None:
        old, new = (build_image([BASE, name]) for name in (b"old", b"new"))
        app = Pusher(edge.upstream, "team/app")
        for image, tag in ((old, "v1"), (old, "stable"), (new, "v2")):
            app.push(image, tag)
        inventory = inventory_of(
            {"edge": {"registry_address": edge.address}},
            registry_tags=[
                {"name": "team/app:v2", "tags": ["stable"]},
                {"name": "team/app:stable", "tags": ["production"]},
                {"name": "team/app", "tags": ["v1"], "state": "absent"},
            ],
        )
        planned, done = maintain(inventory, tmp_path, "--check"), maintain(inventory, tmp_path)
        assert done.status == 0, done.text
        assert done.actions("edge") == planned.actions("edge")
        assert [action["action"] for action in done.actions("edge")] == ["tag", "tag", "untag"]
        assert app.digest("production") == new.digest
        assert app.tags() == ["production", "stable", "v2"]
        assert maintain(inventory, tmp_path).recap == {"edge": (0, 0)}


class TestReports:
    """What is told where not all is done at once, and where less is asked for."""

    def test_batches_and_a_short_report(self, edges: list[Recorder], upstream: RunningRegistry, tmp_path: Path) -> None:
        """With serial each batch tells of all that is known by then; without contents no tag is looked at for them."""
        (tmp_path / "batches.yml").write_text(
            json.dumps(
                [{"hosts": "registries", "gather_facts": False, "serial": 1, "roles": ["regops.oci_registry.maintain"]}]
            ),
            encoding="utf-8",
        )
        hosts = {f"edge-{number}": {"registry_address": one.address} for number, one in enumerate(edges[:2], 1)}
        images = [{"src": f"{upstream.address}/team/app:v1.4.2", "dest": "team/app:v1.4.2"}]
        inventory = inventory_of(hosts, registry_images=images, registry_report_contents=False)
        run = maintain(inventory, tmp_path, playbook="batches.yml")
        assert run.status == 0, run.text
        states = [{one["host"]: one["state"] for one in fleet["registries"]} for fleet in run.fleets]
        assert states == [
            {"edge-1": "changed", "edge-2": "waiting"},
            {"edge-1": "changed", "edge-2": "changed"},
        ]
        assert run.fleet["registries"][0]["size"] is None
        assert [recorder.lines[-1] for recorder in edges[:2]] == ["PUT /v2/team/app/manifests/v1.4.2"] * 2


class TestSecrets:
    """Registries that ask who one is."""

    def test_credentials_are_used_and_shown_nowhere(
        self,
        basic_registry: nginx.RunningNginx,
        authority: tls.Authority,
        accounts: dict[str, str],
        edge: Recorder,
        repository: str,
        tmp_path: Path,
    ) -> None:
        """Once as the registry itself, once as a source that has an account of its own; with everything printed."""
        password = accounts["alice"]
        there: dict[str, Any] = {
            "registry_address": basic_registry.address,
            "registry_username": "alice",
            "registry_password": "{{ 'correct' ~ ' horse' }}",
            "registry_ca_path": str(authority.certificate),
            "registry_plain_http": False,
            "registry_tags": [{"name": f"{repository}:v1", "tags": ["v1.0"]}],
        }
        source = {
            "username": "alice",
            "password": password,
            "ca_path": str(authority.certificate),
            "plain_http": False,
        }
        here: dict[str, Any] = {
            "registry_address": edge.address,
            "registry_images": [
                {"src": f"{basic_registry.address}/{repository}:v1", "dest": "copied:v1", "src_auth": source},
                {"src": f"{basic_registry.address}/{repository}:gone", "dest": "copied:gone", "src_auth": source},
            ],
            "registry_retention": [{"repository": "copied", "keep": {"newest": 1}}],
        }
        wrong = {**there, "registry_password": "wrong horse"}
        login = {"headers": basic("alice", password), "tls": authority.context()}
        Pusher(basic_registry.url, repository, **login).push(build_image(), "v1")
        page = tmp_path / "report.html"
        hosts = {"here": here, "there": there, "wrong": wrong}
        loud = ("-vvv", "--diff", "-e", f"registry_report_file={page}")
        planned = maintain(inventory_of(hosts), tmp_path, "--check", *loud)
        assert password not in planned.text
        assert [entry["tag"] for entry in planned.reports["here"]["kept"]] == ["v1"]
        run = maintain(inventory_of(hosts), tmp_path, *loud)
        assert run.status == 2
        assert run.actions("here") == planned.actions("here")
        assert Pusher(edge.upstream, "copied").tags() == ["v1"]
        assert short(run, "there") == [("tags", "tag", f"{repository}:v1.0")]
        assert {host: report["state"] for host, report in run.reports.items()} == {
            "here": "failed",
            "there": "changed",
            "wrong": "failed",
        }
        for secret in (password, "wrong horse"):
            assert secret not in run.text
            assert secret not in page.read_text(encoding="utf-8")
            assert secret not in (tmp_path / "results.jsonl").read_text(encoding="utf-8")
