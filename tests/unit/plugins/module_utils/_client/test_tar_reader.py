# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading archives that anybody may have written: what is odd in one is refused before anything is read from it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ArchiveError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tar_reader import open_tar
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import special, tar


@pytest.fixture
def written(tmp_path):
    """Writes bytes to a file; gives its path."""

    def write(data):
        path = tmp_path / "archive.tar"
        path.write_bytes(data)
        return str(path)

    return write


@pytest.fixture
def opened(written):
    """Opens an archive of these bytes, and closes it at the end."""
    readers = []

    def open_it(data):
        readers.append(open_tar(written(data)))
        return readers[-1]

    yield open_it
    for reader in readers:
        reader.close()


def header(name="a", size=0, **fields):
    """One header, to be put together with others by hand."""
    info = tarfile.TarInfo(name)
    info.size = size
    for key, value in fields.items():
        setattr(info, key, value)
    return info.tobuf(tarfile.GNU_FORMAT)


END = bytes(1024)


def test_files_are_read_whole_in_part_and_by_any_spelling(opened):
    reader = opened(tar(special("d", tarfile.DIRTYPE), ("./d/one", b"first"), ("two", b"")))
    assert reader.read("d/one", 5) == b"first"
    assert reader.read("d/../two", 0) == b""
    member = reader.find("d/one")
    assert b"".join(reader.blocks(member, 2)) == b"rst"
    assert b"".join(reader.blocks(member, 9)) == b""
    assert reader.find("d") is None


def test_many_threads_read_at_once(opened):
    contents = {f"f{number}": bytes([number]) * 100_000 for number in range(20)}
    reader = opened(tar(*contents.items()))
    with ThreadPoolExecutor(8) as pool:
        assert dict(zip(contents, pool.map(lambda name: reader.read(name, 100_000), contents))) == contents


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_archive_is_unpacked(opened, pack):
    assert opened(pack(tar(("a", b"x")))).read("a", 1) == b"x"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_damaged_packed_archive_is_refused(written, pack):
    packed = pack(tar(("a", os.urandom(5000))))
    for damaged in (packed[:-30], packed[:40] + bytes(30) + packed[70:]):
        with pytest.raises(ArchiveError):
            open_tar(written(damaged))


def test_an_archive_whose_first_name_looks_packed_is_none(opened):
    assert opened(tar(("BZ", b"x"))).read("BZ", 1) == b"x"


def test_links_within_the_archive_are_followed(opened):
    reader = opened(
        tar(
            ("x/layer.tar", b"data"),
            special("y/layer.tar", tarfile.SYMTYPE, "../x/layer.tar"),
            special("z", tarfile.LNKTYPE, "y/layer.tar"),
        )
    )
    assert reader.read("z", 4) == b"data"
    assert reader.find("z") == reader.find("x/layer.tar")


def test_a_ring_of_links_and_a_link_to_nothing_are_no_files(opened):
    reader = opened(
        tar(
            special("a", tarfile.SYMTYPE, "b"),
            special("b", tarfile.SYMTYPE, "a"),
            special("c", tarfile.SYMTYPE, "nowhere"),
        )
    )
    with pytest.raises(ArchiveError, match="leads nowhere"):
        reader.read("a", 1)
    assert reader.find("c") is None
    with pytest.raises(ArchiveError, match='there is no "c" in it'):
        reader.read("c", 1)


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../up", "..", "a/../.."])
@pytest.mark.parametrize(
    "entry",
    [
        lambda name: (name, b"x"),
        lambda name: special(name, tarfile.DIRTYPE),
        lambda name: special("a/link", tarfile.SYMTYPE, name if name.startswith("/") else f"../{name}"),
        lambda name: special("link", tarfile.LNKTYPE, name),
    ],
    ids=["file", "folder", "symbolic link", "hard link"],
)
def test_what_leads_out_of_the_archive_is_refused(written, entry, name):
    with pytest.raises(ArchiveError, match="outside of the archive"):
        open_tar(written(tar(("fine", b""), entry(name))))


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"D", b"M", b"Z"])
def test_what_is_no_file_is_refused(written, kind):
    with pytest.raises(ArchiveError, match='"dev" is neither a plain file nor a link'):
        open_tar(written(tar(special("dev", kind))))


@pytest.mark.parametrize("names", [("a", "a"), ("a", "./a"), ("d/a", "d/e/../a")])
def test_two_files_of_one_name_are_refused(written, names):
    with pytest.raises(ArchiveError, match="in it twice"):
        open_tar(written(tar(*[(name, name.encode()) for name in names])))


def test_a_file_and_a_link_of_one_name_are_refused(written):
    with pytest.raises(ArchiveError, match="in it twice"):
        open_tar(written(tar(("a", b"1"), ("b", b"2"), special("a", tarfile.SYMTYPE, "b"))))


@pytest.mark.parametrize("length", [0, 100, 512, 700, 512 + 1024, 512 + 1024 + 100, 512 + 1024 + 512])
def test_a_truncated_archive_is_refused(written, length):
    whole = tar(("a", b"x" * 1000), ("b", b"y" * 1000))
    with pytest.raises(ArchiveError):
        open_tar(written(whole[:length]))


def test_a_damaged_header_does_not_hide_what_follows(written):
    whole = bytearray(tar(("a", b"x"), ("b", b"y")))
    whole[1024] ^= 1
    with pytest.raises(ArchiveError, match="cut off or damaged"):
        open_tar(written(bytes(whole)))


def test_a_file_that_shrinks_while_it_is_read_is_cut_off(written):
    path = written(tar(("a", b"x" * 5000)))
    reader = open_tar(path)
    os.truncate(path, 2000)
    with pytest.raises(ArchiveError, match="cut off"):
        reader.read("a", 5000)
    reader.close()


def test_a_file_larger_than_what_is_read_at_once_is_refused(opened):
    reader = opened(tar(("index.json", b"x" * 11)))
    with pytest.raises(ArchiveError, match="more than the 10 that are read"):
        reader.read("index.json", 10)


def test_sparse_files_are_refused(written):
    sparse = tarfile.TarInfo("holes")
    sparse.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,1"}
    with pytest.raises(ArchiveError, match='"holes" is neither'):
        open_tar(written(tar(sparse)))


def pax(records):
    """A header that says more of the next one, as anybody can write it."""
    body = b"".join(records)
    return header("x", len(body), type=tarfile.XHDTYPE) + body + bytes(-len(body) % 512)


@pytest.mark.parametrize(
    "data",
    [
        header("a", -512) + END,
        header("long", -1024, type=tarfile.GNUTYPE_LONGNAME) + header("a") + END,
        header("x", -1024, type=tarfile.XHDTYPE) + header("a") + END,
        pax([b"13 size=-1024\n"]) + header("a") + END,
        header("long", 2**40, type=tarfile.GNUTYPE_LONGNAME) + header("a") + END,
        header("a", 2**70) + END,
        header("x", 2**62, type=tarfile.XHDTYPE) + END,
        b"".join(header("l", 2, type=tarfile.GNUTYPE_LONGNAME) + b"a\0" + bytes(510) for number in range(3000)) + END,
        header("s", 0, type=tarfile.GNUTYPE_SPARSE)[:482] + b"\1" + header("s")[483:],
        pax([b"25 GNU.sparse.size=x\n", b"22 GNU.sparse.major=1\n", b"22 GNU.sparse.minor=0\n"]) + header("a") + END,
        b"no archive" * 200,
        bytes(300),
    ],
)
def test_headers_without_sense_are_refused_at_once(written, data):
    with pytest.raises(ArchiveError):
        open_tar(written(data))


def test_the_words_of_an_archive_cannot_paint_the_terminal(written):
    with pytest.raises(ArchiveError) as caught:
        open_tar(written(tar(("../\x1b[31m" + "n" * 5000, b""))))
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_pipe_and_a_folder_are_no_archives(tmp_path):
    os.mkfifo(str(tmp_path / "pipe"))
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(ArchiveError, match="not a plain file"):
            open_tar(str(path))


def test_nothing_stays_open_behind_a_refusal(written):
    path = written(tar(("../a", b"")))
    before = len(os.listdir("/proc/self/fd"))
    for _again in range(5):
        with pytest.raises(ArchiveError):
            open_tar(path)
    assert len(os.listdir("/proc/self/fd")) == before
