# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random operations with random faults on real registries: after each, every tag is whole and one of what it may be.

REGOPS_SOAK_STEPS, REGOPS_SOAK_SECONDS (what ends first counts) and REGOPS_SOAK_SEED change what is done; 1 000 steps
take about half an hour. What was done is printed (pytest -s).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.live.fault_rows import ANSWERS, WIRE, Fault
from tests.live.fault_world import Options, World, check_files, check_tags, noise, picture, world_of
from tests.support import toxiproxy
from tests.support.images import Image, sha256
from tests.support.modules import WAYS, ModuleRunner
from tests.support.registries import RunningRegistry

STEPS = int(os.environ.get("REGOPS_SOAK_STEPS", "1000"))
SECONDS = float(os.environ.get("REGOPS_SOAK_SECONDS", "45"))
SEED = os.environ.get("REGOPS_SOAK_SEED", "regops")
TAGS = ("a", "b", "c", "d")


def crash(world: World) -> Callable[[], None]:
    """The registry is killed and started again before the task."""
    world.registry.crash()
    return lambda: None


FAULTS = (*WIRE, *(one for one in ANSWERS if not one.name.startswith("429")), Fault("killed", crash))


@dataclass
class Soak:
    """What is there, as it is known: the tags of the repository behind faults, and of the one without."""

    world: World
    chance: random.Random
    images: dict[str, Image]
    now: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(TAGS))
    there: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(TAGS))

    def step(self, operation: str, fault: Fault | None) -> str:
        """Do one operation, and check what it has left. Gives what came of it."""
        module, options, wanted = getattr(self, f"_{operation}")()
        with fault.on(self.world) if fault else nullcontext():
            run = self.world.run(module, options, self.chance.choice(WAYS))
        assert run.result.get("msg") or not run.failed
        allowed = {tag: {self.now[tag], wanted.get(tag, self.now[tag])} for tag in TAGS}
        self.now = check_tags(self.world.faulty, allowed)
        check_tags(self.world.sound, {tag: {digest} for tag, digest in self.there.items()})
        if not run.failed:
            assert all(self.now[tag] == digest for tag, digest in wanted.items())
        assert fault or not run.failed, run.result
        return "failed" if run.failed else "changed" if run.result.get("changed") else "ok"

    def _image(self) -> Image:
        return self.chance.choice(list(self.images.values()))

    def _upload(self) -> tuple[str, Options, dict[str, str | None]]:
        path = self.world.folder.parent / "upload"
        path.write_bytes(noise(f"soak {self.chance.randrange(8)}"))
        chunk_size = self.chance.choice([None, "100000"])
        return "registry_blob", {"repository": self.world.faulty_name, "src": str(path), "chunk_size": chunk_size}, {}

    def _download(self) -> tuple[str, Options, dict[str, str | None]]:
        content = noise(f"soak {self.chance.randrange(8)}")
        digest = self.world.faulty.push_blob(content)
        for path in self.world.folder.iterdir():
            check_files(self.world.folder, {path.name: {path.read_bytes()}})
            assert f"sha256:{path.name}" == sha256(path.read_bytes())
            path.unlink()
        dest = str(self.world.folder / digest[7:])
        return "registry_blob", {**self._at(), "state": "downloaded", "digest": digest, "dest": dest}, {}

    def _copy(self) -> tuple[str, Options, dict[str, str | None]]:
        image, tag = self._image(), self.chance.choice(TAGS)
        src = f"{self.world.healthy_name}@{image.digest}"
        return "registry_copy", {"src": src, "dest": f"{self.world.faulty_name}:{tag}"}, {tag: image.digest}

    def _sync(self) -> tuple[str, Options, dict[str, str | None]]:
        for tag in TAGS:
            if self.chance.random() < 0.3:
                self.there[tag] = self.world.sound.push(self._image(), tag)
        wanted = {tag: digest for tag, digest in self.there.items() if digest is not None}
        return "registry_sync", {"src": self.world.healthy_name, "dest": self.world.faulty_name}, wanted

    def _prune(self) -> tuple[str, Options, dict[str, str | None]]:
        kept = self.chance.sample(TAGS, 2)
        options = {**self._at(), "keep": {"matching": kept}, "allow_empty": True}
        return "registry_prune", options, {tag: None for tag in TAGS if tag not in kept}

    def _at(self) -> Options:
        return {"repository": self.world.faulty_name}


OPERATIONS = ("upload", "download", "copy", "copy", "sync", "prune")


@pytest.fixture
def soak(
    start_registry: Callable[..., RunningRegistry],
    distribution2: RunningRegistry,
    modules: ModuleRunner,
    repository: str,
    tmp_path: Path,
    needs: Callable[..., None],
) -> Iterator[Soak]:
    """A registry of its own, which may be killed."""
    needs("toxiproxy")
    folder = tmp_path / "dest"
    folder.mkdir()
    registry = start_registry("distribution3")
    with (
        toxiproxy.start_toxiproxy() as proxies,
        world_of(registry, distribution2, proxies, modules, repository, folder) as world,
    ):
        images = {str(number): picture(f"soak {number}") for number in range(5)}
        for image in images.values():
            world.sound.push(image)
        yield Soak(world, random.Random(SEED), images)


def test_random_operations_with_random_faults(soak: Soak) -> None:
    """Time-bounded; a seed does the same steps again."""
    print(f"\nsoak: seed {SEED}, at most {STEPS} steps and {SECONDS:g} s")
    end, done = time.monotonic() + SECONDS, Counter[str]()
    for number in range(STEPS):
        if time.monotonic() > end:
            break
        operation = soak.chance.choice(OPERATIONS)
        fault = soak.chance.choice(FAULTS) if soak.chance.random() < 0.7 else None
        print(f"{number}: {operation}, {fault.name if fault else 'no fault'}", end=": ", flush=True)
        outcome = soak.step(operation, fault)
        print(outcome)
        done[outcome] += 1
    print(f"soak: {sum(done.values())} steps, {dict(done)}")
    assert sum(done.values()) >= min(STEPS, 5)
