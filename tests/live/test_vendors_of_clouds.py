# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries of clouds by what they are documented to do, seen from the modules: ECR, GCR and Artifact Registry, ACR.
Each is a proxy of rules at the vendor's own name, over TLS, with a real registry behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.live.playbooks import standing_in
from tests.live.vendor_door import PASSWORD, USER, refusal
from tests.live.vendor_world import At, at, vendors  # pylint: disable=unused-import
from tests.live.vendors_of_clouds import ACR, ACR_IDENTITY, ACR_NOBODY, ECR, ECR_PAGE, GAR, GCR, must_exist
from tests.support.images import build_image

# Fixtures that are written elsewhere
__all__ = ["at", "vendors"]

GOOGLE = pytest.mark.parametrize("google", [GCR, GAR], ids=lambda vendor: vendor.name)


class TestEcr:
    def test_the_user_is_aws(self, at: At, repository: str, tmp_path: Path) -> None:
        """By Basic, in every request but the first."""
        stage = at(ECR)
        stage.push(repository, "v1", "v2")
        file = str(tmp_path / "config.json")
        assert stage.done("registry_login", registry=ECR.name, auth_file=file, **ECR.login)["changed"]
        assert list(json.loads(Path(file).read_text())["auths"]) == [ECR.name]
        stage.record.clear()
        stage.done("registry_tags_info", repository=stage.name(repository), details="digest", auth_file=file)
        shown = ["authorization" in one.headers for one in stage.record.requests]
        assert shown == [False] + [True] * (len(shown) - 1)
        assert stage.done("registry_info", registry=ECR.name)["registry"]["auth"] == "basic"

    def test_a_bad_token_is_400(self, at: At, repository: str) -> None:
        stage = at(ECR)
        stage.push(repository, "v1")
        bad = {"username": "AWS", "password": "expired"}
        words = (
            "400",
            "Your Authorization Token is invalid",
            f"The credentials used for {ECR.name} do not permit",
        )
        name = stage.name(repository, ":v1")
        stage.refused("registry_manifest_info", *words, name=name, **bad)
        stage.refused("registry_manifest", *words, name=name, state="absent", **bad)
        stage.refused("registry_login", *words, registry=ECR.name, auth_file="/nonexistent/config.json", **bad)
        assert stage.behind(repository).tags() == ["v1"]

    def test_more_than_1000_names_are_never_asked_for(self, at: At, repository: str) -> None:
        """More than a page of them all the same."""
        stage = at(ECR)
        tags = [f"v{number:03}" for number in range(ECR_PAGE + 1)]
        stage.push(repository, *tags)
        name = stage.name(repository)
        assert stage.done("registry_tags_info", repository=name)["tags"] == tags
        # The first one tells how to log in.
        assert len(stage.sent("GET", "/tags/list")) == 3
        assert repository in stage.done("registry_repositories_info", registry=ECR.name)["repositories"]
        stage.done("registry_info", registry=ECR.name)
        assert not stage.done("registry_prune", repository=name, keep={"matching": ["v*"]})["changed"]

    def test_chunks_that_are_lost(self, at: At, repository: str) -> None:
        """201 at the first chunk: that upload is given up, and all is sent at once."""
        stage = at(ECR)
        content = "four by four, but for the rest"
        result = stage.done("registry_blob", repository=stage.name(repository), content=content, chunk_size="4")
        assert result["changed"]
        assert stage.behind(repository).blob(result["blob"]["digest"]) == content.encode()
        assert (len(stage.sent("PATCH")), len(stage.sent("PUT"))) == (1, 1)

    def test_without_being_asked_it_sends_no_chunks(self, at: At, repository: str, tmp_path: Path) -> None:
        stage = at(ECR)
        (tmp_path / "blob").write_bytes(b"x" * 3_000_000)
        stage.done("registry_blob", repository=stage.name(repository), src=str(tmp_path / "blob"))
        assert not stage.sent("PATCH")

    def test_no_digest_is_told(self, at: At, repository: str) -> None:
        stage = at(ECR)
        digest = stage.push(repository, "v1")
        name = stage.name(repository)
        (found,) = stage.done("registry_manifest_info", name=f"{name}:v1")["manifests"]
        assert found["digest"] == digest
        tag = {"name": f"{name}:v1", "tags": ["v2"]}
        assert [stage.done("registry_tag", **tag)["changed"] for _time in range(2)] == [True, False]
        copy = {"src": f"{name}:v1", "dest": stage.name(f"{repository}/copy", ":v1")}
        assert [stage.done("registry_copy", **copy)["changed"] for _time in range(2)] == [True, False]
        image = {"name": f"{name}:v3", "manifest": build_image([f"an image of {repository}".encode()]).raw.decode()}
        assert [stage.done("registry_manifest", **image)["changed"] for _time in range(2)] == [True, False]
        assert stage.behind(repository).digest("v3") == digest

    @pytest.mark.parametrize(
        ("module", "options"),
        [
            ("registry_copy", {"src": "THERE:v1", "dest": "MISSING:v1"}),
            ("registry_blob", {"repository": "MISSING", "content": "x"}),
            ("registry_sync", {"src": "THERE", "dest": "MISSING"}),
            ("registry_artifact", {"name": "MISSING:v1", "artifact_type": "application/vnd.example"}),
        ],
        ids=str,
    )
    def test_a_repository_must_exist(self, at: At, repository: str, module: str, options: dict[str, Any]) -> None:
        stage = at(ECR, must_exist(repository))
        stage.push(repository, "v1")
        names = {"THERE": stage.name(repository), "MISSING": stage.name(f"{repository}/missing")}
        given = {key: standing_in(value, names) for key, value in options.items()}
        words = ("404", f"The repository with name '{repository}/missing' does not exist")
        hint = f"There is no such repository on {ECR.name}; some registries want it created before the first push"
        stage.refused(module, *words, hint, **given)

    def test_a_manifest_wants_a_repository_too(self, at: At, repository: str) -> None:
        """Its blobs are asked for first, and are not there either."""
        stage = at(ECR, must_exist())
        words = (
            f"{repository} lacks what the manifest refers to",
            "some registries want the repository itself created",
        )
        image = build_image().raw.decode()
        stage.refused("registry_manifest", *words, name=stage.name(repository, ":v1"), manifest=image)

    def test_what_is_not_there_is_absent(self, at: At, repository: str) -> None:
        """The same 404 is what is wanted where something shall not be there."""
        stage = at(ECR, must_exist())
        name = stage.name(repository)
        assert not stage.done("registry_tag", name=name, tags=["v1"], state="absent")["changed"]
        assert not stage.done("registry_manifest", name=f"{name}:v1", state="absent")["changed"]

    @pytest.mark.parametrize("module", ["registry_tag", "registry_manifest", "registry_prune"])
    def test_404_for_a_deletion_is_no_success(self, at: At, repository: str, module: str) -> None:
        """It says that there is no such image, which is there before and after."""
        stage = at(ECR)
        first, second = stage.push(repository, "v1"), stage.behind(repository).push(build_image([b"other"]), "v2")
        name = stage.name(repository)
        choices: dict[str, dict[str, Any]] = {
            "registry_tag": {"name": name, "tags": ["v1"], "state": "absent"},
            "registry_manifest": {"name": f"{name}:v1", "state": "absent"},
            "registry_prune": {"repository": name, "keep": {"matching": ["v2"]}},
        }
        options = choices[module]
        words = {"registry_tag": "cannot be removed"}.get(module, "aws ecr batch-delete-image")
        stage.refused(module, words, **options)
        behind = stage.behind(repository)
        assert (behind.digest("v1"), behind.digest("v2"), behind.tags()) == (first, second, ["v1", "v2"])


class TestGoogle:
    @GOOGLE
    def test_its_user_and_a_challenge_without_service(self, at: At, repository: str, google: Any) -> None:
        stage = at(google)
        stage.push(repository, "v1")
        assert stage.done("registry_tags_info", repository=stage.name(repository))["tags"] == ["v1"]
        assert stage.door.users == ["oauth2accesstoken"]
        assert stage.sent("GET", "/v2/token") == [f"GET /v2/token?scope=repository:{repository}:pull"]

    @GOOGLE
    def test_an_empty_list_of_errors_is_none(self, at: At, repository: str, google: Any) -> None:
        stage = at(google)
        stage.push(repository, "v1", "v2")
        absent = {"name": stage.name(repository), "tags": ["v1"], "state": "absent"}
        assert [stage.done("registry_tag", **absent)["changed"] for _time in range(2)] == [True, False]
        assert stage.behind(repository).tags() == ["v2"]

    @GOOGLE
    @pytest.mark.parametrize("module", ["registry_manifest", "registry_prune"])
    def test_tags_go_before_their_manifest(self, at: At, repository: str, google: Any, module: str) -> None:
        stage = at(google)
        digest = stage.push(repository, "v1", "v1.0")
        other = stage.behind(repository).push(build_image([b"other"]), "v2")
        name = stage.name(repository)
        choices: dict[str, dict[str, Any]] = {
            "registry_manifest": {"names": [f"{name}:v1", f"{name}:v1.0"], "state": "absent"},
            "registry_prune": {"repository": name, "keep": {"matching": ["v2"]}},
        }
        options = choices[module]
        assert stage.done(module, **options)["changed"]
        behind = stage.behind(repository)
        assert (behind.tags(), behind.digest("v2"), behind.digest(digest)) == (["v2"], other, None)
        refused = [one for one in stage.record.requests if one.method == "DELETE" and one.status == 400]
        assert refused
        assert not stage.done(module, **options)["changed"]

    @GOOGLE
    def test_a_list_of_tags_with_more_in_it(self, at: At, repository: str, google: Any) -> None:
        stage = at(google)
        digest = stage.push(repository, "v1", "v2")
        (listed,) = stage.done("registry_tags_info", repository=stage.name(repository), details="digest")[
            "repositories"
        ]
        assert [(tag["name"], tag["digest"]) for tag in listed["tags"]] == [("v1", digest), ("v2", digest)]


class TestAcr:
    def test_an_answer_with_an_access_token_alone(self, at: At, repository: str) -> None:
        stage = at(ACR)
        digest = stage.push(repository, "v1")
        copy = stage.name(f"{repository}/copy", ":v1")
        assert stage.done("registry_copy", src=stage.name(repository, ":v1"), dest=copy)["changed"]
        assert stage.behind(f"{repository}/copy").digest("v1") == digest
        assert set(stage.door.users) == {USER}

    def test_the_null_guid_means_an_identity_token(self, at: At, repository: str, tmp_path: Path) -> None:
        """Given as options, and as registry_login keeps it."""
        stage = at(ACR)
        stage.push(repository, "v1")
        login = {"username": ACR_NOBODY, "password": ACR_IDENTITY}
        assert stage.done("registry_tags_info", repository=stage.name(repository), **login)["tags"] == ["v1"]
        file = tmp_path / "config.json"
        assert stage.done("registry_login", registry=ACR.name, auth_file=str(file), **login)["changed"]
        assert list(json.loads(file.read_text())["auths"]) == [ACR.name]
        listed = stage.done("registry_tags_info", repository=stage.name(repository), auth_file=str(file))
        assert listed["tags"] == ["v1"]
        assert set(stage.door.users) == {"an identity"}
        assert not stage.sent("GET", "/oauth2/token")

    @pytest.mark.parametrize("status", [400, 401, 404, 405])
    def test_an_oauth2_post_that_is_refused_is_a_get(self, at: At, repository: str, status: int) -> None:
        """The null GUID with the password of a service principal instead of a token."""
        stage = at(ACR)
        stage.door.post = refusal(status, "UNSUPPORTED", "the grant type is not supported")
        stage.push(repository, "v1")
        login = {"username": ACR_NOBODY, "password": PASSWORD}
        assert stage.done("registry_tags_info", repository=stage.name(repository), **login)["tags"] == ["v1"]
        assert (len(stage.sent("POST", "/oauth2/token")), stage.door.users) == (1, [ACR_NOBODY])
