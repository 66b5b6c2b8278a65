# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, and the command line of each for the same work."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import install

#: The module in a Python process of its own, and the whole of ansible-playbook with one task.
OURS, PLAYBOOK = "ours", "playbook"
PEERS = ("crane", "regctl", "skopeo")
BEST = "the best other"
#: Interpreters that do nothing: with requests imported, and with what Ansible brings to a module besides.
IDLE, CONTROL = "idle", "idle with Ansible"


@dataclass(frozen=True)
class Step:
    """A command to measure, and what its figures stand for.

    less: a command whose time is taken off. factor: by which the rest is multiplied, to extrapolate or to give the
    share of one item.
    """

    argv: Sequence[str]
    less: Sequence[str] | None = None
    factor: float = 1.0


@dataclass(frozen=True)
class Task:
    """A module of the collection with its options; in `loop` over so many items, of which {{ item }} is the number.

    check: in check mode. gives: how many elements lists of the result must have. fails: words of the error that must
    come.
    """

    module: str
    options: Mapping[str, Any]
    loop: int | None = None
    check: bool = False
    gives: Mapping[str, int] = field(default_factory=dict)
    fails: str = ""

    def as_ansible(self) -> dict[str, Any]:
        """The task of a playbook."""
        name = self.module if "." in self.module else f"regops.oci_registry.{self.module}"
        task: dict[str, Any] = {"name": "The work", name: dict(self.options)}
        if self.loop is not None:
            task["loop"] = f"{{{{ range({self.loop}) | list }}}}"
        if self.check:
            task["check_mode"] = True
        if self.fails:
            task["ignore_errors"] = True
        return task

    def as_module(self) -> list[str]:
        """The arguments of bench.ours."""
        expected = {"gives": dict(self.gives), "fails": self.fails}
        return [self.module, json.dumps({**self.options, "_ansible_check_mode": self.check}), json.dumps(expected)]


@dataclass(frozen=True)
class Place:
    """Where one turn is done: HOST:PORT of both sides, and a new empty folder, which is the program's home, too.

    number: of the turn, unlike any other's.
    """

    src: str
    dest: str
    folder: Path
    number: int = 0


@dataclass(frozen=True)
class Proof:
    """What must be there after the work: a digest, under a tag of a repository or in a layout's folder."""

    digest: str
    repository: str = ""
    tag: str = ""
    folder: Path | None = None


@dataclass(frozen=True)
class Job:
    """One piece of work in the words of all who can do it; `unable` says why the others cannot."""

    steps: Mapping[str, Step]
    proofs: Sequence[Proof] = ()
    unable: Mapping[str, str] = field(default_factory=dict)


def module_step(task: Task) -> Step:
    """The module as a Python process."""
    return Step([sys.executable, "-m", "bench.ours", *task.as_module()])


def interpreter(code: str) -> Step:
    """A Python process that does this and no more."""
    return Step([sys.executable, "-c", code])


def playbook(folder: Path, name: str, *tasks: Task) -> list[str]:
    """Write a playbook, which is JSON and so YAML, and give the command that runs it."""
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [task.as_ansible() for task in tasks]}
    path = folder / f"{name}.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    program = Path(sys.executable).with_name("ansible-playbook")
    start = [str(program)] if program.exists() else [sys.executable, "-m", "ansible", "playbook"]
    return [*start, str(path)]


def ours(task: Task, place: Place) -> dict[str, Step]:
    """The two ways in which the collection's own work is measured, and what the interpreter alone takes."""
    return {
        OURS: module_step(task),
        PLAYBOOK: Step(playbook(place.folder, "playbook", task)),
        IDLE: interpreter("import requests"),
    }


def crane(*arguments: str) -> list[str]:
    """A crane command; plain HTTP is its own choice for loopback."""
    return [_program("crane"), *arguments]


def regctl(place: Place, *arguments: str) -> list[str]:
    """A regctl command that knows both sides."""
    hosts = [f"--host=reg={address},tls=disabled" for address in dict.fromkeys((place.src, place.dest))]
    return [_program("regctl"), *hosts, *arguments]


def skopeo(*arguments: str) -> list[str]:
    """A skopeo command."""
    return [_program("skopeo"), "--insecure-policy", *arguments]


def skopeo_copy(source: str, dest: str) -> list[str]:
    """Copy with all platforms; each side is told that there is no TLS."""
    plain = ["--src-tls-verify=false", "--dest-tls-verify=false"]
    return skopeo("copy", "--all", "--quiet", *plain, source, dest)


def each(command: Sequence[str], count: int) -> list[str]:
    """Run a command so many times, one after the other; {} in it is the number."""
    words = [shlex.quote(word).replace("{}", "'\"$number\"'") for word in command]
    return [
        "/bin/sh",
        "-ec",
        f"number=1; while [ $number -le {count} ]; do {' '.join(words)}; number=$((number+1)); done",
    ]


def _program(name: str) -> str:
    # A name that is not there fails where it is run, and only there.
    return str(install.find(name) or name)


def present() -> list[str]:
    """Those of PEERS that are installed."""
    return [name for name in PEERS if install.find(name)]


def versions() -> dict[str, str]:
    """What each program says of its version; "missing" for one that is not there."""
    asked = {"crane": ["version"], "regctl": ["version", "--format", "{{.VCSTag}}"], "skopeo": ["--version"]}
    asked.update({"distribution2": ["--version"], "distribution3": ["--version"]})
    return {name: _version(name, arguments) for name, arguments in asked.items()}


def _version(name: str, arguments: Sequence[str]) -> str:
    program = install.find(name)
    if program is None:
        return "missing"
    answer = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return (answer.stdout or answer.stderr).strip().rpartition(" ")[2]
