# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vendors by what they are documented to do, seen from the modules: Docker Hub, GHCR, Quay, GitLab, IBM. Each is a
proxy of rules at the vendor's own name, over TLS, with a real registry behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.live.vendor_door import PASSWORD, USER
from tests.live.vendor_world import At, Stage, at, auth_file, vendors  # pylint: disable=unused-import
from tests.live.vendors import (
    GHCR,
    GITLAB,
    HUB,
    HUB_BOB,
    HUB_LIMITS,
    HUB_PREVIEW,
    QUAY,
    hub_is_full,
)
from tests.live.vendors_of_clouds import IBM
from tests.support.images import build_artifact, build_image, build_index

# Fixtures that are written elsewhere
__all__ = ["at", "vendors"]

TAGS = ["v1", "v2", "v3", "v4", "v5"]
DELETIONS: dict[str, dict[str, Any]] = {
    "registry_tag": {"tags": ["v1"], "state": "absent"},
    "registry_manifest": {"state": "absent"},
    "registry_prune": {"keep": {"matching": ["v2"]}},
}


def deletion(stage: Stage, module: str, repository: str) -> dict[str, Any]:
    """Options that make a module take away what is v1 in a repository, and nothing else."""
    name = {"registry_tag": "name", "registry_manifest": "name", "registry_prune": "repository"}[module]
    return {**DELETIONS[module], name: stage.name(repository, ":v1" if module == "registry_manifest" else "")}


def nothing_is_deleted(stage: Stage, module: str, repository: str, *words: str) -> None:
    """A deletion fails with these words, and all is as it was: nothing but deletions was even tried."""
    first, second = stage.push(repository, "v1"), stage.behind(repository).push(build_image([b"other"]), "v2")
    stage.refused(module, *words, **deletion(stage, module, repository))
    behind = stage.behind(repository)
    assert (behind.digest("v1"), behind.digest("v2"), behind.tags()) == (first, second, ["v1", "v2"])
    assert stage.writes
    assert all(line.startswith("DELETE ") for line in stage.writes)


class TestDockerHub:
    def test_its_host_its_token_server_and_library(self, at: At, tmp_path: Path) -> None:
        """`redis` is library/redis on registry-1.docker.io; the login is found under the key that docker writes."""
        stage = at(HUB)
        digest = stage.push("library/redis", "7")
        login = auth_file(tmp_path / "config.json", "https://index.docker.io/v1/", stage.vendor.login)
        for name in ("redis:7", "docker.io/library/redis:7", "index.docker.io/redis:7", "registry-1.docker.io/redis:7"):
            (found,) = stage.done("registry_manifest_info", name=name, auth_file=login)["manifests"]
            assert (found["name"], found["digest"]) == ("docker.io/library/redis:7", digest)
        assert {one.headers["host"] for one in stage.record.requests} == {"registry-1.docker.io", "auth.docker.io"}
        assert set(stage.door.users) == {USER}
        assert set(stage.door.scopes) == {"repository:library/redis:pull"}

    def test_login_writes_docker_s_key(self, at: At, tmp_path: Path) -> None:
        stage = at(HUB)
        file = tmp_path / "config.json"
        told = stage.done("registry_login", registry="docker.io", auth_file=str(file), **stage.vendor.login)
        assert told["changed"]
        assert list(json.loads(file.read_text())["auths"]) == ["https://index.docker.io/v1/"]
        assert not stage.done("registry_login", registry="docker.io", auth_file=str(file), **stage.vendor.login)[
            "changed"
        ]
        wrong = {"username": USER, "password": "not the password"}
        stage.refused("registry_login", "docker.io", "401", registry="docker.io", auth_file=str(file), **wrong)
        assert stage.done("registry_login", registry="index.docker.io", auth_file=str(file), state="absent")["changed"]
        assert json.loads(file.read_text())["auths"] == {}

    def test_it_has_no_catalog(self, at: At) -> None:
        stage = at(HUB)
        words = ("docker.io does not show its catalog to this user", "Name the repositories themselves")
        stage.refused("registry_repositories_info", *words, registry="docker.io")
        info = stage.done("registry_info", registry="docker.io")["registry"]
        assert (info["auth"], info["access"], info["supports"]["catalog"]) == ("bearer", True, False)

    @pytest.mark.parametrize("module", DELETIONS)
    def test_it_deletes_nothing(self, at: At, repository: str, module: str) -> None:
        words = ("405", "Deletion is switched off on registry-1.docker.io, or not offered there by this API")
        nothing_is_deleted(at(HUB), module, repository, *words)

    def test_it_is_known_to_delete_nothing(self, at: At) -> None:
        stage = at(HUB)
        supports = stage.done("registry_info", registry="docker.io", probe_delete=True)["registry"]["supports"]
        assert (supports["delete"], supports["tag_delete"]) == (False, False)
        assert not stage.writes

    @pytest.mark.parametrize("check", [False, True])
    @pytest.mark.parametrize(
        ("module", "options"),
        [
            ("registry_manifest_info", {"name": "docker.io/nobody/app:v1"}),
            ("registry_tags_info", {"repository": "docker.io/nobody/app"}),
            ("registry_tag", {"name": "docker.io/nobody/app:v1", "tags": ["v2"]}),
            ("registry_tag", {"name": "docker.io/nobody/app", "tags": ["v1"], "state": "absent"}),
            ("registry_manifest", {"name": "docker.io/nobody/app:v1", "state": "absent"}),
            ("registry_blob", {"repository": "docker.io/nobody/app", "content": "x"}),
            ("registry_prune", {"repository": "docker.io/nobody/app", "keep": {"newest": 1}}),
        ],
        ids=str,
    )
    def test_not_there_or_not_for_you(self, at: At, module: str, options: dict[str, Any], check: bool) -> None:
        """A 401 is not "absent": it may be there. It is said what it means, in check mode as without."""
        words = ("nobody/app", "Docker Hub answers the same for a repository that does not exist")
        stage = at(HUB)
        stage.refused(module, *words, check=check, **options)
        assert not stage.sent("PUT")

    def test_a_repository_of_one_s_own_is_made_by_the_first_push(self, at: At, repository: str) -> None:
        stage = at(HUB)
        stage.push("library/hello", "v1")
        options = {"src": "docker.io/library/hello:v1", "dest": stage.name(repository, ":v1")}
        assert stage.done("registry_copy", check=True, **options)["changed"]
        assert stage.done("registry_copy", **options)["changed"]
        assert not stage.done("registry_copy", **options)["changed"]
        assert stage.behind(repository).tags() == ["v1"]
        absent = {"name": stage.name(repository, "-2:v1"), "state": "absent"}
        assert not stage.done("registry_manifest", **absent)["changed"]

    def test_the_limit_is_told_in_plain_text(self, at: At, repository: str) -> None:
        stage = at(HUB, hub_is_full("21600", times=9))
        stage.push(repository, "v1")
        words = ("You have reached your pull rate limit", "in 21600 seconds", "log in to registry-1.docker.io")
        stage.refused("registry_manifest_info", *words, name=stage.name(repository, ":v1"))
        assert len(stage.sent("GET", "/manifests/")) <= 1

    def test_a_limit_that_is_soon_over_is_waited_for(self, at: At, repository: str) -> None:
        stage = at(HUB, hub_is_full("1"))
        digest = stage.push(repository, "v1")
        (found,) = stage.done("registry_manifest_info", name=stage.name(repository, ":v1"))["manifests"]
        assert found["digest"] == digest

    def test_what_is_left_of_the_limit(self, at: At) -> None:
        """Only manifests are answered with it; asking for the one that is made for this costs no pull."""
        stage = at(HUB)
        stage.push(HUB_PREVIEW, "latest")
        limit = stage.done("registry_info", registry="docker.io", username=None)["registry"]["rate_limit"]
        assert limit == {"limit": 100, "remaining": 76, "window": 21600}, HUB_LIMITS
        assert set(stage.sent("HEAD")) == {f"HEAD /v2/{HUB_PREVIEW}/manifests/latest"}
        assert not stage.sent("GET", "/manifests/")

    def test_a_mount_that_is_refused_is_an_upload(self, at: At, repository: str) -> None:
        """What bob may read, alice may not mount: 400, and the bytes are sent."""
        stage = at(HUB)
        digest = stage.push("bob/base", "v1")
        ((user, password),) = HUB_BOB.items()
        bob = {"username": user, "password": password}
        stage.done("registry_copy", src="docker.io/bob/base:v1", dest=stage.name(repository, ":v1"), src_auth=bob)
        refused = [one.status for one in stage.record.requests if "mount=" in one.query]
        assert set(refused) == {400}
        assert stage.behind(repository).digest("v1") == digest

    def test_a_mount_is_asked_for_with_the_right_to_read_its_source(self, at: At, repository: str) -> None:
        stage = at(HUB)
        stage.push("library/base", "v1")
        stage.done("registry_copy", src="docker.io/library/base:v1", dest=stage.name(repository, ":v1"))
        assert stage.sent("POST", "mount=")
        assert not stage.sent("PUT", "/blobs/")
        assert stage.behind(repository).digest("v1") == stage.behind("library/base").digest("v1")


class TestGhcr:
    def test_any_user_name_and_the_token(self, at: At, repository: str, tmp_path: Path) -> None:
        stage = at(GHCR)
        stage.push(repository, "v1")
        login = {"username": "whoever", "password": PASSWORD}
        assert stage.done("registry_tags_info", repository=stage.name(repository), **login)["tags"] == ["v1"]
        file = str(tmp_path / "config.json")
        assert stage.done("registry_login", registry="ghcr.io", auth_file=file, **login)["changed"]
        wrong = {"username": "whoever", "password": "ghp_wrong"}
        text = stage.refused("registry_login", "403", "denied", registry="ghcr.io", auth_file=file, **wrong)
        assert "username and password were refused" in text

    @pytest.mark.parametrize("module", DELETIONS)
    def test_it_deletes_nothing(self, at: At, repository: str, module: str) -> None:
        nothing_is_deleted(at(GHCR), module, repository, "405", "Deletion is switched off on ghcr.io, or not offered")

    def test_it_has_no_catalog(self, at: At) -> None:
        stage = at(GHCR)
        words = ("ghcr.io has no catalog", "Name the repositories themselves")
        stage.refused("registry_repositories_info", *words, registry="ghcr.io")
        supports = stage.done("registry_info", registry="ghcr.io", probe_delete=True)["registry"]["supports"]
        assert (supports["catalog"], supports["delete"], supports["tag_delete"]) == (False, False, False)

    def test_referrers_that_lead_to_a_web_page(self, at: At, repository: str) -> None:
        """There the token is not shown, and nothing is believed: the fallback tag counts."""
        stage = at(GHCR)
        digest, behind = stage.push(repository, "v1"), stage.behind(repository)
        signature = build_artifact("application/vnd.example.signature", subject={"digest": digest})
        behind.push(signature)
        behind.push(build_index([signature]), digest.replace(":", "-"))
        found = stage.done("registry_referrers_info", name=stage.name(repository, ":v1"))
        assert [one["digest"] for one in found["referrers"]] == [signature.digest]
        (page,) = [one for one in stage.record.requests if one.headers["host"] == "github.com"]
        assert "authorization" not in page.headers


class TestQuay:
    def test_a_mount_says_from_where(self, at: At, repository: str) -> None:
        stage = at(QUAY)
        digest = stage.push(repository, "v1")
        stage.done("registry_copy", src=stage.name(repository, ":v1"), dest=stage.name(f"{repository}/copy", ":v1"))
        assert stage.behind(f"{repository}/copy").digest("v1") == digest
        mounts = stage.sent("POST", "mount=")
        assert mounts
        assert all("from=" in line for line in mounts)
        assert not stage.sent("PUT", "/blobs/")

    def test_opaque_cursors(self, at: At, repository: str) -> None:
        stage = at(QUAY)
        stage.push(repository, *TAGS)
        stage.push(f"{repository}/more", "v1")
        assert stage.done("registry_tags_info", repository=stage.name(repository))["tags"] == TAGS
        assert len(stage.sent("GET", "next_page=")) == 2
        names = stage.done("registry_repositories_info", registry="quay.io")["repositories"]
        assert {repository, f"{repository}/more"} <= set(names)

    def test_more_than_100_names_are_never_asked_for(self, at: At, repository: str) -> None:
        stage = at(QUAY)
        stage.push(repository, *TAGS)
        name = stage.name(repository)
        stage.done("registry_tags_info", repository=name, details="digest")
        stage.done("registry_info", registry="quay.io")
        stage.done("registry_prune", repository=name, keep={"newest": 9})
        stage.done("registry_sync", src=name, dest=stage.name(f"{repository}/copy"), include=["v*"])
        assert stage.behind(f"{repository}/copy").tags() == TAGS

    @pytest.mark.parametrize("module", DELETIONS)
    def test_a_deletion_wants_all_rights(self, at: At, repository: str, module: str) -> None:
        """The token that was got for reading does not do; what the registry asks for then is asked for."""
        stage = at(QUAY)
        stage.push(repository, "v1")
        second = stage.behind(repository).push(build_image([b"other"]), "v2")
        assert stage.done(module, **deletion(stage, module, repository))["changed"]
        assert stage.behind(repository).tags() == ["v2"]
        assert stage.behind(repository).digest("v2") == second
        assert any(scope.endswith("*") for scope in stage.door.scopes)


class TestGitLabAndIbm:
    @pytest.mark.parametrize("module", DELETIONS)
    @pytest.mark.parametrize("vendor", [GITLAB, IBM], ids=lambda vendor: vendor.name)
    def test_a_deletion_wants_the_action_delete(self, at: At, repository: str, vendor: Any, module: str) -> None:
        """IBM does not even say so: it is denied."""
        stage = at(vendor)
        stage.push(repository, "v1")
        second = stage.behind(repository).push(build_image([b"other"]), "v2")
        assert stage.done(module, **deletion(stage, module, repository))["changed"]
        assert stage.behind(repository).tags() == ["v2"]
        assert stage.behind(repository).digest("v2") == second
        assert f"repository:{repository}:pull,delete" in stage.door.scopes

    def test_a_referrers_tag_that_is_the_image_itself(self, at: At, repository: str) -> None:
        """GitLab takes sha256-HEX for sha256:HEX: the images of an index are not what refers to it."""
        stage = at(GITLAB)
        images = [build_image(platform=platform) for platform in ("linux/amd64", "linux/arm64")]
        for image in images:
            stage.behind(repository).push(image)
        stage.behind(repository).push(build_index(images), "v1")
        found = stage.done("registry_referrers_info", name=stage.name(repository, ":v1"))
        assert found["referrers"] == []
