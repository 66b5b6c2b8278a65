# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_repositories_info, registry_blob_info and registry_referrers_info where something is not as usual."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.live.clients import Place
from tests.live.rows.info_more import SBOM, SIGNATURE, fallback
from tests.live.test_tag_and_info_modules import answering
from tests.support import images, nginx, tls
from tests.support.images import Pusher, build_artifact, build_image, sha256
from tests.support.modules import ModuleRunner
from tests.support.recorder import Recorder, Reply
from tests.support.registries import RunningRegistry

SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"


class TestRepositories:
    """registry_repositories_info."""

    @pytest.mark.parametrize("kind", ["distribution2", "distribution3"])
    def test_all_pages(self, kind: str, start_registry: Callable[..., RunningRegistry], modules: ModuleRunner) -> None:
        """More than the hundred that a page of distribution has."""
        registry = start_registry(kind)
        wanted = [f"team/app{number:03}" for number in range(230)]
        for name in wanted:
            Pusher(registry.address, name).push(build_image([b"the same"]), "v1")
        with Recorder(registry.address) as recorder:
            run = modules.run("registry_repositories_info", {"registry": recorder.address})
            assert run.result.get("repositories") == wanted, run.result
            pages = [request.path for request in recorder.requests]
        assert pages == ["/v2/_catalog"] * 3

    def test_an_empty_registry_has_no_repositories(
        self, start_registry: Callable[..., RunningRegistry], modules: ModuleRunner, registry: RunningRegistry
    ) -> None:
        if not registry.capabilities.catalog:
            return
        run = modules.run("registry_repositories_info", {"registry": start_registry(registry.kind).address})
        assert run.result.get("repositories") == [], run.result

    def test_without_a_catalog_it_says_what_to_do(self, olareg: RunningRegistry, modules: ModuleRunner) -> None:
        run = modules.run("registry_repositories_info", {"registry": olareg.address})
        assert run.failed
        assert f"{olareg.address} has no catalog" in run.result["msg"]
        assert "Name the repositories themselves" in run.result["msg"]
        assert [(error["category"], error["status"]) for error in run.result["errors"]] == [("not_found", 404)]

    @pytest.mark.parametrize("status, words", [(405, "has no catalog"), (403, "does not show its catalog")])
    def test_a_refusal_says_what_to_do(
        self, place: Place, recorder: Recorder, modules: ModuleRunner, status: int, words: str
    ) -> None:
        recorder.intercept = answering("/_catalog", Reply(status))
        run = modules.run("registry_repositories_info", {"registry": recorder.address})
        assert run.failed
        assert words in run.result["msg"]
        assert "Name the repositories themselves" in run.result["msg"]
        assert run.result["errors"][0]["status"] == status

    def test_a_locked_catalog_asks_for_credentials_too(
        self, basic_registry: nginx.RunningNginx, authority: tls.Authority, modules: ModuleRunner
    ) -> None:
        options = {"registry": basic_registry.address, "plain_http": False, "ca_path": str(authority.certificate)}
        run = modules.run("registry_repositories_info", options)
        assert run.failed
        assert run.result["errors"][0]["category"] == "unauthorized"
        assert "does not show its catalog" in run.result["msg"]
        assert "username and password" in run.result["msg"]

    def test_trouble_is_not_taken_for_a_missing_catalog(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        recorder.intercept = answering("/_catalog", Reply(500))
        run = modules.run("registry_repositories_info", {"registry": recorder.address, "retries": 0})
        assert run.failed
        assert run.result["errors"][0]["status"] == 500
        assert "has no catalog" not in run.result["msg"]


class TestBlobs:
    """registry_blob_info."""

    @pytest.mark.parametrize("status", [401, 403, 405, 429, 500])
    def test_only_404_is_not_there(self, place: Place, recorder: Recorder, modules: ModuleRunner, status: int) -> None:
        digest, odd = place.pushed(), sha256(b"odd")
        recorder.intercept = answering(odd, Reply(status))
        repository = f"{recorder.address}/{place.name}"
        run = modules.run("registry_blob_info", {"repository": repository, "digests": [odd, str(digest)], "retries": 0})
        assert run.failed
        assert [(error["item"], error["status"]) for error in run.result["errors"]] == [(f"{repository}@{odd}", status)]
        assert [(blob["digest"], blob["exists"]) for blob in run.result["blobs"]] == [(digest, True)]

    def test_a_blob_is_one_question_and_nothing_is_downloaded(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        digest = str(place.pushed())
        options = {"repository": f"{recorder.address}/{place.name}", "digests": [digest, digest]}
        run = modules.run("registry_blob_info", options)
        assert not run.failed, run.result
        assert recorder.lines == [f"HEAD /v2/{place.name}/blobs/{digest}"]

    def test_there_is_none_in_a_repository_that_is_not_there(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        options = {"repository": f"{recorder.address}/{place.name}/none", "digest": sha256(b"nothing")}
        run = modules.run("registry_blob_info", options)
        assert [(blob["exists"], blob["size"]) for blob in run.result["blobs"]] == [(False, None)], run.result


class TestReferrers:
    """registry_referrers_info."""

    @pytest.mark.parametrize("status", [401, 403, 429, 500])
    def test_only_404_is_not_there(self, place: Place, recorder: Recorder, modules: ModuleRunner, status: int) -> None:
        place.pusher.push(build_image(), "v1")
        recorder.intercept = answering("/manifests/odd", Reply(status))
        name = f"{recorder.address}/{place.name}"
        run = modules.run("registry_referrers_info", {"names": [f"{name}:odd", f"{name}:v1"], "retries": 0})
        assert run.failed
        assert [error["status"] for error in run.result["errors"]] == [status]
        assert [(image["name"], image["exists"]) for image in run.result["images"]] == [(f"{name}:v1", True)]

    def test_a_refusal_of_the_list_is_not_an_empty_list(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        digest = place.pusher.push(build_image(), "v1")
        recorder.intercept = answering(f"/referrers/{digest}", Reply(403))
        run = modules.run("registry_referrers_info", {"name": f"{recorder.address}/{place.name}:v1"})
        assert run.failed
        assert run.result["errors"][0]["status"] == 403

    def test_what_refers_to_an_image_that_is_gone(self, place: Place, modules: ModuleRunner) -> None:
        """The specification lets an artifact be pushed before its subject, and stay after it."""
        gone = build_image(labels={"gone": place.name})
        artifact = build_artifact(SBOM, place.content, subject=gone.descriptor)
        place.pusher.push(artifact)
        if not place.registry.capabilities.referrers_api:
            entry = {**artifact.descriptor, "artifactType": SBOM}
            index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [entry]}
            place.pusher.push(images.Image(json.dumps(index).encode(), images.OCI_INDEX), fallback(gone.digest))
        name = f"{place.address}/{place.name}@{gone.digest}"
        run = modules.run("registry_referrers_info", {"name": name})
        (found,) = run.result["images"]
        assert (found["exists"], found["digest"]) == (False, gone.digest)
        assert [entry["digest"] for entry in run.result["referrers"]] == [artifact.digest]

    def test_the_type_counts_for_what_cosign_attached_too(self, place: Place, modules: ModuleRunner) -> None:
        image = build_image(labels={"of": place.name})
        place.pusher.push(image, "v1")
        attached = build_artifact("application/vnd.dsse.envelope.v1+json", place.content)
        place.pusher.push(attached, fallback(image.digest) + ".att")
        options = {"name": f"{place.address}/{place.name}:v1", "cosign": True}
        run = modules.run("registry_referrers_info", options)
        assert [entry["digest"] for entry in run.result["referrers"]] == [attached.digest]
        run = modules.run("registry_referrers_info", {**options, "artifact_type": SIGNATURE})
        assert run.result["referrers"] == []


class TestSchema1:
    """An image of before 2017, which no registry of today takes or gives."""

    @pytest.mark.parametrize("named_by", ["tag", "digest"])
    def test_it_is_told_apart(self, place: Place, recorder: Recorder, modules: ModuleRunner, named_by: str) -> None:
        """The digest of a signed one is that of the part that is signed: bytes alone look like a forgery."""
        document = {"schemaVersion": 1, "name": place.name, "tag": "old", "fsLayers": [], "history": []}
        signed = json.dumps({**document, "signatures": [{"protected": "e30"}]}).encode()
        digest = sha256(json.dumps(document).encode())
        place.pusher.push(build_image(), "v1")
        version = ":old" if named_by == "tag" else f"@{digest}"
        reply = Reply(200, {"Content-Type": SCHEMA_1, "Docker-Content-Digest": digest}, signed)
        recorder.intercept = answering(f"/manifests/{version[1:]}", reply)
        name = f"{recorder.address}/{place.name}"
        run = modules.run("registry_manifest_info", {"names": [f"{name}{version}", f"{name}:v1"]})
        assert run.failed
        (error,) = run.result["errors"]
        assert error["item"] == f"{name}{version}"
        assert "Docker's schema 1" in error["msg"]
        assert "push the image again" in error["msg"]
        assert [manifest["name"] for manifest in run.result["manifests"]] == [f"{name}:v1"]
