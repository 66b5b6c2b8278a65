# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest.json of an archive that `docker save` writes and `docker load` reads (Docker image specification 1.2).

What we write is an OCI image layout too, as Docker itself does since version 25, so that every digest stays what it is.
An older archive has no manifests: one is made from the configuration and the layers, always the same one.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable

from .descriptor import Descriptor
from .digest import Digest, Hasher
from .errors import ArchiveError, clean_text, quoted
from .layout_index import CONTAINERD_NAME, REF_NAME, LayoutIndex
from .manifest import MANIFEST_LIMIT, Manifest, build_image_manifest, dump_json
from .manifest_platforms import available_platforms
from .media_type import MediaType
from .reference import Reference
from .referrers import attached_to
from .sources import BlobSource, BytesSource
from .strict_json import load_object
from .tar_reader import Member, MemberSource, TarReader

MANIFEST_JSON = "manifest.json"
_CONFIG_LIMIT = 8 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_PLAIN_LAYER = "application/vnd.docker.image.rootfs.diff.tar"


def docker_names(name: str) -> dict[str, str]:
    """The annotation by which Docker with containerd's store knows an image's full name."""
    return {CONTAINERD_NAME: str(Reference.parse(name))} if name else {}


def write_docker_manifest(index: LayoutIndex, fetch: Callable[[Digest], Manifest]) -> bytes:
    """The bytes of manifest.json for the images of `index`. Raises ArchiveError for one of several platforms."""
    entries: dict[Digest, dict[str, Any]] = {}
    for name, entry in sorted(zip(index.docker_names(), index.descriptors), key=lambda one: (one[0], one[1].digest)):
        image = fetch(entry.digest)
        if attached_to(entry.annotations.get(REF_NAME, "")) or (image.subject is not None and not name):
            continue  # a signature or the like: Docker has no use for it
        check_for_docker(name or entry.digest, image)
        if image.is_index:
            image = fetch(_images(image)[0].digest)
        if image.config is None:
            continue
        known = entries.setdefault(
            image.digest,
            {"Config": _path(image.config), "RepoTags": [], "Layers": [_path(layer) for layer in image.layers]},
        )
        if name:
            known["RepoTags"].append(name)
    return dump_json(list(entries.values()))


def check_for_docker(what: str, manifest: Manifest) -> None:
    """Raise ArchiveError for what is not one image for one platform: Docker's archives hold nothing else."""
    if manifest.is_index:
        platforms = available_platforms(manifest)
        if len(_images(manifest)) != 1:
            raise ArchiveError(
                f"{what} holds one platform of an image, and this image has {', '.join(map(str, platforms)) or 'none'}",
                hint="Name one of them as platforms, or use oci-archive:",
            )
    elif manifest.config is None:
        raise ArchiveError(f"{what} holds images only, and {manifest.digest} has no config")


def _images(index: Manifest) -> list[Descriptor]:
    platforms = available_platforms(index)
    return [child for child in index.manifests if child.platform in platforms]


def _path(descriptor: Descriptor) -> str:
    return f"blobs/{descriptor.digest.algorithm}/{descriptor.digest.encoded}"


def read_docker_archive(reader: TarReader, sources: dict[Digest, tuple[int, BlobSource]]) -> LayoutIndex:
    """Read an archive without an index.json: the images of its manifest.json. What they consist of goes into `sources`.

    Every layer is read once, for its digest. Raises ArchiveError where something is missing or is not what it says.
    """
    entries = load_object(b'{"images":' + reader.read(MANIFEST_JSON, MANIFEST_LIMIT) + b"}", MANIFEST_JSON)["images"]
    if not isinstance(entries, list):
        raise ArchiveError(f"{reader.path}: its manifest.json is no list of images")
    index = LayoutIndex()
    seen: dict[Member, Descriptor] = {}
    for entry in entries:
        manifest = _image_of(reader, entry, sources, seen)
        sources[manifest.digest] = (manifest.size, BytesSource(manifest.raw, f"the image in {reader.path}"))
        for name in _names(reader.path, entry) or [""]:
            index = index.put(name, manifest.descriptor(), docker_names(name))
    return index


def _names(path: str, entry: dict[str, Any]) -> list[str]:
    names = entry.get("RepoTags") or []
    try:
        return [Reference.parse(name).familiar() for name in names]
    except (AttributeError, TypeError, ValueError) as error:
        raise ArchiveError(f"{path}: its manifest.json has RepoTags that are no names of images") from error


def _image_of(
    reader: TarReader, entry: Any, sources: dict[Digest, tuple[int, BlobSource]], seen: dict[Member, Descriptor]
) -> Manifest:
    if not isinstance(entry, dict) or not isinstance(entry.get("Config"), str):
        raise ArchiveError(f"{reader.path}: its manifest.json names no Config")
    paths = entry.get("Layers") or []
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ArchiveError(f"{reader.path}: its manifest.json has Layers that are no names")
    raw = reader.read(entry["Config"], _CONFIG_LIMIT)
    config = Descriptor(MediaType.DOCKER_CONFIG, Digest.of(raw), len(raw))
    sources[config.digest] = (config.size, BytesSource(raw, f"{quoted(entry['Config'])} in {reader.path}"))
    layers = [_layer(reader, path, sources, seen) for path in paths]
    _check_layers(reader.path, load_object(raw, quoted(entry["Config"])), layers)
    return build_image_manifest(config, layers, media_type=MediaType.DOCKER_MANIFEST)


def _layer(
    reader: TarReader, path: str, sources: dict[Digest, tuple[int, BlobSource]], seen: dict[Member, Descriptor]
) -> Descriptor:
    member = reader.find(path)
    if member is None:
        raise ArchiveError(f"{reader.path}: the layer {quoted(path)} is missing in it")
    if member not in seen:
        packed, digest = _digest(reader.blocks(member, 0))
        kind = MediaType.DOCKER_LAYER if packed else _PLAIN_LAYER
        seen[member] = Descriptor(kind, digest, member.size)
        sources[digest] = (member.size, MemberSource(reader, member, f"{quoted(path)} in {reader.path}"))
    return seen[member]


def _digest(blocks: Iterable[bytes]) -> tuple[bool, Digest]:
    hasher, start = Hasher("sha256"), b""
    for block in blocks:
        start = start or block[:2]
        hasher.update(block)
    return start == _GZIP, hasher.digest()


def _check_layers(path: str, config: dict[str, Any], layers: list[Descriptor]) -> None:
    """An image's configuration says what its unpacked layers are: an archive that does not agree is damaged."""
    rootfs = config.get("rootfs")
    expected = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
    if not isinstance(expected, list):
        return
    if len(expected) != len(layers):
        raise ArchiveError(f"{path}: an image of {len(expected)} layers has {len(layers)} in it")
    for layer, wanted in zip(layers, expected):
        if layer.media_type == _PLAIN_LAYER and layer.digest != wanted:
            raise ArchiveError(f"{path}: a layer is {layer.digest}, and should be {clean_text(str(wanted), 150)}")
