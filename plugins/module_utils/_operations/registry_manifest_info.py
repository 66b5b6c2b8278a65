# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests, indexes and configurations as they are."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import (
    Descriptor,
    Platform,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import if_there
from ansible_collections.regops.oci_registry.plugins.module_utils._client.image_config import (
    config_platform,
    read_config,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    available_platforms,
    select_platform,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.selection import check_platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import RegistryStore
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
    "platform": {"type": "str"},
    "config": {"type": "bool", "default": False},
    **LISTS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("name", "names")],
    "required_one_of": [("name", "names")],
}


#: The keys of each entry of the result; what is not there has them, too, so that no template trips over it.
_NOTHING: Dict[str, Any] = {
    "exists": False,
    "digest": None,
    "index_digest": None,
    "media_type": None,
    "artifact_type": None,
    "size": None,
    "total_size": None,
    "platforms": None,
    "annotations": None,
    "manifest": None,
    "config": None,
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Look at each name; see the module's documentation for the result."""
    names = _names.one_or_many("name", "names", options, _names.image)
    platform = Platform.parse(options["platform"]) if options["platform"] is not None else None
    with open_client(options, context) as client:
        report = read_items(names, lambda name: _read(client, name, platform, options["config"]), options=options)
    return report.finish({"manifests": [entry.current for entry in report.entries]})


def _read(client: Client, name: Reference, platform: Optional[Platform], with_config: bool) -> Dict[str, Any]:
    repository = client.repository(name)
    manifest = if_there(lambda: repository.get_manifest(name.version))
    if manifest is None:
        return {"name": str(name), **_NOTHING}
    index_digest, chosen = None, None
    if platform is not None and manifest.is_index:
        index_digest, chosen = str(manifest.digest), select_platform(manifest, platform)
        manifest = repository.get_manifest(chosen.digest)
    store = RegistryStore(repository)
    unchecked = platform if chosen is None else None
    config = read_config(store, manifest) if with_config or unchecked is not None else None
    if unchecked is not None:
        check_platform(store, manifest, config, [unchecked])
    return {
        "name": str(name),
        **_NOTHING,
        **_facts(manifest),
        "index_digest": index_digest,
        "platforms": _platforms(manifest, config, chosen),
        "config": config if with_config else None,
    }


def _facts(manifest: Manifest) -> Dict[str, Any]:
    blobs = {blob.digest: blob.size for blob in manifest.blobs}
    return {
        "exists": True,
        "digest": str(manifest.digest),
        "media_type": manifest.media_type,
        "artifact_type": _image.artifact_type(manifest),
        "size": manifest.size,
        "total_size": None if manifest.is_index else manifest.size + sum(blobs.values()),
        "manifest": manifest.data,
        "annotations": dict(manifest.annotations),
    }


def _platforms(manifest: Manifest, config: Any, chosen: Optional[Descriptor]) -> Optional[List[str]]:
    """Those of an index; that of an image as far as its configuration or the index that it came from were looked at."""
    if manifest.is_index:
        return [str(platform) for platform in available_platforms(manifest)]
    found = config_platform(config) or (chosen.platform if chosen is not None else None)
    return [str(found)] if found is not None else None
