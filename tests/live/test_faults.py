# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks on real registries while something goes wrong: nothing that was there is lost, nothing is half there, and the
same task again finishes the job (docs/faults.md)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.fault_rows import ANSWERS, WIRE, Fault
from tests.live.fault_world import (
    COPY_FROM,
    COPY_TO,
    DOWNLOAD,
    HASTE,
    OPERATIONS,
    SIZE,
    SYNC,
    Operation,
    Options,
    World,
    blobs_sent,
    is_at_the_heart,
    manifests_sent,
    noise,
    picture,
    world_of,
)
from tests.support import token_server, toxiproxy
from tests.support.images import Image, Pusher, build_artifact, build_image
from tests.support.modules import COLLECTION, WAYS, ModuleRun, ModuleRunner
from tests.support.recorder import RecordedRequest, Reply
from tests.support.registries import RunningRegistry
from tests.support.toxiproxy import DOWNSTREAM, UPSTREAM, toxic


@pytest.fixture(scope="module")
def proxies(needs: Callable[..., None]) -> Iterator[toxiproxy.RunningToxiproxy]:
    """The toxiproxy of these tests."""
    needs("toxiproxy")
    with toxiproxy.start_toxiproxy() as server:
        yield server


@pytest.fixture
def world(
    distribution3: RunningRegistry,
    distribution2: RunningRegistry,
    proxies: toxiproxy.RunningToxiproxy,
    modules: ModuleRunner,
    repository: str,
    tmp_path: Path,
) -> Iterator[World]:
    """distribution 3 behind faults, distribution 2 without."""
    folder = tmp_path / "dest"
    folder.mkdir()
    with world_of(distribution3, distribution2, proxies, modules, repository, folder) as one:
        yield one


def finishes(world: World, operation: Operation, options: Options) -> None:
    """The same task again does what is left of it and nothing twice; once more it does nothing."""
    there = operation.present(world)
    world.clear()
    run = world.run(operation.module, options)
    assert not run.failed, run.result
    operation.check_done(world)
    requests = world.requests()
    assert not there.intersection(blobs_sent(requests)), "sent what was there"
    assert not there.intersection(manifests_sent(requests)), "put a tag that was right"
    world.clear()
    assert not world.run(operation.module, options).result["changed"]
    assert all(one.method in ("GET", "HEAD") for one in world.requests())


def told(run: ModuleRun) -> None:
    """A failure is told in words, and by no traceback."""
    assert not run.failed or run.result["msg"]
    assert "Traceback" not in run.text


def no_upload_is_open(world: World) -> None:
    """On neither registry, as their disks have it."""
    assert world.registry.open_uploads(world.name) == []
    assert world.healthy.open_uploads(world.name) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("fault", (*WIRE, *ANSWERS), ids=lambda one: one.name)
def test_nothing_is_lost_and_again_it_finishes(world: World, fault: Fault, operation: Operation) -> None:
    options = operation.prepare(world)
    world.clear()
    with fault.on(world):
        run = world.run(operation.module, options)
        assert world.requests() or run.failed, "the task met no fault"
    told(run)
    operation.check(world)
    if fault.recovers:
        assert not run.failed, run.result
    if not run.failed:
        operation.check_done(world)
    if fault.reachable or operation is COPY_FROM:
        no_upload_is_open(world)
    finishes(world, operation, options)


@contextmanager
def slow(world: World, rate: int = 150) -> Iterator[None]:
    """So many KB a second: bodies take about a second."""
    toxics = [toxic("bandwidth", stream, rate=rate) for stream in (DOWNSTREAM, UPSTREAM)]
    for one in toxics:
        world.proxy.add(one)
    try:
        yield
    finally:
        for one in toxics:
            world.proxy.remove(one)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("moment", ["at the heart", "before"])
def test_registry_that_is_killed(  # pylint: disable=too-many-arguments
    start_registry: Callable[..., RunningRegistry],
    distribution2: RunningRegistry,
    proxies: toxiproxy.RunningToxiproxy,
    modules: ModuleRunner,
    repository: str,
    tmp_path: Path,
    operation: Operation,
    moment: str,
) -> None:
    """SIGKILL, and a start on the same storage and port while the task runs."""
    folder = tmp_path / "dest"
    folder.mkdir()
    registry = start_registry("distribution3")
    with world_of(registry, distribution2, proxies, modules, repository, folder) as world:
        options = operation.prepare(world)
        world.clear()
        crashed = threading.Lock()
        threads: list[threading.Thread] = []

        def crash(request: RecordedRequest) -> None:
            count = 1 if operation is DOWNLOAD else 3
            due = is_at_the_heart(request) if moment == "at the heart" else len(world.recorder.requests) >= count
            if due and crashed.acquire(blocking=False):
                is_within = moment == "at the heart" and request.method != "DELETE"
                threads.append(threading.Timer(0.1 if is_within else 0.0, registry.crash))
                threads[-1].start()

        world.recorder.intercept = crash
        with slow(world):
            run = world.run(operation.module, options)
        world.recorder.intercept = None
        for thread in threads:
            thread.join()
        assert threads
        told(run)
        operation.check(world)
        finishes(world, operation, options)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
@pytest.mark.parametrize("way", WAYS)
def test_task_that_is_ended(
    world: World, operation: Operation, number: signal.Signals, way: str, tmp_path: Path
) -> None:
    """By Ctrl-C, which all processes of a terminal hear, or by SIGTERM, within a blob or a deletion. No part of a file
    stays, under any name."""
    options = operation.prepare(world)
    world.clear()
    end_at_the_heart(world, operation, options, number, way, tmp_path)
    operation.check(world)
    no_upload_is_open(world)
    finishes(world, operation, options)


def end_at_the_heart(  # pylint: disable=too-many-arguments
    world: World,
    operation: Operation,
    options: Options,
    number: signal.Signals,
    way: str,
    folder: Path,
    rate: int = 150,
) -> None:
    """Run the task as Ansible does, and signal it when the bytes of a blob are on their way, or a deletion is."""
    under_way, signalled = threading.Event(), threading.Event()

    def see(request: RecordedRequest) -> None:
        if is_at_the_heart(request):
            under_way.set()
            # A deletion takes no time by itself.
            assert request.method != "DELETE" or signalled.wait(30)

    world.recorder.intercept = see
    order = {
        "way": way,
        "module": f"{COLLECTION}.plugins.modules.{operation.module}",
        "arguments": {
            **HASTE,
            **options,
            "_ansible_check_mode": False,
            "_ansible_diff": False,
            "_ansible_tmpdir": str(folder),
            "_ansible_remote_tmp": str(folder),
        },
    }
    program = "import json, sys; from tests.support import module_server as s; o = json.loads(sys.argv[1]); "
    with (
        slow(world, rate),
        subprocess.Popen(
            [sys.executable, "-c", f"{program}s.WAYS[o['way']](o['module'], o['arguments'])", json.dumps(order)],
            env={**os.environ, "HOME": str(folder), "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as task,
    ):
        assert under_way.wait(30), task.communicate()
        os.killpg(task.pid, number)
        signalled.set()
        words = task.communicate(timeout=30)[0]
    assert task.returncode != 0, words
    world.recorder.intercept = None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one mebibyte."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def blob_to(world: World, disk: Path) -> tuple[str, Options, dict[str, bytes]]:
    """A blob becomes a file."""
    options = {**DOWNLOAD.prepare(world), "dest": str(disk / "file")}
    return "registry_blob", options, {"file": world.notes["blobs"][options["digest"]]}


def artifact_to(world: World, disk: Path) -> tuple[str, Options, dict[str, bytes]]:
    """An artifact becomes the files that it has."""
    files = {f"file-{number}": noise(f"{world.name} {number}", SIZE // 2) for number in range(2)}
    layers = [{"digest": world.faulty.push_blob(content), "size": len(content)} for content in files.values()]
    for title, layer in zip(files, layers, strict=True):
        layer.update(mediaType="text/plain", annotations={"org.opencontainers.image.title": title})
    document = json.loads(build_artifact("application/vnd.example.files").raw)
    world.faulty.push_blob(b"{}")
    raw = json.dumps({**document, "layers": layers}).encode()
    world.faulty.push(Image(raw, document["mediaType"]), "files")
    options = {"name": f"{world.faulty_name}:files", "dest": str(disk), "state": "downloaded"}
    return "registry_artifact", options, files


def archive_to(world: World, disk: Path) -> tuple[str, Options, dict[str, bytes] | None]:
    """An image becomes an archive."""
    world.faulty.push(picture(world.name), "app")
    return "registry_copy", {"src": f"{world.faulty_name}:app", "dest": f"oci-archive:{disk / 'file'}:app"}, None


@pytest.mark.parametrize("target", [blob_to, artifact_to, archive_to])
def test_disk_that_fills_up(
    world: World,
    small_disk: Path,
    target: Callable[[World, Path], tuple[str, Options, dict[str, bytes] | None]],
) -> None:
    """There is room when a download begins, and then something else takes it."""
    module, options, files = target(world, small_disk)
    before = dict.fromkeys(files or (), b"what was there")
    for name, content in before.items():
        (small_disk / name).write_bytes(content)
    other = small_disk / "other"

    def fill(request: RecordedRequest) -> None:
        if is_at_the_heart(request):
            other.write_bytes(bytes(900_000))

    world.recorder.intercept = fill
    run = world.run(module, options)
    assert run.failed
    assert "No space left on device" in run.text
    told(run)
    left = {path.name: path.read_bytes() for path in small_disk.iterdir()}
    assert left.pop("other") == bytes(900_000)
    assert left == before
    world.recorder.intercept = None
    other.unlink()
    assert not world.run(module, options).failed
    assert files is None or {path.name: path.read_bytes() for path in small_disk.iterdir()} == files
    assert not world.run(module, options).result["changed"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_token_that_ends(  # pylint: disable=too-many-arguments
    start_registry: Callable[..., RunningRegistry],
    distribution2: RunningRegistry,
    tokens: token_server.RunningTokenServer,
    proxies: toxiproxy.RunningToxiproxy,
    modules: ModuleRunner,
    repository: str,
    accounts: dict[str, str],
    tmp_path: Path,
    operation: Operation,
) -> None:
    """Requests find their token ended, as the registry itself says it of one that has; a new one is got."""
    folder = tmp_path / "dest"
    folder.mkdir()
    registry = start_registry("distribution3", auth=tokens.auth())
    scope = f"repository:{repository}:pull,push,delete"
    headers = tokens.token("alice", accounts["alice"], scope)
    with world_of(registry, distribution2, proxies, modules, repository, folder) as world:
        world.notes["headers"] = headers
        options = operation.prepare(world)
        challenge = Pusher(registry.address, repository).send("GET", "tags/list")
        assert challenge.status == 401
        ended = Reply(401, {"WWW-Authenticate": challenge.headers["WWW-Authenticate"]}, challenge.body)
        world.clear()
        refused: list[str] = []

        def end(request: RecordedRequest) -> Reply | None:
            due = "authorization" in request.headers and len(refused) < 5 and request.method != "POST"
            # The POST is the first with a token that may push. It, or the same again, would say that a new token is no
            # good, either.
            if due and world.recorder.lines.count(request.line) == 1:
                refused.append(request.line)
                return ended
            return None

        world.recorder.intercept = end
        login = {"username": "alice", "password": accounts["alice"]}
        # The other registry asks for no password, and is shown none.
        side = {COPY_TO.name: "dest_auth", SYNC.name: "dest_auth", COPY_FROM.name: "src_auth"}.get(operation.name)
        sides = {side: login} if side else login
        run = world.run(operation.module, {**options, **sides})
        assert not run.failed, run.result.get("errors", run.result["msg"])
        assert refused
        operation.check_done(world)
        no_upload_is_open(world)


@pytest.mark.parametrize("way", WAYS)
def test_copy_of_large_blobs_that_is_ended(world: World, way: str, tmp_path: Path) -> None:
    """Blobs that are sent in threads break off, too: nothing waits for their ends."""
    size = 64 << 20
    image = build_image([bytes(size) + b"one", bytes(size) + b"two"])
    world.sound.push(image, "app")
    world.notes.update(wanted={"app": image.digest}, allowed={"app": {None, image.digest}}, blobs=dict(image.blobs))
    options = {"src": f"{world.healthy_name}:app", "dest": f"{world.faulty_name}:app"}
    end_at_the_heart(world, COPY_TO, options, signal.SIGTERM, way, tmp_path, rate=20_000)
    assert sum(one.request_bytes for one in world.recorder.requests) < 2 * size
    assert world.faulty.digest("app") is None
    no_upload_is_open(world)
