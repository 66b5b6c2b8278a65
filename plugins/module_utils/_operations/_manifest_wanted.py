# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest that shall be there, as the options of registry_manifest say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_input import (
    given_manifest,
    text_annotations,
)


@dataclass(frozen=True)
class Wanted:
    """The name and the tags that shall be the manifest: given, or composed from members."""

    name: Reference
    versions: Tuple[str, ...]
    given: Optional[Manifest]
    members: Tuple[Reference, ...]
    annotations: Optional[Mapping[str, str]]
    media_type: str

    def __str__(self) -> str:
        return str(self.name)

    def reference(self, version: str) -> Reference:
        """The full name of one of the versions."""
        return self.name.with_digest(version) if ":" in version else self.name.with_tag(version)


def parse(options: Mapping[str, Any]) -> Wanted:
    """What is wanted; everything that can be wrong in the options is found here."""
    name = _names.parse_one("name", options["name"], _names.image)
    tags = _names.parse_all("tags", options["tags"], _names.tag) if options["tags"] else []
    annotations = text_annotations(options["annotations"])
    media_type = options["media_type"] or MediaType.OCI_INDEX
    given: Optional[Manifest] = None
    members: Tuple[Reference, ...] = ()
    if options["manifests"] is not None:
        members = tuple(_names.parse_all("manifests", options["manifests"], _names.image))
        if not members:
            raise OptionError("the option manifests is an empty list: an index needs an image")
        build_index([], annotations, media_type=media_type)  # for its errors
    else:
        given = given_manifest(options, name.digest)
    versions = dict.fromkeys([name.tag or name.version, *tags])
    return Wanted(name, tuple(versions), given, members, annotations, media_type)
