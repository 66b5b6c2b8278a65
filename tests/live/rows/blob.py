# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_blob."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options, all_of, blob_is_there, blob_there, file_is_the_blob, file_with, tagged
from tests.support.images import sha256
from tests.support.modules import ModuleRun


def here(**options: Any) -> Options:
    return lambda scene: {"repository": scene.repository, **options}


def content(scene: Scene) -> Mapping[str, Any]:
    return {**here()(scene), "content": scene.content().decode()}


def file(**options: Any) -> Options:
    return lambda scene: {**here(**options)(scene), "src": str(scene.folder / "file")}


def digest(**options: Any) -> Options:
    return lambda scene: {**here(**options)(scene), "digest": sha256(scene.content())}


def mount(scene: Scene) -> Mapping[str, Any]:
    return {**digest()(scene), "from_repository": [f"{scene.name}/nothing", f"{scene.name}/base"]}


def to(place: str, **options: Any) -> Options:
    return lambda scene: {**digest(**options)(scene), "dest": str(scene.folder / place)}


def is_gone(scene: Scene, run: ModuleRun) -> None:
    assert scene.pusher.blob(sha256(scene.content())) is None


def has_mode(scene: Scene, run: ModuleRun) -> None:
    file_is_the_blob(scene, run)
    assert (scene.folder / "file").stat().st_mode & 0o777 == 0o640


def mounts(scene: Scene) -> bool:
    # Elsewhere the blobs of all repositories are in one place: what is in one is in all.
    return scene.behaviour.mounts


MODULE = "registry_blob"
# Check mode cannot know whether a registry mounts.
how = ("how",)
source = file_with(Scene.content)
old = file_with(lambda scene: b"something else")

ROWS: Sequence[Row] = (
    Row(MODULE, "content", content, ("upload",), verify=blob_is_there, state="present", differs=how),
    Row(MODULE, "a file", file(), ("upload",), source, blob_is_there, "present", differs=how),
    Row(
        MODULE,
        "a file in chunks",
        file(chunk_size="16"),
        ("upload",),
        source,
        blob_is_there,
        "present",
        differs=how,
    ),
    Row(MODULE, "there already", content, (), blob_there(), blob_is_there, "present"),
    Row(
        MODULE,
        "mounted",
        mount,
        ("mount",),
        blob_there("/base"),
        blob_is_there,
        "present",
        lists=True,
        where=mounts,
        differs=how,
    ),
    Row(MODULE, "there", digest(), ("delete",), blob_there(), is_gone, "absent"),
    Row(MODULE, "not there", digest(), (), tagged("v1"), is_gone, "absent"),
    Row(MODULE, "no file yet", to("file"), ("download",), blob_there(), file_is_the_blob, "downloaded"),
    Row(MODULE, "into a folder", to(""), ("download",), blob_there(), file_is_the_blob, "downloaded"),
    Row(
        MODULE,
        "another file",
        to("file", mode="0640"),
        ("download",),
        all_of(blob_there(), old),
        has_mode,
        "downloaded",
    ),
    Row(
        MODULE,
        "the right file",
        to("file"),
        (),
        all_of(blob_there(), source),
        file_is_the_blob,
        "downloaded",
    ),
)
