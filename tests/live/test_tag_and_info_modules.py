# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_tag and the modules that only look, on real registries, where something is wrong or not as usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.live.clients import Place
from tests.support import nginx, tls
from tests.support.images import Image, Pusher, build_image, build_index
from tests.support.modules import ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder, Reply
from tests.support.registries import RunningRegistry


def answering(path_end: str, reply: Reply, method: str | None = None) -> Callable[[RecordedRequest], Reply | None]:
    """An intercept that answers the requests whose path ends so, and lets all others pass."""

    def intercept(request: RecordedRequest) -> Reply | None:
        fits = request.path.endswith(path_end) and method in (None, request.method)
        return reply if fits else None

    return intercept


class TestTag:
    """registry_tag."""

    def test_one_trouble_does_not_stop_the_other_tags(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        """A 403 is not "there is no such tag": it is an error, and nothing is put over that tag."""
        image = build_image(labels={"of": place.name})
        place.pusher.push(image, "v1")
        recorder.intercept = answering("/manifests/locked", Reply(403))
        name = f"{recorder.address}/{place.name}"
        run = modules.run("registry_tag", {"name": f"{name}:v1", "tags": ["a", "locked", "b"]})
        assert run.failed
        assert [(error["item"], error["status"]) for error in run.result["errors"]] == [(f"{name}:locked", 403)]
        assert run.result["changed"]
        assert [action["name"] for action in run.result["actions"]] == [f"{name}:a", f"{name}:b"]
        assert place.pusher.tags() == ["a", "b", "v1"]
        assert not recorder.count("PUT", "locked")

    def test_check_mode_plans_for_an_image_that_is_to_come(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        """What the prediction of a copy says is enough: the image is not asked for, and the plan is that of later."""
        coming = build_image(labels={"of": place.name})
        place.pusher.push(build_image(), "moved")
        name = f"{recorder.address}/{place.name}"
        options = {"name": f"{name}:v1", "tags": ["new", "moved"], "planned_digest": coming.digest}
        predicted = modules.run("registry_tag", options, check=True)
        assert not predicted.failed, predicted.result
        assert predicted.result["digest"] == coming.digest
        assert recorder.writes == []
        assert not recorder.count("GET", "/v1")
        refused = modules.run("registry_tag", options)
        assert "there is no" in refused.result["msg"]
        place.pusher.push(coming, "v1")
        done = modules.run("registry_tag", options)
        assert done.result["actions"] == predicted.result["actions"]
        assert done.result["diff"] == predicted.result["diff"]
        assert [action["action"] for action in done.result["actions"]] == ["tag", "tag"]

    def test_with_fail_fast_nothing_is_tagged(self, place: Place, recorder: Recorder, modules: ModuleRunner) -> None:
        place.pusher.push(build_image(), "v1")
        recorder.intercept = answering("/manifests/locked", Reply(403))
        run = modules.run(
            "registry_tag",
            {"name": f"{recorder.address}/{place.name}:v1", "tags": ["a", "locked", "b"], "fail_fast": True},
        )
        assert run.failed
        assert not run.result["changed"]
        assert recorder.writes == []

    def test_a_registry_that_does_not_delete_says_so_and_the_tag_stays(
        self, start_registry: Callable[..., RunningRegistry], modules: ModuleRunner
    ) -> None:
        registry = start_registry("distribution2", delete=False)
        pusher = Pusher(registry.address, "app")
        digest = pusher.push(build_image(), "v1")
        run = modules.run("registry_tag", {"name": f"{registry.address}/app", "tags": ["v1", "v2"], "state": "absent"})
        assert run.failed
        assert "Deletion is switched off" in run.result["msg"]
        assert not run.result["changed"]
        assert run.result["tags"] == ["v2"]
        assert pusher.digest("v1") == digest

    def test_what_the_registry_warns_of_is_a_warning(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        place.pusher.push(build_image(), "v1")
        warning = Reply(404, {"Warning": '299 - "this API ends soon"'})
        recorder.intercept = answering("/manifests/v2", warning, "HEAD")
        run = modules.run("registry_tag", {"name": f"{recorder.address}/{place.name}:v1", "tags": ["v2"]})
        assert not run.failed, run.result
        assert "this API ends soon" in str(run.result["warnings"])


class TestTagsInfo:
    """registry_tags_info."""

    def test_full_details_fetch_what_is_shared_once(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        """Three tags on one image, and an index with that image in it: each manifest by digest, each config, once."""
        images = [build_image(None, platform) for platform in ("linux/amd64", "linux/arm64")]
        for tag in ("v1", "v1.0", "latest"):
            place.pusher.push(images[0], tag)
        place.pusher.push(images[1])
        place.pusher.push(build_index(images), "multi")
        run = modules.run(
            "registry_tags_info",
            {"repository": f"{recorder.address}/{place.name}", "details": "full", "max_parallel": 1},
        )
        assert not run.failed, run.result
        asked = Counter(request.path.rpartition("/")[2] for request in recorder.requests)
        assert set(asked.values()) == {1}, asked
        # The list, four tags, one or both images by digest (depending on which came first), two configurations.
        assert len(recorder.requests) in (8, 9)
        assert recorder.writes == []

    def test_a_tag_that_goes_away_meanwhile_is_left_out(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        place.pusher.push(build_image(), "v1")
        place.pusher.push(build_image(), "going")
        recorder.intercept = answering("/manifests/going", Reply(404))
        for details in ("digest", "full"):
            run = modules.run(
                "registry_tags_info", {"repository": f"{recorder.address}/{place.name}", "details": details}
            )
            assert not run.failed, run.result
            assert run.result["tags"] == ["v1"]

    def test_trouble_with_a_tag_is_an_error_and_the_others_are_told(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        place.pusher.push(build_image(), "v1")
        place.pusher.push(build_image(), "broken")
        recorder.intercept = answering("/manifests/broken", Reply(500))
        run = modules.run(
            "registry_tags_info",
            {"repository": f"{recorder.address}/{place.name}", "details": "digest", "retries": 0},
        )
        assert run.failed
        assert [error["status"] for error in run.result["errors"]] == [500]
        assert run.result["tags"] == ["v1"]

    def test_an_index_without_one_of_its_images_is_told_as_far_as_it_is_there(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        images = [build_image(None, platform) for platform in ("linux/amd64", "linux/arm64")]
        for image in images:
            place.pusher.push(image)
        index = build_index(images)
        place.pusher.push(index, "multi")
        recorder.intercept = answering(images[1].digest, Reply(404))
        run = modules.run("registry_tags_info", {"repository": f"{recorder.address}/{place.name}", "details": "full"})
        assert not run.failed, run.result
        (tag,) = run.result["repositories"][0]["tags"]
        present = len(index.raw) + len(images[0].raw) + sum(len(blob) for blob in images[0].blobs.values())
        assert tag["total_size"] == present
        assert tag["platforms"] == ["linux/amd64", "linux/arm64"]

    def test_sizes_count_what_is_shared_once(self, place: Place, recorder: Recorder, modules: ModuleRunner) -> None:
        """Three images share a layer, two of them in one repository; a tag more on one of them takes no more room."""
        base, own, other = b"b" * 5000, b"o" * 300, b"x" * 20
        first, second, third = build_image([base, own]), build_image([base]), build_image([base, other])
        copies = Pusher(place.address, f"{place.name}/copies")
        for image, tag in ((first, "a"), (first, "b"), (second, "c")):
            place.pusher.push(image, tag)
        copies.push(third, "a")
        here = f"{recorder.address}/{place.name}"
        options = {"repositories": [here, f"{here}/copies", f"{here}/nothing"], "details": "full"}
        run = modules.run("registry_tags_info", options)
        assert not run.failed, run.result
        assert recorder.writes == []

        def alone(image: Image) -> int:
            return len(image.raw) + sum(len(blob) for blob in image.blobs.values()) - len(base)

        mine, theirs, nothing = run.result["repositories"]
        assert [tag["unique_size"] for tag in mine["tags"]] == [alone(first), alone(first), alone(second)]
        assert mine["unique_size"] == alone(first) + alone(second)
        assert mine["size"] == mine["unique_size"] + len(base)
        assert (theirs["size"], theirs["unique_size"]) == (alone(third) + len(base), alone(third))
        assert (nothing["size"], nothing["unique_size"]) == (0, 0)
        assert run.result["size"] == alone(first) + alone(second) + alone(third) + len(base)

    def test_sizes_are_of_the_tags_that_are_told(self, place: Place, modules: ModuleRunner) -> None:
        first, second = build_image([b"first"]), build_image([b"second"], created="2020-01-01T00:00:00Z")
        for image, tag in ((first, "a"), (second, "old")):
            place.pusher.push(image, tag)
        options = {"repository": f"{place.address}/{place.name}", "details": "full", "order": "created", "limit": 1}
        run = modules.run("registry_tags_info", options)
        assert run.result["tags"] == ["old"]
        (tag,) = run.result["repositories"][0]["tags"]
        assert run.result["size"] == tag["total_size"] == tag["unique_size"]


class TestManifestInfo:
    """registry_manifest_info."""

    @pytest.mark.parametrize("status", [401, 403, 405, 429, 500])
    def test_only_404_is_not_there(self, place: Place, recorder: Recorder, modules: ModuleRunner, status: int) -> None:
        place.pusher.push(build_image(), "v1")
        recorder.intercept = answering("/manifests/odd", Reply(status))
        name = f"{recorder.address}/{place.name}"
        run = modules.run("registry_manifest_info", {"names": [f"{name}:v1", f"{name}:odd"], "retries": 0})
        assert run.failed
        assert [error["status"] for error in run.result["errors"]] == [status]
        assert [manifest["exists"] for manifest in run.result["manifests"]] == [True]

    def test_bytes_that_are_not_the_digest_are_refused(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        digest = place.pusher.push(build_image(), "v1")
        other = build_image(labels={"other": place.name})
        recorder.intercept = answering(digest, Reply(200, {"Content-Type": other.media_type}, other.raw))
        run = modules.run("registry_manifest_info", {"name": f"{recorder.address}/{place.name}@{digest}"})
        assert run.failed
        assert run.result["errors"][0]["category"] == "verification"
        assert digest in run.result["msg"]

    @pytest.mark.parametrize("config", [False, True])
    def test_the_platform_of_a_single_image_costs_one_look_at_its_configuration(
        self, place: Place, recorder: Recorder, modules: ModuleRunner, config: bool
    ) -> None:
        place.pusher.push(build_image(None, "linux/arm64"), "v1")
        options = {"name": f"{recorder.address}/{place.name}:v1", "platform": "linux/arm64", "config": config}
        run = modules.run("registry_manifest_info", options)
        assert not run.failed, run.result
        assert run.result["manifests"][0]["platforms"] == ["linux/arm64"]
        assert (run.result["manifests"][0]["config"] is not None) == config
        assert [request.path.split("/")[-2] for request in recorder.requests] == ["manifests", "blobs"]


class TestInfo:
    """registry_info."""

    def test_a_wrong_password_is_told_with_where_it_came_from(
        self, basic_registry: nginx.RunningNginx, authority: tls.Authority, modules: ModuleRunner
    ) -> None:
        run = modules.run(
            "registry_info",
            {
                "registry": basic_registry.address,
                "plain_http": False,
                "ca_path": str(authority.certificate),
                "username": "alice",
                "password": "not the secret",
            },
        )
        assert run.failed
        assert run.result["errors"][0]["category"] == "unauthorized"
        assert "options username and password" in run.result["msg"]
        assert "not the secret" not in run.text.replace("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "")

    def test_without_credentials_it_tells_how_to_get_in(
        self, basic_registry: nginx.RunningNginx, authority: tls.Authority, modules: ModuleRunner
    ) -> None:
        run = modules.run(
            "registry_info",
            {"registry": basic_registry.address, "plain_http": False, "ca_path": str(authority.certificate)},
        )
        assert not run.failed, run.result
        found = run.result["registry"]
        assert (found["auth"], found["access"]) == ("basic", False)
        assert found["supports"] == {"catalog": False, "referrers": None, "delete": None, "tag_delete": None}

    def test_a_certificate_that_is_not_trusted_is_told(
        self, basic_registry: nginx.RunningNginx, modules: ModuleRunner
    ) -> None:
        run = modules.run("registry_info", {"registry": basic_registry.address, "plain_http": False})
        assert run.failed
        assert run.result["errors"][0]["category"] == "tls"

    def test_the_rate_limit_that_is_left(self, place: Place, recorder: Recorder, modules: ModuleRunner) -> None:
        headers = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "97;w=21600"}
        recorder.intercept = answering("/v2/", Reply(200, headers))
        run = modules.run("registry_info", {"registry": recorder.address})
        assert not run.failed, run.result
        assert run.result["registry"]["rate_limit"] == {"limit": 100, "remaining": 97, "window": 21600}

    def test_trouble_is_not_taken_for_a_missing_catalog(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        recorder.intercept = answering("/_catalog", Reply(500))
        run = modules.run("registry_info", {"registry": recorder.address, "retries": 0})
        assert run.failed
        assert run.result["errors"][0]["status"] == 500

    def test_the_probe_asks_for_what_cannot_be_there(
        self, place: Place, recorder: Recorder, modules: ModuleRunner
    ) -> None:
        digest = place.pusher.push(build_image(), "v1")
        options = {"registry": recorder.address, "repository": place.name, "probe_delete": True}
        run = modules.run("registry_info", options)
        assert not run.failed, run.result
        assert [request.method for request in recorder.writes] == ["DELETE", "DELETE"]
        assert place.pusher.tags() == ["v1"]
        assert place.pusher.digest("v1") == digest
        supports = run.result["registry"]["supports"]
        known = place.registry.capabilities
        assert (supports["delete"], supports["tag_delete"]) == (True, known.tag_delete)
