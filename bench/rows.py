# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the benchmark: what work, between which registries, and what is to be reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .data import Layout, Sizes
from .goals import Goal
from .programs import BEST, Job, Place, Proof, Step, Task, crane, ours, regctl, skopeo_copy

#: Seconds that a byte takes one way.
DELAY = 0.01
#: What the registry at the other end has when the work begins.
NEW, FOREIGN, EQUAL, SAME = "new", "foreign", "equal", "same"


@dataclass(frozen=True)
class Row:
    """One kind of work.

    data: the repository bench/DATA of the source. dest: NEW is an empty registry for every run, FOREIGN one that has
    another image in the repository, EQUAL one that has all that the source has, SAME the source itself.
    delay: seconds that everything takes one way. counted: requests are counted, by one run, and nothing is timed.
    """

    name: str
    about: str
    data: str
    dest: str
    job: Callable[[Place, Layout, Sizes], Job]
    goals: tuple[Goal, ...]
    delay: float = 0.0
    counted: bool = False


def copy(name: str, tag: str = "v1", to: str = "") -> Callable[[Place, Layout, Sizes], Job]:
    """Copy an image from the source to the destination."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        source = f"{place.src}/bench/{name}:{tag}"
        repository = to.format(run=place.run) or f"bench/{name}"
        dest = f"{place.dest}/{repository}:{tag}"
        return Job(
            {
                **ours(Task("registry_copy", {"src": source, "dest": dest}), place),
                "crane": Step(crane("copy", source, dest)),
                "regctl": Step(regctl(place, "image", "copy", source, dest)),
                "skopeo": Step(skopeo_copy(f"docker://{source}", f"docker://{dest}")),
            },
            [Proof(layout.digest(tag), f"{place.dest}/{repository}", tag)],
        )

    return job


def _cold() -> list[Row]:
    fast, far = Goal("seconds", 0.85, BEST), Goal("seconds", 0.4, BEST)
    cpu = Goal("cpu", 0.75, "crane")
    abouts = {
        "big": "cold copy of 8 layers of 64 MiB",
        "small": "cold copy of 100 layers of 64 KiB",
        "index": "cold copy of an index of 4 platforms with 100 layers each",
    }
    near = [
        Row(f"copy-{name}", about, name, NEW, copy(name), (fast, cpu) if name == "big" else (fast,))
        for name, about in abouts.items()
    ]
    return near + [
        Row(f"copy-{name}-20ms", f"{about}, 20 ms", name, NEW, copy(name), (far,), delay=DELAY)
        for name, about in abouts.items()
    ]


def _requests() -> list[Row]:
    def row(name: str, about: str, data: str, dest: str, most: int) -> Row:
        return Row(f"requests-{name}", about, data, dest, copy(data), (Goal("requests", most),), counted=True)

    return [
        row("big", "requests of a cold copy of 8 layers", "big", FOREIGN, 39),
        row("big-new", "the same into a new repository", "big", NEW, 30),
        row("index", "requests of a cold copy of the index of 4 x 100 layers", "index", FOREIGN, 1627),
        row("index-new", "the same into a new repository", "index", NEW, 1225),
        row("nothing", "requests of a copy with nothing to do", "small", EQUAL, 2),
    ]


ROWS: dict[str, Row] = {row.name: row for row in (*_cold(), *_requests())}
