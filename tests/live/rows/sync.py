# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_sync."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options, all_of, image, index_is, indexed, tagged, tags_are
from tests.support.images import Pusher


def to_other(**options: Any) -> Options:
    return lambda scene: {"src": scene.repository, "dest": scene.other_repository, **options}


def inside(**options: Any) -> Options:
    return lambda scene: {"src": scene.repository, "dest": f"{scene.repository}/copy", **options}


def two_pairs(scene: Scene) -> Mapping[str, Any]:
    return {
        "repositories": [
            {"src": scene.repository, "dest": scene.other_repository, "include": ["v1"]},
            {"src": scene.repository, "dest": f"{scene.repository}/copy", "include": ["v2"]},
        ],
        "max_parallel": 2,
    }


def below(scene: Scene) -> Mapping[str, Any]:
    return {"src": f"{scene.repository}/*", "dest": f"{scene.other_repository}/*"}


def other(scene: Scene) -> Pusher:
    return scene.other_pusher


def copy_of(scene: Scene) -> Pusher:
    return scene.at("/copy")


def old_mirror(scene: Scene) -> None:
    """The mirror has a tag on another image, one that the source dropped, and one that the rules do not speak of."""
    tagged("v1", "v2")(scene)
    scene.other_pusher.push(image(scene, "second"), "v1")
    scene.other_pusher.push(image(scene), "v0")
    scene.other_pusher.push(image(scene, "third"), "local")


def other_below(scene: Scene) -> Pusher:
    return Pusher(scene.other_registry.address, f"{scene.name}/copy")


MODULE = "registry_sync"

ROWS: Sequence[Row] = (
    Row(
        MODULE,
        "all tags",
        to_other(),
        ("copy", "copy"),
        all_of(tagged("v1"), tagged("v2", which="second")),
        tags_are({"v1": "first", "v2": "second"}, other),
    ),
    Row(
        MODULE,
        "some tags",
        inside(include=["v*"], exclude=["*-rc*"], versions=">=1", newest=1),
        ("copy",),
        all_of(tagged("v1.9"), tagged("v1.10", which="second"), tagged("v2-rc1", "other", which="third")),
        tags_are({"v1.10": "second"}, copy_of),
    ),
    Row(
        MODULE,
        "there already",
        inside(prune=True),
        (),
        all_of(tagged("v1"), tagged("v1", below="/copy")),
        tags_are({"v1": "first"}, copy_of),
    ),
    Row(
        MODULE,
        "with what the source dropped",
        to_other(include=["v*"], prune=True),
        ("copy", "copy", "untag"),
        old_mirror,
        tags_are({"v1": "first", "v2": "first", "local": "third"}, other),
    ),
    Row(
        MODULE,
        "without removing anything",
        to_other(include=["v*"]),
        ("copy", "copy"),
        old_mirror,
        tags_are({"v1": "first", "v2": "first", "v0": "first", "local": "third"}, other),
    ),
    Row(
        MODULE, "many", two_pairs, ("copy", "copy"), tagged("v1", "v2"), tags_are({"v2": "first"}, copy_of), lists=True
    ),
    Row(
        MODULE,
        "an index with all it has",
        to_other(include=["multi"]),
        ("copy",),
        indexed("multi"),
        index_is("multi", other),
    ),
    Row(
        MODULE,
        "all repositories below",
        below,
        ("copy",),
        tagged("v1", below="/copy"),
        tags_are({"v1": "first"}, other_below),
        where=lambda scene: scene.capabilities.catalog,
    ),
)
