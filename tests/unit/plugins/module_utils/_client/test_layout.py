# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images in a folder: whole or not there, and nothing outside of it read or written."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.archive import ArchiveStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ArchiveError,
    ManifestError,
    RegistryError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout import LayoutStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import (
    blob_name,
    content,
    copy,
    described,
    image,
    index_of,
    layout_files,
    push,
)

ONE, TWO = image(b"base", b"one"), image(b"base", b"two")


@pytest.fixture
def root(tmp_path):
    return tmp_path / "layout"


@pytest.fixture
def store(root):
    return LayoutStore(str(root))


def write(root, files):
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def files_of(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_an_image_comes_back_as_it_was(store, root):
    digest = push(store, "v1", ONE, TWO, index=index_of(ONE, TWO))
    again = LayoutStore(str(root))
    assert again.resolve("v1").digest == again.resolve("").digest == digest
    assert again.fetch("v1").raw == index_of(ONE, TWO).raw
    assert again.fetch(ONE.manifest.digest).raw == ONE.manifest.raw
    assert content(again, ONE.manifest.layers[1]) == b"one"
    assert json.loads((root / "oci-layout").read_bytes()) == {"imageLayoutVersion": "1.0.0"}


def test_what_the_specification_says_is_read(store, root):
    write(root, layout_files("v1", ONE))
    assert store.fetch("v1").digest == ONE.manifest.digest
    assert store.resolve("v2") is None
    assert store.resolve(Digest.of(b"none")) is None
    with pytest.raises(RegistryError, match="is not there; names that are: v1") as caught:
        store.fetch("v2")
    assert caught.value.category == "not_found"


@pytest.mark.parametrize("make", [LayoutStore, lambda path: ArchiveStore("oci-archive", path)])
def test_a_place_that_is_not_there_is_told_from_one_without_the_image(tmp_path, make):
    path = str(tmp_path / "typo")
    with pytest.raises(RegistryError, match=f"{path}:v1 cannot be read: {path} does not exist") as caught:
        make(path).fetch("v1")
    assert caught.value.category == "not_found"


def test_without_names_none_is_named(store, root):
    push(store, "", ONE)
    with pytest.raises(RegistryError, match="v1 is not there; no image there has a name"):
        store.fetch("v1")


def test_a_second_image_brings_only_what_is_new(store, root):
    push(store, "v1", ONE)
    before = {name: (root / name).stat().st_mtime_ns for name in files_of(root)}
    push(store, "v2", TWO)
    new = set(files_of(root)) - set(before)
    assert new == {blob_name(data) for data in (b"two", TWO.blobs[0], TWO.manifest.raw)}
    assert (root / blob_name(b"base")).stat().st_mtime_ns == before[blob_name(b"base")]


def test_the_index_is_the_same_whatever_the_order(tmp_path):
    made = []
    for number, order in enumerate([[("v1", ONE), ("v2", TWO)], [("v2", TWO), ("v1", TWO), ("v1", ONE)]]):
        store = LayoutStore(str(tmp_path / str(number)))
        for name, one in order:
            push(store, name, one)
        made.append((tmp_path / str(number) / "index.json").read_bytes())
    assert made[0] == made[1]


def test_a_blob_that_fails_leaves_nothing(store, root):
    for wrong in (b"shorter", b"much longer than it should be", b"damaged!"):
        with pytest.raises(VerificationError):
            store.push_blob(described(b"expected"), BytesSource(wrong), ())
    assert files_of(root) == []
    assert store.resolve("v1") is None
    push(store, "v1", ONE)
    assert store.resolve("v1").digest == ONE.manifest.digest


def test_what_a_killed_copy_left_is_no_obstacle(store, root):
    write(root, {"blobs/sha256/.partial-1": b"x", "oci-layout": b"{}", ".partial-2": b"x"})
    assert store.resolve("v1") is None
    push(store, "v1", ONE)
    assert LayoutStore(str(root)).fetch("v1").digest == ONE.manifest.digest


def test_a_folder_of_other_things_and_a_file_are_refused(root):
    write(root, {"holiday.jpg": b"x"})
    for path in (root, root / "holiday.jpg"):
        with pytest.raises(ArchiveError, match="is not an OCI image layout"):
            LayoutStore(str(path)).resolve("v1")
    assert files_of(root) == ["holiday.jpg"]


@pytest.mark.parametrize("what", ["index.json", "blobs", "blobs/sha256", "a blob"])
def test_links_out_of_the_folder_are_refused(store, root, tmp_path, what):
    write(root, layout_files("v1", ONE))
    inside = root / (blob_name(ONE.manifest.raw) if what == "a blob" else what)
    inside.rename(tmp_path / "outside")
    inside.symlink_to(tmp_path / "outside")
    with pytest.raises(ArchiveError, match="leads out of the layout's folder"):
        store.fetch("v1")


def test_nothing_is_written_through_a_link_out_of_the_folder(store, root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "blobs").symlink_to(outside)
    with pytest.raises(ArchiveError, match="leads out"):
        store.push_blob(described(b"x"), BytesSource(b"x"), ())
    assert os.listdir(str(outside)) == []


def test_links_within_the_folder_are_fine(store, root):
    write(root, layout_files("v1", ONE))
    (root / blob_name(b"one")).rename(root / "blobs" / "kept")
    (root / blob_name(b"one")).symlink_to(root / "blobs" / "kept")
    assert content(store, ONE.manifest.layers[1]) == b"one"


def test_pipes_are_no_files(store, root):
    write(root, layout_files("v1", ONE))
    for name in (blob_name(ONE.manifest.raw), "index.json"):
        (root / name).unlink()
        os.mkfifo(str(root / name))
        with pytest.raises(RegistryError):
            store.fetch("v1")


def test_a_manifest_that_lies_is_refused_and_named(store, root):
    write(root, {**layout_files("v1", ONE), blob_name(ONE.manifest.raw): TWO.manifest.raw})
    with pytest.raises(VerificationError, match="oci:.*layout@sha256:.*expected"):
        store.fetch("v1")


def test_an_index_that_lies_is_refused(store, root):
    files = layout_files("v1", ONE)
    data = json.loads(files["index.json"])
    data["manifests"][0]["size"] += 1
    write(root, {**files, "index.json": json.dumps(data).encode()})
    with pytest.raises(VerificationError, match="the index says that it has"):
        store.fetch("v1")
    data["manifests"][0].update(size=len(ONE.manifest.raw), mediaType="application/vnd.oci.image.index.v1+json")
    write(root, {"index.json": json.dumps(data).encode()})
    with pytest.raises(ManifestError):
        store.fetch("v1")


@pytest.mark.parametrize("lie", [b"wrong", b"on", b"one and more", None])
def test_a_layer_that_lies_or_is_missing_is_not_copied(store, root, tmp_path, lie):
    write(root, layout_files("v1", ONE))
    path = root / blob_name(b"one")
    path.unlink() if lie is None else path.write_bytes(lie)
    dest = LayoutStore(str(tmp_path / "copy"))
    with pytest.raises(RegistryError):
        copy(store, "v1", dest, "v1")
    assert dest.resolve("v1") is None
    assert blob_name(b"one") not in files_of(tmp_path / "copy")


def test_many_write_at_once_and_no_name_is_lost(root):
    """Each has an instance of its own, as processes would."""
    images = [image(b"base", str(number).encode()) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: push(LayoutStore(str(root)), one.manifest.digest.encoded[:9], one), images))
    found = LayoutStore(str(root))
    assert {found.resolve(one.manifest.digest.encoded[:9]).digest for one in images} == {
        one.manifest.digest for one in images
    }
    assert not [name for name in files_of(root) if ".partial" in name]


def test_referrers_are_found_by_what_their_manifests_say(store, root):
    signature = image(b"sig", subject=ONE.manifest, artifact_type="application/x.sig")
    named = image(b"named", subject=ONE.manifest, artifact_type="application/x.named")
    push(store, "v1", ONE)
    push(store, signature.manifest.digest, signature)
    push(store, signature.manifest.digest, signature)
    push(store, "by-name", named)
    push(store, named.manifest.digest, named)
    for found in (store, LayoutStore(str(root))):
        assert {(one.digest, one.artifact_type) for one in found.referrers(ONE.manifest.digest)} == {
            (signature.manifest.digest, "application/x.sig"),
            (named.manifest.digest, "application/x.named"),
        }
        assert len(found.referrers(ONE.manifest.digest)) == 2
        assert found.referrers(TWO.manifest.digest) == []


def test_entries_that_are_missing_or_no_manifests_have_no_subject(store, root):
    files = layout_files("v1", ONE)
    data = json.loads(files["index.json"])
    data["manifests"] += [TWO.manifest.descriptor().to_json(), described(b"one", "application/x.other").to_json()]
    write(root, {**files, "index.json": json.dumps(data).encode()})
    assert store.referrers(ONE.manifest.digest) == []
