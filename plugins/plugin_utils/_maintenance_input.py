# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the variables of the role `maintain` to what its tasks are given.

Names in these variables stand below a registry; here they become whole. What is no name is left as it is, so that the
module that gets it says what is wrong with it.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, Mapping, Sequence

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_names import below, repository_name
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_results import results_of


def batches(entries: Iterable[Mapping[str, Any]], registry: str, own: Sequence[str]) -> List[Dict[str, Any]]:
    """Entries that one task can do together, because they differ in the options `own` only.

    Each batch has the `options` that its entries have in common, and the `entries` with their `own` options and a whole
    `dest`, all in the order that they came in.
    """
    found: Dict[str, Dict[str, Any]] = {}
    for entry in entries:
        common = {key: value for key, value in entry.items() if key not in own}
        mine = {key: value for key, value in entry.items() if key in own}
        mine["dest"] = below(registry, mine["dest"])
        key = json.dumps(common, sort_keys=True, default=str)
        found.setdefault(key, {"options": common, "entries": []})["entries"].append(mine)
    return list(found.values())


def repositories(results: Mapping[str, Any], registry: str, named: Iterable[str]) -> List[str]:
    """The repositories of a registry that its maintenance is about, sorted.

    `named` are names below the registry, with or without a tag, or patterns: what these mean is in the results.
    """
    found = {repository_name(below(registry, name)) for name in named if not name.strip().endswith("/*")}
    for result in results_of(results.get("mirrors")):
        found.update(repository_name(str(pair["dest"])) for pair in result.get("repositories") or ())
    return sorted(name for name in found if name is not None)
