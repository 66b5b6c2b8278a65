# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacking within bounds, whatever the packing."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import tempfile
import zlib
from collections import namedtuple

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import unpack
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ArchiveError

PACKINGS = {"gzip": gzip.compress, "bz2": bz2.compress, "lzma": lzma.compress}
Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def unpacked(tmp_path, monkeypatch):
    """Unpacks some bytes; gives what came of them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def run(packed, module):
        path = tmp_path / "packed"
        path.write_bytes(packed)
        with unpack.unpacked(str(path), open(str(path), "rb"), module) as plain:
            return plain.read()

    return run


@pytest.mark.parametrize("module", PACKINGS)
def test_it_is_unpacked_in_parts_and_pieces(unpacked, module):
    pack = PACKINGS[module]
    text = os.urandom(3_000_000)
    assert unpacked(pack(text), module) == text
    assert unpacked(pack(text[:100]) + pack(b"") + pack(text[100:]), module) == text
    assert unpacked(pack(b""), module) == b""


def test_xz_may_be_padded_between_its_parts(unpacked):
    assert unpacked(lzma.compress(b"a") + bytes(4) + lzma.compress(b"b") + bytes(8), "lzma") == b"ab"


@pytest.mark.parametrize("module", PACKINGS)
def test_a_bomb_is_refused(unpacked, module, monkeypatch):
    monkeypatch.setattr(unpack, "_ANYHOW", 10_000_000)
    with pytest.raises(ArchiveError, match="unpacks to more than 10000000 bytes"):
        unpacked(PACKINGS[module](bytes(12_000_000)), module)


def test_what_is_large_may_be_large_unpacked(unpacked, monkeypatch):
    monkeypatch.setattr(unpack, "_ANYHOW", 1000)
    text = b"text of an image " * 1000 + os.urandom(1000)
    assert unpacked(gzip.compress(text), "gzip") == text


@pytest.mark.parametrize("module", PACKINGS)
def test_the_disk_is_not_filled(unpacked, module, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(20_000_000, 10_000_000, 3_000_000))
    assert len(unpacked(PACKINGS[module](bytes(1_000_000)), module)) == 1_000_000
    with pytest.raises(ArchiveError, match="not enough room in"):
        unpacked(PACKINGS[module](bytes(2_500_000)), module)


@pytest.mark.parametrize("module", PACKINGS)
def test_what_is_damaged_is_refused(unpacked, module):
    packed = PACKINGS[module](os.urandom(1000))
    for damaged in (packed[:-1], packed[: len(packed) // 2], packed[:500] + b"x" + packed[501:]):
        with pytest.raises(ArchiveError, match="cannot be unpacked"):
            unpacked(damaged, module)


def test_xz_that_asks_for_much_memory_is_refused(unpacked):
    """A header can ask for four gigabytes: the first block's, with its checksum made anew."""
    packed = bytearray(lzma.compress(b"x" * 1000))
    length = (packed[12] + 1) * 4
    place = packed.index(b"\x21\x01", 12, 12 + length) + 2
    packed[place] = 39
    packed[12 + length - 4 : 12 + length] = zlib.crc32(bytes(packed[12 : 12 + length - 4])).to_bytes(4, "little")
    with pytest.raises(ArchiveError, match="cannot be unpacked: Memory"):
        unpacked(bytes(packed), "lzma")


def test_nothing_stays_open_behind_a_refusal(unpacked):
    before = len(os.listdir("/proc/self/fd"))
    for module in PACKINGS:
        with pytest.raises(ArchiveError):
            unpacked(b"junk", module)
    assert len(os.listdir("/proc/self/fd")) == before
