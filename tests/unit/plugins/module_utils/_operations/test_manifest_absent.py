# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which manifests are deleted, and which are not because of a tag."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    parse_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_absent import (
    Found,
    Target,
    group,
    plan_absent,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)

MANIFEST = build_image_manifest(Descriptor(MediaType.OCI_CONFIG, Digest.of(b"1"), 1), [])
OTHER = build_image_manifest(Descriptor(MediaType.OCI_CONFIG, Digest.of(b"2"), 1), [])
BY_512 = parse_manifest(MANIFEST.raw, digest=Digest.of(MANIFEST.raw, "sha512"))
REPOSITORY = Reference.parse_repository("r.example.com/a")
HERE = str(REPOSITORY.with_digest(MANIFEST.digest))


def tag(name):
    return REPOSITORY.with_tag(name)


def test_names_of_one_manifest_are_one_target():
    by_digest = REPOSITORY.with_digest(BY_512.digest)
    elsewhere = Reference.parse("r.example.com/b:1")
    targets = group(
        [
            Found(tag("1"), MANIFEST),
            Found(tag("gone"), None),
            Found(tag("other"), OTHER),
            Found(tag("2"), MANIFEST),
            Found(by_digest, BY_512),
            Found(elsewhere, MANIFEST),
        ]
    )
    assert [target.names for target in targets] == [
        (tag("1"), tag("2"), by_digest),
        (tag("gone"),),
        (tag("other"),),
        (elsewhere,),
    ]
    assert [target.tags for target in targets] == [{"1", "2"}, {"gone"}, {"other"}, {"1"}]


def test_a_manifest_is_addressed_by_the_digest_that_was_named():
    assert Target(REPOSITORY, BY_512, (REPOSITORY.with_digest(BY_512.digest),)).digest == BY_512.digest
    assert Target(REPOSITORY, MANIFEST, (tag("1"),)).digest == MANIFEST.digest


def test_what_is_not_there_stays_so():
    plan = plan_absent(Target(REPOSITORY, None, (tag("1"),)), [], False)
    assert not plan.changed
    assert plan.before == plan.after == {"r.example.com/a:1": None}


def test_a_manifest_goes_with_the_tags_that_were_named():
    plan = plan_absent(Target(REPOSITORY, MANIFEST, (tag("1"), tag("2"))), ["1", "2"], False)
    assert plan.as_result() == {
        "changed": True,
        "actions": [{"action": "delete", "name": HERE, "reason": "the manifest is there", "tags": ["1", "2"]}],
        "diff": {"before": {HERE: {"tags": ["1", "2"]}}, "after": {HERE: None}},
    }


@pytest.mark.parametrize("names", [(tag("1"),), (REPOSITORY.with_digest(MANIFEST.digest),)])
def test_tags_that_were_not_named_keep_the_manifest(names):
    target = Target(REPOSITORY, MANIFEST, names)
    with pytest.raises(RegistryError) as caught:
        plan_absent(target, ["1", "latest", "v1"], False)
    assert caught.value.category == "conflict"
    assert "latest, v1." in str(caught.value)
    assert "registry_tag" in str(caught.value)
    assert ("1, latest" in str(caught.value)) == (names[0].tag is None)
    assert plan_absent(target, ["1", "latest", "v1"], True).actions[0].details == {"tags": ["1", "latest", "v1"]}


def test_latest_is_never_deleted_unsaid():
    assert "neither a tag nor a digest" in refusal(registry_manifest, name=f"{NOBODY}/a", state="absent")
    assert "neither a tag nor a digest" in refusal(
        registry_manifest, names=[f"{NOBODY}/a:1", f"docker://{NOBODY}/b"], state="absent"
    )


@pytest.mark.parametrize("option", ["src", "manifest", "media_type"])
def test_options_of_the_other_state_are_refused(option):
    assert option in refusal(registry_manifest, name=f"{NOBODY}/a:1", state="absent", **{option: "x"})


@pytest.mark.parametrize(
    "given",
    [
        {"state": "absent"},
        {"name": "r.example.com/a:1", "names": ["r.example.com/a:1"], "state": "absent"},
        {"names": ["r.example.com/a:1"], "src": "/x"},
        {"name": "r.example.com/a:1"},
        {"name": "r.example.com/a:1", "src": "/x", "manifests": ["r.example.com/a:1"]},
        {"name": "r.example.com/a:1", "src": "/x", "annotations": {}},
    ],
)
def test_options_that_do_not_go_together(given):
    with pytest.raises(ValueError):
        options_of(registry_manifest, **given)
