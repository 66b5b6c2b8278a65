# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry behind faults and one without, what holds whatever happens, and the operations that it happens to.

Tasks go to the faulty registry by way of toxiproxy and of a recorder; what is looked at goes past both.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.support.images import Image, Pusher, build_image, build_index, sha256
from tests.support.modules import WAYS, ModuleRun, ModuleRunner
from tests.support.recorder import RecordedRequest, Recorder
from tests.support.registries import RunningRegistry
from tests.support.toxiproxy import Proxy, RunningToxiproxy

SIZE = 300_000
CHUNK = "100000"
#: A task must not wait for minutes: what lasts is given up soon.
HASTE = {"retries": 2, "timeout": 3}
Options = dict[str, Any]
Allowed = Mapping[str, "set[str | None]"]


def noise(seed: str, size: int = SIZE) -> bytes:
    """Bytes that are the same for the same seed."""
    return random.Random(seed).randbytes(size)


def picture(seed: str) -> Image:
    """An image of two layers that no other seed has."""
    return build_image([noise(f"{seed} one", SIZE // 2), noise(f"{seed} two", SIZE // 2)], labels={"seed": seed})


@dataclass
class World:
    """Both registries, with a repository of the same name on each, and a folder."""

    registry: RunningRegistry
    healthy: RunningRegistry
    name: str
    folder: Path
    recorder: Recorder
    healthy_recorder: Recorder
    proxy: Proxy
    runner: ModuleRunner
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def faulty_name(self) -> str:
        """The repository behind the faults."""
        return f"{self.proxy.address}/{self.name}"

    @property
    def healthy_name(self) -> str:
        """The other repository."""
        return f"{self.healthy_recorder.address}/{self.name}"

    @property
    def faulty(self) -> Pusher:
        """Plain requests past the faults."""
        return Pusher(self.registry.address, self.name, headers=self.notes.get("headers"))

    @property
    def sound(self) -> Pusher:
        """Plain requests to the other."""
        return Pusher(self.healthy.address, self.name)

    def run(self, module: str, options: Options, way: str = WAYS[0]) -> ModuleRun:
        """Run a module in haste."""
        return self.runner.run(module, {**HASTE, **options}, way=way)

    def requests(self) -> list[RecordedRequest]:
        """What has come to both registries."""
        return self.recorder.requests + self.healthy_recorder.requests

    def clear(self) -> None:
        """Forget what has come."""
        self.recorder.clear()
        self.healthy_recorder.clear()


@contextmanager
def world_of(
    registry: RunningRegistry,
    healthy: RunningRegistry,
    toxiproxy: RunningToxiproxy,
    runner: ModuleRunner,
    name: str,
    folder: Path,
) -> Iterator[World]:
    """A world without faults yet."""
    with Recorder(registry.address) as recorder, Recorder(healthy.address) as other:
        proxy = toxiproxy.proxy(name.replace("/", "-"), recorder.address)
        try:
            yield World(registry, healthy, name, folder, recorder, other, proxy, runner)
        finally:
            proxy.close()


# What holds


def check_graph(pusher: Pusher, reference: str) -> None:
    """All that a manifest names is there, with the digests and sizes that it says."""
    answer = pusher.manifest(reference)
    assert answer.status == 200, f"{reference}: {answer.status}"
    assert not reference.startswith("sha256:") or sha256(answer.body) == reference
    document = json.loads(answer.body)
    for child in document.get("manifests", []):
        check_graph(pusher, child["digest"])
    for blob in [*document.get("layers", []), *([document["config"]] if "config" in document else [])]:
        content = pusher.blob(blob["digest"])
        assert content is not None, f"{reference} names {blob['digest']}, which is not there"
        assert (sha256(content), len(content)) == (blob["digest"], blob["size"])


def check_tags(pusher: Pusher, allowed: Allowed) -> dict[str, str | None]:
    """Each tag is one of what it may be, and whole; there are no others. Gives what they are."""
    assert set(pusher.tags()) <= set(allowed)
    found = {tag: pusher.digest(tag) for tag in allowed}
    for tag, digest in found.items():
        assert digest in allowed[tag], f"{tag} is {digest}, not one of {allowed[tag]}"
        if digest is not None:
            check_graph(pusher, tag)
    return found


def check_files(folder: Path, allowed: Mapping[str, set[bytes | None]]) -> None:
    """Each file is one of what it may be, and beside them there is nothing."""
    assert {path.name for path in folder.iterdir()} <= set(allowed)
    for name, contents in allowed.items():
        path = folder / name
        assert (path.read_bytes() if path.exists() else None) in contents, f"{name} is a part of a file"


def blobs_sent(requests: list[RecordedRequest]) -> list[str]:
    """The digests of the uploads that came to their end."""
    return [
        parse_qs(one.query)["digest"][0]
        for one in requests
        if one.method in ("PUT", "POST") and "/blobs/uploads/" in one.path and "digest=" in one.query
    ]


def manifests_sent(requests: list[RecordedRequest]) -> list[str]:
    """The tags and digests that manifests were put as."""
    return [one.path.rpartition("/")[2] for one in requests if one.method == "PUT" and "/manifests/" in one.path]


def is_at_the_heart(request: RecordedRequest) -> bool:
    """Whether this is what a task is about: a blob's bytes come with it, or it deletes a manifest."""
    if request.method == "DELETE":
        return "/manifests/" in request.path
    sends = request.method in ("PUT", "PATCH") and int(request.headers.get("content-length", "0")) > 1000
    return sends or (request.method == "GET" and "/blobs/sha256" in request.path)


# Operations


@dataclass(frozen=True)
class Operation:
    """A task: what is there before it, its options, where it writes, and what may be there after it broke off."""

    name: str
    module: str
    prepare: Callable[[World], Options]
    allowed: Callable[[World], Allowed]
    target: Callable[[World], Pusher]
    blobs: Callable[[World], Mapping[str, bytes]] = lambda world: {}
    dest: str | None = None

    def check(self, world: World) -> None:
        """What holds whatever happened."""
        check_tags(self.target(world), self.allowed(world))
        if self.dest:
            check_files(world.folder, {self.dest: {None, *self.blobs(world).values()}})

    def check_done(self, world: World) -> None:
        """What holds when it has ended well: of what may be, the last."""
        self.check(world)
        for tag, digest in world.notes["wanted"].items():
            assert self.target(world).digest(tag) == digest, tag
        for digest, content in self.blobs(world).items():
            if self.dest:
                assert (world.folder / self.dest).read_bytes() == content
            else:
                assert self.target(world).blob(digest) == content

    def present(self, world: World) -> set[str]:
        """The blobs of the task that are there already, and the tags that are right."""
        there = {digest for digest in self.blobs(world) if self.target(world).blob(digest) is not None}
        right = {tag for tag, digest in world.notes["wanted"].items() if self.target(world).digest(tag) == digest}
        return there | right


def _upload(world: World, **more: Any) -> Options:
    content = noise(world.name)
    # Beside the folder that is looked at.
    path = world.folder.parent / "upload"
    path.write_bytes(content)
    world.notes.update(wanted={}, blobs={sha256(content): content})
    return {"repository": world.faulty_name, "src": str(path), **more}


def _chunked(world: World) -> Options:
    return _upload(world, chunk_size=CHUNK)


def _download(world: World) -> Options:
    content = noise(world.name)
    digest = world.faulty.push_blob(content)
    world.notes.update(wanted={}, blobs={digest: content})
    dest = str(world.folder / "file")
    return {"repository": world.faulty_name, "state": "downloaded", "digest": digest, "dest": dest}


def _old_and_new(world: World, source: Pusher, target: Pusher) -> tuple[Image, Image]:
    old, new = picture(f"{world.name} old"), picture(f"{world.name} new")
    target.push(old, "app")
    source.push(new)
    index = build_index([new])
    source.push(index, "app")
    allowed = {"app": {old.digest, index.digest}}
    world.notes.update(wanted={"app": index.digest}, allowed=allowed, blobs=dict(new.blobs))
    return old, index


def _copy_to(world: World) -> Options:
    _old_and_new(world, world.sound, world.faulty)
    return {"src": f"{world.healthy_name}:app", "dest": f"{world.faulty_name}:app"}


def _copy_from(world: World) -> Options:
    _old_and_new(world, world.faulty, world.sound)
    return {"src": f"{world.faulty_name}:app", "dest": f"{world.healthy_name}:app"}


def _sync(world: World) -> Options:
    old, index = _old_and_new(world, world.sound, world.faulty)
    gone = picture(f"{world.name} gone")
    world.faulty.push(gone, "gone")
    world.sound.push(picture(f"{world.name} new"), "one")
    world.notes["allowed"].update(gone={gone.digest, None}, one={None, picture(f"{world.name} new").digest})
    world.notes["wanted"].update(gone=None, one=picture(f"{world.name} new").digest)
    return {"src": world.healthy_name, "dest": world.faulty_name, "prune": True}


def _prune(world: World) -> Options:
    kept = picture(f"{world.name} kept")
    index = build_index([kept])
    world.faulty.push(kept)
    world.faulty.push(index, "kept")
    allowed: dict[str, set[str | None]] = {"kept": {index.digest}}
    for tag in ("a", "b", "c"):
        image = build_image([noise(f"{world.name} {tag}", 1000)])
        world.faulty.push(image, tag)
        allowed[tag] = {image.digest, None}
    wanted = {"kept": index.digest, "a": None, "b": None, "c": None}
    world.notes.update(wanted=wanted, allowed=allowed, blobs=dict(kept.blobs))
    return {"repository": world.faulty_name, "keep": {"matching": ["kept"]}}


def _noted(world: World) -> Allowed:
    allowed: Allowed = world.notes.get("allowed", {})
    return allowed


def _blobs(world: World) -> Mapping[str, bytes]:
    blobs: Mapping[str, bytes] = world.notes["blobs"]
    return blobs


def _faulty(world: World) -> Pusher:
    return world.faulty


def _sound(world: World) -> Pusher:
    return world.sound


UPLOAD = Operation("upload", "registry_blob", _upload, _noted, _faulty, _blobs)
CHUNKED = Operation("chunked upload", "registry_blob", _chunked, _noted, _faulty, _blobs)
DOWNLOAD = Operation("download", "registry_blob", _download, _noted, _faulty, _blobs, dest="file")
COPY_TO = Operation("copy to", "registry_copy", _copy_to, _noted, _faulty, _blobs)
COPY_FROM = Operation("copy from", "registry_copy", _copy_from, _noted, _sound, _blobs)
SYNC = Operation("sync", "registry_sync", _sync, _noted, _faulty, _blobs)
PRUNE = Operation("prune", "registry_prune", _prune, _noted, _faulty, _blobs)
OPERATIONS = (UPLOAD, CHUNKED, DOWNLOAD, COPY_TO, COPY_FROM, SYNC, PRUNE)
