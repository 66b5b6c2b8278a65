# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests as they are given and composed, and when they are pushed."""

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import CopyPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor, Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ManifestError,
    OptionError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
    parse_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._composed import (
    Member,
    ambiguous_platforms,
    compose,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_jobs import Job
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_input import (
    given_manifest,
    with_numbers,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_present import (
    Found,
    plan_present,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_wanted import parse
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)

CONFIG = Descriptor(MediaType.OCI_CONFIG, Digest.of(b"1"), 1)
LAYER = Descriptor(MediaType.OCI_LAYER, Digest.of(b"22"), 2)
MANIFEST = build_image_manifest(CONFIG, [LAYER])
TEXT = MANIFEST.raw.decode()
OLD = Descriptor(MediaType.OCI_MANIFEST, Digest.of(b"old"), 3)
NAME = "r.example.com/a:1"


def wanted(**given):
    content = {} if {"src", "manifests"} & set(given) else {"manifest": TEXT}
    return parse(options_of(registry_manifest, **{"name": NAME, **content, **given}))


def actions(plan):
    return [(action.action, action.name.partition("/")[2], action.reason) for action in plan.actions]


def test_text_and_files_are_kept_byte_for_byte(tmp_path):
    text = json.dumps(MANIFEST.data, indent=3) + "\n"
    path = tmp_path / "manifest.json"
    path.write_text(text)
    for given in ({"manifest": text}, {"src": str(path)}):
        assert wanted(**given).given.raw == text.encode()


def test_data_is_always_the_same_compact_json():
    assert wanted(manifest=MANIFEST.data).given.raw == MANIFEST.raw


def test_numbers_that_a_template_made_text_are_numbers_again():
    data = json.loads(TEXT)
    as_text = json.loads(TEXT, parse_int=str)
    assert as_text != data
    assert with_numbers(as_text) == data
    assert wanted(manifest=as_text).given == MANIFEST


def test_text_elsewhere_stays_text():
    data = {**MANIFEST.data, "annotations": {"size": "12", "schemaVersion": "2"}}
    assert wanted(manifest=data).given.annotations == {"size": "12", "schemaVersion": "2"}
    index = {"schemaVersion": "2", "manifests": [{"size": "x"}, "y"], "subject": None}
    assert with_numbers(index) == {"schemaVersion": 2, "manifests": [{"size": "x"}, "y"], "subject": None}


def test_a_digest_in_the_name_must_be_the_content_s():
    for algorithm in ("sha256", "sha512"):
        digest = Digest.of(MANIFEST.raw, algorithm)
        parsed = wanted(name=f"r.example.com/a@{digest}")
        assert (parsed.given.digest, parsed.versions) == (digest, (digest,))
    with pytest.raises(VerificationError):
        wanted(name=f"r.example.com/a@{Digest.of(b'other')}")


def test_tags_join_the_tag_of_the_name_each_once():
    assert wanted(tags=["2", "1", "2"]).versions == ("1", "2")
    assert wanted(name=f"r.example.com/a:1@{MANIFEST.digest}", tags=["2"]).versions == ("1", "2")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"manifest": ["a"]}, "must be a dictionary or text"),
        ({"manifest": "{"}, "not JSON"),
        ({"manifest": {}}, "neither a manifest nor an index"),
        ({"manifest": TEXT, "media_type": "text/plain"}, "media_type text/plain is not that of a manifest"),
        ({"manifest": TEXT, "media_type": MediaType.OCI_INDEX}, "the manifest says that it is"),
        ({"manifest": TEXT, "tags": ["a:b"]}, "option tags"),
        ({"manifest": TEXT, "name": f"{NOBODY}/A:1"}, "option name"),
        ({"src": "/nonexistent/manifest"}, "/nonexistent/manifest: No such file"),
        ({"manifests": []}, "the option manifests is an empty list"),
        ({"manifests": [f"{NOBODY}/a:!"]}, "option manifests"),
        ({"manifests": [f"{NOBODY}/a:1"], "media_type": MediaType.OCI_MANIFEST}, "not the media type of an index"),
        ({"manifests": [f"{NOBODY}/a:1"], "annotations": {"a": 1}}, "the annotation a must be text"),
        (
            {"manifests": [f"{NOBODY}/a:1"], "annotations": {"a": "b"}, "media_type": MediaType.DOCKER_INDEX},
            "has no annotations",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(given, words):
    assert words in refusal(registry_manifest, **{"name": f"{NOBODY}/a:1", **given})


def test_the_media_type_stands_in_for_one_that_the_manifest_does_not_name():
    data = {key: value for key, value in MANIFEST.data.items() if key != "mediaType"}
    options = options_of(registry_manifest, name=NAME, manifest=data, media_type=MediaType.DOCKER_MANIFEST)
    assert given_manifest(options, None).media_type == MediaType.DOCKER_MANIFEST


def test_a_manifest_that_is_there_is_left_alone():
    plan = plan_present(wanted(tags=["2"]), Found(MANIFEST, {"1": MANIFEST.descriptor(), "2": MANIFEST.descriptor()}))
    assert not plan.changed
    assert plan.before == plan.after == {NAME: MANIFEST.digest, "r.example.com/a:2": MANIFEST.digest}


def test_a_new_manifest_is_pushed_once_and_then_tagged():
    now = {"1": OLD, "2": None, "3": OLD}
    plan = plan_present(wanted(tags=["2", "3"]), Found(MANIFEST, now, stored=False))
    assert actions(plan) == [
        ("push", "a:1", f"the tag points at {OLD.digest}"),
        ("tag", "a:2", "the tag is not there"),
        ("tag", "a:3", f"the tag points at {OLD.digest}"),
    ]
    assert plan.before == {NAME: OLD.digest, "r.example.com/a:2": None, "r.example.com/a:3": OLD.digest}
    assert set(plan.after.values()) == {MANIFEST.digest}


def test_a_manifest_that_is_stored_is_only_tagged():
    plan = plan_present(wanted(tags=["2"]), Found(MANIFEST, {"1": MANIFEST.descriptor(), "2": None}))
    assert actions(plan) == [("tag", "a:2", "the tag is not there")]


def test_a_manifest_by_digest_has_a_reason_of_its_own():
    name = f"r.example.com/a@{MANIFEST.digest}"
    plan = plan_present(wanted(name=name), Found(MANIFEST, {MANIFEST.digest: None}, stored=False))
    assert actions(plan) == [("push", f"a@{MANIFEST.digest}", "the manifest is not there")]


def test_a_tag_is_told_in_sha256_whatever_the_name_says():
    by_512 = parse_manifest(MANIFEST.raw, digest=Digest.of(MANIFEST.raw, "sha512"))
    now = {by_512.digest: by_512.descriptor(), "1": MANIFEST.descriptor()}
    plan = plan_present(wanted(name=f"r.example.com/a@{by_512.digest}", tags=["1"]), Found(by_512, now))
    assert not plan.changed


def test_missing_blobs_are_named_and_nothing_is_pushed():
    found = Found(MANIFEST, {"1": None}, stored=False, missing=[LAYER])
    with pytest.raises(OptionError) as caught:
        plan_present(wanted(), found)
    assert str(LAYER.digest) in str(caught.value)
    assert str(CONFIG.digest) not in str(caught.value)


def test_children_from_elsewhere_are_copied_before_the_index_is_pushed():
    child = MANIFEST.descriptor(Platform("linux", "amd64"))
    index = build_index([child])
    job = Job(Location.parse(f"s.example.com/b@{child.digest}"), Location.parse(f"r.example.com/a@{child.digest}"))
    copy = CopyPlan(None, child.digest, None, child.digest, child.digest, child.media_type, None, root=MANIFEST)
    given = wanted(manifests=["s.example.com/b:1"])
    plan = plan_present(given, Found(index, {"1": None}, stored=False, copies=[(job, copy)]))
    assert actions(plan) == [
        ("copy", f"a@{child.digest}", "it is not there"),
        ("push", "a:1", "the tag is not there"),
    ]


def test_an_index_has_every_child_once_in_the_order_of_its_members():
    amd64, arm64 = (
        Descriptor(OLD.media_type, Digest.of(b), 1, platform=Platform("linux", b.decode()))
        for b in (b"amd64", b"arm64")
    )
    one = Member(Reference.parse("r.example.com/a:1"), amd64.digest, (amd64,))
    two = Member(Reference.parse("r.example.com/a:2"), Digest.of(b"index"), (arm64, amd64))
    index = compose([one, two], {"b": "1", "a": "2"}, MediaType.OCI_INDEX)
    assert index.manifests == [amd64, arm64]
    assert index == compose([one, two], {"a": "2", "b": "1"}, MediaType.OCI_INDEX)
    assert compose([two, one], None, MediaType.DOCKER_INDEX).manifests == [arm64, amd64]
    assert ambiguous_platforms(index) == []


def test_platforms_that_two_children_are_for():
    amd64, unknown = Platform("linux", "amd64"), Platform("unknown", "unknown")
    children = [
        Descriptor(OLD.media_type, Digest.of(b"%d" % number), 1, platform=platform)
        for number, platform in enumerate(
            [amd64, amd64, unknown, unknown, None, None, Platform("linux", "amd64", "v2")]
        )
    ]
    assert ambiguous_platforms(build_index(children)) == ["linux/amd64"]


def test_a_manifest_larger_than_registries_take_is_refused(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b" " * (4 * 1024 * 1024 + 1))
    with pytest.raises(ManifestError, match="bytes"):
        wanted(src=str(path))
