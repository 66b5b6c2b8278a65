# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one proof of idempotence for every module and state: four runs, with every request on the wire recorded.

A row of idempotence_rows.py says what is there before and what shall be there afterwards; `prove` does the rest.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.live import returned
from tests.live.behaviour import BEHAVIOUR, Behaviour
from tests.support.images import Pusher, sha256
from tests.support.modules import IN_PROCESS, MODULE, ModuleRun, ModuleRunner
from tests.support.recorder import Recorder
from tests.support.registries import Kind, RunningRegistry


@dataclass
class Scene:
    """Where a row plays: a registry behind a recorder, a second one, a repository's name, a folder.

    `notes` is for what a row has to remember between its functions.
    """

    registry: RunningRegistry
    recorder: Recorder
    other_registry: RunningRegistry
    other_recorder: Recorder
    name: str
    folder: Path
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def repository(self) -> str:
        """The repository as an option names it."""
        return f"{self.recorder.address}/{self.name}"

    @property
    def other_repository(self) -> str:
        """The same name on the second registry."""
        return f"{self.other_recorder.address}/{self.name}"

    @property
    def capabilities(self) -> Kind:
        """What this kind of registry can do."""
        return self.registry.capabilities

    @property
    def behaviour(self) -> Behaviour:
        """What else is known of it."""
        return BEHAVIOUR[self.registry.kind]

    @property
    def pusher(self) -> Pusher:
        """The repository by plain requests."""
        return self.at("")

    @property
    def other_pusher(self) -> Pusher:
        """The repository on the second registry by plain requests."""
        return Pusher(self.other_registry.address, self.name)

    def at(self, below: str) -> Pusher:
        """The repository, or one below it, by plain requests."""
        return Pusher(self.registry.address, self.name + below)

    def content(self, what: str = "blob") -> bytes:
        """Bytes that no other test has."""
        return f"{what} of {self.name} on {self.registry.kind}".encode()

    def writes(self) -> list[str]:
        """The requests so far that change something."""
        return [request.line for one in (self.recorder, self.other_recorder) for request in one.writes]

    def asked(self) -> list[str]:
        """All requests so far, in no order, for what runs at once has none, and without digests: some are made up."""
        lines = [line for one in (self.recorder, self.other_recorder) for line in one.lines]
        return sorted(re.sub("sha256:[0-9a-f]{64}", "DIGEST", line) for line in lines)

    def forget(self) -> None:
        """Forget the requests so far."""
        self.recorder.clear()
        self.other_recorder.clear()

    def state(self) -> dict[str, Any]:
        """What can be seen from outside: the tags of all repositories of this scene, and the files in its folder."""
        tags = {
            f"{pusher.repository_url}:{tag}": pusher.digest(tag)
            for pusher in (self.pusher, self.at("/copy"), self.at("/base"), self.other_pusher)
            for tag in pusher.tags()
        }
        files = {
            str(path): (sha256(path.read_bytes()), path.stat().st_mode, path.stat().st_mtime_ns)
            for path in self.folder.rglob("*")
            if path.is_file()
        }
        return {**tags, **files}


def _nothing(scene: Scene) -> None:
    """Nothing has to be there before."""


def _everywhere(scene: Scene) -> bool:
    """Every registry can do it."""
    return True


def _no_check(scene: Scene, run: ModuleRun) -> None:
    """What the harness sees is enough."""


@dataclass(frozen=True)
class Row:
    """One module in one state, from one beginning.

    `actions` are the verbs that its first run must report, in any order; none: it must find nothing to do. `verify`
    looks at the registry with plain requests, and at the first run's result. `lists`: the row hands over more than
    one item at once. `where`: registries that cannot do it are left out, by what is known of them. `differs`: keys of
    the result that check mode cannot know. `asks_by_writing`: it sends writes that change nothing, to see what a
    registry says to them.
    """

    module: str
    title: str
    options: Callable[[Scene], Mapping[str, Any]]
    actions: tuple[str, ...] = ()
    prepare: Callable[[Scene], None] = _nothing
    verify: Callable[[Scene, ModuleRun], None] = _no_check
    state: str | None = None
    lists: bool = False
    where: Callable[[Scene], bool] = _everywhere
    differs: tuple[str, ...] = ()
    asks_by_writing: bool = False

    @property
    def name(self) -> str:
        """What the test is called."""
        return "-".join(part for part in (self.module, self.state, self.title.replace(" ", "_")) if part)

    def all_options(self, scene: Scene) -> dict[str, Any]:
        """The options, with the state."""
        return {**({"state": self.state} if self.state else {}), **self.options(scene)}


class Broken(AssertionError):
    """A module broke a rule; the message says which."""


def _demand(holds: bool, rule: str, *facts: object) -> None:
    if not holds:
        raise Broken("\n".join([rule, *(str(fact) for fact in facts)]))


#: What Ansible adds to a result by itself, the latter to one that has a `dest` that is there.
_NOT_COMPARED = ("invocation", "warnings", "deprecations")
_OF_THE_FILE = ("uid", "gid", "owner", "group", "mode", "state", "size")


def _told(run: ModuleRun, but: tuple[str, ...] = ()) -> dict[str, Any]:
    left_out = {*_NOT_COMPARED, *but, *(_OF_THE_FILE if "dest" in run.result else ())}
    return {key: value for key, value in run.result.items() if key not in left_out}


def prove(row: Row, scene: Scene, modules: ModuleRunner, way: str = MODULE) -> None:
    """Run the row four times: check mode, for real, check mode again, for real again. Raises Broken.

    `way` is how the module is run. In-process, check mode is also compared with the module's own, to the last key.
    """
    row.prepare(scene)
    options = row.all_options(scene)

    def run(check: bool) -> ModuleRun:
        scene.forget()
        done = modules.run(row.module, options, check=check, way=way)
        _demand(not done.failed, "the module failed", done.result.get("msg"), done.stderr)
        if check and way == IN_PROCESS:
            _demand_same(row, scene, modules, options, done)
        return done

    before = scene.state()
    foreseen = run(check=True)
    _demand(not scene.writes(), "check mode sent more than GET and HEAD", scene.writes())
    _demand(scene.state() == before, "check mode changed something", before, scene.state())

    done = run(check=False)
    wrote, after = scene.writes(), scene.state()
    _demand(
        _told(foreseen, row.differs) == _told(done, row.differs),
        "check mode foretold something else than what was done",
        _told(foreseen),
        _told(done),
    )
    verbs = sorted(action["action"] for action in done.result.get("actions", []))
    _demand(verbs == sorted(row.actions), "other actions than expected", verbs, row.actions)
    _demand_consistent(done)
    unlike = returned.wrong(row.module, done.result, _OF_THE_FILE)
    _demand(not unlike, "the result is not as RETURN says", *unlike)
    if row.actions:
        _demand(bool(wrote) or after != before, "changed=true, but nothing was written")
    else:
        _demand(after == before, "there was nothing to do, but something changed", before, after)
        _demand(row.asks_by_writing or not wrote, "there was nothing to do, but something was written", wrote)
    row.verify(scene, done)

    for check in (True, False):
        again = run(check)
        _demand(again.result["changed"] is False, "the second run is not idempotent", again.result.get("actions"))
        _demand_consistent(again)
        _demand_follows(done, again)
        _demand(row.asks_by_writing or not scene.writes(), "the second run wrote something", scene.writes())
        _demand(scene.state() == after, "the second run changed something", after, scene.state())


def _demand_same(
    row: Row, scene: Scene, modules: ModuleRunner, options: Mapping[str, Any], in_process: ModuleRun
) -> None:
    """The module asks the same in check mode, and says the same."""
    asked = scene.asked()
    scene.forget()
    module, here = plain(modules.run(row.module, options, check=True).result), plain(in_process.result)
    _demand(module == here, "the module says something else", module, here)
    _demand(scene.asked() == asked, "the module asked something else", scene.asked(), asked)


def plain(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result with its warnings as users see them: since ansible-core 2.19 a module's travel in an envelope. One of
    the registries draws lots, and congratulates who wins."""
    texts = [one["event"]["msg"] if isinstance(one, dict) else one for one in result.get("warnings", [])]
    return {**result, "warnings": [text for text in texts if not text.startswith("Congratulations!")]}


def _demand_consistent(run: ModuleRun) -> None:
    """`changed`, `actions` and `diff` tell the same story; a module that only reads has the first alone."""
    result = run.result
    _demand(isinstance(result.get("changed"), bool), "no changed in the result", result)
    with contextlib.suppress(KeyError):
        actions, diff = result["actions"], result["diff"]
        _demand(result["changed"] == bool(actions), "changed and actions disagree", result)
        _demand(result["changed"] == (diff["before"] != diff["after"]), "changed and diff disagree", result)
        _demand(diff["before"].keys() == diff["after"].keys(), "the sides of the diff name other things", diff)
        for action in actions:
            _demand(bool(action["name"] and action["reason"]), "an action without a name or a reason", action)


def _demand_follows(first: ModuleRun, second: ModuleRun) -> None:
    """What the first run's diff promises is what the second run finds."""
    promised = first.result.get("diff", {}).get("after", {})
    found = second.result.get("diff", {}).get("before", {})
    for key in promised.keys() & found.keys():
        _demand(promised[key] == found[key], f"the diff promised something else of {key}", promised[key], found[key])
