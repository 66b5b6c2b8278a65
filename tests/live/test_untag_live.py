# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags are taken away while many others write to the same repository, on every registry: no tag that somebody else
wrote is lost, no sibling, and nothing of ours is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.untag import untag

from tests.live.clients import Place, new_client, repository_at
from tests.support.images import Image, build_image

ROUNDS = 6
WRITERS = 4


@pytest.fixture
def repository_of_ours(place: Place) -> Iterator[Repository]:
    """The repository by a client that tries again, as the modules do: under load a registry answers 500 at times."""
    with new_client() as client:
        yield repository_at(client, place.address, place.name)


def image_of(place: Place, mark: str) -> Image:
    """An image that no other test has."""
    return build_image([f"{mark} of {place.name}".encode()])


class Crowd:
    """Threads that all begin at once; what goes wrong in one fails the test."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []
        self._start = threading.Event()

    def add(self, work: Callable[[], object]) -> None:
        """One more thread."""

        def run() -> None:
            self._start.wait()
            try:
                work()
            except BaseException as error:
                self.errors.append(error)

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Threads are added within; at the end all run, and are waited for."""
        try:
            yield
        finally:
            self._start.set()
            for thread in self._threads:
                thread.join(120)
        assert not self.errors
        assert not any(thread.is_alive() for thread in self._threads)


def in_parallel(*works: Callable[[], object]) -> None:
    """Run all at once."""
    crowd = Crowd()
    with crowd.gathered():
        for work in works:
            crowd.add(work)


def manifests_left(place: Place, known: set[str]) -> set[str]:
    """What the tags of the repository point at that is none of `known`."""
    return {str(place.pusher.digest(tag)) for tag in place.pusher.tags()} - known


def test_many_tags_of_one_image_go_at_once_and_the_siblings_stay(place: Place, repository_of_ours: Repository) -> None:
    image = image_of(place, "one")
    gone, kept = [f"gone-{number}" for number in range(12)], [f"kept-{number}" for number in range(4)]
    for tag in (*gone, *kept):
        place.pusher.push(image, tag)
    in_parallel(*[lambda tag=tag: untag(repository_of_ours, tag) for tag in gone])  # type: ignore[misc]
    assert place.pusher.tags() == kept
    assert {place.pusher.digest(tag) for tag in kept} == {image.digest}


def test_one_tag_is_taken_away_by_many_at_once(place: Place, repository_of_ours: Repository) -> None:
    image = image_of(place, "one")
    for _round in range(ROUNDS):
        for tag in ("going", "sibling"):
            place.pusher.push(image, tag)
        in_parallel(*[lambda: untag(repository_of_ours, "going") for _number in range(WRITERS)])
        assert place.pusher.tags() == ["sibling"]
        assert place.pusher.digest("sibling") == image.digest


def test_what_others_tag_and_move_meanwhile_is_not_lost(place: Place, repository_of_ours: Repository) -> None:
    """Writers put and move tags of their own, on the same manifests that lose tags."""
    images = [image_of(place, f"image {number}") for number in range(3)]
    for number in range(ROUNDS * 2):
        place.pusher.push(images[number % 3], f"going-{number}")
    place.pusher.push(images[0], "always")

    def write(writer: int) -> None:
        for number in range(ROUNDS):
            place.pusher.push(images[(writer + number) % 3], f"writer-{writer}-{number}")
            place.pusher.push(images[(writer + number) % 3], f"moving-{writer}")

    def take(part: int) -> None:
        for number in range(part, ROUNDS * 2, 2):
            assert untag(repository_of_ours, f"going-{number}")

    in_parallel(
        *[lambda writer=writer: write(writer) for writer in range(WRITERS)],  # type: ignore[misc]
        *[lambda part=part: take(part) for part in range(2)],  # type: ignore[misc]
    )
    expected = {"always": images[0].digest}
    for writer in range(WRITERS):
        for number in range(ROUNDS):
            expected[f"writer-{writer}-{number}"] = images[(writer + number) % 3].digest
        expected[f"moving-{writer}"] = images[(writer + ROUNDS - 1) % 3].digest
    assert {tag: place.pusher.digest(tag) for tag in place.pusher.tags()} == expected
    for image in images:
        assert place.pusher.manifest(image.digest).body == image.raw


def test_a_tag_that_another_puts_again_is_there_or_gone_but_never_something_else(
    place: Place, repository_of_ours: Repository
) -> None:
    """Who deletes and who writes the very same tag at the same time: either may be last, nothing is between."""
    first, second = image_of(place, "first"), image_of(place, "second")
    for _round in range(ROUNDS):
        for tag in ("contested", "sibling"):
            place.pusher.push(first, tag)
        place.pusher.push(second)
        in_parallel(
            lambda: untag(repository_of_ours, "contested"),
            lambda: place.pusher.push(second, "contested"),
        )
        assert manifests_left(place, {first.digest, second.digest}) == set()
        assert place.pusher.digest("sibling") == first.digest
        assert place.pusher.manifest(second.digest).body == second.raw
