# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of the collection without a playbook: as a process of its own, as Ansible does on a host, or as its
action plugin runs it inside the controller."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from .errors import SupportError

COLLECTION = "ansible_collections.regops.oci_registry"
#: The two ways in which Ansible runs a module of this collection.
MODULE, IN_PROCESS = WAYS = ("module", "in-process")


@dataclass(frozen=True)
class ModuleRun:
    """What came of a run: the module's JSON, its exit status, its standard error and its peak RSS in bytes."""

    result: dict[str, Any]
    status: int
    stderr: str
    peak_rss: int

    @property
    def failed(self) -> bool:
        """Whether the module says that it failed."""
        return bool(self.result.get("failed"))

    @property
    def text(self) -> str:
        """Everything that the module said, to look for what must not be in it."""
        return json.dumps(self.result) + self.stderr


class ModuleRunner:
    """Runs modules one after the other. `home` is their home folder: an empty one of our own unless given.

    The modules see no environment variable of ours but PATH, so nothing of the user's gets into a test.
    """

    def __init__(self, home: str | None = None) -> None:
        self._given_home = home
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._server: subprocess.Popen[str] | None = None

    @property
    def home(self) -> str:
        """The modules' home folder."""
        if self._folder is None:
            raise RuntimeError("the runner has not been started")
        return self._given_home or self._folder.name

    def __enter__(self) -> ModuleRunner:
        self._folder = tempfile.TemporaryDirectory(prefix="regops-modules-")
        self._server = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.module_server", *_shared()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # The collection and this package are where they are for us.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None and self._folder is not None
        self._server.communicate()
        self._folder.cleanup()

    def run(
        self,
        module: str,
        options: Mapping[str, Any],
        *,
        check: bool = False,
        environ: Mapping[str, str] | None = None,
        way: str = MODULE,
    ) -> ModuleRun:
        """Run `module` (its short name, or for a module a whole Python name) with these options, and with diff mode on.

        Raises SupportError when it prints no JSON: then it has crashed, and its words are in the error.
        """
        with tempfile.TemporaryDirectory(dir=self.home, prefix="tmp-") as scratch:
            answer = self._ask(
                {
                    "way": way,
                    "module": module if "." in module else f"{COLLECTION}.plugins.modules.{module}",
                    "arguments": {
                        **options,
                        "_ansible_check_mode": check,
                        "_ansible_diff": True,
                        "_ansible_tmpdir": scratch,
                        "_ansible_remote_tmp": scratch,
                    },
                    "environ": {"PATH": os.environ.get("PATH", os.defpath), "HOME": self.home, **(environ or {})},
                    "folder": scratch,
                }
            )
        return _parse(answer)

    def _ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        if self._server is None or self._server.stdin is None or self._server.stdout is None:
            raise RuntimeError("the runner has not been started")
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        line = self._server.stdout.readline()
        if not line:
            raise SupportError("the program that runs modules has ended; its words are above")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _shared() -> list[str]:
    """What modules import: the borders to Ansible, and the operations with the client below them."""
    place = Path(__file__).resolve().parents[2] / "plugins" / "module_utils" / "_operations"
    operations = sorted(path.stem for path in place.glob("[!_]*.py"))
    names = ["module_utils._module", *(f"module_utils._operations.{name}" for name in operations)]
    names += ["plugin_utils._in_process_child", "plugin_utils._in_process_module"]
    return [f"{COLLECTION}.plugins.{name}" for name in names]


def _parse(answer: Mapping[str, Any]) -> ModuleRun:
    lines = [line for line in answer["stdout"].splitlines() if line.strip()]
    try:
        result = json.loads(lines[-1])
    except (IndexError, ValueError):
        raise SupportError(
            f"the module ended with status {answer['status']} and no JSON:\n{answer['stdout']}\n{answer['stderr']}"
        ) from None
    return ModuleRun(result, answer["status"], answer["stderr"], answer["peak_rss"])
