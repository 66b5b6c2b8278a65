# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tags of repositories point at, as far as registry_tags_info is asked for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Mapping, Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import clean_text, if_there
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _image
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import read_items


@dataclass(frozen=True)
class Facts:
    """What is known of what a tag points at."""

    #: Keys of the result.
    told: Mapping[str, Any] = field(default_factory=dict)
    #: None where only the head of the manifest was asked for.
    details: Optional[_image.Details] = None


@dataclass(frozen=True)
class Tag:
    """One tag of one repository."""

    repository: Reference
    name: str

    def __str__(self) -> str:
        # Not by with_tag: a registry may list what is no tag, and the error about it must not fail as well.
        return f"{self.repository.name}:{clean_text(self.name)}"


def inspect(
    client: Client, tags: Mapping[Reference, Optional[List[str]]], options: Mapping[str, Any]
) -> Report[Tag, Optional[Facts], Any]:
    """What is known of each tag, as `details` asks for; None for a tag that went away since it was listed."""
    todo = [Tag(repository, name) for repository, names in tags.items() for name in names or ()]
    if options["details"] == "full" or options["order"] == "created":
        return _inspect_fully(client, todo, options)
    if options["details"] == "digest":
        return read_items(todo, lambda tag: _head(client, tag), options=options)
    return read_items(todo, lambda tag: Facts(), options={"max_parallel": 1})


def _head(client: Client, tag: Tag) -> Optional[Facts]:
    found = client.repository(tag.repository).head_manifest(tag.name)
    return None if found is None else Facts({"digest": str(found.digest), "media_type": found.media_type})


def _inspect_fully(
    client: Client, tags: Sequence[Tag], options: Mapping[str, Any]
) -> Report[Tag, Optional[Facts], Any]:
    """Fetch the manifest of each tag, and look into each image once, however many tags it has.

    A manifest is let go when its facts are known: there can be thousands.
    """
    reader = _image.Reader(keep=False)

    def look(tag: Tag) -> Optional[Facts]:
        repository = client.repository(tag.repository)
        manifest = if_there(lambda: repository.get_manifest(tag.name))
        return None if manifest is None else _facts(manifest, reader.details(repository, manifest))

    return read_items(tags, look, options=options)


def _facts(manifest: Manifest, details: _image.Details) -> Facts:
    told = {
        "digest": str(manifest.digest),
        "media_type": manifest.media_type,
        "artifact_type": _image.artifact_type(manifest),
        "size": manifest.size,
        "total_size": details.total_size,
        "platforms": [str(platform) for platform in details.platforms],
        "created": details.created,
        "annotations": dict(manifest.annotations),
    }
    return Facts(told, details)
