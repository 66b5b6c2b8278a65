# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the playbook regops.oci_registry.maintain over an inventory, as a user does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.playbooks import RESULTS, TaskRun, run_ansible, written

PLAYBOOK = "regops.oci_registry.maintain"
HOST_REPORT = "registry_maintenance_report"
FLEET_REPORT = "registry_maintenance_fleet"
_RECAP = re.compile(r"^(\S+) +: ok=\d+ +changed=(\d+) +unreachable=\d+ +failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Maintained:
    """What came of a run: the exit status, all that was printed, the recap (changed, failed) by host, and the tasks."""

    status: int
    text: str
    recap: Mapping[str, tuple[int, int]]
    tasks: list[TaskRun]

    @property
    def reports(self) -> dict[str, dict[str, Any]]:
        """The reports on single registries by their names in the inventory."""
        return {report["host"]: report for report in self._facts(HOST_REPORT)}

    @property
    def fleet(self) -> dict[str, Any]:
        """The report on all registries."""
        return self.fleets[-1]

    @property
    def fleets(self) -> list[dict[str, Any]]:
        """All that were made: one, or with `serial` one a batch."""
        return self._facts(FLEET_REPORT)

    @property
    def summary(self) -> str:
        """What a person reads at the end."""
        (told,) = [task.result["msg"] for task in self.tasks if task.name == "Tell what became of all registries"]
        return "\n".join(told)

    def actions(self, host: str) -> list[dict[str, Any]]:
        """What was done, or would be, on one registry."""
        found: list[dict[str, Any]] = self.reports[host]["actions"]
        return found

    def _facts(self, name: str) -> list[dict[str, Any]]:
        facts = [task.result.get("ansible_facts") or {} for task in self.tasks]
        return [one[name] for one in facts if name in one]


def maintain(inventory: str | Mapping[str, Any], folder: Path, *arguments: str, playbook: str = PLAYBOOK) -> Maintained:
    """Run it in `folder`, which is also the user's home; the inventory is text or data."""
    # JSON is YAML.
    text = inventory if isinstance(inventory, str) else json.dumps(inventory)
    (folder / "registries.yml").write_text(text, encoding="utf-8")
    ended = run_ansible(["playbook", "-i", "registries.yml", playbook, *arguments], folder)
    results = folder / RESULTS
    text = f"{ended.stdout}\n{ended.stderr}"
    assert results.exists(), text
    recap = {host: (int(changed), int(failed)) for host, changed, failed in _RECAP.findall(text)}
    return Maintained(ended.returncode, text, recap, written(results))


def inventory_of(hosts: Mapping[str, Mapping[str, Any]], **variables: Any) -> dict[str, Any]:
    """An inventory with these registries, and variables that are the same for all."""
    common = {"ansible_connection": "local", "registry_retries": 0, **variables}
    return {"registries": {"hosts": dict(hosts), "vars": common}}
