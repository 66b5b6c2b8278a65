# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Owner, permissions and the like of a file that an operation has written: Ansible's own options, done by Ansible."""

from __future__ import annotations

from typing import Any, Dict, Mapping


def set_attributes(module: Any, result: Mapping[str, Any]) -> Dict[str, Any]:
    """Give the file `dest` of a result its attributes; the result says so where that is the only change.

    `module` is the AnsibleModule, whose options say what is wanted. In check mode nothing is done and the same is said.
    """
    path = result["dest"]
    wanted = module.load_file_common_arguments(module.params, path=path)
    states: Dict[str, Dict[str, Any]] = {"before": {}, "after": {}}
    if not module.set_fs_attributes_if_different(wanted, False, diff=states) or result["changed"]:
        return dict(result)
    diff = {
        side: {**result["diff"][side], path: {**result["diff"][side].get(path, {}), **states[side]}} for side in states
    }
    reason = ", ".join(f"{key} is {value}" for key, value in states["before"].items() if key != "path")
    action = {"action": "attributes", "name": path, "reason": reason}
    return {**result, "changed": True, "actions": [*result["actions"], action], "diff": diff}
