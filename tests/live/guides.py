# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a guide as its reader would: write its files, give its commands, run its playbooks and tasks.

- A block with a caption is the file of that name.
- The commands of a console block are given to a shell; what they print has to be what is shown.
- A playbook that no command runs is run by itself, and so are tasks.
- Every playbook and all tasks are run again right afterwards, which must change nothing.
- A file that nothing uses makes the test fail.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.live.guide_blocks import CONSOLE, Block, Command, blocks_of, commands_of, matches
from tests.live.playbooks import SECONDS, TaskRun, environment, standing_in, written

#: Ansible's programs as a reader calls them.
PROGRAMS = ("playbook", "inventory", "vault", "doc")


@dataclass(frozen=True)
class Ran:
    """A command that was given, what it printed, and what came of the tasks that it ran."""

    command: str
    output: str
    tasks: Sequence[TaskRun]

    def result(self, name: str) -> dict[str, Any]:
        """The result of the task with this name, which ran once."""
        (found,) = [task.result for task in self.tasks if task.name == name]
        return found

    @property
    def changed(self) -> list[str]:
        """The names of the tasks that changed something, or would."""
        return [task.name for task in self.tasks if task.changed]


@dataclass
class Guide:
    """A page, run in `folder`, which is the reader's home.

    `places` are folders that others stand in for, `variables` and `secrets` the environment. No secret may be printed.
    """

    path: Path
    folder: Path
    places: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    ran: list[Ran] = field(default_factory=list)

    def run(self) -> Guide:
        """Run everything on the page, from its top to its end."""
        self._make_programs()
        blocks = blocks_of(self.path.read_text(encoding="utf-8"), self.path.name)
        for block in blocks:
            if block.language == CONSOLE:
                for command in commands_of(block):
                    self._give(block, command)
            elif block.caption:
                self._write(block)
                assert _is_used(block, blocks), f"{block.place}: nothing uses {block.caption}"
                if _is_playbook(block) and not _is_named(block, blocks):
                    self._give(block, Command(f"ansible-playbook {shlex.quote(block.caption)}", None))
            else:
                self._run_tasks(block)
        return self

    def of(self, name: str, check: bool = False) -> Ran:
        """What came of the first run of a playbook, with or without --check."""
        for ran in self.ran:
            words = ran.command.split()
            if name in words and ("--check" in words) == check:
                return ran
        raise AssertionError(f"{name} was not run")

    def give(self, line: str) -> Ran:
        """Give a command that is not on the page."""
        return self._shell("the test", line)

    def _write(self, block: Block) -> None:
        path = self.folder / str(block.caption)
        assert path.resolve().is_relative_to(self.folder.resolve()), f"{block.place}: {block.caption} is elsewhere"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(standing_in(block.text, self.places), encoding="utf-8")

    def _run_tasks(self, block: Block) -> None:
        content = yaml.safe_load(standing_in(block.text, self.places))
        assert isinstance(content, list), f"{block.place}: it is neither a file with a caption nor tasks nor a playbook"
        if not _is_playbook(block):
            content = [{"hosts": "localhost", "gather_facts": False, "tasks": content}]
        name = f"{block.place.replace(':', '-')}.yml"
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")
        self._give(block, Command(f"ansible-playbook {name}", None))

    def _give(self, block: Block, command: Command) -> None:
        ran = self._shell(block.place, command.line)
        self.ran.append(ran)
        if command.output is not None:
            shown = standing_in(command.output, self.places)
            assert matches(shown, ran.output), f"{block.place}: {command.line}\nshown:\n{shown}\nreal:\n{ran.output}"
        words = command.line.split()
        if "ansible-playbook" in words and "--check" not in words:
            assert ran.tasks, f"{block.place}: {command.line} ran no task"
            again = self._shell(block.place, command.line)
            assert not again.changed, f"{block.place}: {command.line} changed something when it ran again"

    def _shell(self, place: str, line: str) -> Ran:
        results = self.folder / ".results.jsonl"
        results.unlink(missing_ok=True)
        ended = subprocess.run(
            ["bash", "-ec", standing_in(line, self.places)],
            cwd=self.folder,
            env=self._environ(results),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        words = f"{place}: {line}\n{ended.stdout}\n{ended.stderr}"
        assert ended.returncode == 0, words
        assert not [name for name, secret in self.secrets.items() if secret in words], words
        return Ran(line, ended.stdout, written(results) if results.exists() else [])

    def _environ(self, results: Path) -> dict[str, str]:
        environ = environment(self.folder, results)
        path = f"{self.folder / '.bin'}:{environ['PATH']}"
        return {**environ, "ANSIBLE_PYTHON_INTERPRETER": sys.executable, **self.variables, **self.secrets, "PATH": path}

    def _make_programs(self) -> None:
        for name in PROGRAMS:
            self.program(f"ansible-{name}", f'exec {shlex.quote(sys.executable)} -m ansible {name} "$@"')

    def program(self, name: str, script: str) -> None:
        """Put a program (lines of sh) into the reader's PATH."""
        path = self.folder / ".bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)


def _is_playbook(block: Block) -> bool:
    content = yaml.safe_load(block.text) if block.language.startswith("yaml") else None
    return isinstance(content, list) and any("hosts" in play or "import_playbook" in play for play in content)


def _is_named(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether a command names the file."""
    return any(_names(block, other) for other in blocks if other.language == CONSOLE)


def _is_used(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether it is a playbook, or something else names the file or, of an inventory, its folder."""
    return _is_playbook(block) or any(_names(block, other) for other in blocks if other is not block)


def _names(block: Block, other: Block) -> bool:
    path = Path(str(block.caption))
    parents = [rf"{re.escape(str(parent))}/?" for parent in path.parents if str(parent) != "."]
    return any(re.search(rf"(?<![\w.-]){name}(?![\w/-])", other.text) for name in (re.escape(str(path)), *parents))
