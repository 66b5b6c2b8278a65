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
#: Where in a user's home it is written what comes of each task.
RESULTS = "results.jsonl"


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


def user_environment(folder: Path) -> dict[str, str]:
    """The environment of a user whose home is `folder`: nothing of our own user's gets into a test."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(folder / ".ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
    }


def run_play(play: Mapping[str, Any], variables: Mapping[str, Any], folder: Path) -> list[TaskRun]:
    """Run the play in `folder`, which is also the user's home; a task that fails does not stop the others.

    Raises AssertionError with Ansible's words when it comes to no end, or says that something in the play is unknown.
    """
    return played({**play, "vars": dict(variables), "ignore_errors": True}, folder)[0]


def played(
    play: Mapping[str, Any],
    folder: Path,
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> tuple[list[TaskRun], str]:
    """Run the play in `folder`, with more arguments and environment variables: what came of its tasks, and Ansible's
    words. Raises AssertionError with these when it comes to no good end."""
    playbook = folder / "play.json"
    # JSON is YAML.
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    return recorded(["playbook", str(playbook), *arguments], folder, environ, cwd)


def recorded(
    command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> tuple[list[TaskRun], str]:
    """Run one of Ansible's programs, by its name without `ansible-`, and see what comes of the tasks, as `played`."""
    ended = run_ansible(command, folder, environ, cwd)
    words = f"{ended.stdout}\n{ended.stderr}"
    assert ended.returncode == 0, words
    return written(folder / RESULTS), words


def run_ansible(
    command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of Ansible's programs, by its name without `ansible-`, as a user whose home is `folder`.

    What comes of the tasks is in the file RESULTS there. The program's status is for the caller to judge.
    """
    results = folder / RESULTS
    results.unlink(missing_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "ansible", *command],
        cwd=cwd or folder,
        env={**environment(folder, results), **(environ or {})},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def environment(folder: Path, results: Path) -> dict[str, str]:
    """That of a user (see user_environment) whose Ansible writes what comes of each task to the file `results`."""
    return {
        **user_environment(folder),
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "record_results",
        "REGOPS_RESULTS": str(results),
    }


def written(results: Path) -> list[TaskRun]:
    """What is in such a file."""
    return [TaskRun(**json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines()]


def told(runs: Sequence[TaskRun]) -> dict[str, str]:
    """The messages of the tasks that failed, by the tasks' names."""
    return {run.name: str(run.result.get("msg")) for run in runs if run.failed}
