# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random operations with random faults on real registries: after each, every tag is whole and one of what it may be, no
part of a file and no upload is left, and what failed is finished by the same task without sending again what is there.

REGOPS_SOAK_STEPS, REGOPS_SOAK_SECONDS (what ends first counts) and REGOPS_SOAK_SEED change what is done. What was done
is printed (pytest -s).
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.live.fault_rows import ANSWERS, WIRE, Fault
from tests.live.fault_world import (
    Options,
    World,
    blobs_sent,
    check_files,
    check_tags,
    manifests_sent,
    noise,
    picture,
    world_of,
)
from tests.support import registries, toxiproxy
from tests.support.images import Image, sha256
from tests.support.modules import WAYS, ModuleRun, ModuleRunner
from tests.support.recorder import RecordedRequest
from tests.support.registries import RunningRegistry

STEPS = int(os.environ.get("REGOPS_SOAK_STEPS", "1000"))
SECONDS = float(os.environ.get("REGOPS_SOAK_SECONDS", "120"))
SEED = os.environ.get("REGOPS_SOAK_SEED", "regops")
#: Most of the time of a step is waiting. Each lane has a registry of its own, which may be killed.
LANES = 6
TAGS = ("a", "b", "c", "d")
FILES = 8
Tags = dict[str, "str | None"]


def killed(count: int) -> Fault:
    """The registry is killed, and started again on the same storage, when so many requests have come."""

    def begin(world: World) -> Callable[[], None]:
        crashing = threading.Lock()
        rest = [count]

        def intercept(request: RecordedRequest) -> None:
            del request
            with crashing:
                rest[0] -= 1
                if rest[0] == 0:
                    world.registry.crash()

        world.recorder.intercept = intercept

        def end() -> None:
            with crashing:
                world.recorder.intercept = None

        return end

    return Fault(f"killed at request {count}", begin)


FAULTS = (*WIRE, *ANSWERS, *map(killed, (1, 2, 4, 8)))


@dataclass
class Soak:
    """What is there, as it is known: the tags of the repository behind faults, and of the one without."""

    world: World
    chance: random.Random
    images: dict[str, Image]
    now: Tags = field(default_factory=lambda: dict.fromkeys(TAGS))
    there: Tags = field(default_factory=lambda: dict.fromkeys(TAGS))
    file: bytes | None = None

    def step(self, operation: str, fault: Fault | None) -> str:
        """Do one operation, and check what it has left. Gives what came of it."""
        module, options, wanted = getattr(self, f"_{operation}")()
        way, before = self.chance.choice(WAYS), self._uploads()
        with fault.on(self.world) if fault else nullcontext():
            run = self.world.run(module, options, way)
        self._check(run, wanted)
        if fault is None or fault.reachable:
            assert self._uploads() == before, "an upload is left"
        if not run.failed:
            return "changed" if run.result.get("changed") else "ok"
        assert fault is not None, run.result
        assert not fault.recovers, run.result
        self._finish(module, options, wanted, way)
        return "failed, finished"

    def _check(self, run: ModuleRun, wanted: Tags) -> None:
        """What holds whatever happened."""
        assert run.result.get("msg") or not run.failed
        assert "Traceback" not in run.text
        allowed = {tag: {self.now[tag], wanted.get(tag, self.now[tag])} for tag in TAGS}
        self.now = check_tags(self.world.faulty, allowed)
        assert {tag: self.world.sound.digest(tag) for tag in TAGS} == self.there
        check_files(self.world.folder, {"file": {None, self.file} if run.failed else {self.file}})
        if not run.failed:
            assert all(self.now[tag] == digest for tag, digest in wanted.items())

    def _finish(self, module: str, options: Options, wanted: Tags, way: str) -> None:
        """The same task again, without the fault."""
        blobs = {digest for image in self.images.values() for digest in image.blobs}
        blobs |= {sha256(noise(f"soak {number}")) for number in range(FILES)}
        there = {digest for digest in blobs if self.world.faulty.send("HEAD", f"blobs/{digest}").status == 200}
        right = {tag for tag, digest in wanted.items() if self.now[tag] == digest}
        self.world.clear()
        run = self.world.run(module, options, way)
        assert not run.failed, run.result
        self._check(run, wanted)
        requests = self.world.requests()
        assert not there.intersection(blobs_sent(requests)), "sent what was there"
        assert not right.intersection(manifests_sent(requests)), "put a tag that was right"

    def _uploads(self) -> set[str]:
        return set(self.world.registry.open_uploads(self.world.name))

    def _image(self) -> Image:
        return self.chance.choice(list(self.images.values()))

    def _upload(self) -> tuple[str, Options, Tags]:
        path = self.world.folder.parent / "upload"
        path.write_bytes(noise(f"soak {self.chance.randrange(FILES)}"))
        chunk_size = self.chance.choice([None, "100000"])
        return "registry_blob", {**self._at(), "src": str(path), "chunk_size": chunk_size}, {}

    def _download(self) -> tuple[str, Options, Tags]:
        self.file = noise(f"soak {self.chance.randrange(FILES)}")
        digest, path = self.world.faulty.push_blob(self.file), self.world.folder / "file"
        path.unlink(missing_ok=True)
        return "registry_blob", {**self._at(), "state": "downloaded", "digest": digest, "dest": str(path)}, {}

    def _copy(self) -> tuple[str, Options, Tags]:
        image, tag = self._image(), self.chance.choice(TAGS)
        src = f"{self.world.healthy_name}@{image.digest}"
        return "registry_copy", {"src": src, "dest": f"{self.world.faulty_name}:{tag}"}, {tag: image.digest}

    def _sync(self) -> tuple[str, Options, Tags]:
        for tag in TAGS:
            if self.chance.random() < 0.3 or not any(self.there.values()):  # A source without tags is an error.
                self.there[tag] = self.world.sound.push(self._image(), tag)
        wanted: Tags = {tag: digest for tag, digest in self.there.items() if digest is not None}
        return "registry_sync", {"src": self.world.healthy_name, "dest": self.world.faulty_name}, wanted

    def _prune(self) -> tuple[str, Options, Tags]:
        kept = self.chance.sample(TAGS, 2)
        options = {**self._at(), "keep": {"matching": kept}, "allow_empty": True}
        return "registry_prune", options, {tag: None for tag in TAGS if tag not in kept}

    def _at(self) -> Options:
        return {"repository": self.world.faulty_name}


OPERATIONS = ("upload", "download", "copy", "copy", "sync", "prune")


@pytest.fixture
def lanes(
    distribution2: RunningRegistry, repository: str, tmp_path: Path, needs: Callable[..., None]
) -> Iterator[list[Soak]]:
    """Each with a seed of its own."""
    needs("distribution3", "toxiproxy")
    images = {str(number): picture(f"soak {number}") for number in range(5)}
    with ExitStack() as stack:
        proxies = stack.enter_context(toxiproxy.start_toxiproxy())
        made = []
        for number in range(LANES):
            folder = tmp_path / str(number) / "dest"
            folder.mkdir(parents=True)
            registry = stack.enter_context(registries.start("distribution3"))
            runner = stack.enter_context(ModuleRunner())
            name = f"{repository}/{number}"
            world = stack.enter_context(world_of(registry, distribution2, proxies, runner, name, folder))
            for image in images.values():
                world.sound.push(image)
            made.append(Soak(world, random.Random(f"{SEED} {number}"), images))
        yield made


def run_lane(soak: Soak, number: int, end: float) -> Counter[str]:
    """So many steps as are this lane's, or as there is time for."""
    done = Counter[str]()
    for step in range(number, STEPS, LANES):
        if time.monotonic() > end:
            break
        operation = soak.chance.choice(OPERATIONS)
        fault = soak.chance.choice(FAULTS) if soak.chance.random() < 0.7 else None
        what = f"{step}: {operation}, {fault.name if fault else 'no fault'}"
        try:
            outcome = soak.step(operation, fault)
        except BaseException:
            print(f"{what}: this went wrong", flush=True)
            raise
        print(f"{what}: {outcome}", flush=True)
        done[outcome] += 1
    check_tags(soak.world.sound, {tag: {digest} for tag, digest in soak.there.items()})
    return done


def test_random_operations_with_random_faults(lanes: list[Soak]) -> None:
    """Time-bounded; a seed does the same steps again."""
    print(f"\nsoak: seed {SEED}, at most {STEPS} steps and {SECONDS:g} s")
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(LANES) as threads:
        running = [threads.submit(run_lane, soak, number, end) for number, soak in enumerate(lanes)]
    done = sum((one.result() for one in running), Counter[str]())
    print(f"soak: {sum(done.values())} steps, {dict(done)}")
    assert sum(done.values()) >= min(STEPS, 5)
