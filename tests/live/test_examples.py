# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users are shown runs as it is written: the files in data/, and the EXAMPLES of every module and plugin."""

from __future__ import annotations

import json
import shlex
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.live.example_content import DUMP, Stage, fill_upstream, index_of
from tests.live.inventories import read_inventory
from tests.live.playbooks import TaskRun, run_play, standing_in, told
from tests.support.images import Pusher
from tests.support.registries import RunningRegistry
from tests.unit.test_house import MODULES, ROOT, text_of

TASKS = Path(__file__).parent / "data" / "tasks.yml"
INVENTORY = Path(__file__).parent / "data" / "registry.yml"
#: Those of the role have what it gives them, and are tested with it.
PLUGINS = [
    f"{kind}/{path.stem}"
    for kind in ("filter", "lookup", "test")
    for path in sorted((ROOT / "plugins" / kind).glob("*.py"))
    if not path.stem.startswith("maintenance_")
]
ONLY_LOOK = [module for module in MODULES if module.endswith("_info")]


@pytest.fixture(scope="module")
def upstream(running: Callable[[str], RunningRegistry]) -> RunningRegistry:
    """The registry that stands in for those of the internet."""
    registry = running("distribution2")
    fill_upstream(registry.address)
    return registry


@pytest.fixture
def stage_at(
    upstream: RunningRegistry, start_registry: Callable[..., RunningRegistry], tmp_path: Path
) -> Callable[[str], Stage]:
    """Give registries of the test's own, the first of a kind, with all that the examples take for granted."""

    def make(kind: str) -> Stage:
        stage = Stage(start_registry(kind), start_registry("olareg"), upstream, tmp_path)
        stage.fill()
        return stage

    return make


class TestTasks:
    """data/tasks.yml, whose options and results are promised."""

    @pytest.fixture
    def stage(self, registry: RunningRegistry, stage_at: Callable[[str], Stage]) -> Stage:
        return stage_at(registry.kind)

    def test_they_run_as_they_are_written(self, stage: Stage) -> None:
        (play,) = yaml.safe_load(standing_in(TASKS.read_text(encoding="utf-8"), stage.places))
        runs = run_play(play, stage.variables, stage.folder)
        failures = told(runs)
        if not stage.here.capabilities.catalog:
            assert "has no catalog" in failures.pop("Which repositories?")
        assert not failures
        assert [run.name for run in runs] == [task["name"] for task in play["tasks"]]
        check_what_they_tell(stage, {run.name: run for run in runs})
        check_what_they_did(stage)


def check_what_they_tell(stage: Stage, runs: dict[str, TaskRun]) -> None:
    """The results that the comments in the file promise."""

    def result(name: str) -> dict[str, Any]:
        return runs[name].result

    supports = result("What is this registry, and what can it do?")["registry"]["supports"]
    assert {"delete", "tag_delete", "referrers", "catalog"} == set(supports)
    if stage.here.capabilities.catalog:
        # Some registries list a repository that has blobs only, too.
        assert set(result("Which repositories?")["repositories"]) - {"team/data"} == {"team/app", "team/db"}
    listed = result("Which tags, newest version first, with what they point at?")
    assert listed["tags"] == ["v1.4.2", "v1.2.0", "v1.0.0"]
    assert listed["repositories"][0]["tags"][0]["digest"] == index_of("team/app:v1.4.2")[1].digest
    (image,) = result("What is in an image?")["manifests"]
    assert image["exists"]
    assert image["platforms"] == ["linux/amd64"]
    assert image["config"]["architecture"] == "amd64"
    pruned = result("Retention")
    assert {kept["tag"] for kept in pruned["kept"]} >= {"v1", "v1.4", "v1.4.2", "latest", "v1-amd64", "v1-arm64"}
    assert pruned["removed"]
    assert {removed["tag"][:2] for removed in pruned["removed"]} <= {"ol", "mr", "bu", "ni", "20"}
    assert not result("An untagged manifest goes away (refused while tags share it, unless forced)")["changed"]
    assert result("A blob from a file")["blob"]["size"] == len(DUMP)
    (referrer,) = result("Who refers to this image?")["referrers"]
    assert referrer["artifact_type"] == "application/vnd.example.config.v1"
    assert referrer["digest"] == stage.pusher("team/app").digest("v1-config")
    assert result("Pin an image where a template needs it")["msg"] == index_of("team/app:v1")[1].digest
    taken_apart = result("Take a reference apart")["msg"]
    assert taken_apart["repository"] == "library/redis"
    assert (taken_apart["tag"], taken_apart["digest"]) == ("7", None)


def check_what_they_did(stage: Stage) -> None:
    """What is in the registries and folders afterwards, by plain requests."""
    app = stage.pusher("team/app")
    tested = index_of("team/app:v1.4.2-rc3")[1].digest
    assert {tag: app.digest(tag) for tag in ("v1.4.2", "v1.4", "latest")} == dict.fromkeys(
        ("v1.4.2", "v1.4", "latest"), tested
    )
    assert "v1.4.2-rc3" not in app.tags()
    composed = json.loads(app.manifest("composed").body)
    assert len(composed["manifests"]) == 2
    mirrored = index_of("prometheus/prometheus:v3.1.0")[1].digest
    prometheus = stage.pusher("mirror/prometheus")
    assert prometheus.digest("v3.1.0") == mirrored
    assert prometheus.digest(mirrored.replace(":", "-") + ".sig")
    assert stage.pusher("mirror/redis").tags() == ["7.2-alpine", "7.4-alpine"]
    for repository, tag in (("team/app", "v1"), ("team/db", "v7")):
        copied = json.loads(Pusher(stage.other.address, repository).manifest(tag).body)
        assert [child["platform"]["architecture"] for child in copied["manifests"]] == ["amd64", "arm64"]
    assert (stage.folder / "usb" / "bundle.tar").stat().st_size
    assert (stage.folder / "srv" / "restored.tar.gz").read_bytes() == DUMP
    assert (stage.folder / "srv" / "config" / "site.yml").read_bytes() == (stage.folder / "site.yml").read_bytes()
    login = stage.folder / ".docker" / "config.json"
    assert stage.here.address in json.loads(login.read_text(encoding="utf-8"))["auths"]
    assert stat.S_IMODE(login.stat().st_mode) == 0o600


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module: str, stage_at: Callable[[str], Stage]) -> None:
    """On one kind of registry: that the modules work on all of them, the other tests prove."""
    stage = stage_at("distribution3")
    text = text_of(ROOT / "plugins" / "modules" / f"{module}.py", "EXAMPLES")
    tasks = yaml.safe_load(stage.here_and_now(text))
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
    runs = run_play(play, stage.variables, stage.folder)
    assert not told(runs)
    assert [run.name for run in runs] == [task["name"] for task in tasks]
    changed = [run.name for run in runs if run.changed]
    assert bool(changed) == (module not in ONLY_LOOK), changed


@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_examples_of_a_plugin_run(plugin: str, stage_at: Callable[[str], Stage]) -> None:
    stage = stage_at("distribution3")
    tasks = yaml.safe_load(stage.here_and_now(text_of(ROOT / "plugins" / f"{plugin}.py", "EXAMPLES")))
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
    runs = run_play(play, stage.variables, stage.folder)
    assert not told(runs)
    assert [run.name for run in runs] == [task["name"] for task in tasks]


def test_the_examples_of_the_inventory_run(stage_at: Callable[[str], Stage]) -> None:
    stage = stage_at("distribution3")
    text = text_of(ROOT / "plugins" / "inventory" / "registry.py", "EXAMPLES")
    teams, images, many = (stage.here_and_now(document) for document in text.split("---\n"))
    here = stage.here.address
    assert read_inventory(teams, stage.folder).groups == {
        "team_staging": [f"{here}/staging/app"],
        "team_team": [f"{here}/team/app", f"{here}/team/db"],
    }
    groups = read_inventory(images, stage.folder).groups
    assert groups["release"] == [f"{here}/team/app:{tag}" for tag in ("v1.0.0", "v1.2.0", "v1.4.2")]
    assert f"image_{index_of('team/db:v7')[1].digest[7:19]}" in groups
    both = read_inventory(many, stage.folder).hosts
    assert f"{here}/team/app" in both
    assert f"{here}/staging/app" not in both
    assert both[f"{stage.upstream.address}/prometheus/prometheus"]["registry_tags"] == ["v3.0.0", "v3.1.0"]


def test_the_inventory_s_examples_show_what_ansible_inventory_prints(stage_at: Callable[[str], Stage]) -> None:
    stage = stage_at("distribution3")
    text = text_of(ROOT / "plugins" / "inventory" / "registry.py", "EXAMPLES").split("---\n", maxsplit=1)[0]
    lines = [line.lstrip("#").removeprefix(" ") for line in text.splitlines() if line.startswith("#")]
    shown = "\n".join(lines).split("$ ansible-inventory -i registry.yml ")[1:]
    assert len(shown) == 2
    for command in shown:
        arguments, output = command.split("\n", 1)
        found = read_inventory(stage.here_and_now(text), stage.folder, *shlex.split(arguments))
        assert found.output.replace(stage.here.address, "registry.example.com").strip() == output.strip()


def test_the_inventory_that_is_promised_works_as_it_stands(stage_at: Callable[[str], Stage]) -> None:
    stage = stage_at("distribution2")
    found = read_inventory(stage.here_and_now(INVENTORY.read_text(encoding="utf-8")), stage.folder)
    app, db = f"{stage.here.address}/team/app", f"{stage.here.address}/team/db"
    assert found.groups["team_team"][:1] + found.groups["team_team"][-1:] == [app, db]
    assert found.hosts[app]["registry_address"] == stage.here.address
    assert found.hosts[app]["registry_repository"] == "team/app"
    assert set(found.hosts[app]["registry_tags"]) == set(stage.pusher("team/app").tags())
    assert found.hosts[db]["newest"] == "v7"


def test_only_whole_names_are_stood_in_for() -> None:
    places = {"quay.io": "127.0.0.1:1", "/srv": "/tmp/x"}
    text = "quay.io/a oci:/srv/b:c notquay.io quay.io.example.com /srv2 -> quay.io /a/srv"
    expected = "127.0.0.1:1/a oci:/tmp/x/b:c notquay.io quay.io.example.com /srv2 -> 127.0.0.1:1 /a/srv"
    assert standing_in(text, places) == expected
