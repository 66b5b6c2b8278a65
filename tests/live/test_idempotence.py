# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode only looks, and foretells; the real run does what was foretold; the second run changes nothing."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.idempotence import Broken, Row, Scene, prove
from tests.live.idempotence_rows import ROWS
from tests.support.images import sha256
from tests.support.modules import COLLECTION, WAYS, ModuleRunner
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry

MODULES = sorted(path.stem for path in (Path(__file__).parents[2] / "plugins" / "modules").glob("*.py"))


Running = Callable[[str], RunningRegistry]


@pytest.fixture(scope="module")
def recording(running: Running) -> Iterator[Callable[[str], Recorder]]:
    """Give the recorder before a kind of registry: one for all rows, who have it forget what came before."""
    with contextlib.ExitStack() as stack:
        started: dict[str, Recorder] = {}

        def get(kind: str) -> Recorder:
            if kind not in started:
                started[kind] = stack.enter_context(Recorder(running(kind).address))
            return started[kind]

        yield get


@pytest.fixture
def scene_at(
    running: Running, recording: Callable[[str], Recorder], repository: str, tmp_path: Path
) -> Callable[[str], Scene]:
    """Give a place for one row on a kind of registry."""

    def make(kind: str) -> Scene:
        other = "distribution2" if kind == "distribution3" else "distribution3"
        folder = tmp_path / "folder"
        folder.mkdir()
        return Scene(running(kind), recording(kind), running(other), recording(other), repository, folder)

    return make


@pytest.fixture
def scene(registry: RunningRegistry, scene_at: Callable[[str], Scene]) -> Scene:
    """A place for one row on each kind of registry."""
    return scene_at(registry.kind)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row, way: str, scene: Scene, modules: ModuleRunner) -> None:
    if row.where(scene):
        prove(row, scene, modules, way)


def test_no_two_rows_have_the_same_name() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_rows(module: str) -> None:
    rows = [row for row in ROWS if row.module == module]
    arguments = importlib.import_module(f"{COLLECTION}.plugins.module_utils._operations.{module}").ARGUMENTS
    states = set(arguments.get("state", {}).get("choices", [None]))
    assert {row.state for row in rows} == states, "a state has no row"
    if "state" in arguments:
        for state in states:
            mine = [row for row in rows if row.state == state]
            assert any(row.actions for row in mine), f"no row in which {state} has something to do"
            assert any(not row.actions for row in mine), f"no row in which {state} has nothing to do"
    if "fail_fast" in arguments:
        assert any(row.lists for row in rows), "no row with a list"


class TestTheHarness:
    """It notices what it is there to notice: a module that lies, each time in another way."""

    LIES = {
        "writes in check mode": "check mode sent more than GET and HEAD",
        "foretells too little": "check mode foretold something else",
        "foretells another diff": "check mode foretold something else",
        "always changed": "the second run is not idempotent",
        "writes when it is right": "the second run wrote something",
        "says changed and does nothing": "changed=true, but nothing was written",
        "says unchanged and writes": "other actions than expected",
        "changed without actions": "other actions than expected",
        "promises something else": "the diff promised something else",
        "returns what it does not document": "the result is not as RETURN says",
        "fails": "the module failed",
    }

    @staticmethod
    def row(lie: str) -> Row:
        def is_there(scene: Scene, run: object) -> None:
            assert scene.pusher.blob(sha256(scene.content())) == scene.content()

        return Row(
            "tests.live.lying_module",
            "lie",
            lambda scene: {
                "url": f"{scene.recorder.url}/v2/{scene.name}",
                "content": scene.content().decode(),
                "lie": lie,
            },
            ("upload",),
            verify=is_there,
        )

    @pytest.fixture
    def lying_scene(self, scene_at: Callable[[str], Scene]) -> Scene:
        return scene_at("distribution2")

    def test_the_truth_passes(self, lying_scene: Scene, modules: ModuleRunner) -> None:
        prove(self.row("none"), lying_scene, modules)

    @pytest.mark.parametrize("lie", LIES)
    def test_a_lie_is_noticed(self, lie: str, lying_scene: Scene, modules: ModuleRunner) -> None:
        with pytest.raises(Broken, match=self.LIES[lie]):
            prove(self.row(lie), lying_scene, modules)
