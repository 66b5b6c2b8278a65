# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that are whole or not there."""

from __future__ import annotations

import os
import stat

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import VerificationError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.files import write_atomically


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path):
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        write_atomically(str(path), [b"he", b"llo"])
    finally:
        os.umask(before)
    assert path.read_bytes() == b"hello"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(str(tmp_path)) == ["file"]


def test_a_file_that_was_there_keeps_its_permissions(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o604)
    write_atomically(str(path), [b"new"])
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_nothing_is_left_of_a_download_that_failed(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def blocks():
        yield b"half"
        raise VerificationError("wrong")

    with pytest.raises(VerificationError):
        write_atomically(str(path), blocks())
    assert path.read_bytes() == b"old"
    assert os.listdir(str(tmp_path)) == ["file"]


def test_the_new_content_of_a_private_file_is_never_public(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o600)
    seen = []

    def blocks():
        yield b"new"
        seen.extend(stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir())

    write_atomically(str(path), blocks())
    assert seen == [0o600, 0o600]


@pytest.mark.parametrize("there", [True, False])
def test_permissions_that_are_asked_for(tmp_path, there):
    path = tmp_path / "file"
    if there:
        path.write_bytes(b"old")
        path.chmod(0o644)
    write_atomically(str(path), [b"new"], 0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_long_name_has_room_beside_it(tmp_path):
    path = tmp_path / ("\U0001f427" * 63)
    write_atomically(str(path), [b"new"])
    assert os.listdir(str(tmp_path)) == [path.name]
