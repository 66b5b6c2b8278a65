# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several who write to one repository at once: what comes out is what one after the other would have made of it.

What is there before and afterwards is put and read with plain requests.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import fallback
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import (
    forget_referrer,
    record_referrer,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository

from tests.live.clients import Place, new_client, repository_at
from tests.live.playbooks import TaskRun, run_play
from tests.support.images import OCI_INDEX, Image, Pusher, build_artifact, build_image
from tests.support.modules import ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder
from tests.support.registries import RunningRegistry

SECONDS = 30
MANY = 16
SIGNATURE = "application/vnd.example.signature"
#: Images that go while others write.
OLD = 120

# Two playbooks

KEPT = 4
#: What each playbook brings, and where it puts the tag `stable`.
PLAYS = {"first": (5, 4), "second": (6, 3)}
Tags = dict[str, int]


def made(place: Place, day: int) -> Image:
    """An image of a day in January that no other test has."""
    return build_image([f"{place.name} {day}".encode()], created=f"2026-01-{day:02}T00:00:00Z")


def play(place: Place, address: str, who: str) -> dict[str, Any]:
    """Copies an image, moves a tag, attaches a signature, and removes what is old."""
    repository = f"{address}/{place.name}"
    brings, stable = PLAYS[who]
    tasks: list[dict[str, Any]] = [
        {"registry_copy": {"src": f"{repository}/new:v{brings}", "dest": f"{repository}:v{brings}"}},
        {"registry_tag": {"name": f"{repository}:v{stable}", "tags": ["stable"]}},
        {
            "registry_artifact": {
                "name": repository,
                "artifact_type": SIGNATURE,
                "subject": f"{repository}:v4",
                "annotations": {"by": who},
            }
        },
        {"registry_prune": {"repository": repository, "keep": {"newest": KEPT, "matching": ["stable"]}}},
    ]
    return {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{f"regops.oci_registry.{name}": options} for task in tasks for name, options in task.items()],
    }


def orders() -> list[Tags]:
    """What the tags are in the end, by every order of the tasks that change them."""
    steps = {who: [("copy", brings), ("tag", stable), ("prune", KEPT)] for who, (brings, stable) in PLAYS.items()}
    ends: list[Tags] = []
    for turns in set(itertools.permutations(["first"] * 3 + ["second"] * 3)):
        tags: Tags = {f"v{day}": day for day in (1, 2, 3, 4)}
        left = {who: iter(todo) for who, todo in steps.items()}
        for who in turns:
            tags = after(tags, *next(left[who]))
        if tags not in ends:
            ends.append(tags)
    return ends


def after(tags: Tags, what: str, number: int) -> Tags:
    """What the tags are after one task."""
    if what == "prune":
        kept = sorted(set(tags.values()))[-number:]
        return {tag: day for tag, day in tags.items() if day in kept or tag == "stable"}
    return {**tags, "stable" if what == "tag" else f"v{number}": number}


class Meeting:
    """Lets two playbooks come to the same point before either goes on: that is when they are in each other's way."""

    POINTS = ("POST", "PUT", "DELETE")

    def __init__(self, place: Place) -> None:
        self.incomplete: list[str] = []
        self._place = place
        self._barriers = {point: threading.Barrier(len(PLAYS)) for point in self.POINTS}
        self._lock = threading.Lock()

    def guest(self) -> Callable[[RecordedRequest], None]:
        """What one playbook's recorder does with each request before it goes on."""
        ahead = set(self.POINTS)

        def arrive(request: RecordedRequest) -> None:
            with self._lock:
                is_first = request.method in ahead
                ahead.discard(request.method)
                if request.method in self.POINTS:
                    self.incomplete += incomplete(self._place.pusher)
            if is_first:
                self._barriers[request.method].wait(SECONDS)

        return arrive


def incomplete(pusher: Pusher) -> list[str]:
    """The tags whose image is not whole. One that is gone by the time that it is read is none of them."""
    found = []
    for tag in pusher.tags():
        answer = pusher.manifest(tag)
        if answer.status == 404:
            continue
        manifest = json.loads(answer.body)
        blobs = [entry["digest"] for entry in [manifest.get("config"), *manifest.get("layers", ())] if entry]
        there = [pusher.send("HEAD", f"blobs/{digest}").status for digest in blobs]
        there += [pusher.manifest(entry["digest"]).status for entry in manifest.get("manifests", ())]
        if set(there) - {200}:
            found.append(tag)
    return found


def listed(pusher: Pusher, subject: str, has_api: bool) -> list[dict[str, Any]]:
    """The referrers of a digest."""
    answer = pusher.send("GET", f"referrers/{subject}") if has_api else pusher.manifest(subject.replace(":", "-"))
    assert answer.status == 200, answer
    entries: list[dict[str, Any]] = json.loads(answer.body)["manifests"]
    return entries


def test_two_playbooks_that_copy_tag_and_prune_the_same_repository(place: Place, tmp_path: Path) -> None:
    """Both read before either deletes, so that both go for the same images."""
    images = {day: made(place, day) for day in range(1, 7)}
    for day in (1, 2, 3, 4):
        place.pusher.push(images[day], f"v{day}")
    for day in (5, 6):
        place.elsewhere("new").push(images[day], f"v{day}")
    meeting = Meeting(place)

    def run(who: str) -> list[TaskRun]:
        folder = tmp_path / who
        folder.mkdir()
        with Recorder(place.address, meeting.guest()) as recorder:
            return run_play(play(place, recorder.address, who), {}, folder)

    with ThreadPoolExecutor(len(PLAYS)) as both:
        runs = list(both.map(run, PLAYS))
    assert [task.result for tasks in runs for task in tasks if task.failed] == []
    days = {image.digest: day for day, image in images.items()}
    tags = {tag: days[str(place.pusher.digest(tag))] for tag in place.pusher.tags() if not tag.startswith("sha256-")}
    assert tags in orders()
    assert meeting.incomplete + incomplete(place.pusher) == []
    referrers = listed(place.pusher, images[4].digest, place.registry.capabilities.referrers_api)
    assert sorted(entry["annotations"]["by"] for entry in referrers) == sorted(PLAYS)


def test_images_go_with_their_tags_while_others_write(place: Place, recorder: Recorder, modules: ModuleRunner) -> None:
    """distribution reads all tags when it deletes a manifest, and stumbles over one that is just being written."""
    ours, others = made(place, 1), made(place, 2)
    for tag, image in (("ours", ours), ("others", others)):
        place.pusher.push(image, tag)
    for number in range(OLD):
        place.pusher.push(build_image([place.name.encode()], labels={"number": str(number)}), f"old-{number}")
    moving = [f"moving-{number}" for number in range(3)]
    over = threading.Event()

    def write(tag: str) -> None:
        for image in itertools.cycle((ours, others)):
            place.pusher.send("PUT", f"manifests/{tag}", image.raw, {"Content-Type": image.media_type})
            if over.is_set():
                return

    with ThreadPoolExecutor(len(moving)) as writers:
        written = [writers.submit(write, tag) for tag in moving]
        try:
            keep = {"matching": ["ours", "others", *moving]}
            run = modules.run("registry_prune", {"repository": f"{recorder.address}/{place.name}", "keep": keep})
        finally:
            over.set()
        for one in written:
            one.result()
    assert not run.failed, run.result
    assert place.pusher.tags() == sorted(["ours", "others", *moving])
    assert {place.pusher.digest(tag) for tag in moving} <= {ours.digest, others.digest}


# The list of referrers where a tag stands in for the API

SUBJECT = Digest.of(b"subject")


@pytest.mark.parametrize("condition", [{"If-Match": f'"{SUBJECT}"'}, {"If-None-Match": "*"}])
def test_no_registry_here_heeds_a_condition(place: Place, condition: dict[str, str]) -> None:
    """One that does would spare those who write there a second look (tests/unit plays it)."""
    place.pusher.push(build_artifact(SIGNATURE), "v1")
    other = build_artifact(SIGNATURE, annotations={"other": "yes"})
    answer = place.pusher.send("PUT", "manifests/v1", other.raw, {"Content-Type": other.media_type, **condition})
    assert answer.status == 201
    assert place.pusher.digest("v1") == other.digest


def referrer(place: Place, number: int) -> Descriptor:
    """A referrer of SUBJECT that is there."""
    image = build_artifact(SIGNATURE, annotations={"number": str(number)})
    place.pusher.push(image)
    return Descriptor(image.media_type, Digest.parse(image.digest), len(image.raw), artifact_type=SIGNATURE)


def digests(place: Place) -> list[str]:
    """What the fallback tag of SUBJECT lists."""
    return sorted(entry["digest"] for entry in listed(place.pusher, SUBJECT, has_api=False))


class Turns:
    """Lets one request at a time through, by the schedule; when that is over, all."""

    def __init__(self, schedule: Sequence[str]) -> None:
        self._left = list(schedule)
        self._changed = threading.Condition()

    @contextmanager
    def of(self, who: str) -> Iterator[None]:
        """Wait for the turn of `who`, which lasts until its request is answered."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._left or self._left[0] == who, SECONDS), self._left
            is_planned = bool(self._left)
        # A request that is refused is not the end of the turn: what comes next is in its place.
        yield
        with self._changed:
            if is_planned:
                self._left.pop(0)
            self._changed.notify_all()

    def leave(self, who: str) -> None:
        """`who` has no more to ask."""
        with self._changed:
            self._left = [one for one in self._left if one != who]
            self._changed.notify_all()


class TakesTurns(Repository):
    """A repository each of whose requests waits for its turn."""

    def __init__(self, repository: Repository, turns: Turns, who: str) -> None:
        super().__init__(repository.api, repository.name)
        self.turns = turns
        self.who = who

    def get_tagged_manifest(self, *args: Any, **options: Any) -> Any:
        with self.turns.of(self.who):
            return super().get_tagged_manifest(*args, **options)

    def head_manifest(self, version: str, *args: Any, **options: Any) -> Any:
        if ":" in version:  # whether a referrer is there
            return super().head_manifest(version, *args, **options)
        with self.turns.of(self.who):
            return super().head_manifest(version, *args, **options)

    def put_manifest(self, *args: Any, **options: Any) -> Any:
        with self.turns.of(self.who):
            return super().put_manifest(*args, **options)


READ, WRITE, LOOK = range(3)


def promised(schedule: str) -> bool:
    """Whether nobody takes longer from reading to writing than the other waits before it looks again."""
    when = {who: [turn for turn, one in enumerate(schedule) if one == who] for who in "ab"}
    return not any(
        when[slow][READ] < when[quick][WRITE] and when[quick][LOOK] < when[slow][WRITE] for slow, quick in ("ab", "ba")
    )


SCHEDULES = sorted({"".join(turns) for turns in itertools.permutations("aaabbb")})


@pytest.mark.parametrize("removes", [False, True], ids=["both-add", "one-removes"])
@pytest.mark.parametrize("schedule", [schedule for schedule in SCHEDULES if promised(schedule)])
def test_two_writers_in_every_order(
    distribution2: RunningRegistry,
    repository: str,
    schedule: str,
    removes: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each reads, writes and looks again. It waits in between until the other has written: here, by plan."""
    monkeypatch.setattr(fallback, "_wait", lambda attempt, took: None)
    turns = Turns(schedule)
    with new_client(retries=0) as first, new_client(retries=0) as second:
        place = Place(distribution2, first, repository)
        there, one, two = (referrer(place, number) for number in range(3))
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [there.to_json()]}
        place.pusher.push(Image(json.dumps(index).encode(), OCI_INDEX), SUBJECT.replace(":", "-"))
        at = {
            who: TakesTurns(repository_at(client, place.address, repository), turns, who)
            for who, client in (("a", first), ("b", second))
        }
        if removes:
            place.pusher.send("DELETE", f"manifests/{there.digest}")

        def run(who: str) -> None:
            if who == "b" and removes:
                forget_referrer(at[who], SUBJECT, there.digest)
            else:
                record_referrer(at[who], SUBJECT, one if who == "a" else two)
            turns.leave(who)

        with ThreadPoolExecutor(2) as both:
            list(both.map(run, "ab"))
        assert digests(place) == sorted([one.digest] if removes else [there.digest, one.digest, two.digest])


@pytest.mark.parametrize("kind", ["distribution2", "distribution3"])
def test_many_writers_lose_no_entry(running: Callable[[str], RunningRegistry], kind: str, repository: str) -> None:
    """All begin at once, each as a program of its own would, with its own client."""
    start = threading.Barrier(MANY)
    with new_client(retries=0) as client:
        place = Place(running(kind), client, repository)
        entries = [referrer(place, number) for number in range(MANY)]

    def write(entry: Descriptor) -> None:
        with new_client() as own:
            target = own.repository(Reference.parse_repository(f"{place.address}/{repository}"))
            target.head_manifest("v1")
            start.wait(SECONDS)
            record_referrer(target, SUBJECT, entry)

    with ThreadPoolExecutor(MANY) as writers:
        list(writers.map(write, entries))
    assert digests(place) == sorted(entry.digest for entry in entries)
