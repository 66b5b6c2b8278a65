# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that are the same bytes for the same content, on every Python, and that every tar reads."""

from __future__ import annotations

import hashlib
import io
import tarfile

from ansible_collections.regops.oci_registry.plugins.module_utils._client.tar_writer import tar_blocks

LONG = "blobs/sha512/" + "a" * 128


def written(*files):
    return b"".join(tar_blocks([(name, len(data), lambda data=data: [data[:3], data[3:]]) for name, data in files]))


def test_the_bytes_are_these_and_no_others():
    """A change of them would make every bundle that exists differ from a new one of the same images."""
    data = written(("oci-layout", b"{}"), (LONG, b"x" * 512), ("empty", b""))
    assert hashlib.sha256(data).hexdigest() == "89016bd4db621f8d538b70ff7cdbec136bbde9bc5fab6fc39531714bd35df521"


def test_another_tar_reads_them_and_finds_neither_times_nor_owners():
    files = {"oci-layout": b"{}", LONG: b"x" * 700, "empty": b""}
    with tarfile.open(fileobj=io.BytesIO(written(*files.items()))) as archive:
        members = archive.getmembers()
        assert {member.name: archive.extractfile(member).read() for member in members} == files
    assert [member.name for member in members] == list(files)
    assert {(one.mtime, one.uid, one.gid, one.uname, one.gname, one.mode) for one in members} == {
        (0, 0, 0, "", "", 0o644)
    }


def test_a_file_may_be_larger_than_a_header_can_say():
    size = 9 * 1024**3
    head = next(iter(tar_blocks([("blobs/sha256/large", size, list)])))
    with tarfile.open(fileobj=io.BytesIO(head), mode="r|") as archive:
        info = archive.next()
    assert (info.name, info.size) == ("blobs/sha256/large", size)


def test_contents_are_opened_one_after_the_other():
    opened = []

    def content(name):
        opened.append(name)
        return [b"x"]

    blocks = iter(tar_blocks([(name, 1, lambda name=name: content(name)) for name in "ab"]))
    next(blocks)
    assert opened == []
    next(blocks)
    assert opened == ["a"]
