# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image goes with all that is attached to it, and to its parts; what is attached comes first."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.attachments import (
    cosign_tags,
    plan_with_attachments,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy import run_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout import LayoutStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import (
    image,
    index_of,
    push,
)

ONE, TWO = image(b"one"), image(b"two")
INDEX = index_of(ONE, TWO)
KIND = "application/x.sig"


@pytest.fixture
def session():
    with Workers(4) as workers:
        yield CopySession(workers)


@pytest.fixture
def src(tmp_path):
    store = LayoutStore(str(tmp_path / "src"))
    push(store, "v1", ONE, TWO, index=INDEX)
    return store


@pytest.fixture
def dest(tmp_path):
    return LayoutStore(str(tmp_path / "dest"))


def attach(store, to, text=b"sig"):
    """Attach something to a manifest by a subject."""
    one = image(text, subject=to, artifact_type=KIND)
    push(store, one.manifest.digest, one)
    return one.manifest


def referring(store, manifest):
    return [one.digest for one in store.referrers(manifest.digest)]


def test_what_refers_to_the_index_to_a_child_and_to_a_referrer_goes_along(session, src, dest):
    on_index = attach(src, INDEX)
    on_child = attach(src, TWO.manifest, b"child")
    on_that = attach(src, on_child, b"on that")
    run_copy(session, plan_with_attachments(session, src, "v1", dest, "v1"))
    assert dest.resolve("v1").digest == INDEX.digest
    assert referring(dest, INDEX) == [on_index.digest]
    assert referring(dest, TWO.manifest) == [on_child.digest]
    assert referring(dest, on_child) == [on_that.digest]
    assert not plan_with_attachments(session, src, "v1", dest, "v1").changed


def test_cosigns_tags_go_along_with_what_refers_to_them(session, src, dest):
    tags = [cosign_tags(INDEX.digest)[0], cosign_tags(ONE.manifest.digest)[1], cosign_tags(TWO.manifest.digest)[2]]
    for tag in tags:
        push(src, tag, image(tag.encode()))
    on_signature = attach(src, src.fetch(tags[0]))
    run_copy(session, plan_with_attachments(session, src, "v1", dest, "v1"))
    assert [dest.resolve(tag).digest for tag in tags] == [src.resolve(tag).digest for tag in tags]
    assert referring(dest, src.fetch(tags[0])) == [on_signature.digest]


def test_what_comes_later_to_an_image_that_is_there_is_brought(session, src, dest):
    run_copy(session, plan_with_attachments(session, src, "v1", dest, "v1"))
    late = attach(src, ONE.manifest)
    plan = plan_with_attachments(session, src, "v1", dest, "v1")
    assert (plan.changed, plan.puts_root, [one.digest for one in plan.attached]) == (True, False, [late.digest])
    run_copy(session, plan)
    assert referring(dest, ONE.manifest) == [late.digest]


def test_platforms_that_stay_behind_keep_what_is_attached_to_them(session, src, dest):
    kept, left = attach(src, ONE.manifest, b"kept"), attach(src, TWO.manifest, b"left")
    run_copy(session, plan_with_attachments(session, src, "v1", dest, "v1", [Platform("linux", "amd64")]))
    assert referring(dest, ONE.manifest) == [kept.digest]
    assert not dest.has_blob(left.digest)


def test_two_that_refer_to_each_other_by_tag_and_subject_end(session, src, dest):
    """A signature found by its subject and by cosign's tag is copied under both, and once."""
    both = image(b"both", subject=INDEX, artifact_type=KIND)
    push(src, both.manifest.digest, both)
    push(src, cosign_tags(INDEX.digest)[0], both)
    plan = plan_with_attachments(session, src, "v1", dest, "v1")
    assert sorted(one.dest_version for one in plan.attached) == sorted(
        [both.manifest.digest, cosign_tags(INDEX.digest)[0]]
    )
    run_copy(session, plan)
    assert referring(dest, INDEX) == [both.manifest.digest]


def test_the_image_comes_after_what_is_attached_and_that_after_what_is_attached_to_it(session, src, dest):
    signature = attach(src, INDEX)
    on_that = attach(src, signature, b"on that")
    order = []
    put = dest.push_manifest
    dest.push_manifest = lambda version, manifest: order.append(version) or put(version, manifest)
    run_copy(session, plan_with_attachments(session, src, "v1", dest, "v1"))
    assert [one for one in order if one in (signature.digest, on_that.digest, "v1")] == [
        on_that.digest,
        signature.digest,
        "v1",
    ]


def test_an_image_without_name_keeps_its_attachments(session, src, dest):
    signature = attach(src, INDEX)
    run_copy(session, plan_with_attachments(session, src, "v1", dest, ""))
    assert dest.resolve("").digest == INDEX.digest
    assert referring(dest, INDEX) == [signature.digest]
    assert not plan_with_attachments(session, src, "v1", dest, "").changed
