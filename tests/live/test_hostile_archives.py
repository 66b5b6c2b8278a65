# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives, layouts and artifacts that mean harm: the modules say so, soon, with little memory, and nothing is written
anywhere else than where the task said."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import (
    Entry,
    blob_name,
    docker_save,
    image,
    layout_files,
    special,
    tar,
)

from tests.live.hostile import LOGIN, stage
from tests.live.hostile_answers import by_digest
from tests.support.images import OCI_EMPTY, OCI_MANIFEST, describe, sha256
from tests.support.modules import ModuleRun, ModuleRunner

SECONDS = 30
MIB = 1024 * 1024
MEMORY = 64 * MIB

LAYER = b"a layer"
IMAGE = image(LAYER)
FILES = layout_files("v1", IMAGE)
CONFIG = IMAGE.blobs[0]
PAINTED = "\x1b[31mhacked\x1b[0m\nok: \u202e"


def layout(*more: Entry, **changed: bytes) -> bytes:
    """An OCI layout in an archive: with entries before its own, and some of its own changed (by their names' ends)."""
    ends = {name.replace("_", "."): data for name, data in changed.items()}
    files = {name: next((ends[end] for end in ends if name.endswith(end)), data) for name, data in FILES.items()}
    return tar(*more, *files.items())


def index(**changed: Any) -> bytes:
    """An index.json whose one entry is changed."""
    data = json.loads(FILES["index.json"])
    data["manifests"][0].update(changed)
    return json.dumps(data).encode()


def docker(**changed: Any) -> bytes:
    """What `docker save` of old wrote, with the one image's entry changed."""
    entry = {"Config": "config.json", "RepoTags": ["app:v1"], "Layers": ["1/layer.tar"], **changed}
    return docker_save([entry], {"config.json": CONFIG, "1/layer.tar": LAYER})


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """A header by itself, as anybody can write it."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def sparse_of_old(size: int) -> bytes:
    """GNU tar's sparse file of that size, of which nothing is there."""
    raw = bytearray(header("blobs/sha256/" + "0" * 64, 0, tarfile.GNUTYPE_SPARSE))
    raw[483:495] = b"\x80" + size.to_bytes(11, "big")
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def sparse_of_pax() -> tarfile.TarInfo:
    """POSIX tar's sparse file."""
    info = tarfile.TarInfo("blobs/sha256/" + "0" * 64)
    info.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,1",
        "GNU.sparse.size": "9" * 15,
    }
    return info


def global_headers(count: int) -> bytes:
    """Headers for all that follows, each with another megabyte that a reader would keep."""
    raw = b""
    for number in range(count):
        text = b"=%s\n" % (b"x" * (MIB - 4096))
        record = b"%d k%05d%s" % (len(text) + 15, number, text)
        record += bytes(-len(record) % 512)
        raw += header("g", len(text) + 15, tarfile.XGLTYPE) + record
    return raw


@dataclass(frozen=True)
class Row:
    """An archive's bytes, and the words that must be in the error about it."""

    data: Callable[[], bytes]
    words: tuple[str, ...]
    transport: str = "oci-archive"


def row(data: Callable[[], bytes], *words: str) -> Row:
    """A layout in an archive."""
    return Row(data, words)


def docker_row(data: Callable[[], bytes], *words: str) -> Row:
    """An archive of `docker save`."""
    return Row(data, words, "docker-archive")


OUTSIDE = "outside of the archive"
ARCHIVES: dict[str, Row] = {
    "a name that goes up": row(lambda: layout(("../outside", b"x")), OUTSIDE),
    "a name that goes up from below": row(lambda: layout(("blobs/sha256/../../../outside", b"x")), OUTSIDE),
    "an absolute name": row(lambda: layout(("/tmp/outside", b"x")), OUTSIDE),
    "a folder above": row(lambda: layout(special("..", tarfile.DIRTYPE)), OUTSIDE),
    "a symbolic link out": row(lambda: layout(special("link", tarfile.SYMTYPE, "../outside")), OUTSIDE),
    "an absolute symbolic link": row(lambda: layout(special("link", tarfile.SYMTYPE, "/etc/passwd")), OUTSIDE),
    "a hard link out": row(lambda: layout(special("link", tarfile.LNKTYPE, "../outside")), OUTSIDE),
    "a file behind a link out": row(
        lambda: layout(special("link", tarfile.SYMTYPE, ".."), ("link/outside", b"x")), OUTSIDE
    ),
    "a blob that is a file of this machine": row(
        lambda: layout(special("blobs/sha256/" + "0" * 64, tarfile.SYMTYPE, "/etc/passwd")), OUTSIDE
    ),
    "links in a ring": row(
        lambda: tar(
            special("index.json", tarfile.SYMTYPE, "a"),
            special("a", tarfile.SYMTYPE, "index.json"),
        ),
        "leads nowhere",
    ),
    "a character device": row(lambda: layout(special("dev", tarfile.CHRTYPE)), "neither a plain file"),
    "a block device": row(lambda: layout(special("dev", tarfile.BLKTYPE)), "neither a plain file"),
    "a pipe": row(lambda: layout(special("dev", tarfile.FIFOTYPE)), "neither a plain file"),
    "a file of holes": row(lambda: sparse_of_old(2**60) + layout(), "neither a plain file"),
    "a file of holes, as POSIX has it": row(lambda: layout(sparse_of_pax()), "neither a plain file"),
    "a file larger than the archive": row(lambda: header("huge", 2**40) + layout(), "cut off"),
    "a header of a terabyte": row(
        lambda: header("long", 2**40, tarfile.GNUTYPE_LONGNAME) + layout(), "not a tar archive"
    ),
    "headers of many megabytes": row(lambda: global_headers(40) + layout(), "not a tar archive"),
    "a name of many kilobytes": row(lambda: layout(("n" * 100_000, b"")), "longer than any name"),
    "a painted name": row(lambda: layout((f"../{PAINTED}", b"")), OUTSIDE),
    "two of one name": row(lambda: layout(("index.json", FILES["index.json"])), "in it twice"),
    "two of one name, spelled otherwise": row(lambda: layout(("./a/../index.json", b"{}")), "in it twice"),
    "an end that is missing": row(lambda: layout()[: len(layout()) // 2], "cut off"),
    "a few bytes that unpack to gigabytes": row(lambda: gzip.compress(bytes(MIB)) * 1000, "unpacks to more than"),
    "a damaged packing": row(lambda: gzip.compress(layout())[:-50], "cannot be unpacked"),
    "an index with a key twice": row(
        lambda: layout(index_json=FILES["index.json"][:-1] + b',"manifests":[]}'), "twice"
    ),
    "a deep index": row(lambda: layout(index_json=b'{"manifests":' + b"[" * 100_000), "JSON"),
    "a large index": row(lambda: layout(index_json=b" " * (5 * MIB) + FILES["index.json"]), "more than the"),
    "an index that is none": row(lambda: layout(index_json=b"[]"), "not a JSON object"),
    "an index of no digests": row(lambda: layout(index_json=index(digest="sha256:../../outside")), "digest"),
    "an index of another size": row(lambda: layout(index_json=index(size=1)), "it has 1 bytes"),
    "an index of another type": row(
        lambda: layout(index_json=index(mediaType="application/vnd.oci.image.index.v1+json")), "says that it is"
    ),
    "a manifest of other bytes": row(
        lambda: layout(**{IMAGE.manifest.digest.encoded: IMAGE.manifest.raw.replace(b"layer", b"lAyer", 1)}),
        "not what its digest says",
    ),
    "a layer of other bytes": row(lambda: layout(**{blob_name(LAYER)[-64:]: b"A layer"}), "not what its digest says"),
    "a layer that is longer": row(lambda: layout(**{blob_name(LAYER)[-64:]: LAYER * 2}), "longer than it should be"),
    "a layer that is missing": row(
        lambda: tar(*[one for one in FILES.items() if one[0] != blob_name(LAYER)]), "is missing"
    ),
    "a configuration elsewhere": docker_row(lambda: docker(Config="../../../../../../etc/passwd"), "there is no"),
    "a layer elsewhere": docker_row(lambda: docker(Layers=["/etc/passwd"]), '"/etc/passwd" is missing'),
    "a layer that is a link elsewhere": docker_row(
        lambda: (
            docker_save([{"Config": "config.json", "Layers": ["l"]}], {"config.json": CONFIG})[:-10240]
            + tar(special("l", tarfile.SYMTYPE, "/etc/passwd"))
        ),
        OUTSIDE,
    ),
    "a layer that is another": docker_row(lambda: docker(Layers=["config.json"]), "should be"),
    "fewer layers": docker_row(lambda: docker(Layers=[]), "of 1 layers has 0"),
    "names that are none": docker_row(lambda: docker(RepoTags=["../../outside:v1"]), "no names of images"),
    "a painted layer": docker_row(lambda: docker(Layers=[PAINTED]), "is missing"),
    "no list of images": docker_row(lambda: tar(("manifest.json", b'{"a":1}')), "no list of images"),
    "a deep list of images": docker_row(lambda: tar(("manifest.json", b"[" * 100_000)), "JSON"),
}


def snapshot(folder: Path, dest: Path) -> Mapping[str, Any]:
    """All that is in a folder but `dest`: kinds, permissions, what links lead to, and what is in the files."""
    found: dict[str, Any] = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(place) / name != dest]
        for name in (*folders, *files):
            path = Path(place) / name
            status = path.lstat()
            content: Any = os.readlink(path) if path.is_symlink() else None
            if path.is_file() and not path.is_symlink():
                content = (status.st_size, status.st_mtime_ns, _start_of(path))
            found[str(path.relative_to(folder))] = (status.st_mode, status.st_ino, content)
    return found


def _start_of(path: Path) -> str:
    """Enough of a file to tell what it is: some of these say that they have a terabyte."""
    with path.open("rb") as file:
        return hashlib.sha256(file.read(MIB)).hexdigest()


class World:
    """A folder with something that must stay as it is, the folder `to` to write to, and one for temporary files."""

    def __init__(self, folder: Path, modules: ModuleRunner) -> None:
        self.folder = folder
        self.modules = modules
        self.dest = folder / "to"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        (folder / "outside").write_text("stays as it is")
        self.idle = modules.run("registry_manifest_info", {"name": "no name"}).peak_rss

    def run(self, module: str, **options: Any) -> ModuleRun:
        """Run a module, and see that nothing has changed but `to`."""
        before = snapshot(self.folder, self.dest)
        began = time.monotonic()
        run = self.modules.run(module, options, environ={"TMPDIR": str(self.temporary)})
        took = time.monotonic() - began
        print(f"{took:.1f} s, {max(0, run.peak_rss - self.idle) / MIB:.0f} MiB: {run.result.get('msg')}")
        assert snapshot(self.folder, self.dest) == before
        assert took < SECONDS
        assert run.peak_rss - self.idle < MEMORY
        return run

    def refused(self, run: ModuleRun, *words: str) -> None:
        """The error is one for people."""
        assert run.failed, run.result
        text = run.result["msg"]
        for word in words:
            assert word in text, text
        assert all(line.isprintable() for line in text.split("\n")), text
        assert len(text) < 3000
        assert "Traceback" not in run.text


@pytest.fixture
def world(tmp_path: Path, modules: ModuleRunner) -> World:
    """A folder to be kept clean."""
    return World(tmp_path, modules)


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive(name: str, world: World) -> None:
    case = ARCHIVES[name]
    path = world.folder / "archive.tar"
    path.write_bytes(case.data())
    run = world.run("registry_copy", src=f"{case.transport}:{path}", dest=f"oci:{world.dest}:v1")
    world.refused(run, *case.words)
    assert not (world.dest / "index.json").exists()


@pytest.mark.parametrize("transport", ["oci-archive", "docker-archive"])
def test_an_archive_is_not_added_to_either(transport: str, world: World, tmp_path: Path) -> None:
    """What is hostile as a source is hostile as a destination, and stays as it is."""
    source = tmp_path / "good.tar"
    source.write_bytes(layout())
    path = world.folder / "archive.tar"
    path.write_bytes(layout(("../outside", b"x")))
    run = world.run("registry_copy", src=f"oci-archive:{source}:v1", dest=f"{transport}:{path}:v2")
    world.refused(run, OUTSIDE)


def _layout(folder: Path) -> Path:
    for name, data in FILES.items():
        path = folder / "layout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "layout"


def _replaced(path: Path, target: Path) -> None:
    os.rename(path, target)
    path.symlink_to(target)


def _index_is_a_pipe(root: Path) -> None:
    (root / "index.json").unlink()
    os.mkfifo(root / "index.json")


def _blob_is_a_pipe(root: Path) -> None:
    (root / blob_name(LAYER)).unlink()
    os.mkfifo(root / blob_name(LAYER))


FOLDERS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "an index that is a link out": (lambda root: _replaced(root / "index.json", root.parent / "index"), "leads out"),
    "a blob that is a link out": (lambda root: _replaced(root / blob_name(LAYER), root.parent / "blob"), "leads out"),
    "blobs that are a link out": (lambda root: _replaced(root / "blobs", root.parent / "blobs"), "leads out"),
    "an index that is a pipe": (_index_is_a_pipe, "not a plain file"),
    "a blob that is a pipe": (_blob_is_a_pipe, blob_name(LAYER)[-64:]),
    "a layer of other bytes": (lambda root: (root / blob_name(LAYER)).write_bytes(b"A layer"), "not what its digest"),
    "a layer that is longer": (lambda root: (root / blob_name(LAYER)).write_bytes(LAYER * 2), "longer than"),
    "a layer of holes": (lambda root: os.truncate(root / blob_name(LAYER), 2**40), "longer than"),
    "an index of holes": (lambda root: os.truncate(root / "index.json", 2**40), "more than"),
    "a deep index": (lambda root: (root / "index.json").write_bytes(b"[" * 100_000), "JSON"),
    "an index of no digests": (
        lambda root: (root / "index.json").write_bytes(index(digest="sha256:../../../outside")),
        "digest",
    ),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_layout(name: str, world: World) -> None:
    change, words = FOLDERS[name]
    root = _layout(world.folder)
    change(root)
    run = world.run("registry_copy", src=f"oci:{root}:v1", dest=f"oci:{world.dest}:v1")
    world.refused(run, words)
    assert not (world.dest / "index.json").exists()


@pytest.mark.parametrize("part", ["blobs", "blobs/sha256", "index.json"])
def test_a_layout_to_write_to_that_leads_elsewhere(part: str, world: World) -> None:
    """The folder `to` is somebody's: what is in it leads to what is not to be touched."""
    root = _layout(world.folder)
    elsewhere = world.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "index.json").write_bytes(FILES["index.json"])
    link = world.dest / part
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere / "index.json" if part == "index.json" else elsewhere)
    run = world.run("registry_copy", src=f"oci:{root}:v1", dest=f"oci:{world.dest}:v1")
    world.refused(run, "leads out")


def titled(*titles: str, **annotations: str) -> bytes:
    """An artifact of files of these names."""
    layers = [
        {**describe(f"file {number}".encode(), "text/plain"), "annotations": {TITLE: title, **annotations}}
        for number, title in enumerate(titles)
    ]
    data = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": describe(b"{}", OCI_EMPTY), "layers": layers}
    return json.dumps({**data, "artifactType": "application/vnd.example"}).encode()


TITLE = "org.opencontainers.image.title"
TITLES: dict[str, tuple[tuple[str, ...], str]] = {
    "a name that goes up": (("../outside",), "leads out"),
    "a name that goes up from below": (("a/../../outside",), "leads out"),
    "an absolute name": (("/tmp/outside",), "leads out"),
    "the folder above": (("..",), "leads out"),
    "the folder itself": (("./.",), "not the name of a file"),
    "no name": (("",), "not the name of a file"),
    "a name with an end in it": (("a\0b",), "not the name of a file"),
    "a painted name": ((PAINTED,), "not the name of a file"),
    "two of one name": (("a", "./a"), "two files have the name"),
    "a file that is a folder": (("a", "a/b"), "cannot be a file and the folder"),
    "a good one and one that goes up": (("good", "../outside"), "leads out"),
    "a name that no file can have": (("n" * 5000,), "not the name of a file"),
    "a path without end": (("d/" * 5000 + "f",), "not the name of a file"),
}


def download(world: World, raw: bytes, blobs: Mapping[str, bytes]) -> ModuleRun:
    """Download an artifact from a registry that has it."""
    with stage(closed=True) as servers:
        servers.play(servers.host, by_digest(blobs, raw))
        name = f"{servers.host.address}/team/app:v1"
        return world.run("registry_artifact", name=name, dest=str(world.dest), state="downloaded", **LOGIN)


@pytest.mark.parametrize("name", TITLES)
def test_an_artifact(name: str, world: World) -> None:
    titles, words = TITLES[name]
    blobs = {sha256(f"file {number}".encode()): f"file {number}".encode() for number in range(len(titles))}
    run = download(world, titled(*titles), blobs)
    world.refused(run, words)
    assert not world.dest.exists() or not [path for path in world.dest.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [b"File 0", b"file 0, and more", b"file"], ids=["other", "longer", "shorter"])
def test_an_artifact_whose_file_is_another(content: bytes, world: World) -> None:
    run = download(world, titled("name"), {sha256(b"file 0"): content})
    world.refused(run, sha256(b"file 0")[:20])
    assert list(world.dest.iterdir()) == []


def test_an_artifact_whose_way_is_a_link(world: World) -> None:
    world.dest.mkdir()
    (world.dest / "link").symlink_to(world.folder)
    (world.dest / "outside").symlink_to(world.folder / "outside")
    contents = {sha256(f"file {number}".encode()): f"file {number}".encode() for number in range(2)}
    run = download(world, titled("link/outside", "outside"), contents)
    world.refused(run, "2 of 2 failed", "a link on the way there", "is not a regular file")


def test_a_folder_that_was_packed_is_not_unpacked(world: World) -> None:
    """oras would unpack it: what is in it cannot lead out where nobody does."""
    packed = gzip.compress(tar(("../outside", b"x"), special("link", tarfile.SYMTYPE, "/")))
    layer = {**describe(packed, "application/vnd.oci.image.layer.v1.tar+gzip")}
    layer["annotations"] = {TITLE: "folder", "io.deis.oras.content.unpack": "true"}
    data = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": describe(b"{}", OCI_EMPTY), "layers": [layer]}
    run = download(world, json.dumps(data).encode(), {sha256(packed): packed})
    assert not run.failed, run.result
    assert (world.dest / "folder").read_bytes() == packed
