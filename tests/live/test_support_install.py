# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs are got, built and started once, safely, and with errors that say what to do.

Nothing here uses the collection's own client.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support import cache, process, registries
from tests.support.errors import SupportError


def test_a_reserved_port_is_ours_until_the_server_takes_it() -> None:
    """Who wants the port for itself alone cannot have it; a server that is told its number can."""
    with process.reserved_port() as port:
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind((process.LOOPBACK, port))
        with socket.create_server((process.LOOPBACK, port)) as server:
            assert server.getsockname()[1] == port


def test_a_program_that_ends_is_an_error_with_its_log(tmp_path: Path) -> None:
    """The end of a program is seen at once, not after the time that a start may take."""
    with pytest.raises(SupportError, match=r"ended with status 3 while it started[\s\S]*no such setting"):
        process.start_server(
            "broken",
            lambda port, folder: ["/bin/sh", "-c", "echo no such setting; exit 3"],
            lambda port: False,
            process.RunningServer,
        )


def test_builds_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many that want the same thing at once make it once, and none sees half of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    target = cache.cache_folder() / "bin" / "program"
    made: list[Path] = []
    begin = threading.Barrier(8)
    second = threading.Event()

    def make(path: Path) -> None:
        made.append(path)
        path.write_bytes(b"half")
        if len(made) > 1:
            second.set()
        # Nobody else gets here meanwhile, so this waits in vain.
        assert not second.wait(0.3)
        assert not target.exists()
        path.write_bytes(b"whole program")

    def want() -> None:
        begin.wait()
        assert cache.made_once(target, make).read_bytes() == b"whole program"

    threads = [threading.Thread(target=want) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert list(target.parent.iterdir()) == [target]


def test_list_names_every_tool() -> None:
    """The command that CI and run.py call says what there is, and where."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.support.install", "--list"]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=True)
    lines = {line.split()[0]: line.split()[1] for line in answer.stdout.splitlines()}
    assert set(registries.KINDS) <= set(lines)
    for kind in registries.KINDS:
        assert lines[kind] == (registries.available(kind) or "missing")


def test_ci_does_not_pass_by_skipping(tmp_path: Path) -> None:
    """Where registries are demanded and only one is there, the run ends before the first test."""
    here = Path(__file__).resolve()
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "REGOPS_REQUIRE_REGISTRIES": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", str(here)]
    answer = subprocess.run(
        command, cwd=here.parents[2], env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.returncode == pytest.ExitCode.USAGE_ERROR
    assert re.search(r"demands .*three registries \(there is (none|distribution2)\)", answer.stderr)
