# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of row of the benchmark runs from one end to the other, with next to nothing to carry."""

from __future__ import annotations

import json
import os
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import running
from bench.data import Sizes
from bench.programs import OURS, PEERS, PLAYBOOK, Proof, Step
from bench.rows import NEW, ROWS
from bench.session import Session, prove
from bench.sides import Sides, delayed
from tests.support import install
from tests.support.errors import SupportError
from tests.support.images import push_image, sha256
from tests.support.registries import RunningRegistry
from tests.support.wire import exchange

TINY = Sizes(
    big_layers=2,
    big_bytes=1000,
    small_layers=2,
    small_bytes=10,
    platforms=2,
    tags=3,
    many_tags=5,
    huge_bytes=1000,
    load_tags=200,
    load_repositories=4,
    load_manifest=5000,
    load_children=3,
    load_bytes=1000,
    probe=2,
    short_loop=1,
    long_loop=2,
    our_long_loop=3,
)
#: They differ from others in nothing that could break by itself; test_memory.py has those of memory.
KINDS = sorted(
    name
    for name, row in ROWS.items()
    if not name.startswith(("copy-small", "memory-")) and not (row.delay and row.dest == NEW)
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with Sides("distribution2", TINY, tmp_path_factory.mktemp("bench")) as sides:
        yield Session(sides, 1, print)


@pytest.mark.parametrize("name", KINDS)
def test_row(name: str, session: Session, needs: Callable[..., None]) -> None:
    """Whoever takes part has figures, and nobody fails: the words of the others do not speak of a failure."""
    needs("distribution2", *PEERS)
    row = ROWS[name]
    outcome = session.run(row)
    measured = outcome.requests if row.counted and not row.load else outcome.samples
    assert {*measured, *outcome.trouble} == set(row.programs())
    assert not set(measured) & set(outcome.trouble)
    for program, why in outcome.trouble.items():
        assert why.startswith(("not asked", "has no")), f"{program}: {why}"
    if row.goals or row.load:
        assert OURS in measured
    if row.load:
        assert set(outcome.requests) == ({OURS} if row.counted else set())
    if name == "load-manifest-more":
        assert outcome.requests == {OURS: 0}
    if measured is outcome.samples:
        assert all(sample.cpu > 0 or name == "loop" for samples in outcome.samples.values() for sample in samples)
        assert all(sample.rss > 1 << 20 for samples in outcome.samples.values() for sample in samples)


def test_the_command_writes_both_files(tmp_path: Path, needs: Callable[..., None], monkeypatch) -> None:
    needs("distribution2", *PEERS)
    monkeypatch.setattr(bench.tempfile, "tempdir", bench.tempfile.tempdir)
    options = Namespace(rows=["copy-small"], runs=2, registry="distribution2", storage="disk", out=tmp_path / "out")
    assert bench.bench(options, TINY, tmp_path / "data") == 0
    document = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    (row,) = document["rows"]
    assert {name: len(samples) for name, samples in row["samples"].items()} == dict.fromkeys(
        (OURS, PLAYBOOK, *PEERS), 2
    )
    assert all(sample["own"] > 0 for sample in row["samples"][OURS])
    page = (tmp_path / "out" / "results.md").read_text("utf-8")
    assert "| cold copy of 100 layers of 64 KiB | copy-small | s |" in page
    assert "Left out" not in page


def test_a_program_that_fails_is_named(session: Session, needs: Callable[..., None], monkeypatch) -> None:
    needs("distribution2")
    instead = {"crane": Path("/bin/false"), "regctl": None, "skopeo": None}
    found = install.find
    monkeypatch.setattr(install, "find", lambda name: instead[name] if name in instead else found(name))
    outcome = session.run(ROWS["requests-nothing"])
    assert outcome.trouble["crane"].startswith("false ended with status 1")
    assert outcome.trouble["skopeo"] == outcome.trouble["regctl"] == "missing"
    assert outcome.requests == {OURS: 2}


def test_what_is_not_there_is_no_success(distribution2: RunningRegistry, repository: str, tmp_path: Path) -> None:
    digest = push_image(distribution2.address, repository, "v1")
    prove(Proof(digest, f"{distribution2.address}/{repository}", "v1"))
    with pytest.raises(SupportError, match="v2 has None"):
        prove(Proof(digest, f"{distribution2.address}/{repository}", "v2"))
    with pytest.raises(SupportError, match="has None"):
        prove(Proof(digest, folder=tmp_path))


def test_a_proxy_delays_and_changes_nothing(distribution2: RunningRegistry, repository: str) -> None:
    """Four ways at the least: to connect and to be answered, the request and its answer."""
    layer = bytes(3 << 20)
    push_image(distribution2.address, repository, "v1", [layer])
    with delayed(distribution2.address, 0.05) as far:
        begin = time.monotonic()
        answer = exchange("GET", f"http://{far}/v2/{repository}/blobs/{sha256(layer)}")
        seconds = time.monotonic() - begin
    assert answer.body == layer
    assert seconds >= 0.2


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch) -> None:
    """Its end shows at the other end of a pipe."""
    monkeypatch.setattr(running, "TIMEOUT", 2.0)
    os.mkfifo(tmp_path / "pipe")
    with open(os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK), "rb") as pipe:
        with pytest.raises(SupportError, match="sh did not end within"):
            running.measure(Step(["/bin/sh", "-c", f"exec > {tmp_path}/pipe; echo begun; exec sleep 60"]), tmp_path)
        os.set_blocking(pipe.fileno(), True)
        assert pipe.read() == b"begun\n"
