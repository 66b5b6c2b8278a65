# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What artifacts are made of, and which are refused before anything is sent."""

from __future__ import annotations

import json
import os

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ManifestError, RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest_build import EMPTY
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_artifact
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact_downloaded import (
    check_artifact,
    files_of,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact_present import (
    Found,
    plan_present,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact_wanted import parse
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)

KIND = "application/vnd.example.config.v1"
NAME = "r.example.com/team/app:v1"
REPOSITORY = "r.example.com/team/app"
SUBJECT = Descriptor(MediaType.OCI_MANIFEST, Digest.of(b"subject"), 7)
TITLE = "org.opencontainers.image.title"


def wanted(name=NAME, **given):
    return parse(options_of(registry_artifact, name=name, artifact_type=KIND, **given))


def document(artifact, subject=None):
    return json.loads(artifact.manifest(subject).raw)


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site.yml"
    path.write_bytes(b"- hosts: all\n")
    return str(path)


def test_the_manifest(site):
    files = [{"src": site, "media_type": "application/yaml", "annotations": {"k": "v"}}, {"src": site, "name": "a/b"}]
    made = wanted(files=files, annotations={"b": "2", "a": "1"})
    digest = Digest.of(b"- hosts: all\n")
    assert document(made, SUBJECT) == {
        "schemaVersion": 2,
        "mediaType": MediaType.OCI_MANIFEST,
        "artifactType": KIND,
        "config": {"mediaType": MediaType.OCI_EMPTY, "digest": Digest.of(b"{}"), "size": 2},
        "layers": [
            {
                "mediaType": "application/yaml",
                "digest": digest,
                "size": 13,
                "annotations": {"k": "v", TITLE: "site.yml"},
            },
            {"mediaType": "application/octet-stream", "digest": digest, "size": 13, "annotations": {TITLE: "a/b"}},
        ],
        "subject": SUBJECT.to_json(),
        "annotations": {"a": "1", "b": "2"},
    }
    assert [content.descriptor.digest for content in made.contents] == [Digest.of(b"{}"), digest]


def test_nothing_but_the_files_makes_the_digest(site):
    first = wanted(files=[{"src": site}], annotations={"a": "1", "b": "2"}).manifest(None)
    os.utime(site, (1, 1))
    assert wanted(files=[{"src": site}], annotations={"b": "2", "a": "1"}).manifest(None).raw == first.raw
    assert b"created" not in first.raw


def test_without_files_there_is_the_empty_layer():
    for files in (None, []):
        made = wanted(files=files)
        assert document(made)["layers"] == [EMPTY.to_json()]
        assert len(made.contents) == 1


def test_a_title_may_be_given_as_an_annotation(site):
    made = wanted(files=[{"src": site, "annotations": {TITLE: "./other"}}])
    assert document(made)["layers"][0]["annotations"] == {TITLE: "other"}


def test_a_config_says_what_the_artifact_is(site):
    options = options_of(registry_artifact, name=NAME, config={"src": site, "media_type": "a/b"})
    made = parse(options)
    assert document(made)["config"]["mediaType"] == "a/b"
    assert "artifactType" not in document(made)
    assert made.manifest(None).artifact_type == "a/b"


@pytest.mark.parametrize(
    ("name", "subject", "tag"),
    [
        (REPOSITORY, None, "latest"),
        (REPOSITORY, f"{REPOSITORY}:v1", None),
        (NAME, f"{REPOSITORY}:v2", "v1"),
        (f"{REPOSITORY}@{SUBJECT.digest}", None, None),
        (REPOSITORY, str(SUBJECT.digest), None),
    ],
)
def test_the_tag(name, subject, tag):
    assert wanted(name, subject=subject).tag == tag


def test_a_subject_by_its_digest_is_in_the_same_repository():
    assert wanted(subject=str(SUBJECT.digest)).subject == Reference.parse(f"{REPOSITORY}@{SUBJECT.digest}")


def test_plans(site):
    made = wanted(files=[{"src": site}], subject=f"{REPOSITORY}:image")
    manifest = made.manifest(SUBJECT)
    digest = str(manifest.digest)
    assert not plan_present(made, Found(manifest, manifest.digest)).changed
    attach = plan_present(made, Found(manifest, manifest.digest, listed=False))
    assert [action.action for action in attach.actions] == ["attach"]
    assert attach.before == {NAME: {"digest": digest, "listed": False}}
    push = plan_present(made, Found(manifest, SUBJECT.digest, made.contents[:1]))
    assert push.as_result() == {
        "changed": True,
        "actions": [
            {
                "action": "push",
                "name": NAME,
                "reason": f"the tag points at {SUBJECT.digest}",
                "digest": digest,
                "size": manifest.size,
                "uploads": [str(Digest.of(b"{}"))],
                "subject": str(SUBJECT.digest),
            }
        ],
        "diff": {
            "before": {NAME: {"digest": str(SUBJECT.digest)}},
            "after": {NAME: {"digest": digest, "listed": True}},
        },
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"artifact_type": "no type"}, "not a media type"),
        ({"files": [{"src": "{site}", "media_type": "yaml"}]}, "not a media type"),
        ({"files": [{"src": "{site}", "title": "../x"}]}, "leads out"),
        ({"files": [{"src": "{site}"}, {"src": "{site}"}]}, "two files"),
        ({"files": [{"src": "/"}]}, "name of a file"),
        ({"files": [{"src": "{folder}"}]}, "is a folder"),
        ({"files": [{"src": "{site}.gone"}]}, "No such file"),
        ({"files": [{"src": "{site}", "annotations": {"a": 1}}]}, "must be text"),
        ({"annotations": {"a": 1}}, "must be text"),
        ({"subject": "sha256:12"}, "subject"),
        ({"subject": f"{NOBODY}/a"}, "neither a tag nor a digest"),
        ({"subject": f"{NOBODY}/b:1"}, "its own repository"),
        ({"subject": f"{NOBODY}/a:1"}, "cannot refer to itself"),
        ({"dest": "/x"}, "dest does not go with state=present"),
        ({"media_types": ["a/b"]}, "media_types does not go with state=present"),
        ({"state": "absent"}, "artifact_type does not go with state=absent"),
        ({"state": "downloaded", "dest": "/x", "subject": "x"}, "subject does not go with state=downloaded"),
        ({"state": "downloaded", "dest": "{site}"}, "is not a folder"),
        ({"state": "downloaded", "dest": "/x", "media_types": ["yaml"]}, "not a media type"),
    ],
)
def test_bad_input(site, given, words):
    def fill(value):
        if isinstance(value, str):
            return value.replace("{site}", site).replace("{folder}", os.path.dirname(site))
        if isinstance(value, list):
            return [fill(one) for one in value]
        return {key: fill(one) for key, one in value.items()} if isinstance(value, dict) else value

    assert words in refusal(registry_artifact, **{"name": f"{NOBODY}/a:1", "artifact_type": KIND, **fill(given)})


def test_latest_is_never_deleted_unsaid():
    assert "neither a tag nor a digest" in refusal(registry_artifact, name=f"{NOBODY}/a", state="absent")


@pytest.mark.parametrize("given", [{}, {"state": "downloaded"}, {"files": [{"title": "a"}], "artifact_type": KIND}])
def test_options_that_are_missing(given):
    with pytest.raises(ValueError):
        options_of(registry_artifact, name=NAME, **given)


def layer(title=None, kind="a/b", **annotations):
    named = {} if title is None else {TITLE: title}
    return Descriptor(kind, Digest.of(str(title).encode()), 1, annotations={**named, **annotations})


def test_files_of_an_artifact():
    told = []
    layers = [layer("a"), layer(), EMPTY, layer("b", "c/d"), layer("sub", **{"io.deis.oras.content.unpack": "true"})]
    manifest = build_image_manifest(EMPTY, layers, artifact_type=KIND)
    assert files_of(manifest, None, told.append) == [layers[0], layers[3], layers[4]]
    assert len(told) == 2
    assert str(layers[1].digest) in told[0]
    assert "sub was a folder" in told[1]
    assert files_of(manifest, ["c/d"], told.append) == [layers[3]]
    assert len(told) == 2


def test_a_name_that_is_not_to_be_trusted_refuses_all():
    manifest = build_image_manifest(EMPTY, [layer("a"), layer("../b")], artifact_type=KIND)
    with pytest.raises(ManifestError, match="leads out"):
        files_of(manifest, None, print)


def test_what_is_not_the_artifact_that_is_wanted():
    name = Reference.parse(NAME)
    manifest = build_image_manifest(EMPTY, [layer("a")], artifact_type=KIND)
    check_artifact(name, manifest, None)
    check_artifact(name, manifest, KIND)
    with pytest.raises(RegistryError, match="is of the type") as caught:
        check_artifact(name, manifest, "a/b")
    assert caught.value.category == "conflict"
    with pytest.raises(RegistryError, match=str(manifest.digest)):
        check_artifact(name, build_index([manifest.descriptor()]), None)
