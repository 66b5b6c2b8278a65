# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read: repositories, blobs and referrers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import all_of, blob_there, image, names, tagged
from tests.support.images import OCI_INDEX, Image, build_artifact, build_image, sha256
from tests.support.modules import ModuleRun

SBOM = "application/spdx+json"
SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json"


def fallback(digest: str) -> str:
    """The tag of the referrers tag schema, which cosign's tags begin with, too."""
    return digest.replace(":", "-")


def sbom(scene: Scene) -> Image:
    """An artifact whose subject is the scene's image."""
    return build_artifact(SBOM, scene.content("sbom"), subject=image(scene).descriptor, annotations={"made": "by hand"})


def listed(artifact: Image, kind: str) -> dict[str, Any]:
    """As the list of referrers has it."""
    return {**artifact.descriptor, "artifactType": kind, "annotations": {"made": "by hand"}}


def attested(scene: Scene) -> None:
    """The scene's image with an SBOM, as who pushes it has to leave it on either kind of registry."""
    scene.pusher.push(image(scene), "v1")
    scene.pusher.push(sbom(scene))
    if not scene.capabilities.referrers_api:
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [listed(sbom(scene), SBOM)]}
        scene.pusher.push(Image(json.dumps(index).encode(), OCI_INDEX), fallback(image(scene).digest))


def sbom_is_told(scene: Scene, run: ModuleRun) -> None:
    found = {
        "digest": sbom(scene).digest,
        "media_type": sbom(scene).media_type,
        "artifact_type": SBOM,
        "size": len(sbom(scene).raw),
        "annotations": {"made": "by hand"},
        "tag": None,
    }
    assert run.result["referrers"] == [found]
    assert [(entry["exists"], entry["referrers"]) for entry in run.result["images"]] == [(True, [found]), (False, [])]
    assert [entry["digest"] for entry in run.result["images"]] == [image(scene).digest, None]


def signed(scene: Scene) -> None:
    """The scene's image with a signature as cosign pushes it: an image with a layer of its own type, under a tag."""
    scene.pusher.push(signature(scene), fallback(image(scene).digest) + ".sig")


def signature(scene: Scene) -> Image:
    """As cosign makes it: an image by its configuration; what it is, its layer says."""
    made = build_image([scene.content("signature")])
    document = json.loads(made.raw)
    document["layers"][0]["mediaType"] = SIGNATURE
    return Image(json.dumps(document).encode(), made.media_type, made.blobs)


def both_are_told(scene: Scene, run: ModuleRun) -> None:
    tag = fallback(image(scene).digest) + ".sig"
    told = [(entry["digest"], entry["artifact_type"], entry["tag"]) for entry in run.result["referrers"]]
    assert told == [(sbom(scene).digest, SBOM, None), (signature(scene).digest, SIGNATURE, tag)]


def has_catalog(scene: Scene) -> bool:
    return scene.capabilities.catalog


def repositories_are_told(scene: Scene, run: ModuleRun) -> None:
    assert run.result["repositories"] == [scene.name, f"{scene.name}/copy"]


def blobs_are_told(scene: Scene, run: ModuleRun) -> None:
    there = {"exists": True, "size": len(scene.content())}
    gone = {"exists": False, "size": None}
    assert run.result["blobs"] == [
        {"repository": scene.repository, "digest": sha256(content), **facts}
        for content, facts in ((scene.content(), there), (scene.content("nothing"), gone))
    ]


ROWS: Sequence[Row] = (
    Row(
        "registry_repositories_info",
        "some",
        lambda scene: {
            "registry": scene.recorder.address,
            "include": [scene.name, f"{scene.name}/*"],
            "exclude": ["~.*/base"],
        },
        prepare=all_of(tagged("v1", below="/copy"), tagged("v1", below="/base"), tagged("v1")),
        verify=repositories_are_told,
        where=has_catalog,
    ),
    Row(
        "registry_blob_info",
        "many",
        lambda scene: {
            "repository": scene.repository,
            "digests": [sha256(scene.content()), sha256(scene.content("nothing"))],
        },
        prepare=all_of(tagged("v1"), blob_there()),
        verify=blobs_are_told,
        lists=True,
    ),
    Row(
        "registry_referrers_info",
        "of one type",
        lambda scene: {"names": names("v1", "nothing")(scene), "artifact_type": SBOM},
        prepare=attested,
        verify=sbom_is_told,
        lists=True,
    ),
    Row(
        "registry_referrers_info",
        "with those of cosign",
        lambda scene: {"name": f"{scene.repository}:v1", "cosign": True},
        prepare=all_of(attested, signed),
        verify=both_are_told,
    ),
)
