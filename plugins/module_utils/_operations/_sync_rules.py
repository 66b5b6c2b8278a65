# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of registry_sync to pairs of repositories, each with the rules for its tags. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import attached_to
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import (
    filter_tags,
    sort_tags,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.version_range import VersionRange
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names

RULES: Dict[str, Any] = {
    "include": {"type": "list", "elements": "str"},
    "exclude": {"type": "list", "elements": "str"},
    "versions": {"type": "str"},
    "newest": {"type": "int"},
}

_ALL = "/*"


@dataclass(frozen=True)
class TagRules:
    """Which tags are to be the same on both sides."""

    include: Tuple[str, ...] = ()
    exclude: Tuple[str, ...] = ()
    versions: Optional[VersionRange] = None
    newest: Optional[int] = None

    def concerned(self, tags: Iterable[str]) -> List[str]:
        """The tags that the rules speak of: those that match, but for what is attached to an image by its name."""
        found = filter_tags(tags, self.include, self.exclude)
        return [
            tag for tag in found if attached_to(tag) is None and (self.versions is None or self.versions.matches(tag))
        ]

    def wanted(self, tags: Iterable[str]) -> List[str]:
        """The tags to have, of those that the source has: the newest by version first."""
        found = sort_tags(self.concerned(tags), "version", reverse=True)
        return found if self.newest is None else found[: self.newest]


@dataclass(frozen=True)
class Pair:
    """A repository and its copy. With `many` both are the beginnings of names, and all below them are meant."""

    src: Reference
    dest: Reference
    rules: TagRules
    many: bool = False

    def __str__(self) -> str:
        mark = _ALL if self.many else ""
        return f"{self.src.name}{mark} to {self.dest.name}{mark}"

    def expand(self, repositories: Iterable[str]) -> List[Pair]:
        """One pair for each of `repositories` (names in the source's registry) that is below `src`."""
        start = self.src.repository + "/"
        return [
            replace(
                self,
                src=replace(self.src, repository=name),
                dest=replace(self.dest, repository=f"{self.dest.repository}/{name[len(start) :]}"),
                many=False,
            )
            for name in sorted(repositories)
            if name.startswith(start)
        ]


def parse_pairs(options: Mapping[str, Any]) -> List[Pair]:
    """The pairs of `repositories`, or the one of `src` and `dest`. Raises OptionError with all that is wrong."""
    common = {key: options[key] for key in RULES}
    if options["repositories"] is None:
        return [_pair(options, common)]

    def parse(entry: Mapping[str, Any]) -> Pair:
        return _pair(entry, {**common, **{key: entry[key] for key in RULES if entry.get(key) is not None}})

    return list(dict.fromkeys(_names.parse_entries("repositories", "repository", options["repositories"], parse)))


def _pair(names: Mapping[str, Any], rules: Mapping[str, Any]) -> Pair:
    src, src_many = _repository("src", names["src"])
    dest, dest_many = _repository("dest", names["dest"])
    if src_many != dest_many:
        raise OptionError(f"src and dest must both end in {_ALL}, or neither: {names['src']}, {names['dest']}")
    if src == dest:
        raise OptionError(f"{src.name} cannot be a copy of itself")
    return Pair(src, dest, parse_rules(rules), src_many)


def _repository(option: str, text: str) -> Tuple[Reference, bool]:
    many = text.strip().endswith(_ALL)
    bare = text.strip()[: -len(_ALL)] if many else text
    if "*" in bare:
        raise OptionError(f"option {option}: {text!r}: a repository can have one * only, as its last part")
    return _names.parse_one(option, bare, _names.repository), many


def parse_rules(given: Mapping[str, Any]) -> TagRules:
    """The rules that options say. Raises OptionError."""
    newest = given["newest"]
    if newest is not None and newest < 1:
        raise OptionError(f"newest must be 1 or more, not {newest}")
    rules = TagRules(
        tuple(given["include"] or ()),
        tuple(given["exclude"] or ()),
        VersionRange.parse(given["versions"]) if given["versions"] is not None else None,
        newest,
    )
    filter_tags([], rules.include, rules.exclude)
    return rules
