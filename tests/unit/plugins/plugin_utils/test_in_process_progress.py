# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line about a transfer says, and when there is one."""

from __future__ import annotations

import queue
import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress, Snapshot
from ansible_collections.regops.oci_registry.plugins.plugin_utils import _in_process_progress as lines
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_progress import (
    describe,
    duration,
    reporting,
)

MIB = 1 << 20


@pytest.mark.parametrize(
    ("snapshot", "line"),
    [
        (Snapshot(3, 8, 210 * MIB, 512 * MIB, 5.0), "3 of 8 blobs, 210.0 MiB of 512.0 MiB, 42.0 MiB/s, 7 s left"),
        (Snapshot(0, 1, 0, 2048, 5.0), "0 of 1 blobs, 0 B of 2.0 KiB, 0 B/s, 2.0 KiB left"),
        (Snapshot(0, 1, 10, 2048, 0.0), "0 of 1 blobs, 10 B of 2.0 KiB, 0 B/s, 2.0 KiB left"),
    ],
    ids=["on its way", "nothing yet", "no time yet"],
)
def test_a_line(snapshot: Snapshot, line: str) -> None:
    assert describe(snapshot) == line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (90000, "25 h 0 min"),
    ],
)
def test_a_time(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look as often as can be."""
    monkeypatch.setattr(lines, "LOOK", 0.001)


class Scripted(Progress):
    """How far it is, look by look; at the end the block is over."""

    def __init__(self, *snapshots: Snapshot | None) -> None:
        super().__init__()
        self.snapshots = iter(snapshots)
        self.over = threading.Event()

    def snapshot(self) -> Snapshot | None:
        found = next(self.snapshots, self.over)
        if isinstance(found, threading.Event):
            found.set()
            return None
        return found


def said(*snapshots: Snapshot | None) -> list[str]:
    """What is said when these are seen, one after the other."""
    heard: queue.Queue[str] = queue.Queue()
    progress = Scripted(*snapshots)
    with reporting(progress, heard.put):
        assert progress.over.wait(60)
    return [heard.get_nowait() for _line in range(heard.qsize())]


def at(seconds: float, done: int = 1) -> Snapshot:
    """How far it is after so many seconds."""
    return Snapshot(0, 1, done, 2, seconds)


def test_nothing_is_said_before_a_transfer_takes_long() -> None:
    assert not said(None, at(0.1), at(lines.QUIET - 0.1))


def test_the_first_line_and_those_that_follow() -> None:
    begin, then = lines.QUIET, lines.INTERVAL
    found = said(at(begin), at(begin + 1), at(begin + then - 0.1), at(begin + then), at(begin + then + 1))
    assert found == [describe(at(begin)), describe(at(begin + then))]


def test_nothing_is_said_when_everything_has_passed() -> None:
    assert not said(at(lines.QUIET + 1, done=2))


def test_the_thread_ends_with_the_block() -> None:
    with pytest.raises(KeyError), reporting(Progress(), print):
        raise KeyError
    assert not [thread for thread in threading.enumerate() if thread.name == "progress"]
