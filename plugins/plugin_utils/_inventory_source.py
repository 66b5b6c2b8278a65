# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory takes from one registry: which repositories and tags, and how they are read. Plain data only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ReferenceError_,
    RegistryError,
    clean_text,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import validate_tag
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import filter_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import (
    _names,
    registry_repositories_info,
    registry_tags_info,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import CONNECTION
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Failure, ItemsFailed
from ansible_collections.regops.oci_registry.plugins.plugin_utils._inventory_options import ARGUMENTS
from ansible_collections.regops.oci_registry.plugins.plugin_utils._references import repository_at

#: What changes what is read, and is no secret.
_MATTERS = ("username", "auth_file", "validate_certs", "plain_http")


@dataclass(frozen=True)
class Listing:
    """What a registry has, as `registry_tags_info` gives its `repositories`; and what went wrong, in words."""

    repositories: List[Dict[str, Any]]
    errors: Tuple[str, ...] = ()
    warnings: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One registry, with all options that count for it."""

    options: Mapping[str, Any]

    @property
    def address(self) -> str:
        """The registry's host, with its port if there is one. Raises OptionError."""
        return _names.parse_one("registry", self.options["registry"], _names.registry)

    @property
    def details(self) -> str:
        """What has to be found out about each tag; of a repository only its tags are shown."""
        return str(self.options["details"]) if self.options["inventory_level"] == "image" else "none"

    @property
    def fingerprint(self) -> str:
        """Another one for each set of options that may make another listing. No secret goes into it."""
        wanted = {name: self.options[name] for name in (*ARGUMENTS, *_MATTERS) if name != "inventory_level"}
        text = json.dumps({**wanted, "details": self.details}, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def check(self) -> None:
        """Raise OptionError, or another RegistryError, for what no request could mend."""
        place, options = self.address, self.options
        for name in ("exclude_repositories", "include_tags", "exclude_tags"):
            filter_tags([], options[name])
        filter_tags([], [name for name in options["repositories"] if is_pattern(name)])
        names = [name for name in options["repositories"] if not is_pattern(name)]
        _names.parse_all("repositories", names, lambda name: repository_at(place, name))

    def read(self, context: Context) -> Listing:
        """Ask the registry. Raises RegistryError or OSError where it does not even tell its repositories."""
        names, warnings = self._repositories(context)
        wanted = {
            **{name: self.options[name] for name in CONNECTION},
            "repository": None,
            "repositories": [f"{self.address}/{name}" for name in names],
            "include": self.options["include_tags"],
            "exclude": self.options["exclude_tags"],
            "order": "name",
            "reverse": False,
            "limit": None,
            "details": self.details,
            "fail_fast": False,
        }
        try:
            found, failures = registry_tags_info.run(wanted, context)["repositories"], []
        except ItemsFailed as error:
            found, failures = error.result["repositories"], error.failures
        return _listing(found, failures, warnings)

    def _repositories(self, context: Context) -> Tuple[List[str], List[str]]:
        """The names of the repositories, those that are named first; and what is wrong with the others."""
        place, options = self.address, self.options
        patterns = [name for name in options["repositories"] if is_pattern(name)]
        plain = [name for name in options["repositories"] if not is_pattern(name)]
        names = [repository_at(place, name).repository for name in plain]
        names = filter_tags(names, (), options["exclude_repositories"])
        warnings = []
        if patterns:
            connection = {name: options[name] for name in CONNECTION}
            asked = {**connection, "registry": place, "include": patterns, "exclude": options["exclude_repositories"]}
            for name in registry_repositories_info.run(asked, context)["repositories"]:
                try:
                    names.append(repository_at(place, name).repository)
                except ReferenceError_ as error:
                    warnings.append(f"{place} lists what is no name of a repository, it is left out: {error}")
        return list(dict.fromkeys(names)), warnings


def _listing(found: Sequence[Mapping[str, Any]], failures: Sequence[Failure], warnings: Sequence[str]) -> Listing:
    """Leave out what is not there, and what is listed as a tag and cannot be one."""
    kept, warned = [], list(warnings)
    for repository in found:
        if not repository["exists"]:
            warned.append(f"{repository['repository']} is not there")
            continue
        tags = []
        for tag in repository["tags"]:
            if _is_tag(tag["name"]):
                tags.append(tag)
            else:
                shown = clean_text(tag["name"])
                warned.append(f"{repository['repository']} lists {shown!r}, which is no tag: it is left out")
        kept.append({"repository": repository["repository"], "tags": tags})
    # A name that is no tag cannot be asked for, either.
    warned += [f"{failure.item} is left out: {failure.message}" for failure in failures if _is_no_tag(failure)]
    errors = [f"{failure.item}: {failure.message}" for failure in failures if not _is_no_tag(failure)]
    return Listing(kept, tuple(errors), tuple(warned))


def _is_no_tag(failure: Failure) -> bool:
    return isinstance(failure.error, ReferenceError_)


def _is_tag(name: str) -> bool:
    try:
        validate_tag(name)
    except RegistryError:
        return False
    return True


def is_pattern(name: str) -> bool:
    """Whether a name of a repository stands for those that it matches; no plain name has such characters in it."""
    return name.startswith("~") or any(character in name for character in "*?[")
