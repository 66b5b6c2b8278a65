# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option `planned` of registry_prune: tags as tasks before are going to leave them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sides import SIDE

PLANNED: Dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "name": {"type": "str", "required": True},
        "digest": {"type": "str"},
        "src": {"type": "str"},
        "src_auth": SIDE,
    },
}


@dataclass(frozen=True)
class Planned:
    """A tag as it is going to be: gone where there is no digest."""

    name: Reference
    digest: Optional[Digest]
    #: An image with the same manifest, to be read from until it is in the repository, and who one is there.
    src: Optional[Reference]
    src_auth: Optional[Mapping[str, Any]]


def parse_planned(options: Mapping[str, Any]) -> List[Planned]:
    """The tags of the option `planned`. Raises OptionError with all that is wrong."""
    return _names.parse_entries("planned", "entry", options["planned"] or (), _parse)


def _parse(entry: Mapping[str, Any]) -> Planned:
    name = _names.parse_one("name", entry["name"], _names.image)
    if name.tag is None:
        raise OptionError(f"{name} has no tag")
    digest = _names.parse_optional("digest", entry.get("digest"), Digest.parse)
    src = _names.parse_optional("src", entry.get("src"), _names.image)
    return Planned(name, digest, src, entry.get("src_auth"))
