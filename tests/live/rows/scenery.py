# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rows have in common: what is there before, and what shall be there afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.live.idempotence import Scene
from tests.support.images import OCI_INDEX, Image, Pusher, build_image, build_index, sha256
from tests.support.modules import ModuleRun

PLATFORMS = ("linux/amd64", "linux/arm64/v8")
Options = Callable[[Scene], Mapping[str, Any]]
Prepare = Callable[[Scene], None]
Verify = Callable[[Scene, ModuleRun], None]


# How things are named


def names(*versions: str, below: str = "") -> Callable[[Scene], list[str]]:
    """Full names of versions in the repository."""
    return lambda scene: [f"{scene.repository}{below}:{version}" for version in versions]


# What is there before


def image(scene: Scene, which: str = "first") -> Image:
    """An image that no other test has."""
    return build_image([scene.content(f"{which} layer")], labels={"which": which})


def tagged(*tags: str, which: str = "first", below: str = "") -> Callable[[Scene], None]:
    """The image under these tags; without a tag it is there by its digest only."""

    def prepare(scene: Scene) -> None:
        for tag in tags or (None,):
            scene.at(below).push(image(scene, which), tag)

    return prepare


def platforms(scene: Scene) -> list[Image]:
    """An image for each of PLATFORMS."""
    return [build_image([scene.content(f"{platform} layer")], platform) for platform in PLATFORMS]


def indexed(tag: str, below: str = "") -> Callable[[Scene], None]:
    """An index over an image for each of PLATFORMS, and these by a tag of their own: amd64, arm64."""

    def prepare(scene: Scene) -> None:
        images = platforms(scene)
        for child in images:
            scene.at(below).push(child, (child.platform or "").split("/")[1])
        scene.at(below).push(build_index(images), tag)

    return prepare


def all_of(*steps: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """One after the other."""

    def prepare(scene: Scene) -> None:
        for step in steps:
            step(scene)

    return prepare


def blob_there(below: str = "") -> Callable[[Scene], None]:
    """A blob that nothing refers to."""

    def prepare(scene: Scene) -> None:
        scene.at(below).push_blob(scene.content())

    return prepare


def blobs_of(*which: str) -> Callable[[Scene], None]:
    """All that the manifests of these images refer to, but not the manifests; the repository is there."""

    def prepare(scene: Scene) -> None:
        scene.pusher.push(build_image(), "unrelated")
        for name in which:
            for content in image(scene, name).blobs.values():
                scene.pusher.push_blob(content)

    return prepare


def file_with(content: Callable[[Scene], bytes], name: str = "file") -> Callable[[Scene], None]:
    """A file in the scene's folder."""

    def prepare(scene: Scene) -> None:
        (scene.folder / name).write_bytes(content(scene))

    return prepare


# What shall be there after


def tags_are(expected: Mapping[str, str], pusher: Callable[[Scene], Pusher] = lambda scene: scene.pusher) -> Any:
    """These tags, and no others, each on the image that is named."""

    def verify(scene: Scene, run: ModuleRun) -> None:
        wanted = {tag: image(scene, which).digest for tag, which in expected.items()}
        assert {tag: pusher(scene).digest(tag) for tag in pusher(scene).tags()} == wanted

    return verify


def blob_is_there(scene: Scene, run: ModuleRun) -> None:
    """The scene's blob is in its repository."""
    assert scene.pusher.blob(sha256(scene.content())) == scene.content()
    assert run.result["blob"]["digest"] == sha256(scene.content())
    assert run.result["blob"]["size"] == len(scene.content())


def file_is_the_blob(scene: Scene, run: ModuleRun) -> None:
    """The file holds the scene's blob."""
    with open(run.result["dest"], "rb") as file:
        assert file.read() == scene.content()


def complete(pusher: Pusher, wanted: Image) -> bool:
    """Whether an image with all its blobs is there."""
    return pusher.manifest(wanted.digest).body == wanted.raw and all(
        pusher.blob(digest) == content for digest, content in wanted.blobs.items()
    )


def index_is(tag: str, pusher: Callable[[Scene], Pusher] = lambda scene: scene.pusher, count: int = 2) -> Any:
    """The tag is an index over the first `count` of the platforms' images, which are there completely."""

    def verify(scene: Scene, run: ModuleRun) -> None:
        answer = pusher(scene).manifest(tag)
        found = [child["digest"] for child in json.loads(answer.body)["manifests"]]
        wanted = platforms(scene)[:count]
        assert answer.headers["Content-Type"] == OCI_INDEX
        assert found == [child.digest for child in wanted]
        assert all(complete(pusher(scene), child) for child in wanted)

    return verify
