# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one runs oneself, by what it is documented to do, seen from the modules: Harbor, Artifactory, Nexus, zot, each a
proxy of rules with a real registry behind; distribution itself."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from tests.live.vendor_door import USER
from tests.live.vendor_world import At, at, vendors  # pylint: disable=unused-import
from tests.live.vendors import ARTIFACTORY, HARBOR, NEXUS, ZOT, nothing_but_null
from tests.support.images import Pusher, build_artifact, build_image, sha256
from tests.support.modules import ModuleRunner
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry

# Fixtures that are written elsewhere
__all__ = ["at", "vendors"]

TAGS = ["v1", "v2", "v3", "v4", "v5"]


class TestHarbor:
    def test_no_cookie_is_kept(self, at: At, repository: str) -> None:
        """Each answer has one; with it, what is written would be refused."""
        stage = at(HARBOR)
        digest = stage.push(repository, "v1")
        name, copy = stage.name(repository), stage.name(f"{repository}/copy", ":v1")
        assert stage.done("registry_tag", name=f"{name}:v1", tags=["v2"])["changed"]
        assert stage.done("registry_copy", src=f"{name}:v1", dest=copy)["changed"]
        assert stage.done("registry_blob", repository=name, content="a blob")["changed"]
        assert stage.done("registry_tag", name=name, tags=["v1"], state="absent")["changed"]
        assert stage.behind(repository).tags() == ["v2"]
        assert stage.behind(f"{repository}/copy").digest("v1") == digest
        assert not any("cookie" in one.headers for one in stage.record.requests)

    def test_a_mount_from_what_is_not_there(self, at: At, repository: str) -> None:
        """401, though the login is right: the bytes are sent."""
        stage = at(HARBOR)
        digest = stage.behind(f"{repository}/untagged").push_blob(b"a blob of no image")
        origin = [f"{repository}/missing", f"{repository}/untagged"]
        target = {"repository": stage.name(repository), "digest": digest, "from_repository": origin}
        assert stage.done("registry_blob", **target)["changed"]
        assert stage.sent("POST", "mount=")
        assert stage.behind(repository).blob(digest) == b"a blob of no image"

    def test_basic_after_bearer(self, at: At, repository: str) -> None:
        """A token is asked for first, and then refused with a challenge for the password: for the catalog always."""
        stage = at(HARBOR)
        stage.push(repository, "v1")
        info = stage.done("registry_info", registry=HARBOR.name)["registry"]
        assert (info["access"], info["supports"]["catalog"]) == (True, True)
        assert repository in stage.done("registry_repositories_info", registry=HARBOR.name)["repositories"]

    def test_basic_where_a_token_does_not_do(self, at: At, repository: str) -> None:
        stage = at(HARBOR)
        stage.door.never = frozenset({"push"})
        stage.push(repository, "v1")
        assert stage.done("registry_tag", name=stage.name(repository, ":v1"), tags=["v2"])["changed"]
        assert stage.behind(repository).tags() == ["v1", "v2"]
        stage.door.never = frozenset()
        assert stage.done("registry_tags_info", repository=stage.name(repository))["tags"] == ["v1", "v2"]


class TestArtifactory:
    def test_a_head_without_digest_and_type(self, at: At, repository: str) -> None:
        stage = at(ARTIFACTORY)
        digest = stage.push(repository, "v1", "v2")
        name = stage.name(repository)
        assert not stage.done("registry_tag", name=f"{name}:v1", tags=["v2"])["changed"]
        assert stage.done("registry_tag", name=f"{name}:v1", tags=["v3"])["changed"]
        (listed,) = stage.done("registry_tags_info", repository=name, details="digest")["repositories"]
        assert {one["digest"] for one in listed["tags"]} == {digest}
        copy = {"src": f"{name}:v1", "dest": stage.name(f"{repository}/copy", ":v1")}
        assert [stage.done("registry_copy", **copy)["changed"] for _time in range(2)] == [True, False]
        assert stage.sent("HEAD", "/manifests/")

    def test_a_realm_with_the_default_port(self, at: At, repository: str) -> None:
        """The password goes there, as it is the same host."""
        stage = at(ARTIFACTORY)
        stage.push(repository, "v1")
        assert stage.done("registry_tags_info", repository=stage.name(repository))["tags"] == ["v1"]
        assert stage.door.users == [USER]
        (asked,) = stage.sent("GET", "/v2/token")
        assert f"service={ARTIFACTORY.name}:443" in asked


class TestNexus:
    def test_null_among_tags_and_repositories(self, at: At, repository: str) -> None:
        stage = at(NEXUS)
        stage.push(repository, "v1", "v2")
        name = stage.name(repository)
        assert stage.done("registry_tags_info", repository=name)["tags"] == ["v1", "v2"]
        assert repository in stage.done("registry_repositories_info", registry=NEXUS.name)["repositories"]
        assert stage.done("registry_info", registry=NEXUS.name)["registry"]["supports"]["catalog"] is True
        assert not stage.done("registry_prune", repository=name, keep={"newest": 2})["changed"]

    def test_null_for_a_list(self, at: At, repository: str) -> None:
        stage = at(NEXUS, nothing_but_null)
        name = stage.name(repository)
        assert stage.done("registry_tags_info", repository=name)["tags"] == []
        assert stage.done("registry_repositories_info", registry=NEXUS.name)["repositories"] == []
        assert not stage.done("registry_prune", repository=name, keep={"newest": 2})["changed"]


class TestZot:
    def test_a_realm_without_host_and_links_without_quotes(self, at: At, repository: str) -> None:
        stage = at(ZOT)
        stage.push(repository, *TAGS)
        assert stage.done("registry_tags_info", repository=stage.name(repository))["tags"] == TAGS
        assert len(stage.sent("GET", "/tags/list?")) >= 2
        assert stage.door.users == [USER]
        assert stage.sent("GET", "/zot/auth/token?service=zot")

    def test_referrers_of_its_own(self, at: At, repository: str) -> None:
        stage = at(ZOT)
        digest = stage.push(repository, "v1")
        subject = {"digest": digest, "size": 1, "mediaType": "application/vnd.oci.image.manifest.v1+json"}
        artifact = build_artifact("application/vnd.example.sbom", subject=subject)
        for blob in artifact.blobs.values():
            stage.behind(repository).push_blob(blob)
        name = stage.name(repository, f"@{artifact.digest}")
        stage.done("registry_manifest", name=name, manifest=artifact.raw.decode())
        found = stage.done("registry_referrers_info", name=stage.name(repository, ":v1"))
        assert [one["digest"] for one in found["referrers"]] == [artifact.digest]
        assert sha256(artifact.raw) == artifact.digest
        # Nothing is written to the tag that stands in where there is no such API.
        assert not stage.sent("PUT", "/manifests/sha256-")


class TestDistribution:
    """What is special to it is tested on it; here is what modules make of two of its habits."""

    def test_a_state_in_the_location(
        self, distribution2: RunningRegistry, repository: str, modules: ModuleRunner, tmp_path: Path
    ) -> None:
        """Each chunk goes to the newest location, and the digest is added to what is in the last one."""
        content = bytes(range(250)) * 40
        (tmp_path / "blob").write_bytes(content)
        with Recorder(distribution2.address) as record:
            options = {
                "repository": f"{record.address}/{repository}",
                "src": str(tmp_path / "blob"),
                "chunk_size": "3000",
            }
            run = modules.run("registry_blob", options)
        assert not run.failed, run.result
        assert Pusher(distribution2.address, repository).blob(sha256(content)) == content
        states = [parse_qs(one.query)["_state"] for one in record.writes if one.method in ("PATCH", "PUT")]
        assert len({state for (state,) in states}) == len(states) == 4 + 1

    def test_no_bad_number_of_names_is_asked_for(
        self, distribution3: RunningRegistry, repository: str, modules: ModuleRunner
    ) -> None:
        """400 would be said to less than one, and to what is no number."""
        Pusher(distribution3.address, repository).push(build_image(), "v1")
        with Recorder(distribution3.address) as record:
            for module, options in (
                ("registry_info", {"registry": record.address}),
                ("registry_repositories_info", {"registry": record.address}),
                ("registry_tags_info", {"repository": f"{record.address}/{repository}", "limit": 0}),
                ("registry_prune", {"repository": f"{record.address}/{repository}", "keep": {"newest": 1}}),
            ):
                run = modules.run(module, options)
                assert not run.failed, run.result
        numbers = [int(number) for one in record.requests for number in parse_qs(one.query).get("n", [])]
        assert numbers
        assert min(numbers) >= 1
        assert 400 not in [one.status for one in record.requests]
