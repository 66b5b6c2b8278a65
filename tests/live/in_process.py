# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of this collection in playbooks, and how each of them has run: inside the controller or as a module."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.playbooks import TaskRun, played, recorded, user_environment

IN_PROCESS = "in-process"
MODULE = "as a module"
_WAY = re.compile(r"^<\S*> regops\.oci_registry\.\w+ runs (in-process|as a module)(?:: (.*))?$", re.MULTILINE)

#: A connection that is not local, as far as Ansible can know.
ELSEWHERE = '''
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: A host that happens to be this one
description: [For the tests of this collection.]
options: {}
"""


class Connection(Local):
    transport = "elsewhere"
'''


@dataclass(frozen=True)
class Plays:
    """What came of a play: its tasks in their order, and in which way those of this collection ran, and why."""

    tasks: Sequence[TaskRun]
    words: str

    @property
    def ways(self) -> list[str]:
        """The way of each, in their order."""
        return [found[1] for found in _WAY.finditer(self.words)]

    @property
    def reasons(self) -> list[str]:
        """Why those ran as a module that did."""
        return [found[2] for found in _WAY.finditer(self.words) if found[1] == MODULE]

    def of(self, name: str) -> TaskRun:
        """What came of the task of that name."""
        (task,) = [task for task in self.tasks if task.name == name]
        return task


@dataclass(frozen=True)
class Controller:
    """A folder as the home of a user who runs plays on hosts that he may invent."""

    folder: Path

    def play(
        self,
        tasks: Sequence[Mapping[str, Any]],
        *arguments: str,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        **keywords: Any,
    ) -> Plays:
        """Run tasks on `hosts` (the implicit localhost by default); a task that fails does not stop the others."""
        inventory: list[str] = []
        if hosts is not None:
            inventory = ["-i", str(self.inventory(hosts))]
        play = {
            "hosts": "localhost" if hosts is None else "all",
            "gather_facts": False,
            "ignore_errors": True,
            **keywords,
            "tasks": list(tasks),
        }
        # Since ansible-core 2.21 the options of a task are part of its result only where that is asked for.
        environ = {"ANSIBLE_INJECT_INVOCATION": "true", **(environ or {})}
        return Plays(*played(play, self.folder, "-vvv", *inventory, *arguments, environ=environ, cwd=cwd))

    def lines(self, tasks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """Run tasks on localhost, and give what Ansible says as it says it, line by line."""
        with self.running(tasks) as ansible:
            assert ansible.stdout is not None
            for line in ansible.stdout:
                yield line.rstrip()

    def running(self, tasks: Sequence[Mapping[str, Any]], pass_fds: Sequence[int] = ()) -> subprocess.Popen[str]:
        """Start a play on localhost, as from a terminal of its own; its words are in one pipe."""
        playbook = self.folder / "play.json"
        play = {"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", str(playbook)],
            cwd=self.folder,
            env=user_environment(self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            pass_fds=pass_fds,
        )

    def ad_hoc(self, module: str, options: str) -> Plays:
        """Run a module on localhost by the program `ansible`."""
        command = ["adhoc", "localhost", "-m", module, "-a", options, "-vvv"]
        return Plays(*recorded(command, self.folder, {"ANSIBLE_LOAD_CALLBACK_PLUGINS": "true"}))

    def inventory(self, hosts: Mapping[str, Mapping[str, Any]]) -> Path:
        """Write down hosts with their variables."""
        path = self.folder / "hosts.yml"
        lines = [f"    {host}: {dict(variables)!r}" for host, variables in hosts.items()]
        path.write_text("\n".join(["all:", "  hosts:", *lines]) + "\n", encoding="utf-8")
        return path

    def script(self, name: str, text: str) -> Path:
        """A program of the user's."""
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        return path

    def interpreter(self, *options: str) -> Path:
        """Another Python than the controller's, though it is the same program."""
        return self.script("python3", f'exec "{sys.executable}" {" ".join(options)} "$@"')

    def elsewhere(self) -> dict[str, str]:
        """The environment in which there is a connection `elsewhere`."""
        folder = self.folder / "connections"
        folder.mkdir(exist_ok=True)
        (folder / "elsewhere.py").write_text(ELSEWHERE, encoding="utf-8")
        return {"ANSIBLE_CONNECTION_PLUGINS": str(folder)}
