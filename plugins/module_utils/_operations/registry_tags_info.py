# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of repositories: filtered, in order, and on request with what they point at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    RegistryError,
    clean_text,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import (
    filter_tags,
    sort_tags,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _image, _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    LISTS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Report, read_items

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


Facts = Dict[str, Any]


@dataclass(frozen=True)
class Tag:
    """One tag of one repository."""

    repository: Reference
    name: str

    def __str__(self) -> str:
        # Not by with_tag: a registry may list what is no tag, and the error about it must not fail as well.
        return f"{self.repository.name}:{clean_text(self.name)}"


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
            inspected = _inspect(client, tags, options)
            failures += inspected.failures
            facts = {entry.item: entry.current for entry in inspected.entries if entry.current is not None}
    found = [_repository_result(repository, names, facts, options) for repository, names in tags.items()]
    report: Report[Any, Any, Any] = Report([], failures, max(len(repositories), len(failures)), changes=False)
    return report.finish(
        {
            "repositories": found,
            "tags": [tag["name"] for repository in found for tag in repository["tags"]],
        }
    )


def list_tags(repository: Repository, options: Mapping[str, Any]) -> Optional[List[str]]:
    """The names that the patterns let through, in the order that names alone decide; None for no such repository."""
    try:
        names = list(repository.tags())
    except RegistryError as error:
        if error.category == "not_found":
            return None
        raise
    names = filter_tags(names, options["include"], options["exclude"])
    if options["order"] == "created":
        return names
    return sort_tags(names, options["order"], options["reverse"])[: options["limit"]]


def _inspect(
    client: Client, tags: Mapping[Reference, Optional[List[str]]], options: Mapping[str, Any]
) -> Report[Tag, Optional[Facts], Any]:
    """What is known of each tag, as `details` asks for; None for a tag that went away since it was listed."""
    todo = [Tag(repository, name) for repository, names in tags.items() for name in names or ()]
    if options["details"] == "full" or options["order"] == "created":
        return _inspect_fully(client, todo, options)
    if options["details"] == "digest":
        return read_items(todo, lambda tag: _head(client, tag), options=options)
    return read_items(todo, lambda tag: {}, options={"max_parallel": 1})


def _head(client: Client, tag: Tag) -> Optional[Facts]:
    found = client.repository(tag.repository).head_manifest(tag.name)
    return None if found is None else {"digest": str(found.digest), "media_type": found.media_type}


def _inspect_fully(
    client: Client, tags: Sequence[Tag], options: Mapping[str, Any]
) -> Report[Tag, Optional[Facts], Any]:
    """Fetch the manifest of each tag, and look into each image once, however many tags it has.

    A manifest is let go when its facts are known: there can be thousands.
    """
    reader = _image.Reader(keep=False)

    def look(tag: Tag) -> Optional[Facts]:
        repository = client.repository(tag.repository)
        manifest = _image.get_if_there(repository, tag.name)
        return None if manifest is None else _facts(manifest, reader.details(repository, manifest))

    return read_items(tags, look, options=options)


def _facts(manifest: Manifest, details: _image.Details) -> Facts:
    return {
        "digest": str(manifest.digest),
        "media_type": manifest.media_type,
        "artifact_type": _image.artifact_type(manifest),
        "size": manifest.size,
        "total_size": details.total_size,
        "platforms": [str(platform) for platform in details.platforms],
        "created": details.created,
        "annotations": dict(manifest.annotations),
    }


def _repository_result(
    repository: Reference, names: Optional[List[str]], facts: Mapping[Tag, Facts], options: Mapping[str, Any]
) -> Dict[str, Any]:
    known = {name: facts[Tag(repository, name)] for name in names or () if Tag(repository, name) in facts}
    wanted = list(known)
    if options["order"] == "created":
        wanted = sort_by_age(known, options["reverse"])[: options["limit"]]
    keys = {"none": (), "digest": ("digest", "media_type")}.get(options["details"])
    return {
        "repository": repository.name,
        "exists": names is not None,
        "tags": [
            {"name": name, **{key: value for key, value in known[name].items() if keys is None or key in keys}}
            for name in wanted
        ],
    }


def sort_by_age(known: Mapping[str, Facts], reverse: bool) -> List[str]:
    """The tags from the oldest image to the newest (or reversed); those of unknown age come last either way."""
    dated = sorted((name for name in known if known[name]["created"]), key=lambda name: (known[name]["created"], name))
    undated = sorted(name for name in known if not known[name]["created"])
    return (dated[::-1] if reverse else dated) + undated
