# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import PLATFORMS, all_of, image, indexed, names, platforms, tagged
from tests.support.images import build_index
from tests.support.modules import ModuleRun


def sees(key: str, expected: Callable[[Scene], Any]) -> Callable[[Scene, ModuleRun], None]:
    def verify(scene: Scene, run: ModuleRun) -> None:
        assert run.result[key] == expected(scene)

    return verify


def supports(scene: Scene, run: ModuleRun) -> None:
    told = run.result["registry"]["supports"]
    known = scene.capabilities
    assert (told["catalog"], told["referrers"]) == (known.catalog, known.referrers_api)


def supports_delete(scene: Scene, run: ModuleRun) -> None:
    supports(scene, run)
    told = run.result["registry"]["supports"]
    assert (told["delete"], told["tag_delete"]) == (True, scene.capabilities.tag_delete)


def exists(scene: Scene, run: ModuleRun) -> None:
    found = run.result["manifests"]
    assert [entry["exists"] for entry in found] == [True, False, True]
    assert found[0]["digest"] == image(scene).digest
    assert found[2]["digest"] == image(scene, "second").digest


def is_arm(scene: Scene, run: ModuleRun) -> None:
    (found,) = run.result["manifests"]
    assert (found["digest"], found["platforms"]) == (platforms(scene)[1].digest, [PLATFORMS[1]])
    assert found["index_digest"] == build_index(platforms(scene)).digest
    assert found["config"]["architecture"] == "arm64"


def digests(scene: Scene, run: ModuleRun) -> None:
    here, copy = run.result["repositories"]
    first, second = image(scene).digest, image(scene, "second").digest
    assert [(tag["name"], tag["digest"]) for tag in here["tags"]] == [("v1.10", first), ("v1.9", first)]
    assert [(tag["name"], tag["digest"]) for tag in copy["tags"]] == [("v2", second)]


def full(scene: Scene, run: ModuleRun) -> None:
    ((tag,),) = (repository["tags"] for repository in run.result["repositories"])
    assert tag["created"] == "2026-01-02T03:04:05Z"
    assert tag["total_size"] == len(image(scene).raw) + sum(map(len, image(scene).blobs.values()))


def registry(scene: Scene) -> dict[str, Any]:
    return {"registry": scene.recorder.address, "repository": scene.name}


both = all_of(tagged("v1.9", "v1.10"), tagged("v2", which="second", below="/copy"))

ROWS: Sequence[Row] = (
    Row("registry_info", "what it is", registry, prepare=tagged("v1"), verify=supports),
    Row(
        "registry_info",
        "what it deletes",
        lambda scene: {**registry(scene), "probe_delete": True},
        prepare=tagged("v1"),
        verify=supports_delete,
        differs=("registry",),
        asks_by_writing=True,
    ),
    Row(
        "registry_tags_info",
        "names",
        lambda scene: {"repository": scene.repository, "order": "version"},
        prepare=tagged("v1.10", "latest", "v1.9"),
        verify=sees("tags", lambda scene: ["v1.9", "v1.10", "latest"]),
    ),
    Row(
        "registry_tags_info",
        "digests of many",
        lambda scene: {
            "repositories": [scene.repository, f"{scene.repository}/copy"],
            "details": "digest",
            "order": "version",
            "reverse": True,
        },
        prepare=both,
        verify=digests,
        lists=True,
    ),
    Row(
        "registry_tags_info",
        "everything",
        lambda scene: {"repository": scene.repository, "details": "full", "order": "created"},
        prepare=tagged("v1"),
        verify=full,
    ),
    Row(
        "registry_manifest_info",
        "many",
        lambda scene: {"names": names("v1", "nothing", "v2")(scene)},
        prepare=all_of(tagged("v1"), tagged("v2", which="second")),
        verify=exists,
        lists=True,
    ),
    Row(
        "registry_manifest_info",
        "a platform",
        lambda scene: {"name": f"{scene.repository}:v1", "platform": "linux/arm64", "config": True},
        prepare=indexed("v1"),
        verify=is_arm,
    ),
)
