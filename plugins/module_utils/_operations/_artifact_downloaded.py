# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An artifact's files in a folder, and nowhere else, whatever the artifact says that they are called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError, RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType, essence
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.titles import (
    safe_titles,
    title_of,
    was_folder,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact import facts, media_type
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._blob_downloaded import Downloaded, OnDisk
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import Plan
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items


@dataclass(frozen=True)
class File:
    """A file of the artifact; its path begins with the real path of the option dest."""

    blob: Reference
    state: Downloaded

    def __str__(self) -> str:
        return self.state.path

    def check(self) -> None:
        """Raise OptionError where the file cannot be put at its place, or a link leads away from there."""
        parent = os.path.dirname(self.state.path)
        if os.path.realpath(parent) != parent:
            raise OptionError(f"{self.state.path} is not written, because a link on the way there leads elsewhere")
        while not os.path.lexists(parent):
            parent = os.path.dirname(parent)
        if not os.path.isdir(parent):
            raise OptionError(f"{self.state.path} is not written, because {parent} is not a folder")
        path = self.state.path
        if os.path.lexists(path) and (os.path.islink(path) or not os.path.isfile(path)):
            raise OptionError(f"{path} exists and is not a regular file")

    def observe(self) -> OnDisk:
        """What is there; the registry is asked only where that is not the file."""
        self.check()
        return self.state.observe(self.blob)

    def plan(self, found: OnDisk) -> Plan:
        """Download what is not there."""
        plan = self.state.plan(self.blob, found)
        if plan.changed:
            self.state.expect(found)
        return plan

    def apply(self, found: OnDisk, plan: Plan) -> None:
        """Fetch the file."""
        self.check()
        os.makedirs(os.path.dirname(self.state.path), exist_ok=True)
        self.state.apply(self.blob, found, plan)


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Download the files; see the documentation of registry_artifact for the result."""
    name = _names.parse_one("name", options["name"], _names.image)
    kinds = None if options["media_types"] is None else [essence(media_type(text)) for text in options["media_types"]]
    dest = options["dest"]
    if os.path.lexists(dest) and not os.path.isdir(dest):
        raise OptionError(f"dest {dest} exists and is not a folder")
    with open_client(options, context) as client:
        manifest = client.repository(name).get_manifest(name.version)
        check_artifact(name, manifest, options["artifact_type"])
        layers = files_of(manifest, kinds, context.warn)
        items = _items(client, name, layers, os.path.realpath(dest), context.progress)
        steps: Steps[File, OnDisk, None] = Steps(
            observe=lambda file: file.observe(),
            plan=lambda file, found: file.plan(found),
            apply=lambda file, found, plan: file.apply(found, plan),
        )
        report = change_items(items, steps, options=options, context=context)
    told = facts(name, manifest)
    paths = {str(title_of(layer)): item.state.path for layer, item in zip(layers, items)}
    told["files"] = [{**file, "path": paths[file["title"]]} for file in told["files"] if file["title"] in paths]
    return report.finish({"artifact": told, "dest": dest})


def check_artifact(name: Reference, manifest: Manifest, wanted_type: Optional[str]) -> None:
    """Raise RegistryError where there is an index, or an artifact of another type than the one that is wanted."""
    if manifest.is_index:
        raise RegistryError(
            f"{name} is an index, which has no files of its own",
            hint="Name one of its manifests by its digest: " + ", ".join(str(one.digest) for one in manifest.manifests),
        )
    if wanted_type is not None and manifest.artifact_type != wanted_type:
        raise RegistryError(
            f"{name} is of the type {manifest.artifact_type}, not {wanted_type}; nothing was downloaded",
            category="conflict",
        )


def files_of(manifest: Manifest, kinds: Optional[Sequence[str]], warn: Callable[[str], None]) -> List[Descriptor]:
    """The layers that are files, all or those of some media types.

    What cannot be saved as what it is, is told by `warn`. Raises ManifestError where a name is not to be trusted.
    """
    layers = [layer for layer in manifest.layers if kinds is None or essence(layer.media_type) in kinds]
    titled = [layer for layer in layers if title_of(layer) is not None]
    safe_titles([str(title_of(layer)) for layer in titled])
    nameless = [layer for layer in layers if title_of(layer) is None and layer.media_type != MediaType.OCI_EMPTY]
    if nameless:
        listed = ", ".join(f"{layer.digest} ({layer.media_type})" for layer in nameless)
        warn(f"Not downloaded, because they have no title, which would be their file's name: {listed}")
    for layer in titled:
        if was_folder(layer):
            warn(f"{title_of(layer)} was a folder when it was pushed: it is saved as the archive that was made of it")
    return titled


def _items(
    client: Client, name: Reference, layers: Sequence[Descriptor], folder: str, progress: Progress
) -> List[File]:
    repository = client.repository(name)
    paths = safe_titles([str(title_of(layer)) for layer in layers])
    return [
        File(
            name.with_digest(layer.digest),
            Downloaded(repository, layer.digest, layer.media_type, os.path.join(folder, path), progress),
        )
        for layer, path in zip(layers, paths)
    ]
