# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of repositories: filtered, in order, and on request with what they point at."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError, if_there
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import (
    filter_tags,
    sort_tags,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    LISTS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import read_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sizes import Sizes
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._tag_facts import Facts, Tag, inspect

ARGUMENTS: Dict[str, Any] = {
    "repository": {"type": "str"},
    "repositories": {"type": "list", "elements": "str"},
    "include": {"type": "list", "elements": "str", "default": []},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "order": {"type": "str", "choices": ["name", "version", "created"], "default": "name"},
    "reverse": {"type": "bool", "default": False},
    "limit": {"type": "int"},
    "details": {"type": "str", "choices": ["none", "digest", "full"], "default": "none"},
    **LISTS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("repository", "repositories")],
    "required_one_of": [("repository", "repositories")],
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """List the tags; see the module's documentation for the result."""
    repositories = _names.one_or_many("repository", "repositories", options, _names.repository)
    if options["limit"] is not None and options["limit"] < 0:
        raise OptionError(f"limit must be 0 or more, not {options['limit']}")
    # A bad pattern is found before anything is sent.
    filter_tags([], options["include"], options["exclude"])
    with open_client(options, context) as client:
        listed = read_items(repositories, lambda item: list_tags(client.repository(item), options), options=options)
        failures = list(listed.failures)
        tags = {entry.item: entry.current for entry in listed.entries}
        facts: Dict[Tag, Facts] = {}
        if not (failures and options["fail_fast"]):
            inspected = inspect(client, tags, options)
            failures += inspected.failures
            facts = {entry.item: entry.current for entry in inspected.entries if entry.current is not None}
    chosen = {repository: _chosen(repository, names, facts, options) for repository, names in tags.items()}
    found = [_repository_result(repository, tags[repository], known, options) for repository, known in chosen.items()]
    result: Dict[str, Any] = {
        "repositories": found,
        "tags": [tag["name"] for repository in found for tag in repository["tags"]],
    }
    if options["details"] == "full":
        result["size"] = _add_sizes(chosen, found)
    report: Report[Any, Any, Any] = Report([], failures, max(len(repositories), len(failures)), changes=False)
    return report.finish(result)


def list_tags(repository: Repository, options: Mapping[str, Any]) -> Optional[List[str]]:
    """The names that the patterns let through, in the order that names alone decide; None for no such repository."""
    names = if_there(lambda: list(repository.tags()))
    if names is None:
        return None
    names = filter_tags(names, options["include"], options["exclude"])
    if options["order"] == "created":
        return names
    return sort_tags(names, options["order"], options["reverse"])[: options["limit"]]


def _chosen(
    repository: Reference, names: Optional[List[str]], facts: Mapping[Tag, Facts], options: Mapping[str, Any]
) -> Dict[str, Facts]:
    """The tags of the result, in order."""
    known = {name: facts[Tag(repository, name)] for name in names or () if Tag(repository, name) in facts}
    if options["order"] != "created":
        return known
    wanted = sort_by_age({name: found.told for name, found in known.items()}, options["reverse"])
    return {name: known[name] for name in wanted[: options["limit"]]}


def _repository_result(
    repository: Reference, names: Optional[List[str]], known: Mapping[str, Facts], options: Mapping[str, Any]
) -> Dict[str, Any]:
    keys = {"none": (), "digest": ("digest", "media_type")}.get(options["details"])
    return {
        "repository": repository.name,
        "exists": names is not None,
        "tags": [
            {"name": name, **{key: value for key, value in found.told.items() if keys is None or key in keys}}
            for name, found in known.items()
        ],
    }


def _add_sizes(chosen: Mapping[Reference, Mapping[str, Facts]], found: Sequence[Dict[str, Any]]) -> int:
    """Say of each image and repository what it takes, and takes alone; give what all take together.

    Registries share nothing, whatever their repositories have in common.
    """
    registries: Dict[str, Sizes] = {}
    for (repository, known), result in zip(chosen.items(), found):
        images = Sizes()
        for facts in known.values():
            if facts.details is not None:
                images.add(facts.told["digest"], facts.details.sizes)
        alone = images.unique()
        for tag in result["tags"]:
            tag["unique_size"] = alone.get(tag["digest"], 0)
        result["size"] = images.total
        registries.setdefault(repository.registry, Sizes()).add(repository, images.all)
    alone = {owner: size for sizes in registries.values() for owner, size in sizes.unique().items()}
    for repository, result in zip(chosen, found):
        result["unique_size"] = alone.get(repository, 0)
    return sum(sizes.total for sizes in registries.values())


def sort_by_age(known: Mapping[str, Mapping[str, Any]], reverse: bool) -> List[str]:
    """The tags from the oldest image to the newest (or reversed); those of unknown age come last either way."""
    dated = sorted((name for name in known if known[name]["created"]), key=lambda name: (known[name]["created"], name))
    undated = sorted(name for name in known if not known[name]["created"])
    return (dated[::-1] if reverse else dated) + undated
