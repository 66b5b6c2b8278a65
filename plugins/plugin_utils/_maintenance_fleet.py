# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the maintenance of all registries of a play came to."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Iterable, List, Sequence

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_report import Report, host_report


def fleet_report(reports: Iterable[Report], hosts: Sequence[str], waiting: Iterable[str]) -> Dict[str, Any]:
    """The report on all registries. Those of `hosts` that have none say so; those `waiting` may get it later."""
    known = {report["host"]: report for report in reports}
    later = set(waiting)
    registries: List[Report] = [known.get(host) or _without_report(host, host in later) for host in hosts]
    return {
        "generated": datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z",
        "check_mode": any(report["check_mode"] for report in registries),
        "changed": any(report["changed"] for report in registries),
        "failed": any(report["failed"] for report in registries),
        "totals": {
            "registries": len(registries),
            "changed": sum(report["changed"] for report in registries),
            "failed": sum(report["failed"] for report in registries),
            "unreachable": sum(report["state"] == "unreachable" for report in registries),
            "actions": sum(len(report["actions"]) for report in registries),
            "removed": sum(len(report["removed"]) for report in registries),
            "errors": sum(len(report["errors"]) for report in registries),
            "drift": sum(len(report["drift"]) for report in registries),
            "repositories": sum(bool(entry["tags"]) for report in registries for entry in report["repositories"]),
            "tags": sum(len(entry["tags"]) for report in registries for entry in report["repositories"]),
            "size": sum(report["size"] or 0 for report in registries),
        },
        "registries": registries,
    }


def _without_report(host: str, waiting: bool) -> Report:
    why = "Its variables were refused, or Ansible could not run there: see the messages of the play"
    return {
        **host_report({}, host, "", check_mode=False),
        "registry": None,
        "state": "waiting" if waiting else "failed",
        "failed": not waiting,
        "errors": [] if waiting else [{"step": "registry", "item": host, "msg": why, "category": None}],
    }
