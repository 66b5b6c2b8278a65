# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images that are worked on: made once, the same every time, and nothing in them can be compressed."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.cache import made_once
from tests.support.images import (
    OCI_CONFIG,
    OCI_INDEX,
    OCI_LAYER,
    OCI_MANIFEST,
    Image,
    build_artifact,
    build_image,
    build_index,
    describe,
    layer,
    sha256,
)

PLATFORMS = ("linux/amd64", "linux/arm64", "linux/ppc64le", "linux/s390x", "linux/riscv64", "linux/386")


@dataclass(frozen=True)
class Sizes:
    """How much there is of everything; the defaults are what the figures of README.md are about."""

    big_layers: int = 8
    big_bytes: int = 64 << 20
    small_layers: int = 100
    small_bytes: int = 64 << 10
    platforms: int = 4
    tags: int = 50
    many_tags: int = 5000
    huge_bytes: int = 512 << 20
    load_tags: int = 20_000
    load_repositories: int = 2_000
    load_manifest: int = 4 << 20
    load_children: int = 1_000
    load_bytes: int = 8 << 30
    #: Of the digests of many tags: for how many the others ask, to be extrapolated.
    probe: int = 100
    #: Items of a short loop of tasks and of a long one: ours take so little time that only many of them show.
    short_loop: int = 2
    long_loop: int = 12
    our_long_loop: int = 52


Content = list[tuple[str, Image, list[Image]]]


@dataclass(frozen=True)
class Layout:
    """One set of images, in an OCI image layout; the name of an image there is its tag."""

    folder: Path

    def path(self, digest: str) -> Path:
        """The file of a blob or manifest."""
        return self.folder / "blobs" / "sha256" / digest.partition(":")[2]

    def blob(self, digest: str) -> bytes:
        """The bytes of a blob or manifest."""
        return self.path(digest).read_bytes()

    def manifests(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The tags, each with the descriptor of what it points at."""
        for descriptor in json.loads((self.folder / "index.json").read_text("utf-8"))["manifests"]:
            yield descriptor["annotations"]["org.opencontainers.image.ref.name"], descriptor

    def digest(self, tag: str) -> str:
        """The digest that a tag points at."""
        return str(dict(self.manifests())[tag]["digest"])

    def manifest(self, tag: str) -> dict[str, Any]:
        """The manifest that a tag points at."""
        found: dict[str, Any] = json.loads(self.blob(self.digest(tag)))
        return found


def _layers(name: str, count: int, size: int) -> list[bytes]:
    """Layers that programs can unpack, of random bytes that are the same every time."""
    return [layer({"data": random.Random(f"{name} {number}").randbytes(size)}) for number in range(count)]


def _big(sizes: Sizes, target: Layout) -> Content:
    return [("v1", build_image(_layers("big", sizes.big_layers, sizes.big_bytes)), [])]


def _small(sizes: Sizes, target: Layout) -> Content:
    return [("v1", build_image(_layers("small", sizes.small_layers, sizes.small_bytes)), [])]


def _index(sizes: Sizes, target: Layout) -> Content:
    children = [
        build_image(_layers(platform, sizes.small_layers, sizes.small_bytes), platform)
        for platform in PLATFORMS[: sizes.platforms]
    ]
    return [("v1", build_index(children), children)]


def _fifty(sizes: Sizes, target: Layout) -> Content:
    return [(f"v{number}", build_image(_layers(f"tag {number}", 1, 1024)), []) for number in range(1, sizes.tags + 1)]


def _thousands(sizes: Sizes, target: Layout) -> Content:
    """What thousands of images are variants of: ten layers, as many have."""
    return [("v1", build_image(_layers("of thousands", 10, 1024)), [])]


def _catalog(sizes: Sizes, target: Layout) -> Content:
    """What each of many repositories has: as little as can be, but one blob, without which distribution lists none."""
    return [("v1", build_artifact("application/vnd.example.nothing"), [])]


def _largest(sizes: Sizes, target: Layout) -> Content:
    """An image of one small layer, whose manifest is as large as can be."""
    small = build_image(_layers("largest", 1, 1024))
    return [("v1", Image(fill_up(json.loads(small.raw), sizes.load_manifest), small.media_type, small.blobs), [])]


def fill_up(manifest: dict[str, Any], size: int) -> bytes:
    """A manifest with one more annotation, which makes it have that many bytes."""
    annotations = manifest.get("annotations", {})
    empty = json.dumps({**manifest, "annotations": {**annotations, "filler": ""}})
    filler = "x" * (size - len(empty))
    return json.dumps({**manifest, "annotations": {**annotations, "filler": filler}}).encode()


def _wide(sizes: Sizes, target: Layout) -> Content:
    children = [build_image(_layers(f"child {number}", 1, 1024)) for number in range(sizes.load_children)]
    return [("v1", build_index(children), children)]


def _huge(sizes: Sizes, target: Layout) -> Content:
    return _sparse(sizes.huge_bytes, target)


def _vast(sizes: Sizes, target: Layout) -> Content:
    return _sparse(sizes.load_bytes, target)


def _sparse(size: int, target: Layout) -> Content:
    """One layer of zeros, a file with a hole that takes no room; its beginning makes it unlike any other."""
    sparse = target.folder / "layer"
    with open(sparse, "w+b") as file:
        file.write(b"a huge blob")
        file.truncate(size)
        file.seek(0)
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    sparse.rename(target.path(digest))
    config = json.dumps(
        {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": [digest]}}
    ).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": describe(config, OCI_CONFIG),
        "layers": [{"mediaType": OCI_LAYER, "digest": digest, "size": size}],
    }
    return [("v1", Image(json.dumps(manifest).encode(), OCI_MANIFEST, {sha256(config): config}), [])]


#: By its name, which is the repository's, too: what its making depends on, and how its images are made.
SETS: dict[str, tuple[Sequence[str], Callable[[Sizes, Layout], Content]]] = {
    "big": (("big_layers", "big_bytes"), _big),
    "small": (("small_layers", "small_bytes"), _small),
    "index": (("platforms", "small_layers", "small_bytes"), _index),
    "fifty": (("tags",), _fifty),
    "huge": (("huge_bytes",), _huge),
    "thousands": ((), _thousands),
    "catalog": ((), _catalog),
    "largest": (("load_manifest",), _largest),
    "wide": (("load_children",), _wide),
    "vast": (("load_bytes",), _vast),
}


def layout(cache: Path, name: str, sizes: Sizes) -> Layout:
    """Give a set of images, making it where the folder `cache` has none of these sizes."""
    fields, content = SETS[name]
    stamp = "-".join(str(getattr(sizes, field)) for field in fields)

    def make(folder: Path) -> None:
        (folder / "blobs" / "sha256").mkdir(parents=True)
        (folder / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}), encoding="utf-8")
        _write(Layout(folder), content(sizes, Layout(folder)))

    return Layout(made_once(cache / "-".join(filter(None, (name, stamp))), make))


def _write(target: Layout, content: Content) -> None:
    entries = []
    for tag, image, children in content:
        for part in (*children, image):
            for raw in (*part.blobs.values(), part.raw):
                target.path(sha256(raw)).write_bytes(raw)
        entries.append({**image.descriptor, "annotations": {"org.opencontainers.image.ref.name": tag}})
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
    (target.folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
