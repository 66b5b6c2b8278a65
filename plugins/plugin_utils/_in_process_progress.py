# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A line, now and then, about a transfer that takes long: when there is one, and what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress, Snapshot
from ansible_collections.regops.oci_registry.plugins.plugin_utils._words import size

#: Seconds for which a transfer says nothing, and then from one line to the next.
QUIET = 5.0
INTERVAL = 5.0
#: Seconds between looks: how late a line may be.
LOOK = 0.5


@contextmanager
def reporting(progress: Progress, say: Callable[[str], None]) -> Iterator[None]:
    """Say how far the transfers are, for the time of the block, in a thread of its own."""
    done = threading.Event()

    def watch() -> None:
        due = QUIET
        while not done.wait(LOOK):
            snapshot = progress.snapshot()
            if snapshot is not None and snapshot.seconds >= due and snapshot.done_bytes < snapshot.bytes:
                due = snapshot.seconds + INTERVAL
                say(describe(snapshot))

    thread = threading.Thread(target=watch, name="progress")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def describe(snapshot: Snapshot) -> str:
    """How far it is, how fast it goes, and what is left."""
    words = [
        f"{snapshot.done_blobs} of {snapshot.blobs} blobs",
        f"{size(snapshot.done_bytes)} of {size(snapshot.bytes)}",
    ]
    rate = snapshot.done_bytes / snapshot.seconds if snapshot.seconds else 0
    words.append(f"{size(round(rate))}/s")
    left = snapshot.bytes - snapshot.done_bytes
    words.append(f"{duration(left / rate)} left" if rate else f"{size(left)} left")
    return ", ".join(words)


def duration(seconds: float) -> str:
    """A time for people: what is less than the last unit does not count."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
