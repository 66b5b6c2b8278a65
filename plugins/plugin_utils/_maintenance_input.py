# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the variables of the role `maintain` to what its tasks are given.

Names in these variables stand below a registry; here they become whole. What is no name is left as it is, so that the
module that gets it says what is wrong with it.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_results import results_of

#: The steps that bring images, in the order of the work.
_COPYING = ("mirrors", "images")


def below(registry: str, name: str) -> str:
    """The whole name of something in a registry."""
    return f"{registry.strip().rstrip('/')}/{name.strip()}"


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
    found = {_repository(below(registry, name)) for name in named if not name.strip().endswith("/*")}
    for result in results_of(results.get("mirrors")):
        found.update(_repository(str(pair["dest"])) for pair in result.get("repositories") or ())
    return sorted(name for name in found if name is not None)


def planned(results: Mapping[str, Any], registry: str, tags: Iterable[Mapping[str, Any]]) -> Dict[str, Any]:
    """What images are going to be, by the results of check mode.

    `entries` has for each entry of `tags` the digest that its image has when its turn comes, `images` the digests by
    whole names when all these steps are done. None is for what is not there, or not known. `results["current"]` has
    what the names in `tags` are now.
    """
    found: Dict[str, Optional[str]] = {}
    for result in results_of(results.get("current")):
        found.update({image_name(entry["name"]): entry["digest"] for entry in result.get("manifests") or ()})
    for step in _COPYING:
        for result in results_of(results.get(step)):
            found.update({image_name(image["dest"]): image["digest"] for image in result.get("images") or ()})
            for removed in result.get("removed") or ():
                found[f"{removed['repository']}:{removed['tag']}"] = None
    entries: List[Optional[str]] = []
    for entry in tags:
        name = below(registry, entry["name"])
        present = entry.get("state", "present") == "present"
        digest = found.get(image_name(name)) if present else None
        entries.append(digest)
        if digest is not None or not present:
            found.update({f"{_repository(name)}:{tag}": digest for tag in entry["tags"]})
    return {"entries": entries, "images": found}


def image_name(name: str) -> str:
    """The image's name as the modules write it."""
    try:
        return str(Reference.parse(name))
    except RegistryError:
        return name


def _repository(name: str) -> Optional[str]:
    try:
        return Reference.parse(name).name
    except RegistryError:
        return None
