# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the benchmark: what work, between which registries, and what is to be reached."""

from __future__ import annotations

from dataclasses import dataclass

from . import jobs, load, memory
from .goals import MIB, Goal
from .programs import BEST, CONTROL, IDLE, OURS, PEERS, PLAYBOOK

#: Seconds that a byte takes one way.
DELAY = 0.01
#: What the registry at the other end has when the work begins.
NEW, FOREIGN, EQUAL, SAME = "new", "foreign", "equal", "same"
MEMORY = Goal("rss", 32 * MIB, above=IDLE)


@dataclass(frozen=True)
class Row:
    """One kind of work.

    data: the repository bench/DATA of the source. dest: NEW is an empty registry for every turn, FOREIGN one that has
    another image in the repository, EQUAL one that has all that the source has, SAME the source itself.
    delay: seconds that everything takes one way. counted: requests are counted, and nothing is timed. turns: the most
    that a program takes, where more would say the same. load: so much that ours alone takes part, and only where the
    row is named; what is counted as well takes one turn more for that.
    """

    name: str
    about: str
    data: str
    dest: str
    job: jobs.Describe
    goals: tuple[Goal, ...] = ()
    delay: float = 0.0
    counted: bool = False
    turns: int | None = None
    load: bool = False

    def programs(self) -> tuple[str, ...]:
        """Who takes part."""
        if self.load:
            return (OURS, PLAYBOOK, IDLE)
        if self.counted:
            return (OURS, *PEERS)
        if not self.goals:
            return (IDLE, CONTROL, PLAYBOOK, *PEERS)
        idle = [IDLE] if any(goal.above == IDLE for goal in self.goals) else []
        return (OURS, PLAYBOOK, *PEERS, *idle)


def _cold() -> list[Row]:
    fast, far = Goal("seconds", 0.85, BEST), Goal("seconds", 0.4, BEST)
    more = {"big": (Goal("cpu", 0.75, "crane"), MEMORY)}
    abouts = {
        "big": "cold copy of 8 layers of 64 MiB",
        "small": "cold copy of 100 layers of 64 KiB",
        "index": "cold copy of an index of 4 platforms with 100 layers each",
    }
    near = [
        Row(f"copy-{name}", about, name, NEW, jobs.copy(name), (fast, *more.get(name, ())))
        for name, about in abouts.items()
    ]
    return near + [
        Row(f"copy-{name}-20ms", f"{about}, 20 ms", name, NEW, jobs.copy(name), (far,), delay=DELAY)
        for name, about in abouts.items()
    ]


def _other() -> list[Row]:
    def goal(limit: float, against: str = BEST) -> tuple[Goal]:
        return (Goal("seconds", limit, against),)

    mounted = jobs.copy("small", "mounted/to{number}")
    return [
        Row("mount", "mount of 100 layers from another repository", "small", SAME, mounted, goal(0.9)),
        Row("layout-to", "8 layers of 64 MiB into an OCI layout", "big", SAME, jobs.to_layout, goal(1.0)),
        Row("layout-from", "8 layers of 64 MiB from an OCI layout", "big", NEW, jobs.from_layout, goal(1.0)),
        Row("sync-20ms", "sync of 50 tags, nothing to do, 20 ms", "fifty", EQUAL, jobs.sync, goal(0.5), delay=DELAY),
        Row("retag", "retag of 50 tags", "fifty", SAME, jobs.retag(), goal(0.25, "crane")),
        Row("digests", "digests of 5 000 tags", "many", SAME, jobs.digests, goal(0.1, "crane")),
        Row("loop", "one more item in a loop of retags", "fifty", SAME, jobs.loop, goal(0.1, "crane")),
    ]


def _requests() -> list[Row]:
    def row(name: str, about: str, data: str, dest: str, job: jobs.Describe, most: int) -> Row:
        return Row(f"requests-{name}", about, data, dest, job, (Goal("requests", most),), counted=True, turns=1)

    big, small, index = jobs.copy("big"), jobs.copy("small"), jobs.copy("index")
    return [
        row("big", "requests: cold copy of 8 layers", "big", FOREIGN, big, 39),
        row("big-new", "requests: the same into a new repository", "big", NEW, big, 30),
        row("index", "requests: cold copy of the index of 4 x 100 layers", "index", FOREIGN, index, 1627),
        row("index-new", "requests: the same into a new repository", "index", NEW, index, 1225),
        row("nothing", "requests: copy with nothing to do", "small", EQUAL, small, 2),
        row("retag", "requests: retag of one", "fifty", SAME, jobs.retag(1), 3),
    ]


def _memory() -> list[Row]:
    ways = {
        "upload": ("a huge blob from a file", NEW, memory.upload("huge")),
        "chunks": ("a huge blob from a file, in chunks of 64 MiB", NEW, memory.upload("huge", chunk_size="64M")),
        "copy": ("copy of an image with a huge blob", NEW, memory.copy("huge")),
        "download": ("a huge blob to a file", SAME, memory.download("huge")),
    }
    return [
        Row(f"memory-{name}", f"memory: {about}", "huge", dest, job, (MEMORY,), turns=2)
        for name, (about, dest, job) in ways.items()
    ]


def _load() -> list[Row]:
    def row(name: str, about: str, data: str, job: jobs.Describe, dest: str = SAME) -> Row:
        return Row(f"load-{name}", about, data, dest, job, counted=True, load=True)

    def blob(name: str, about: str, job: jobs.Describe, dest: str = SAME) -> Row:
        return Row(f"load-blob-{name}", f"a blob of 8 GiB {about}", "vast", dest, job, (MEMORY,), load=True)

    tags, largest = "thousands", "largest"
    return [
        row("tags", "list of 20 000 tags", tags, load.tags("none")),
        row("tags-digest", "list of 20 000 tags with their digests", tags, load.tags("digest")),
        row("prune", "prune of 20 000 tags in check mode, 200 stay", tags, load.prune),
        row("repositories", "list of 2 000 repositories", "catalog", load.repositories()),
        row("repositories-chosen", "list of 1 000 among 2 000 repositories", "catalog", load.repositories(True)),
        row("manifest-get", "get of a manifest of 4 MiB", largest, load.get_manifest),
        row("manifest-put", "put of a manifest of 4 MiB", largest, load.put_manifest),
        row("manifest-copy", "copy of an image with a manifest of 4 MiB", largest, jobs.copy(largest), NEW),
        row("manifest-more", "put of a manifest of 4 MiB and a byte, refused", largest, load.put_too_large),
        row("index", "copy of an index of 1 000 manifests", "wide", jobs.copy("wide"), NEW),
        blob("copy", "from registry to registry", memory.copy("vast"), NEW),
        blob("upload", "from a file", memory.upload("vast"), NEW),
        blob("download", "to a file", memory.download("vast")),
    ]


_START = Row("start", "start and do nothing", "fifty", SAME, jobs.start)

ROWS: dict[str, Row] = {row.name: row for row in (*_cold(), *_other(), *_requests(), *_memory(), _START, *_load())}
