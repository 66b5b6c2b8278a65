# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are whole or not there, and are read by nobody who could not read them before."""

from __future__ import annotations

import os
import stat
import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ArchiveError, RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.files import (
    check_room,
    only_one,
    read_small,
    write_all,
    write_atomically,
)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def broken():
    yield b"half"
    raise KeyboardInterrupt


def test_a_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "file"
    with pytest.raises(KeyboardInterrupt):
        write_atomically(str(path), broken())
    assert os.listdir(str(tmp_path)) == []
    write_atomically(str(path), [b"old"])
    with pytest.raises(KeyboardInterrupt):
        write_atomically(str(path), broken())
    assert os.listdir(str(tmp_path)) == ["file"]
    assert path.read_bytes() == b"old"


def test_the_file_is_not_there_before_it_is_whole(tmp_path):
    path = tmp_path / "file"

    def blocks():
        yield b"one"
        assert not path.exists()
        yield b"two"

    write_atomically(str(path), blocks())
    assert path.read_bytes() == b"onetwo"


def test_a_new_file_goes_by_the_umask_and_a_replaced_one_by_the_old(tmp_path):
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        write_atomically(str(path), [b"1"])
        assert mode_of(path) == 0o640
        path.chmod(0o600)
        os.umask(0o022)
        write_atomically(str(path), [b"2"])
    finally:
        os.umask(before)
    assert mode_of(path) == 0o600
    assert path.read_bytes() == b"2"


def test_a_link_is_replaced_and_not_written_through(tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    (tmp_path / "link").symlink_to("elsewhere")
    write_atomically(str(tmp_path / "link"), [b"ours"])
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs"
    assert (tmp_path / "link").read_bytes() == b"ours"


def test_all_of_a_block_is_written_even_where_the_system_takes_less():
    reading, writing = os.pipe()
    block, got = os.urandom(300_000), []
    reader = threading.Thread(target=lambda: got.extend(iter(lambda: os.read(reading, 65536), b"")))
    reader.start()
    write_all(writing, block)
    os.close(writing)
    reader.join(10)
    os.close(reading)
    assert b"".join(got) == block


def test_only_small_and_plain_files_are_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_small(str(path), 5) == b"12345"
    with pytest.raises(ArchiveError, match="more than 4 bytes"):
        read_small(str(path), 4)
    os.mkfifo(str(tmp_path / "pipe"))
    with pytest.raises(ArchiveError, match="not a plain file"):
        read_small(str(tmp_path / "pipe"), 4)
    with pytest.raises(FileNotFoundError):
        read_small(str(tmp_path / "none"), 4)


def test_one_at_a_time(tmp_path):
    inside, seen = [], []

    def enter():
        with only_one(str(tmp_path)):
            inside.append(1)
            seen.append(len(inside))
            threading.Event().wait(0.01)
            inside.pop()

    threads = [threading.Thread(target=enter) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert seen == [1] * 8


def test_what_does_not_fit_is_not_begun(tmp_path):
    check_room(str(tmp_path), 1)
    with pytest.raises(RegistryError, match="has no room for 4611686018427387904 bytes"):
        check_room(str(tmp_path), 2**62)
    check_room(str(tmp_path / "missing"), 2**62)
