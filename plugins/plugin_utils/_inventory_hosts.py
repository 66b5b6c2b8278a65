# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a registry has to the hosts of an inventory and their variables. Pure."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, Sequence, Tuple

from ansible.utils.unsafe_proxy import wrap_var

Host = Tuple[str, Dict[str, Any]]


def hosts_of(address: str, repositories: Sequence[Mapping[str, Any]], level: str) -> Iterator[Host]:
    """The hosts, each with its variables. All that a registry said is marked as no template.

    The names are those of repositories and tags, whose grammar has no place for a template.
    """
    for repository in repositories:
        name = repository["repository"]
        variables = {"registry_address": address, "registry_repository": wrap_var(name[len(address) + 1 :])}
        if level == "repository":
            yield name, {**variables, "registry_tags": wrap_var([tag["name"] for tag in repository["tags"]])}
            continue
        for tag in repository["tags"]:
            yield f"{name}:{tag['name']}", {**variables, **_image_variables(wrap_var(tag))}


def _image_variables(tag: Mapping[str, Any]) -> Dict[str, Any]:
    """`registry_tag`, `registry_digest` and so on, as far as they are known.

    `registry_tags` is this one tag. To list all others of the repository at each of them would make ten thousand tags a
    hundred million.
    """
    known = {f"registry_{key}": value for key, value in tag.items() if key != "name"}
    return {"registry_tags": [tag["name"]], "registry_tag": tag["name"], **known}
