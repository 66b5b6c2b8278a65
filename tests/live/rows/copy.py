# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options, all_of, complete, image, index_is, indexed, tagged, tags_are
from tests.support.images import Pusher, build_artifact, build_index, sha256
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


def to_disk(transport: str, **options: Any) -> Options:
    return lambda scene: {
        "images": [
            {"src": f"{scene.repository}:{tag}", "dest": f"{transport}:{scene.folder / 'disk'}:team/app:{tag}"}
            for tag in ("v1", "v2")
        ],
        **options,
    }


def signed(scene: Scene) -> None:
    """An image with a referrer, and with a signature by a tag of cosign's."""
    tagged("v1")(scene)
    first = image(scene)
    sbom = build_artifact("application/vnd.example.sbom", scene.content("sbom"), subject=first.descriptor)
    scene.pusher.push(sbom)
    if not scene.capabilities.referrers_api:
        scene.pusher.push(build_index([sbom]), first.digest.replace(":", "-"))
    signature = build_artifact("application/vnd.example.signature", scene.content("signature"))
    scene.pusher.push(signature, first.digest.replace(":", "-") + ".sig")
    scene.notes["attached"] = [sbom, signature]


def all_there(scene: Scene, run: ModuleRun) -> None:
    assert scene.other_pusher.digest("v1") == image(scene).digest
    assert all(complete(scene.other_pusher, one) for one in scene.notes["attached"])


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
    Row(MODULE, "with what refers to it", away(referrers=True), ("copy",), signed, all_there),
    Row(MODULE, "to a folder", to_disk("oci"), ("copy", "copy"), two, lists=True),
    Row(MODULE, "to an archive", to_disk("oci-archive"), ("copy", "copy"), two, lists=True),
    Row(MODULE, "to an archive for docker", to_disk("docker-archive"), ("copy", "copy"), two, lists=True),
    Row(MODULE, "with a layer missing", away(force=True), ("copy",), without_a_layer, repaired),
)
