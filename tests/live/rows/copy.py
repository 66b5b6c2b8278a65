# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options, all_of, complete, image, index_is, indexed, tagged, tags_are
from tests.support.images import Pusher, sha256
from tests.support.modules import ModuleRun


def one(version: str = ":v1", target: str = "/copy", **options: Any) -> Options:
    return lambda scene: {
        "src": scene.repository + version,
        "dest": f"{scene.repository}{target}{version}",
        **options,
    }


def away(**options: Any) -> Options:
    return lambda scene: {
        "src": f"{scene.repository}:v1",
        "dest": f"{scene.other_repository}:v1",
        **options,
    }


def by_digest(scene: Scene) -> Mapping[str, Any]:
    return {"src": f"{scene.repository}@{image(scene).digest}", "dest": f"{scene.repository}/copy:v1"}


def many(scene: Scene) -> Mapping[str, Any]:
    pairs = [("v1", "v1"), ("v2", "v2"), ("v1", "right")]
    return {
        "images": [
            {"src": f"{scene.repository}:{source}", "dest": f"{scene.repository}/copy:{target}"}
            for source, target in pairs
        ]
    }


def copy_of(scene: Scene) -> Pusher:
    return scene.at("/copy")


def other(scene: Scene) -> Pusher:
    return scene.other_pusher


def repaired(scene: Scene, run: ModuleRun) -> None:
    assert complete(scene.other_pusher, image(scene))


def without_a_layer(scene: Scene) -> None:
    tagged("v1")(scene)
    scene.other_pusher.push(image(scene), "v1")
    layer = sha256(scene.content("first layer"))
    assert scene.other_pusher.send("DELETE", f"blobs/{layer}").status in (200, 202)


MODULE = "registry_copy"
two = all_of(tagged("v1"), tagged("v2", which="second"), tagged("right", below="/copy"))

ROWS: Sequence[Row] = (
    Row(
        MODULE,
        "within a registry",
        one(),
        ("copy",),
        tagged("v1"),
        tags_are({"v1": "first"}, copy_of),
    ),
    Row(MODULE, "to another registry", away(), ("copy",), tagged("v1"), tags_are({"v1": "first"}, other)),
    Row(MODULE, "from a digest", by_digest, ("copy",), tagged(), tags_are({"v1": "first"}, copy_of)),
    Row(
        MODULE,
        "over another image",
        one(),
        ("copy",),
        all_of(tagged("v1"), tagged("v1", which="second", below="/copy")),
        tags_are({"v1": "first"}, copy_of),
    ),
    Row(
        MODULE,
        "there already",
        one(),
        (),
        all_of(tagged("v1"), tagged("v1", below="/copy")),
        tags_are({"v1": "first"}, copy_of),
    ),
    Row(
        MODULE,
        "many",
        many,
        ("copy", "copy"),
        two,
        tags_are({"v1": "first", "v2": "second", "right": "first"}, copy_of),
        lists=True,
    ),
    Row(MODULE, "an index", away(), ("copy",), indexed("v1"), index_is("v1", other)),
    Row(
        MODULE,
        "one platform",
        away(platforms=["linux/amd64"]),
        ("copy",),
        indexed("v1"),
        index_is("v1", other, count=1),
    ),
    Row(MODULE, "with a layer missing", away(force=True), ("copy",), without_a_layer, repaired),
)
