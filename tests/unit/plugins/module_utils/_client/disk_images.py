# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images for the tests of what keeps them on disk, and archives that no honest program would write."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy import run_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_planner import plan_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor, Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    build_image_manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import Store

Entry = Union[Tuple[str, bytes], tarfile.TarInfo]


@dataclass(frozen=True)
class Image:
    """A manifest and the blobs that it names."""

    manifest: Manifest
    blobs: Tuple[bytes, ...]


def image(*layers: bytes, subject: Optional[Manifest] = None, artifact_type: Optional[str] = None) -> Image:
    """An image of these layers, each taken for an unpacked one."""
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [str(Digest.of(layer)) for layer in layers]},
        }
    ).encode()
    manifest = build_image_manifest(
        described(config, MediaType.OCI_CONFIG),
        [described(layer, MediaType.OCI_LAYER) for layer in layers],
        artifact_type=artifact_type,
        subject=subject.descriptor() if subject is not None else None,
    )
    return Image(manifest, (config, *layers))


def index_of(*images: Image) -> Manifest:
    """An index of images, each for an architecture of its own."""
    names = ["amd64", "arm64", "s390x"]
    return build_index([one.manifest.descriptor(Platform("linux", name)) for one, name in zip(images, names)])


def described(data: bytes, media_type: str = MediaType.OCTET_STREAM) -> Descriptor:
    """The descriptor of some bytes."""
    return Descriptor(media_type, Digest.of(data), len(data))


def push(store: Store, version: str, *parts: Image, index: Optional[Manifest] = None) -> Digest:
    """Put images into a store, the last one, or the index of them, under `version`."""
    for part in parts:
        for blob in part.blobs:
            if not store.has_blob(Digest.of(blob)):
                store.push_blob(described(blob), BytesSource(blob), ())
    last = parts[-1].manifest if index is None else index
    for part in parts if index is not None else parts[:-1]:
        store.push_manifest(part.manifest.digest, part.manifest)
    store.push_manifest(version, last)
    return last.digest


def copy(src: Store, src_version: str, dest: Store, dest_version: str, force: bool = False) -> bool:
    """Copy one image; whether there was anything to do."""
    with Workers(4) as workers:
        session = CopySession(workers)
        plan = plan_copy(session, src, src_version, dest, dest_version, force=force)
        run_copy(session, plan)
        return plan.changed


def content(store: Store, descriptor: Descriptor) -> bytes:
    """The bytes of a blob of a store."""
    with store.source(descriptor).open() as blocks:
        return b"".join(blocks)


def tar(*entries: Entry) -> bytes:
    """An archive of files (name and content), and of whatever else a header can say."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                archive.addfile(entry)
            else:
                info = tarfile.TarInfo(entry[0])
                info.size = len(entry[1])
                archive.addfile(info, io.BytesIO(entry[1]))
    return file.getvalue()


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    """An entry that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def layout_files(name: str, one: Image) -> Dict[str, bytes]:
    """The files of an OCI layout with one image, as the specification has them: not made by the code under test."""
    entry = one.manifest.descriptor().to_json()
    entry["annotations"] = {"org.opencontainers.image.ref.name": name}
    files = {
        "oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
        "index.json": json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode(),
    }
    for data in (*one.blobs, one.manifest.raw):
        files[blob_name(data)] = data
    return files


def blob_name(data: bytes) -> str:
    """Where a layout keeps these bytes."""
    return "blobs/sha256/" + Digest.of(data).encoded


def docker_save(images: Sequence[Dict[str, Any]], files: Dict[str, bytes]) -> bytes:
    """What `docker save` of old wrote: manifest.json and the files that it names."""
    return tar(("manifest.json", json.dumps(list(images)).encode()), *files.items())


def names_in(data: bytes) -> List[str]:
    """The names of the files in an archive, in their order."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.getnames()
