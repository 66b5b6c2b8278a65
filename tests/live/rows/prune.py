# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_prune."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options, all_of, image, tagged, tags_are
from tests.support.images import build_artifact, build_index
from tests.support.modules import ModuleRun


def keep(below: str = "", **rules: Any) -> Options:
    return lambda scene: {"repository": scene.repository + below, "keep": rules}


def two_repositories(scene: Scene) -> Mapping[str, Any]:
    return {
        "repositories": [scene.repository, scene.other_repository],
        "keep": {"matching": ["v1"]},
        "max_parallel": 2,
    }


def on_both(scene: Scene) -> None:
    tagged("v1", "rc")(scene)
    tagged("v0", which="second")(scene)
    for tag in ("v1", "v0"):
        scene.other_pusher.push(image(scene, tag), tag)


def index_with_all(scene: Scene) -> None:
    """An index with a tag, an image in it, a signature of either kind on it; and a second image."""
    old = image(scene, "old")
    index = build_index([old])
    scene.pusher.push(old)
    scene.pusher.push(index, "old")
    signature = build_artifact("application/vnd.example.signature", scene.content("signature"))
    scene.pusher.push(signature, index.digest.replace(":", "-") + ".sig")
    referrer = build_artifact("application/vnd.example.sbom", scene.content("sbom"), subject=old.descriptor)
    scene.pusher.push(referrer)
    if not scene.capabilities.referrers_api:
        scene.pusher.push(build_index([referrer]), old.digest.replace(":", "-"))
    scene.notes["gone"] = [one.digest for one in (old, index, signature, referrer)]
    tagged("new")(scene)


def all_gone(scene: Scene, run: ModuleRun) -> None:
    tags_are({"new": "first"})(scene, run)
    assert [scene.pusher.digest(digest) for digest in scene.notes["gone"]] == [None] * 4


MODULE = "registry_prune"

ROWS: Sequence[Row] = (
    Row(
        MODULE,
        "by name",
        keep(matching=["v*"]),
        actions=("delete", "untag"),
        prepare=all_of(tagged("v1", "rc"), tagged("other", "another", which="second")),
        verify=tags_are({"v1": "first"}),
    ),
    Row(
        MODULE,
        "the last one stays",
        keep(matching=["nothing"]),
        prepare=tagged("v1", "rc"),
        verify=tags_are({"v1": "first", "rc": "first"}),
    ),
    Row(
        MODULE,
        "the last one goes",
        lambda scene: {**keep(newest=0)(scene), "allow_empty": True, "order": "version"},
        actions=("delete",),
        prepare=tagged("v1", "rc"),
        verify=tags_are({}),
    ),
    Row(
        MODULE,
        "on two registries",
        two_repositories,
        actions=("delete", "untag", "delete"),
        prepare=on_both,
        verify=tags_are({"v1": "first"}),
        lists=True,
    ),
    Row(
        MODULE,
        "an index with all that belongs to it",
        keep(matching=["new"]),
        actions=("delete",) * 4,
        prepare=index_with_all,
        verify=all_gone,
        where=lambda scene: scene.capabilities.referrers_api,
    ),
    Row(
        MODULE,
        "an index with all that belongs to it and a fallback tag",
        keep(matching=["new"]),
        actions=("delete",) * 5,
        prepare=index_with_all,
        verify=all_gone,
        where=lambda scene: not scene.capabilities.referrers_api,
    ),
    Row(MODULE, "everything is kept", keep(younger_than="5200w"), prepare=tagged("v1", "v2")),
    Row(MODULE, "no such repository", keep("/nothing", newest=1)),
)
