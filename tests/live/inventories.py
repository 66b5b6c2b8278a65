# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an inventory file by ansible-inventory, as a user does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.playbooks import run_ansible

PLUGIN = "regops.oci_registry.registry"
#: How ansible-inventory writes what is no template.
UNSAFE = "__ansible_unsafe"


@dataclass(frozen=True)
class Inventory:
    """What ansible-inventory says of a file."""

    status: int
    output: str
    words: str

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """The variables of each host."""
        found: dict[str, dict[str, Any]] = plain(json.loads(self.output)["_meta"]["hostvars"])
        return found

    @property
    def groups(self) -> dict[str, list[str]]:
        """The hosts of each group that has some."""
        listed = plain(json.loads(self.output))
        return {name: group["hosts"] for name, group in listed.items() if "hosts" in group}


def plain(value: Any) -> Any:
    """The value without the marks of what is no template."""
    if isinstance(value, dict):
        return plain(value[UNSAFE]) if list(value) == [UNSAFE] else {key: plain(value[key]) for key in value}
    return [plain(entry) for entry in value] if isinstance(value, list) else value


def read_inventory(
    content: Mapping[str, Any] | str,
    folder: Path,
    *arguments: str,
    name: str = "registry.yml",
    environ: Mapping[str, str] | None = None,
) -> Inventory:
    """Write an inventory file and read it; `--list` where no other arguments are given.

    A file that cannot be parsed is an error, not the warning that it is to Ansible by default.
    """
    file = folder / name
    # JSON is YAML.
    text = content if isinstance(content, str) else json.dumps({"plugin": PLUGIN, **content})
    file.write_text(text, encoding="utf-8")
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true", "COLUMNS": "1000"}
    command = ["inventory", "-i", str(file), *(arguments or ("--list",))]
    ended = run_ansible(command, folder, {**strict, **(environ or {})})
    # Before ansible-core 2.19 warnings are broken into lines, at hyphens too.
    return Inventory(ended.returncode, ended.stdout, " ".join(ended.stderr.replace("-\n", "-").split()))
