# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_manifest, state present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import (
    Options,
    all_of,
    blobs_of,
    complete,
    file_with,
    image,
    index_is,
    indexed,
    names,
    tagged,
)
from tests.support.modules import ModuleRun


def given(*more: str, **options: Any) -> Options:
    return lambda scene: {
        "name": f"{scene.repository}:v1",
        "manifest": image(scene).raw.decode(),
        "tags": list(more) or None,
        **options,
    }


def by_digest(scene: Scene) -> Mapping[str, Any]:
    return {"name": f"{scene.repository}@{image(scene).digest}", "manifest": image(scene).raw.decode()}


def from_file(scene: Scene) -> Mapping[str, Any]:
    return {"name": f"{scene.repository}:v1", "src": str(scene.folder / "manifest.json")}


def composed(below: str = "") -> Options:
    return lambda scene: {
        "name": f"{scene.repository}:v1",
        "manifests": names("amd64", "arm64", below=below)(scene),
        "annotations": {"org.example.made-by": scene.name},
    }


def is_there_untagged(scene: Scene, run: ModuleRun) -> None:
    assert complete(scene.pusher, image(scene))
    assert scene.pusher.tags() == ["unrelated"]


def right(scene: Scene, run: ModuleRun) -> None:
    assert {tag: scene.pusher.digest(tag) for tag in ("v1", "v1.0")} == dict.fromkeys(
        ("v1", "v1.0"), image(scene).digest
    )
    assert scene.pusher.manifest("v1").body == image(scene).raw


def only(scene: Scene, run: ModuleRun) -> None:
    assert scene.pusher.manifest("v1").body == image(scene).raw


MODULE = "registry_manifest"

ROWS: Sequence[Row] = (
    Row(MODULE, "given", given(), ("push",), blobs_of("first"), only, "present"),
    Row(MODULE, "by digest", by_digest, ("push",), blobs_of("first"), is_there_untagged, "present"),
    Row(
        MODULE,
        "from a file",
        from_file,
        ("push",),
        all_of(blobs_of("first"), file_with(lambda scene: image(scene).raw, "manifest.json")),
        only,
        "present",
    ),
    Row(
        MODULE,
        "with more tags",
        given("v1.0"),
        ("push", "tag"),
        all_of(blobs_of("first"), tagged("v1", which="second")),
        right,
        "present",
        lists=True,
    ),
    Row(MODULE, "one tag is missing", given("v1.0"), ("tag",), tagged("v1"), right, "present", lists=True),
    Row(MODULE, "right already", given("v1.0"), (), tagged("v1", "v1.0"), right, "present", lists=True),
    Row(MODULE, "composed", composed(), ("push",), indexed("other"), index_is("v1"), "present", lists=True),
    Row(
        MODULE,
        "composed from another repository",
        composed("/base"),
        ("copy", "copy", "push"),
        indexed("other", below="/base"),
        index_is("v1"),
        "present",
        lists=True,
    ),
)
