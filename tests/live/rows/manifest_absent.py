# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_manifest, state absent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import (
    Options,
    all_of,
    image,
    names,
    tagged,
)
from tests.support.modules import ModuleRun


def named(*versions: str, **options: Any) -> Options:
    return lambda scene: {"names": names(*versions)(scene), **options}


def by_digest(scene: Scene) -> Mapping[str, Any]:
    return {"name": f"{scene.repository}@{image(scene).digest}"}


def forced(scene: Scene) -> Mapping[str, Any]:
    return {**by_digest(scene), "force": True}


def gone(*left: str) -> Callable[[Scene, ModuleRun], None]:
    def verify(scene: Scene, run: ModuleRun) -> None:
        assert scene.pusher.digest(image(scene).digest) is None
        assert scene.pusher.tags() == list(left)

    return verify


MODULE = "registry_manifest"
second = tagged("other", which="second")

ROWS: Sequence[Row] = (
    Row(MODULE, "untagged", by_digest, ("delete",), all_of(tagged(), second), gone("other"), "absent"),
    Row(
        MODULE,
        "with all its tags named",
        named("v1", "v1.0"),
        ("delete",),
        all_of(tagged("v1", "v1.0"), second),
        gone("other"),
        "absent",
        lists=True,
    ),
    Row(
        MODULE,
        "forced",
        forced,
        ("delete",),
        all_of(tagged("v1", "v1.0"), second),
        gone("other"),
        "absent",
    ),
    Row(
        MODULE,
        "two and one that is not there",
        named("v1", "other", "nothing"),
        ("delete", "delete"),
        all_of(tagged("v1"), second),
        gone(),
        "absent",
        lists=True,
    ),
    Row(MODULE, "not there", by_digest, (), second, gone("other"), "absent"),
)
