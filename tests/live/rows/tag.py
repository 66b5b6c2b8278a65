# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options, all_of, image, tagged, tags_are


def tags(*wanted: str, source: str = ":v1") -> Options:
    return lambda scene: {"name": scene.repository + source, "tags": list(wanted)}


def by_digest(scene: Scene) -> Mapping[str, Any]:
    return {"name": f"{scene.repository}@{image(scene).digest}", "tags": ["v1"]}


MODULE = "registry_tag"

ROWS: Sequence[Row] = (
    Row(
        MODULE,
        "new moved and right ones",
        tags("new", "moved", "right"),
        actions=("tag", "tag"),
        prepare=all_of(tagged("v1", "right"), tagged("moved", which="second")),
        verify=tags_are(dict.fromkeys(("v1", "new", "moved", "right"), "first")),
        state="present",
        lists=True,
    ),
    Row(
        MODULE,
        "from a digest",
        by_digest,
        actions=("tag",),
        prepare=tagged(),
        verify=tags_are({"v1": "first"}),
        state="present",
    ),
    Row(
        MODULE,
        "right already",
        tags("v1.0"),
        prepare=tagged("v1", "v1.0"),
        verify=tags_are({"v1": "first", "v1.0": "first"}),
        state="present",
    ),
    Row(
        MODULE,
        "siblings stay",
        tags("rc", "gone", source=""),
        actions=("untag",),
        prepare=all_of(tagged("v1", "rc"), tagged("other", which="second")),
        verify=tags_are({"v1": "first", "other": "second"}),
        state="absent",
        lists=True,
    ),
    Row(
        MODULE,
        "all of them",
        tags("v1", "rc", source=""),
        actions=("untag", "untag"),
        prepare=all_of(tagged("v1", "rc"), tagged("other", which="second")),
        verify=tags_are({"other": "second"}),
        state="absent",
        lists=True,
    ),
    Row(
        MODULE,
        "not there",
        tags("gone", source=""),
        prepare=tagged("v1"),
        verify=tags_are({"v1": "first"}),
        state="absent",
    ),
    Row(MODULE, "no such repository", tags("gone", source="/nothing"), state="absent"),
)
