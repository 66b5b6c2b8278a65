# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_artifact."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options, all_of, file_with, image, tagged
from tests.support.images import OCI_EMPTY, OCI_MANIFEST, Image, build_artifact, sha256
from tests.support.modules import ModuleRun

KIND = "application/vnd.example.config.v1"
TITLE = "org.opencontainers.image.title"


def options(version: str = ":config", **more: Any) -> Options:
    return lambda scene: {"name": f"{scene.repository}{version}", **more}


def made(version: str = ":config", **more: Any) -> Options:
    return lambda scene: {
        **options(version, artifact_type=KIND, **more)(scene),
        "files": [{"src": str(scene.folder / "file"), "media_type": "application/yaml", "name": "conf/site.yml"}],
    }


def attached(version: str = "") -> Options:
    return lambda scene: {**made(version)(scene), "subject": f"{scene.repository}:v1"}


def to_folder(**more: Any) -> Options:
    return lambda scene: {**options(**more)(scene), "dest": str(scene.folder / "to")}


def artifact(scene: Scene, subject: Image | None = None) -> Image:
    """An artifact with one file, as others push it."""
    plain = build_artifact(KIND, scene.content(), subject=subject.descriptor if subject else None)
    manifest = json.loads(plain.raw)
    manifest["layers"][0]["annotations"] = {TITLE: "conf/site.yml"}
    return Image(json.dumps(manifest).encode(), OCI_MANIFEST, plain.blobs)


def pushed(scene: Scene) -> None:
    scene.pusher.push(artifact(scene), "config")


def as_made(scene: Scene, **more: Any) -> Image:
    """Exactly what `made` makes."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": KIND,
        "config": {"mediaType": OCI_EMPTY, "digest": sha256(b"{}"), "size": 2},
        "layers": [
            {
                "mediaType": "application/yaml",
                "digest": sha256(scene.content()),
                "size": len(scene.content()),
                "annotations": {TITLE: "conf/site.yml"},
            }
        ],
        **more,
    }
    raw = json.dumps(manifest, separators=(",", ":")).encode()
    blobs = {sha256(content): content for content in (b"{}", scene.content())}
    return Image(raw, OCI_MANIFEST, blobs)


def pushed_as_made(scene: Scene) -> None:
    scene.pusher.push(as_made(scene), "config")


def attached_as_made(scene: Scene) -> None:
    """Where there is no referrers API, nobody has recorded it."""
    tagged("v1")(scene)
    subject = {key: image(scene).descriptor[key] for key in ("mediaType", "digest", "size")}
    scene.pusher.push(as_made(scene, subject=subject), "config")


def must_be_recorded(scene: Scene) -> bool:
    return not scene.capabilities.referrers_api


def recorded(scene: Scene) -> list[str]:
    """The digests that the registry says refer to the image."""
    subject = image(scene).digest
    answer = scene.pusher.send("GET", f"referrers/{subject}")
    if not scene.capabilities.referrers_api:
        answer = scene.pusher.manifest(subject.replace(":", "-"))
    return [entry["digest"] for entry in json.loads(answer.body)["manifests"]] if answer.status == 200 else []


def is_there(scene: Scene, run: ModuleRun) -> None:
    manifest = json.loads(scene.pusher.manifest(run.result["artifact"]["digest"]).body)
    assert manifest["artifactType"] == KIND
    assert manifest["config"]["mediaType"] == OCI_EMPTY
    (layer,) = manifest["layers"]
    assert (layer["mediaType"], layer["annotations"]) == ("application/yaml", {TITLE: "conf/site.yml"})
    assert scene.pusher.blob(layer["digest"]) == scene.content()
    assert scene.pusher.blob(sha256(b"{}")) == b"{}"


def has_tag(scene: Scene, run: ModuleRun) -> None:
    is_there(scene, run)
    assert scene.pusher.digest("config") == run.result["artifact"]["digest"]


def refers(scene: Scene, run: ModuleRun) -> None:
    is_there(scene, run)
    assert recorded(scene) == [run.result["artifact"]["digest"]]
    assert scene.pusher.digest("v1") == image(scene).digest


def is_empty(scene: Scene, run: ModuleRun) -> None:
    manifest = json.loads(scene.pusher.manifest("config").body)
    assert [layer["mediaType"] for layer in manifest["layers"]] == [OCI_EMPTY]
    assert manifest["annotations"] == {"a": "b"}


def attach_and_record(scene: Scene) -> None:
    tagged("v1")(scene)
    scene.pusher.push(artifact(scene, image(scene)), "config")
    if not scene.capabilities.referrers_api:
        entry = {**artifact(scene, image(scene)).descriptor, "artifactType": KIND}
        index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]}
        scene.pusher.push(
            Image(json.dumps(index).encode(), index["mediaType"]),  # type: ignore[arg-type]
            image(scene).digest.replace(":", "-"),
        )


def is_gone(scene: Scene, run: ModuleRun) -> None:
    assert scene.pusher.digest("config") is None
    assert recorded(scene) == []


def has_file(scene: Scene, run: ModuleRun) -> None:
    assert (scene.folder / "to" / "conf" / "site.yml").read_bytes() == scene.content()
    assert [file["title"] for file in run.result["artifact"]["files"]] == ["conf/site.yml"]


def wrong_file(scene: Scene) -> None:
    (scene.folder / "to" / "conf").mkdir(parents=True)
    (scene.folder / "to" / "conf" / "site.yml").write_bytes(b"something else")
    (scene.folder / "to" / "other").write_bytes(b"stays")


def right_file(scene: Scene) -> None:
    wrong_file(scene)
    (scene.folder / "to" / "conf" / "site.yml").write_bytes(scene.content())


def without_files(scene: Scene) -> Mapping[str, Any]:
    return options(artifact_type=KIND, annotations={"a": "b"})(scene)


MODULE = "registry_artifact"
source = file_with(Scene.content)

ROWS: Sequence[Row] = (
    Row(MODULE, "new", made(), ("push",), source, has_tag, "present"),
    Row(MODULE, "instead of an image", made(), ("push",), all_of(source, tagged("config")), has_tag, "present"),
    Row(MODULE, "there already", made(), (), all_of(source, pushed_as_made), has_tag, "present"),
    Row(MODULE, "without files", without_files, ("push",), verify=is_empty, state="present"),
    Row(MODULE, "attached", attached(), ("push",), all_of(source, tagged("v1")), refers, "present"),
    Row(MODULE, "attached with a tag", attached(":config"), ("push",), all_of(source, tagged("v1")), refers, "present"),
    Row(
        MODULE,
        "not recorded yet",
        attached(":config"),
        ("attach",),
        all_of(source, attached_as_made),
        refers,
        "present",
        where=must_be_recorded,
    ),
    Row(MODULE, "there", options(), ("delete",), pushed, is_gone, "absent"),
    Row(MODULE, "attached", options(), ("delete",), attach_and_record, is_gone, "absent"),
    Row(MODULE, "not there", options(), (), tagged("v1"), is_gone, "absent"),
    Row(MODULE, "no folder yet", to_folder(), ("download",), pushed, has_file, "downloaded"),
    Row(MODULE, "other files", to_folder(), ("download",), all_of(pushed, wrong_file), has_file, "downloaded"),
    Row(MODULE, "the right files", to_folder(), (), all_of(pushed, right_file), has_file, "downloaded"),
)
