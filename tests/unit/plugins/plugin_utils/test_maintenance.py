# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the variables of the role maintain to tasks, and from their results to a report."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_fleet import fleet_report
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_input import batches, repositories
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_plan import coming, planned
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_report import host_report
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_view import view

REGISTRY = "registry.example.com"
APP = f"{REGISTRY}/team/app"
OLD, NEW = (f"sha256:{letter * 64}" for letter in "ab")
SOURCE = "build.example.com/team/app:v1"
HOSTILE = "<script>alert(1)</script>\x1b[31m\n\u202e{{ 7 * 7 }}"


def report(check_mode: bool = False, registry_address: str = REGISTRY, **results: Any) -> Dict[str, Any]:
    return host_report(results, "edge", registry_address, check_mode)


def copied(*names: str, digest: str = NEW, changed: bool = True, src: str = SOURCE) -> Dict[str, Any]:
    """What the loop over the batches of images registers."""
    actions = [{"action": "copy", "name": name, "reason": "it is not there", "bytes": 7} for name in names]
    images = [{"src": src, "dest": name, "digest": digest, "changed": changed} for name in names]
    return {"results": [{"changed": changed, "actions": actions if changed else [], "images": images}]}


class TestInput:
    """What the tasks are given."""

    def test_entries_that_differ_in_their_own_options_only_are_one_batch(self) -> None:
        entries = [
            {"src": "a", "dest": "one", "prune": True, "include": ["1.*"]},
            {"src": "b", "dest": "two"},
            {"src": "c", "dest": "three", "prune": True},
            {"src": "d", "dest": "four", "src_auth": {"username": "robot"}},
        ]
        found = batches(entries, f"{REGISTRY}/", ["src", "dest", "include"])
        assert [batch["options"] for batch in found] == [{"prune": True}, {}, {"src_auth": {"username": "robot"}}]
        assert [entry["dest"] for entry in found[0]["entries"]] == [f"{REGISTRY}/one", f"{REGISTRY}/three"]
        assert found[0]["entries"][0]["include"] == ["1.*"]

    def test_repositories_are_those_that_are_named_and_those_that_patterns_mean(self) -> None:
        mirrors = {"results": [{"repositories": [{"dest": f"{REGISTRY}/all/db"}]}, {"skipped": True}]}
        named = ["team/app:v1", "team/app", "all/*", f"pinned@{OLD}", "NOT A NAME"]
        assert repositories({"mirrors": mirrors}, REGISTRY, named) == [
            f"{REGISTRY}/all/db",
            f"{REGISTRY}/pinned",
            APP,
        ]


class TestPlanned:
    """What check mode expects images to be when their turn comes."""

    def plan(self, tags: List[Dict[str, Any]], **results: Any) -> Dict[str, Any]:
        return planned(results, REGISTRY, tags)

    def test_an_image_that_is_to_be_copied_can_be_tagged(self) -> None:
        found = self.plan([{"name": "team/app:v1", "tags": ["stable"]}], images=copied(f"{APP}:v1"))
        assert found["entries"] == [NEW]
        assert found["images"][f"{APP}:stable"] == NEW

    def test_later_entries_see_what_earlier_ones_would_have_done(self) -> None:
        current = {"manifests": [{"name": f"{APP}:v2", "digest": NEW}, {"name": f"{APP}:latest", "digest": OLD}]}
        entries: List[Dict[str, Any]] = [
            {"name": "team/app", "tags": ["before"]},
            {"name": "team/app:v2", "tags": ["latest"]},
            {"name": "team/app", "tags": ["after"]},
            {"name": "team/app", "tags": ["v2"], "state": "absent"},
            {"name": "team/app:v2", "tags": ["too-late"]},
        ]
        found = self.plan(entries, current=current)
        assert found["entries"] == [OLD, NEW, NEW, None, None]
        assert found["images"][f"{APP}:v2"] is None

    def test_what_a_mirror_would_remove_cannot_be_tagged(self) -> None:
        current = {"manifests": [{"name": f"{APP}:v1", "digest": OLD}]}
        mirrors = {"results": [{"images": [], "removed": [{"repository": APP, "tag": "v1"}]}]}
        entries = [{"name": "team/app:v1", "tags": ["stable"]}]
        assert self.plan(entries, current=current, mirrors=mirrors)["entries"] == [None]

    def test_retention_is_told_what_comes_and_who_one_is_at_its_source(self) -> None:
        auth = {"username": "robot", "password": "secret"}
        batches_of_images: List[Dict[str, Any]] = [{"options": {}}, {"options": {"src_auth": auth}}]
        current = {"manifests": [{"name": f"{APP}:v0", "digest": OLD}]}
        images = {
            "results": [*copied(f"{APP}:v0", digest=OLD, changed=False)["results"], *copied(f"{APP}:v1")["results"]]
        }
        tags: List[Dict[str, Any]] = [
            {"name": "team/app:v1", "tags": ["stable"]},
            {"name": "team/db:v1", "tags": ["stable"]},
            {"name": "team/app", "tags": ["gone"], "state": "absent"},
        ]
        plan = self.plan(tags, current=current, images=images)
        assert "secret" not in str(plan)
        found = coming(plan, [APP], {"mirrors": [], "images": batches_of_images})
        assert found == [
            {"name": f"{APP}:v0", "digest": OLD, "src": SOURCE},
            {"name": f"{APP}:v1", "digest": NEW, "src": SOURCE, "src_auth": auth},
            {"name": f"{APP}:stable", "digest": NEW, "src": SOURCE, "src_auth": auth},
            {"name": f"{APP}:gone"},
        ]

    def test_what_comes_from_an_archive_cannot_be_foreseen(self) -> None:
        images = copied(f"{APP}:v1", src="oci-archive:/media/usb/bundle.tar:team/app:v1")
        plan = self.plan([{"name": "team/app:v1", "tags": ["stable"]}], images=images)
        assert coming(plan, [APP], {"mirrors": [], "images": [{"options": {}}]}) == []
        there = copied(f"{APP}:v1", src="oci:/media/usb:v1", changed=False)
        plan = self.plan([], images=there)
        assert coming(plan, [APP], {"mirrors": [], "images": [{"options": {}}]}) == [
            {"name": f"{APP}:v1", "digest": NEW}
        ]

    def test_of_what_failed_nothing_is_known(self) -> None:
        failed = {"results": [{"failed": True, "msg": "no"}]}
        entries = [{"name": "team/app:v1", "tags": ["stable"]}]
        assert self.plan(entries, images=failed, current={"failed": True, "msg": "no"})["entries"] == [None]


class TestReport:
    """What became of one registry, and of all."""

    def test_nothing_to_do(self) -> None:
        found = report(images=copied(changed=False))
        assert (found["state"], found["changed"], found["failed"]) == ("unchanged", False, False)

    def test_errors_name_their_step_and_their_item(self) -> None:
        entry = {"ansible_loop_var": "maintain_entry", "maintain_entry": {"name": "team/app:v1"}}
        found = report(
            images={"results": [{"failed": True, "msg": "both", "errors": [{"item": "x", "msg": "one"}]}]},
            tags={"results": [{"failed": True, "msg": "no such image", **entry}]},
        )
        assert [(error["step"], error["item"], error["msg"]) for error in found["errors"]] == [
            ("images", "x", "one"),
            ("tags", "team/app:v1", "no such image"),
        ]
        assert found["state"] == "failed"

    @pytest.mark.parametrize("category, state", [("unreachable", "unreachable"), ("unauthorized", "failed")])
    def test_a_registry_that_could_not_be_asked(self, category: str, state: str) -> None:
        found = report(registry={"failed": True, "errors": [{"msg": "no", "category": category}]})
        assert (found["state"], found["failed"]) == (state, True)

    def test_drift_is_told_and_fails_only_where_it_shall(self) -> None:
        digests = {"manifests": [{"name": f"{APP}:latest", "digest": OLD}, {"name": f"{APP}:v1", "digest": NEW}]}
        expected = [{"name": "team/app", "digest": NEW}, {"name": "team/app:v1", "digest": NEW}]
        for on_drift, failed in (("fail", True), ("report", False)):
            found = report(digests=digests, expected=expected, on_drift=on_drift)
            assert found["drift"] == [{"name": f"{APP}:latest", "expected": NEW, "found": OLD, "fails": failed}]
            assert found["failed"] == failed

    def test_a_prediction_says_what_it_does_not_know(self) -> None:
        entry = {"ansible_loop_var": "e", "e": {"repositories": ["team/app", "team/db"]}, "actions": []}
        archive = {"images": copied(f"{APP}:v1", src="oci-archive:/media/usb/bundle.tar:v1")}
        retention = {"results": [entry]}
        (note,) = report(check_mode=True, retention=retention, **archive)["notes"]
        assert note.startswith(f"{APP}:v1: retention was judged without it")
        assert report(check_mode=True, retention=retention, images=copied(f"{APP}:v1"))["notes"] == []
        assert report(retention=retention, **archive)["notes"] == []

    def test_an_address_in_upper_case_is_the_same_registry(self) -> None:
        """The modules write it in lower case, and so do the names in their results."""
        entry = {"ansible_loop_var": "e", "e": {"repository": "team/app"}, "actions": []}
        archive = copied(f"{APP}:v1", src="oci-archive:/media/usb/bundle.tar:v1")
        found = report(True, REGISTRY.upper(), retention={"results": [entry]}, images=archive)
        assert [note.partition(": ")[0] for note in found["notes"]] == [f"{APP}:v1"]

    def test_a_tag_that_is_to_be_absent_is_removed_with_its_reason(self) -> None:
        action = {"action": "untag", "name": f"{APP}:v1", "reason": "the tag is there", "digest": OLD}
        (removed,) = report(tags={"results": [{"actions": [action]}]})["removed"]
        assert (removed["repository"], removed["tag"], removed["digest"]) == (APP, "v1", OLD)

    def test_registries_without_a_report_have_failed_or_are_waiting(self) -> None:
        found = fleet_report([report(images=copied(f"{APP}:v1"))], ["edge", "lost", "later"], ["later"])
        assert [one["state"] for one in found["registries"]] == ["changed", "failed", "waiting"]
        assert (found["totals"]["failed"], found["totals"]["actions"], found["failed"]) == (1, 1, True)

    def test_repositories_without_a_tag_are_not_counted(self) -> None:
        repository_of = [{"repository": APP, "exists": True, "tags": tags} for tags in ([{"name": "v1"}], [])]
        found = fleet_report([report(contents={"size": 1, "repositories": repository_of})], ["edge"], [])
        assert (found["totals"]["repositories"], found["totals"]["tags"], found["totals"]["size"]) == (1, 1, 1)


class TestView:
    """What the templates show."""

    def shown(self, medium: str) -> Dict[str, Any]:
        tag = {"name": "v1", "digest": OLD, "total_size": 300, "unique_size": 100, "created": "2020-01-01T00:00:00Z"}
        repository = {"repository": APP, "exists": True, "size": 300, "unique_size": 300}
        contents = {
            "size": 300,
            "repositories": [{**repository, "tags": [{**tag, "platforms": [HOSTILE]}, {**tag, "name": "v2"}]}],
        }
        failed = {"results": [{"failed": True, "errors": [{"item": HOSTILE, "msg": HOSTILE}]}]}
        return view(fleet_report([report(contents=contents, mirrors=failed)], ["edge"], []), medium)

    def test_no_text_has_markup_or_control_characters(self) -> None:
        page, text = self.shown("html"), self.shown("text")
        assert "<script>" not in str(page)
        assert "&lt;script&gt;" in str(page)
        assert "<script>" in str(text)
        for shown in (page, text):
            (error,) = shown["registries"][0]["errors"]
            assert error["msg"].isprintable()
            assert "\u202e" not in error["msg"]

    def test_bars_are_percents_of_the_longest(self) -> None:
        (registry,) = self.shown("html")["registries"]
        (repository,) = registry["repositories"]
        # Two tags of one image take its room once.
        assert (registry["bar"], registry["bar_apart"], repository["bar"]) == (100, 100, 100)
        assert [(row["bar"], row["bar_unique"]) for row in repository["rows"]] == [(100, 33.33), (100, 33.33)]

    def test_ages_are_counted_by_column(self) -> None:
        counts = {column["name"]: column["count"] for column in self.shown("html")["ages"]}
        assert counts == {"week": 0, "month": 0, "quarter": 0, "year": 0, "older": 2, "no date": 0}

    def test_tags_are_told_with_what_becomes_of_them(self) -> None:
        pinned = {"action": "copy", "name": f"{APP}@{NEW}", "reason": "it is not there"}
        retention = {
            "kept": [{"repository": APP, "tag": "stable", "reasons": ["it matches stable"]}],
            "removed": [{"repository": APP, "tag": "v0", "digest": OLD, "reason": "no rule keeps it"}],
            "untagged": [{"repository": APP, "digest": OLD, "reason": "nothing needs it"}],
        }
        there = [{"name": name, "digest": OLD, "total_size": 1, "unique_size": 1} for name in ("stable", "v0", "v1")]
        images = {"results": [*copied(f"{APP}:v2")["results"], {"actions": [pinned]}]}
        contents = {"size": 1, "repositories": [{"repository": APP, "exists": True, "tags": there}]}
        fleet = fleet_report([report(True, contents=contents, images=images, retention=retention)], ["edge"], [])
        ((repository,),) = [registry["repositories"] for registry in view(fleet, "text")["registries"]]
        assert [(row["tag"], row["mark"], row["words"]) for row in repository["rows"]] == [
            ("stable", "kept", "kept: it matches stable"),
            ("v0", "gone", "would be removed: no rule keeps it"),
            ("v1", "", ""),
            ("v2", "new", "would be copied: it is not there"),
            ("without a tag", "gone", "would be removed: nothing needs it"),
        ]

    def test_there_are_two_media(self) -> None:
        with pytest.raises(OptionError, match="text or html"):
            view(fleet_report([], [], []), "paper")
