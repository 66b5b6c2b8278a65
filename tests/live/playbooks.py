# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a play by ansible-playbook, as a user does; names in it that are out of reach are stood in for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.regops.oci_registry.plugins.module_utils import _module

CALLBACKS = Path(__file__).parent / "callbacks"
#: The folder that has ansible_collections in it.
COLLECTIONS = Path(_module.__file__).parents[5]
SECONDS = 300


@dataclass(frozen=True)
class TaskRun:
    """What came of one task."""

    name: str
    failed: bool
    result: dict[str, Any]

    @property
    def changed(self) -> bool:
        """Whether it says that it changed something."""
        return bool(self.result.get("changed"))


def standing_in(text: str, places: Mapping[str, str]) -> str:
    """The text with each host name and path that is a key of `places` put in its place; a part of a longer name is not.

    It is all that is done to a play's text: no option is changed.
    """
    if not places:
        return text
    names = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    return re.sub(rf"(?<![\w.-])(?:{names})(?![\w.-])", lambda found: places[found.group()], text)


def run_play(play: Mapping[str, Any], variables: Mapping[str, Any], folder: Path) -> list[TaskRun]:
    """Run the play in `folder`, which is also the user's home; a task that fails does not stop the others.

    Raises AssertionError with Ansible's words when it comes to no end, or says that something in the play is unknown.
    """
    playbook, results = folder / "play.json", folder / "results.jsonl"
    # JSON is YAML.
    playbook.write_text(json.dumps([{**play, "vars": dict(variables), "ignore_errors": True}]), encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "playbook", str(playbook)]
    ended = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder, results),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    words = f"{ended.stdout}\n{ended.stderr}"
    assert ended.returncode == 0, words
    return recorded(results)


def environment(home: Path, results: Path) -> dict[str, str]:
    """What Ansible's programs need to find this collection, and to write what came of each task to `results`."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(home / ".ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "record_results",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "REGOPS_RESULTS": str(results),
    }


def recorded(results: Path) -> list[TaskRun]:
    """What the callback wrote."""
    lines = results.read_text(encoding="utf-8").splitlines()
    return [TaskRun(**json.loads(line)) for line in lines]


def told(runs: Sequence[TaskRun]) -> dict[str, str]:
    """The messages of the tasks that failed, by the tasks' names."""
    return {run.name: str(run.result.get("msg")) for run in runs if run.failed}
