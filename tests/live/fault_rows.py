# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults of tests/live/test_faults.py: those of the wire by toxiproxy, those of answers by a recorder."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from tests.live.fault_world import World, is_at_the_heart
from tests.support.recorder import Cut, Intercept, RecordedRequest, Reply
from tests.support.toxiproxy import DOWNSTREAM, UPSTREAM, Toxic, toxic

#: Seconds that a fault of the wire lasts: less than a task bears with.
LASTS = 0.5
WORDS = b"the registry is not well"
#: What a fault does with requests.
Play = Callable[[World], Intercept]


@dataclass(frozen=True)
class Fault:
    """What goes wrong. `recovers`: no task fails of it. `reachable`: each answer that is lost loses no upload session,
    so that none may be left."""

    name: str
    begin: Callable[[World], Callable[[], None]]
    recovers: bool = False
    reachable: bool = False

    @contextmanager
    def on(self, world: World) -> Iterator[None]:
        """The fault while the block runs; a fault of the wire may end before."""
        end = self.begin(world)
        try:
            yield
        finally:
            end()


def wire(name: str, *toxics: Toxic, lasts: float | None = LASTS, recovers: bool = False) -> Fault:
    """A fault of the wire, for so many seconds, or to the end of the task."""

    def begin(world: World) -> Callable[[], None]:
        ended = threading.Lock()

        def end() -> None:
            if ended.acquire(blocking=False):
                for one in toxics:
                    world.proxy.remove(one)

        for one in toxics:
            world.proxy.add(one)
        timer = threading.Timer(lasts or 0.0, end)
        if lasts:
            timer.start()

        def finish() -> None:
            timer.cancel()
            if lasts and timer.ident:
                timer.join()
            end()

        return finish

    return Fault(name, begin, recovers)


def answer(name: str, what: Play, recovers: bool = False, reachable: bool = False) -> Fault:
    """A fault of the answers, to the end of the task."""

    def begin(world: World) -> Callable[[], None]:
        world.recorder.intercept = what(world)

        def end() -> None:
            world.recorder.intercept = None

        return end

    return Fault(name, begin, recovers, reachable)


def is_cancel(request: RecordedRequest) -> bool:
    """Whether an upload is cancelled, which no fault may keep from happening where none may be left."""
    return request.method == "DELETE" and "/uploads/" in request.path


def by_endpoint(request: RecordedRequest) -> str:
    """Each method on blobs, uploads, manifests and tags is a kind."""
    return f"{request.method} {'uploads' if '/uploads/' in request.path else request.path.split('/')[-2]}"


def by_direction(request: RecordedRequest) -> str:
    """What reads is a kind, and what writes."""
    return "reads" if request.method in ("GET", "HEAD") else "writes"


def first_of_each(
    reply: Callable[[World], Reply | Cut | None],
    times: int = 1,
    kind: Callable[[RecordedRequest], str] = by_endpoint,
) -> Play:
    """So many times for each kind of request."""

    def make(world: World) -> Intercept:
        seen: dict[str, int] = {}
        lock = threading.Lock()

        def intercept(request: RecordedRequest) -> Reply | Cut | None:
            if is_cancel(request):
                return None
            with lock:
                seen[kind(request)] = seen.get(kind(request), 0) + 1
                return reply(world) if seen[kind(request)] <= times else None

        return intercept

    return make


def burst(begins: Callable[[RecordedRequest], bool]) -> Play:
    """From such a request on, every request gets 500, 502, 503 or 504 in turns."""

    def make(world: World) -> Intercept:
        del world
        numbers = itertools.cycle((500, 502, 503, 504))
        ends: list[float] = []
        lock = threading.Lock()

        def intercept(request: RecordedRequest) -> Reply | None:
            with lock:
                if not ends and begins(request):
                    ends.append(time.monotonic() + LASTS)
                is_on = bool(ends) and time.monotonic() < ends[0]
                return Reply(next(numbers), {}, WORDS) if is_on else None

        return intercept

    return make


def all_writes(reply: Callable[[World], Reply | Cut]) -> Play:
    """Every request that would end something: blobs, manifests and deletions of these; nothing is begun anew."""

    def make(world: World) -> Intercept:
        def intercept(request: RecordedRequest) -> Reply | Cut | None:
            is_session = "/uploads/" in request.path and request.method in ("DELETE", "POST")
            reading = request.method in ("GET", "HEAD") and "/blobs/sha256" not in request.path
            return None if is_session or reading else reply(world)

        return intercept

    return make


def status(number: int, **headers: str) -> Callable[[World], Reply]:
    """An answer of that status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda world: Reply(number, named, WORDS)


def cut(**how: Any) -> Callable[[World], Cut]:
    """A Cut."""
    return lambda world: Cut(**how)


def at_a_date(world: World) -> Reply:
    """429 until the next second."""
    del world
    return Reply(429, {"Retry-After": formatdate(time.time() + 1, usegmt=True)})


def reset(world: World) -> None:
    """RST on all connections; what the request asks for may be done all the same."""
    one = toxic("reset_peer", timeout=0)
    world.proxy.add(one)
    world.proxy.remove(one)


WIRE = (
    *(wire(f"end of answers after {count} bytes", toxic("limit_data", bytes=count)) for count in (0, 100, 20_000)),
    *(
        wire(f"end of requests after {count} bytes", toxic("limit_data", UPSTREAM, bytes=count))
        for count in (0, 100, 20_000, 200_000)
    ),
    wire("end of answers that lasts", toxic("limit_data", bytes=20_000), lasts=None),
    wire("reset of what is under way", toxic("reset_peer", timeout=30)),
    wire("reset of requests", toxic("reset_peer", UPSTREAM, timeout=0)),
    wire("silence, then the end", toxic("timeout", timeout=100)),
    wire("slow close", toxic("slow_close", delay=200), lasts=None, recovers=True),
    wire(
        "small pieces",
        toxic("slicer", DOWNSTREAM, average_size=1000, size_variation=500, delay=10),
        toxic("slicer", UPSTREAM, average_size=1000, size_variation=500, delay=10),
        lasts=None,
        recovers=True,
    ),
    wire(
        "slow",
        toxic("bandwidth", DOWNSTREAM, rate=1000),
        toxic("bandwidth", UPSTREAM, rate=1000),
        lasts=None,
        recovers=True,
    ),
)

ANSWERS = (
    answer(
        "429 with seconds",
        first_of_each(status(429, Retry_After="1"), kind=by_direction),
        recovers=True,
        reachable=True,
    ),
    answer("429 with a date", first_of_each(at_a_date, kind=by_direction), recovers=True, reachable=True),
    *(
        answer(f"{number} once", first_of_each(status(number)), recovers=True, reachable=True)
        for number in (500, 502, 504)
    ),
    answer("503 twice", first_of_each(status(503, Retry_After="0"), 2), recovers=True, reachable=True),
    answer("burst from the first request on", burst(lambda request: True), recovers=True, reachable=True),
    answer("burst from the first blob or deletion on", burst(is_at_the_heart), recovers=True, reachable=True),
    *(answer(f"{number} for all", all_writes(status(number)), reachable=True) for number in (403, 500, 507)),
    answer("cut at the answer", first_of_each(cut(after_response_bytes=0))),
    answer("cut within the answer", first_of_each(cut(after_response_bytes=1000))),
    answer("half-closed within the answer", first_of_each(cut(after_response_bytes=1000, half=True))),
    answer("cut within the request", first_of_each(cut(after_request_bytes=1000))),
    answer("answer is lost", first_of_each(cut(lose_answer=True))),
    answer("reset of each kind of request", first_of_each(reset)),
)
