# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What refers to images: signatures, SBOMs, attestations and other artifacts."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.attachments import cosign_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError, if_there
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import list_referrers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _image, _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    LISTS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import read_items

ARGUMENTS: Dict[str, Any] = {
    "name": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "artifact_type": {"type": "str"},
    "cosign": {"type": "bool", "default": False},
    **LISTS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("name", "names")],
    "required_one_of": [("name", "names")],
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """List the referrers of each image; see the module's documentation for the result."""
    names = _names.one_or_many("name", "names", options, _names.image)
    kind = options["artifact_type"]
    if kind == "":
        raise OptionError("artifact_type is empty: leave it out for referrers of all types")
    with open_client(options, context) as client:
        report = read_items(names, lambda name: _read(client, name, kind, options["cosign"]), options=options)
    images = [entry.current for entry in report.entries]
    return report.finish({"images": images, "referrers": [one for image in images for one in image["referrers"]]})


def _read(client: Client, name: Reference, kind: Optional[str], with_cosign: bool) -> Dict[str, Any]:
    repository = client.repository(name)
    found = repository.head_manifest(name.version)
    # What refers to a digest can be there without the image itself; of a tag that is not there nothing is known.
    digest = found.digest if found is not None else name.digest
    referrers: List[Dict[str, Any]] = []
    if digest is not None:
        referrers = [_entry(one) for one in list_referrers(repository, digest, kind)]
        referrers += _attached_by_tag(repository, digest, kind) if with_cosign else []
    return {
        "name": str(name),
        "exists": found is not None,
        "digest": None if digest is None else str(digest),
        "referrers": referrers,
    }


def _attached_by_tag(repository: Repository, digest: Digest, kind: Optional[str]) -> List[Dict[str, Any]]:
    """What the tags that cosign gives to what it attaches to a digest point at."""

    def find(tag: str) -> Optional[Manifest]:
        return if_there(lambda: repository.get_manifest(tag))

    found = [(tag, find(tag)) for tag in cosign_tags(digest)]
    entries = [_entry(manifest.referrer(), tag, attached_type(manifest)) for tag, manifest in found if manifest]
    return [entry for entry in entries if kind in (None, entry["artifact_type"])]


def attached_type(manifest: Manifest) -> Optional[str]:
    """The type of what cosign attached: its own, or that of its first layer where it looks like any other image."""
    own = _image.artifact_type(manifest)
    return own if own is not None or not manifest.layers else manifest.layers[0].media_type


def _entry(found: Descriptor, tag: Optional[str] = None, kind: Optional[str] = None) -> Dict[str, Any]:
    return {
        "digest": str(found.digest),
        "media_type": found.media_type,
        "artifact_type": kind or found.artifact_type,
        "size": found.size,
        "annotations": dict(found.annotations),
        "tag": tag,
    }
