# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives of `docker save`: what Docker wrote of old, what it writes now, and what nobody should believe."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.archive import ArchiveStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ArchiveError, RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout import LayoutStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import DOCKER_ARCHIVE
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import (
    blob_name,
    content,
    copy,
    docker_save,
    image,
    index_of,
    layout_files,
    push,
    special,
    tar,
)

ONE, TWO = image(b"base", b"one"), image(b"base", b"two")
CONFIG = ONE.blobs[0]
FILES = {"c.json": CONFIG, "1/layer.tar": b"base", "2/layer.tar": b"one"}
ENTRY = {"Config": "c.json", "RepoTags": ["redis:7"], "Layers": ["1/layer.tar", "2/layer.tar"]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "image.tar"


@pytest.fixture
def opened(path):
    """Opens the archive, each time anew; all are closed at the end."""
    stores = []

    def open_it(data=None):
        if data is not None:
            path.write_bytes(data)
        stores.append(ArchiveStore(DOCKER_ARCHIVE, str(path)))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


def manifest_json(path):
    with tarfile.open(str(path)) as archive:
        return json.load(archive.extractfile("manifest.json"))


def test_what_docker_wrote_of_old_becomes_an_image(opened):
    store = opened(docker_save([ENTRY], FILES))
    found = store.fetch("redis:7")
    assert found.media_type == MediaType.DOCKER_MANIFEST
    assert found.config.digest == Digest.of(CONFIG)
    assert [content(store, layer) for layer in found.layers] == [b"base", b"one"]
    assert store.resolve("docker.io/library/redis:7").digest == store.resolve("").digest == found.digest
    assert store.resolve("redis:8") is None


def test_the_same_image_has_the_same_digest_every_time(opened):
    digests = {opened(docker_save([ENTRY], FILES)).resolve("").digest for unused in range(2)}
    digests.add(opened(docker_save([ENTRY], dict(reversed(list(FILES.items()))))).resolve("").digest)
    assert len(digests) == 1


def test_layers_may_be_packed_or_links_to_each_other(opened):
    files = {"c.json": CONFIG, "1/layer.tar": gzip.compress(b"base", mtime=0), "0/layer.tar": b"one"}
    data = tar(
        ("manifest.json", json.dumps([ENTRY]).encode()),
        *files.items(),
        special("2/layer.tar", tarfile.SYMTYPE, "../0/layer.tar"),
    )
    store = opened(data)
    layers = store.fetch("").layers
    assert [layer.media_type for layer in layers] == [
        MediaType.DOCKER_LAYER,
        "application/vnd.docker.image.rootfs.diff.tar",
    ]
    assert content(store, layers[1]) == b"one"


def test_an_image_without_names_and_one_with_two(opened):
    other = {"Config": "c2.json", "RepoTags": None, "Layers": ["1/layer.tar", "3/layer.tar"]}
    files = {**FILES, "c2.json": TWO.blobs[0], "3/layer.tar": b"two"}
    store = opened(docker_save([{**ENTRY, "RepoTags": ["a:1", "b.example/x:2"]}, other], files))
    assert store.resolve("a:1").digest == store.resolve("b.example/x:2").digest != store.resolve("").digest
    assert store.fetch("").config.digest == Digest.of(TWO.blobs[0])


@pytest.mark.parametrize(
    "images",
    [
        {"a": 1},
        [None],
        [[]],
        [{}],
        [{**ENTRY, "Config": None}],
        [{**ENTRY, "Config": "../../etc/passwd"}],
        [{**ENTRY, "Config": "/etc/passwd"}],
        [{**ENTRY, "Config": "1/layer.tar"}],
        [{**ENTRY, "Layers": "1/layer.tar"}],
        [{**ENTRY, "Layers": [1, 2]}],
        [{**ENTRY, "Layers": ["1/layer.tar"]}],
        [{**ENTRY, "Layers": ["1/layer.tar", "1/layer.tar"]}],
        [{**ENTRY, "Layers": ["2/layer.tar", "1/layer.tar"]}],
        [{**ENTRY, "Layers": ["1/layer.tar", "/etc/passwd"]}],
        [{**ENTRY, "Layers": ["1/layer.tar", "nowhere"]}],
        [{**ENTRY, "RepoTags": "redis:7"}],
        [{**ENTRY, "RepoTags": 7}],
        [{**ENTRY, "RepoTags": [7]}],
        [{**ENTRY, "RepoTags": ["Not A Name"]}],
        [{**ENTRY, "RepoTags": ["a@sha256:1"]}],
        [{**ENTRY, "Layers": ["1/layer.tar"] * 50_000}],
    ],
)
def test_a_manifest_json_that_lies_is_refused(opened, images):
    with pytest.raises(RegistryError):
        opened(docker_save(images, FILES)).fetch("redis:7")


@pytest.mark.parametrize("config", [b"", b"[]", b"{", b'{"rootfs":{"diff_ids":[1,2]}}'])
def test_a_configuration_that_lies_is_refused(opened, config):
    with pytest.raises(RegistryError):
        opened(docker_save([ENTRY], {**FILES, "c.json": config})).fetch("redis:7")


def test_a_damaged_layer_is_refused(opened):
    with pytest.raises(ArchiveError, match="a layer is sha256:.*, and should be sha256:"):
        opened(docker_save([ENTRY], {**FILES, "2/layer.tar": b"0ne"})).fetch("redis:7")


def test_what_we_write_docker_reads_and_so_do_we(opened, path):
    store = opened()
    push(store, "redis:7", ONE)
    push(store, "redis:latest", ONE)
    push(store, "quay.io/a/b:v2", TWO)
    store.commit()
    entries = {entry["Config"]: entry for entry in manifest_json(path)}
    assert entries[blob_name(CONFIG)] == {
        "Config": blob_name(CONFIG),
        "RepoTags": ["redis:7", "redis:latest"],
        "Layers": [blob_name(b"base"), blob_name(b"one")],
    }
    assert entries[blob_name(TWO.blobs[0])]["RepoTags"] == ["quay.io/a/b:v2"]
    again = opened()
    assert again.fetch("redis:7").raw == ONE.manifest.raw
    assert again.resolve("docker.io/library/redis:latest").digest == ONE.manifest.digest


def test_what_docker_saves_now_keeps_its_names(opened, path):
    files = layout_files("7", ONE)
    index = json.loads(files["index.json"])
    index["manifests"][0]["annotations"]["io.containerd.image.name"] = "docker.io/library/redis:7"
    files["index.json"] = json.dumps(index).encode()
    store = opened(tar(*files.items(), ("manifest.json", json.dumps([ENTRY]).encode())))
    assert store.resolve("redis:7").digest == ONE.manifest.digest
    push(store, "app:v1", TWO)
    store.commit()
    assert sorted(name for entry in manifest_json(path) for name in entry["RepoTags"]) == ["app:v1", "redis:7"]
    store = opened()
    push(store, "redis:7", TWO)
    store.commit()
    assert manifest_json(path) == [
        {
            "Config": blob_name(TWO.blobs[0]),
            "RepoTags": ["app:v1", "redis:7"],
            "Layers": [blob_name(b"base"), blob_name(b"two")],
        }
    ]


def test_an_old_archive_is_added_to(opened, path):
    store = opened(docker_save([ENTRY], FILES))
    before = store.resolve("redis:7").digest
    push(store, "app:v1", TWO)
    store.commit()
    again = opened()
    assert again.resolve("redis:7").digest == before
    assert again.resolve("app:v1").digest == TWO.manifest.digest
    assert content(again, ONE.manifest.layers[1]) == b"one"
    assert len(manifest_json(path)) == 2


def test_what_is_attached_is_kept_but_not_shown_to_docker(opened, path):
    signature = image(b"sig", subject=ONE.manifest, artifact_type="application/x.sig")
    store = opened()
    push(store, signature.manifest.digest, signature)
    push(store, f"sha256-{ONE.manifest.digest.encoded}.sig", TWO)
    push(store, "", ONE)
    store.commit()
    assert [entry["Config"] for entry in manifest_json(path)] == [blob_name(CONFIG)]
    assert [one.digest for one in opened().referrers(ONE.manifest.digest)] == [signature.manifest.digest]
    assert opened().resolve("").digest == ONE.manifest.digest


def test_several_platforms_are_refused_before_anything_is_written(opened, tmp_path):
    source = LayoutStore(str(tmp_path / "source"))
    push(source, "v1", ONE, TWO, index=index_of(ONE, TWO))
    with pytest.raises(ArchiveError, match="linux/amd64, linux/arm64.*Name one of them as platforms"):
        copy(source, "v1", opened(), "app:v1")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["source"]


def test_an_index_of_one_platform_is_that_image(opened, path):
    store = opened()
    push(store, "app:v1", ONE, index=index_of(ONE))
    store.commit()
    assert [entry["Config"] for entry in manifest_json(path)] == [blob_name(CONFIG)]
    assert opened().resolve("app:v1").digest == index_of(ONE).digest


def test_the_bytes_do_not_depend_on_the_order(opened, path):
    made = set()
    for order in ([("a:1", ONE), ("b:1", TWO)], [("b:1", TWO), ("a:1", ONE)]):
        store = opened()
        for name, one in order:
            push(store, name, one)
        store.commit()
        made.add(path.read_bytes())
        path.unlink()
    assert len(made) == 1


def test_a_packed_archive_is_read(opened):
    assert opened(gzip.compress(docker_save([ENTRY], FILES))).fetch("redis:7").config.digest == Digest.of(CONFIG)


def test_no_file_of_this_machine_gets_into_an_image(opened):
    """The path is that of a file that there is; the archive has none of that name."""
    secret = io.BytesIO()
    with tarfile.open(fileobj=secret, mode="w") as archive:
        archive.addfile(special("1/layer.tar", tarfile.SYMTYPE, "/etc/passwd"))
    with pytest.raises(ArchiveError, match="outside of the archive"):
        opened(secret.getvalue()).fetch("")
