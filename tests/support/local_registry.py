# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run registries in containers by this collection's own role local_registry."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .checkout import ROOT, collections_path
from .errors import SupportError

PLAYBOOK = ROOT / "tests" / "support" / "playbooks" / "registries.yml"
#: Seconds: a pull is among what it takes.
TIMEOUT = 300.0
_FAILURE = re.compile(r'"msg": "((?:[^"\\]|\\.)*)"')


@contextlib.contextmanager
def registries_in_containers(
    folder: Path, wanted: Mapping[str, Mapping[str, Any]], environment: Mapping[str, str] | None = None
) -> Iterator[dict[str, dict[str, str]]]:
    """Run registries for the time of the block; gives `address`, `url` and `ca_path` of each.

    `wanted` are the role's variables by the names of the registries, `environment` is what the engine wants; what
    Ansible needs is written to `folder`. Raises SupportError with the role's own words where one does not run.
    """
    if importlib.util.find_spec("ansible") is None:
        raise SupportError(f"{sys.executable} has no ansible-core, which runs the role local_registry")
    facts = folder / "registries.json"
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps(_inventory(wanted, facts, environment or {})), encoding="utf-8")
    try:
        _playbook(inventory, "present")
        found: dict[str, dict[str, str]] = json.loads(facts.read_text(encoding="utf-8"))
        yield found
    finally:
        _playbook(inventory, "absent")


def _inventory(wanted: Mapping[str, Mapping[str, Any]], facts: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """An inventory (JSON is YAML) of the registries, all of which are on this machine."""
    return {
        "all": {
            "hosts": {"localhost": None},
            "vars": {
                "ansible_connection": "local",
                "ansible_python_interpreter": sys.executable,
                "engine_environment": dict(environment),
                "registries_file": str(facts),
            },
            "children": {"registries": {"hosts": {name: dict(variables) for name, variables in wanted.items()}}},
        }
    }


def _playbook(inventory: Path, state: str) -> None:
    command = [sys.executable, "-m", "ansible", "playbook", "--inventory", str(inventory), str(PLAYBOOK)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environ |= {"ANSIBLE_COLLECTIONS_PATH": str(collections_path()), "ANSIBLE_NOCOLOR": "true"}
    if "ANSIBLE_HOME" in os.environ:
        environ["ANSIBLE_HOME"] = os.environ["ANSIBLE_HOME"]
    try:
        ended = subprocess.run(
            [*command, "--extra-vars", f"local_registry_state={state}"],
            cwd=inventory.parent, env=environ, capture_output=True, text=True, timeout=TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise SupportError(f"the role local_registry did not end within {TIMEOUT:.0f} s") from error
    if ended.returncode:
        raise SupportError(_reason(ended.stdout) or f"{ended.stdout}\n{ended.stderr}"[-2000:])


def _reason(output: str) -> str:
    """The words of the task that failed last."""
    found = _FAILURE.findall(output)
    return str(json.loads(f'"{found[-1]}"')) if found else ""
