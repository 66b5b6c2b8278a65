# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of transfers is counted."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import progress as progress_file
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import BLOCK_SIZE, Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource

DATA = bytes(2 * BLOCK_SIZE)
BLOB = Descriptor("a/b", Digest.of(DATA), len(DATA))
OTHER = Descriptor("a/b", Digest.of(b"other"), 5)


def read(progress: Progress, start: int = 0, blocks: int = 2, place: str = "") -> None:
    """Read so many blocks of the blob."""
    with progress.metered(BytesSource(DATA), BLOB, place).open(start) as found:
        source = iter(found)
        for _block in range(blocks):
            next(source)
        if blocks == 2 - start // BLOCK_SIZE:
            assert next(source, None) is None


def counted(progress: Progress) -> tuple[int, int, int, int]:
    found = progress.snapshot()
    assert found is not None
    return found.done_blobs, found.blobs, found.done_bytes, found.bytes


def test_there_is_nothing_to_tell_before_the_first_byte() -> None:
    progress = Progress()
    progress.expect(BLOB)
    assert progress.snapshot() is None


def test_what_is_expected_and_what_has_passed() -> None:
    progress = Progress()
    progress.expect(OTHER)
    progress.expect(OTHER)
    read(progress)
    assert counted(progress) == (1, 2, len(DATA), len(DATA) + 5)


def test_a_block_counts_when_the_next_one_is_asked_for() -> None:
    progress = Progress()
    read(progress, blocks=1)
    assert progress.snapshot() is None
    read(progress, blocks=2)
    assert counted(progress) == (1, 1, len(DATA), len(DATA))


def test_bytes_that_are_sent_again_are_no_progress() -> None:
    progress = Progress()
    read(progress)
    read(progress)
    read(progress, start=BLOCK_SIZE, blocks=1)
    assert counted(progress) == (1, 1, len(DATA), len(DATA))


def test_a_blob_counts_for_each_place_that_it_is_brought_to() -> None:
    progress = Progress()
    progress.expect(BLOB, "one")
    progress.expect(BLOB, "two")
    read(progress, place="one")
    assert counted(progress) == (1, 2, len(DATA), 2 * len(DATA))


def test_a_source_that_is_never_opened_is_not_expected() -> None:
    """A mount needs no bytes."""
    progress = Progress()
    source = progress.metered(BytesSource(b"other"), OTHER)
    assert source.what == "the content"
    read(progress)
    assert counted(progress) == (1, 1, len(DATA), len(DATA))


def test_the_time_begins_with_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([100.0, 107.5])
    monkeypatch.setattr(progress_file.time, "monotonic", lambda: next(now))
    progress = Progress()
    read(progress)
    found = progress.snapshot()
    assert found is not None
    assert found.seconds == 7.5
