# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of registry_prune to rules; everything is checked before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Mapping, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client import retention
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.retention import Rule
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import filter_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._client.version_range import VersionRange
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._age import moment, parse_age
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._in_use import InUse, parse_in_use

KEEP: Dict[str, Any] = {
    "newest": {"type": "int"},
    "younger_than": {"type": "str"},
    "matching": {"type": "list", "elements": "str"},
    "versions": {"type": "str"},
    "referenced": {"type": "list", "elements": "str"},
}


@dataclass(frozen=True)
class Policy:
    """What shall become of the tags of a repository."""

    #: Those that are the same for all repositories.
    rules: Tuple[Rule, ...]
    used: InUse = InUse()
    order: str = retention.CREATED
    include: Tuple[str, ...] = ()
    exclude: Tuple[str, ...] = ()
    #: Whether manifests without a tag go that nothing needs any more.
    untagged: bool = True
    allow_empty: bool = False
    #: Manifests that stay, whatever becomes of the tags on them.
    needed: FrozenSet[Digest] = frozenset()
    #: Why a tag goes that no rule keeps.
    gone: str = "no rule keeps it"

    def rules_for(self, repository: Reference) -> List[Rule]:
        """All rules for one repository."""
        return [*self.rules, retention.in_use(self.used.tags(repository), self.used.digests)]


def parse_policy(options: Mapping[str, Any], now: float) -> Policy:
    """The policy that the options say; `now` is in seconds since 1970. Raises OptionError."""
    # An empty list counts as left out: it is more likely a query that went wrong than somebody's wish.
    keep = {key: value for key, value in options["keep"].items() if value not in (None, [])}
    if not keep:
        raise OptionError(
            "keep names no rule, so that everything would be removed",
            hint="Give one of its options; newest: 0 keeps nothing of what include and exclude let through",
        )
    filter_tags([], options["include"], options["exclude"])
    return Policy(
        rules=tuple(_rules(keep, options["order"], now)),
        used=parse_in_use("keep.referenced", keep.get("referenced", ())),
        order=options["order"],
        include=tuple(options["include"]),
        exclude=tuple(options["exclude"]),
        untagged=options["untagged"],
        allow_empty=options["allow_empty"],
    )


def _rules(keep: Mapping[str, Any], order: str, now: float) -> List[Rule]:
    rules: List[Rule] = []
    if "newest" in keep:
        if keep["newest"] < 0:
            raise OptionError(f"keep.newest must be 0 or more, not {keep['newest']}")
        rules.append(retention.newest(keep["newest"], order))
    if "younger_than" in keep:
        age = keep["younger_than"].strip()
        rules.append(retention.younger_than(moment(parse_age(age), now), age))
    if "matching" in keep:
        rules.append(retention.matching(keep["matching"]))
    if "versions" in keep:
        rules.append(retention.in_range(VersionRange.parse(keep["versions"]), keep["versions"].strip()))
    return rules
