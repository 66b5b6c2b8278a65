# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images in an archive: the same bytes for the same images, whole or as before, and nothing believed that it says."""

from __future__ import annotations

import itertools
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.archive import ArchiveStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ArchiveError,
    ManifestError,
    RegistryError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout import LayoutStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import OCI_ARCHIVE
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import (
    blob_name,
    content,
    copy,
    described,
    image,
    index_of,
    layout_files,
    names_in,
    push,
    special,
    tar,
)

ONE, TWO, THREE = image(b"base", b"one"), image(b"base", b"two"), image(b"three")
SIGNATURE = image(b"sig", subject=ONE.manifest, artifact_type="application/x.sig")
ON_IT = image(b"on", subject=SIGNATURE.manifest, artifact_type="application/x.on")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "bundle.tar"


@pytest.fixture
def opened(path):
    """Opens the archive, each time anew; all are closed at the end."""
    path.parent.mkdir(exist_ok=True)
    stores = []

    def open_it(other=None):
        stores.append(ArchiveStore(OCI_ARCHIVE, str(other or path)))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


def committed(store, *images):
    for version, one in images:
        push(store, version, one)
    store.commit()
    store.close()


def test_an_image_comes_back_as_it_was(opened, path):
    store = opened()
    digest = push(store, "team/app:v1", ONE, TWO, index=index_of(ONE, TWO))
    assert not path.exists()
    store.commit()
    again = opened()
    assert again.resolve("team/app:v1").digest == again.resolve("").digest == digest
    assert again.fetch("team/app:v1").raw == index_of(ONE, TWO).raw
    assert again.fetch(TWO.manifest.digest).raw == TWO.manifest.raw
    assert content(again, ONE.manifest.layers[1]) == b"one"
    assert [name for name in again.source(ONE.manifest.layers[0]).what.split() if name == str(path)]


def test_each_blob_is_in_it_once(opened, path):
    committed(opened(), ("v1", ONE), ("v2", TWO), ("v3", ONE))
    names = names_in(path.read_bytes())
    assert names[:2] == ["oci-layout", "index.json"]
    parts = [*ONE.blobs, *TWO.blobs, ONE.manifest.raw, TWO.manifest.raw]
    assert names[2:] == sorted({blob_name(data) for data in parts})


def test_the_bytes_do_not_depend_on_order_history_or_clock(opened, tmp_path, path):
    wanted = [("v1", ONE), ("v2", TWO), ("", THREE), (SIGNATURE.manifest.digest, SIGNATURE)]
    made = set()
    for number, order in enumerate(itertools.permutations(wanted)):
        other = path.parent / f"{number}.tar"
        committed(opened(other), *order)
        made.add(other.read_bytes())
    assert len(made) == 1
    for one in wanted:
        committed(opened(), ("v2", THREE), one)
    os.utime(str(path), (1, 1))
    committed(opened(), *wanted)
    assert path.read_bytes() in made


def test_a_second_run_of_the_same_writes_nothing(opened, path, tmp_path):
    source = LayoutStore(str(tmp_path / "source"))
    push(source, "v1", ONE)
    store = opened()
    assert copy(source, "v1", store, "v1")
    store.commit()
    store.close()
    before = path.stat().st_ino, path.stat().st_mtime_ns
    again = opened()
    assert not copy(source, "v1", again, "v1")
    again.commit()
    again.close()
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == before
    assert os.listdir(str(path.parent)) == ["bundle.tar"]


def test_a_second_image_brings_only_what_is_new(opened, path, tmp_path):
    source = LayoutStore(str(tmp_path / "source"))
    push(source, "v2", TWO)
    committed(opened(), ("v1", ONE))
    store = opened()
    assert store.has_blob(described(b"base").digest)
    brought = []
    really = store.push_blob
    store.push_blob = lambda descriptor, *rest: brought.append(descriptor.digest) or really(descriptor, *rest)
    copy(source, "v2", store, "v2")
    store.commit()
    assert set(brought) == {described(b"two").digest, described(TWO.blobs[0]).digest}
    assert {opened().resolve(name).digest for name in ("v1", "v2")} == {ONE.manifest.digest, TWO.manifest.digest}


def test_what_a_name_pointed_at_before_is_dropped(opened, path):
    committed(opened(), ("v1", ONE), ("kept", THREE))
    committed(opened(), ("v1", TWO))
    names = names_in(path.read_bytes())
    assert blob_name(b"one") not in names
    assert blob_name(ONE.manifest.raw) not in names
    assert {blob_name(b"base"), blob_name(b"two"), blob_name(b"three")} <= set(names)


def test_what_is_attached_goes_with_its_subject(opened, path):
    cosign = (f"sha256-{ONE.manifest.digest.encoded}.sig", THREE)
    attached = [(SIGNATURE.manifest.digest, SIGNATURE), (ON_IT.manifest.digest, ON_IT), cosign]
    committed(opened(), *attached, ("v1", ONE))
    found = opened()
    assert [one.digest for one in found.referrers(ONE.manifest.digest)] == [SIGNATURE.manifest.digest]
    assert [one.digest for one in found.referrers(SIGNATURE.manifest.digest)] == [ON_IT.manifest.digest]
    assert found.resolve(cosign[0]).digest == THREE.manifest.digest
    committed(opened(), ("v1", TWO))
    alone = path.read_bytes()
    path.unlink()
    committed(opened(), ("v1", TWO))
    assert path.read_bytes() == alone


def test_what_came_without_its_subject_stays(opened):
    committed(opened(), (SIGNATURE.manifest.digest, SIGNATURE), ("v2", TWO))
    committed(opened(), ("v3", THREE))
    assert [one.digest for one in opened().referrers(ONE.manifest.digest)] == [SIGNATURE.manifest.digest]


def test_an_unnamed_image_keeps_what_is_attached_to_it(opened):
    committed(opened(), (SIGNATURE.manifest.digest, SIGNATURE), ("", ONE))
    again = opened()
    assert again.resolve("").digest == ONE.manifest.digest
    assert [one.digest for one in again.referrers(ONE.manifest.digest)] == [SIGNATURE.manifest.digest]


def test_a_manifest_that_is_somebodys_layer_keeps_its_own_parts(opened):
    strange = image(ONE.manifest.raw)
    committed(opened(), ("strange", strange), ("v1", ONE))
    assert content(opened(), ONE.manifest.layers[1]) == b"one"


def test_many_push_at_once(opened):
    images = [image(b"base", str(number).encode()) for number in range(32)]
    store = opened()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: push(store, one.manifest.digest.encoded[:9], one), images))
    store.commit()
    again = opened()
    for one in images:
        assert again.fetch(one.manifest.digest.encoded[:9]).digest == one.manifest.digest
        assert content(again, one.manifest.layers[1]) == one.blobs[2]


@pytest.mark.parametrize("wrong", [b"shorter", b"much longer than it should be", b"damaged!"])
def test_a_blob_that_fails_leaves_the_archive_as_it_was(opened, path, wrong):
    committed(opened(), ("v1", ONE))
    before = path.read_bytes()
    store = opened()
    with pytest.raises(VerificationError):
        store.push_blob(described(b"expected"), BytesSource(wrong), ())
    store.commit()
    store.close()
    assert path.read_bytes() == before
    assert os.listdir(str(path.parent)) == ["bundle.tar"]


def test_blobs_without_an_image_change_nothing(opened, path):
    committed(opened(), ("v1", ONE))
    before = path.stat().st_ino
    store = opened()
    store.push_blob(described(b"lonely"), BytesSource(b"lonely"), ())
    store.commit()
    assert path.stat().st_ino == before


def test_a_commit_that_fails_leaves_the_archive_as_it_was(opened, path):
    """The blob that nobody asked for is damaged: it is found when the archive is written anew."""
    files = {**layout_files("v1", ONE), blob_name(b"one"): b"bad"}
    path.write_bytes(tar(*files.items()))
    before = path.read_bytes()
    store = opened()
    push(store, "v2", THREE)
    with pytest.raises(VerificationError, match="bundle.tar is not what its digest says"):
        store.commit()
    store.close()
    assert path.read_bytes() == before
    assert os.listdir(str(path.parent)) == ["bundle.tar"]


def test_what_another_wrote_meanwhile_is_not_lost(opened, path):
    committed(opened(), ("v1", ONE))
    mine, theirs = opened(), opened()
    push(mine, "mine", TWO)
    committed(theirs, ("theirs", THREE))
    with pytest.raises(ArchiveError, match="written to by somebody else meanwhile"):
        mine.commit()
    found = opened()
    assert (found.resolve("theirs").digest, found.resolve("mine")) == (THREE.manifest.digest, None)


def test_two_who_both_make_the_archive_do_not_overwrite_each_other(opened):
    mine, theirs = opened(), opened()
    push(mine, "mine", TWO)
    committed(theirs, ("theirs", THREE))
    with pytest.raises(ArchiveError, match="somebody else"):
        mine.commit()


def test_a_store_can_go_on_after_a_commit(opened):
    store = opened()
    push(store, "v1", ONE)
    store.commit()
    push(store, "v2", TWO)
    store.commit()
    assert {opened().resolve(name).digest for name in ("v1", "v2")} == {ONE.manifest.digest, TWO.manifest.digest}


def test_a_missing_layer_is_brought_by_force(opened, path, tmp_path):
    files = layout_files("v1", ONE)
    del files[blob_name(b"one")]
    path.write_bytes(tar(*files.items()))
    source = LayoutStore(str(tmp_path / "source"))
    push(source, "v1", ONE)
    store = opened()
    assert copy(source, "v1", store, "v1", force=True)
    store.commit()
    assert content(opened(), ONE.manifest.layers[1]) == b"one"


def test_without_a_folder_there_is_no_archive(opened, tmp_path):
    store = opened(tmp_path / "none" / "bundle.tar")
    with pytest.raises(ArchiveError, match="there is no folder .*none"):
        store.check("v1", ONE.manifest)


def test_what_others_tar_is_read(opened, path):
    files = {f"./{name}": data for name, data in layout_files("v1", ONE).items()}
    path.write_bytes(tar(special("./blobs", b"5"), *reversed(list(files.items())), ("./notes.txt", b"hello")))
    store = opened()
    assert store.fetch("v1").digest == ONE.manifest.digest
    assert content(store, ONE.manifest.layers[0]) == b"base"


def test_a_blob_may_be_a_link_to_another(opened, path):
    files = layout_files("v1", ONE)
    del files[blob_name(b"one")]
    path.write_bytes(tar(*files.items(), ("blobs/kept", b"one"), special(blob_name(b"one"), b"1", "blobs/kept")))
    assert content(opened(), ONE.manifest.layers[1]) == b"one"


def test_names_of_blobs_that_nobody_can_need_are_left_aside(opened, path):
    files = {**layout_files("v1", ONE), "blobs/sha256/README": b"", "blobs/blake3/" + "a" * 64: b"", "blobs/x": b""}
    path.write_bytes(tar(*files.items()))
    assert opened().fetch("v1").digest == ONE.manifest.digest


def test_a_manifest_that_lies_is_refused_and_named(opened, path):
    files = {**layout_files("v1", ONE), blob_name(ONE.manifest.raw): TWO.manifest.raw}
    path.write_bytes(tar(*files.items()))
    with pytest.raises(VerificationError, match="oci-archive:.*bundle.tar@sha256:"):
        opened().fetch("v1")


@pytest.mark.parametrize(
    "lie", [{"size": 3}, {"mediaType": "application/vnd.oci.image.index.v1+json"}, {"digest": "sha512:" + "a" * 128}]
)
def test_an_index_that_lies_is_refused(opened, path, lie):
    files = layout_files("v1", ONE)
    data = json.loads(files["index.json"])
    data["manifests"][0].update(lie)
    path.write_bytes(tar(*{**files, "index.json": json.dumps(data).encode()}.items()))
    with pytest.raises(RegistryError):
        opened().fetch("v1")


@pytest.mark.parametrize("lie", [b"wrong", b"on", b"one and more", b"two", None])
def test_a_layer_that_lies_or_is_missing_is_not_copied(opened, path, tmp_path, lie):
    files = layout_files("v1", ONE)
    del files[blob_name(b"one")]
    path.write_bytes(tar(*files.items(), *([(blob_name(b"one"), lie)] if lie is not None else [])))
    dest = LayoutStore(str(tmp_path / "copy"))
    with pytest.raises(RegistryError, match="bundle.tar"):
        copy(opened(), "v1", dest, "v1")
    assert dest.resolve("v1") is None
    assert not (tmp_path / "copy" / blob_name(b"one")).exists()


@pytest.mark.parametrize("size", [4 * 1024 * 1024 + 1])
def test_a_manifest_without_end_is_not_read(opened, path, size):
    large = b'{"a":"' + b"x" * size + b'"}'
    entry = {**described(large, "application/vnd.oci.image.manifest.v1+json").to_json()}
    index = json.dumps({"manifests": [entry]}).encode()
    path.write_bytes(tar(("index.json", index), (blob_name(large), large)))
    with pytest.raises(ArchiveError, match="too large for a manifest"):
        opened().fetch("")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (tar(("readme", b"")), 'no "manifest.json" in it'),
        (tar(("manifest.json", b"[]")), "Use docker-archive:"),
        (tar(("index.json", b"{")), "not JSON"),
        (tar(("index.json", b"{}")), "has no manifests"),
        (b"", "not a tar archive"),
    ],
)
def test_what_is_no_such_archive_is_neither_read_nor_overwritten(opened, path, data, words):
    path.write_bytes(data)
    for _again in range(2):
        store = opened()
        with pytest.raises((ArchiveError, ManifestError), match=words):
            store.resolve("v1")
        with pytest.raises((ArchiveError, ManifestError), match=words):
            push(store, "v1", ONE)
        store.commit()
    assert path.read_bytes() == data
    assert os.listdir(str(path.parent)) == ["bundle.tar"]
