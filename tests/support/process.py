# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a server program on a port that nobody else can take, and wait until it answers."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from .errors import SupportError

LOOPBACK = "127.0.0.1"
START_TIMEOUT = 30.0
STOP_TIMEOUT = 10.0
START_ATTEMPTS = 3

_SERVER = TypeVar("_SERVER", bound="RunningServer")


class PortTaken(SupportError):
    """The program could not bind its port; another one is worth a try."""


@contextlib.contextmanager
def reserved_port(wanted: int = 0) -> Iterator[int]:
    """Yield a free loopback port, or the one that is wanted, that stays ours while the block runs.

    On Linux a socket that is bound with SO_REUSEADDR and does not listen keeps the kernel from giving the port to
    anyone who asks for a free one, yet a server that sets SO_REUSEADDR (Go's and nginx do) may bind it explicitly.
    Elsewhere the socket has to be closed first, so there the port is only likely to be free.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((LOOPBACK, wanted))
        port: int = holder.getsockname()[1]
        if not sys.platform.startswith("linux"):
            holder.close()
        yield port


class RunningServer:
    """A server process with its own temporary folder and log; stop() is safe to call twice."""

    def __init__(self, name: str, port: int, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.port = port
        self.folder = folder
        self.process = process

    @property
    def address(self) -> str:
        """HOST:PORT, as it stands in an image name."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def log_path(self) -> Path:
        """Where the program's standard output and error go."""
        return self.folder / "log"

    def log(self, limit: int = 4000) -> str:
        """Return the end of the log, at most `limit` characters."""
        try:
            return self.log_path.read_text(encoding="utf-8", errors="replace")[-limit:]
        except OSError:
            return ""

    def stop(self) -> None:
        """End the process and remove its folder."""
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the process as a crash does: it is told nothing, and its folder stays."""
        self.process.kill()
        self.process.wait()

    def start_again(self, ready: Callable[[int], bool]) -> None:
        """Start the killed process anew, with what it has in its folder and on the same port."""
        with reserved_port(self.port), open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.process.args,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
            _wait_until_ready(self, ready)

    def __enter__(self: _SERVER) -> _SERVER:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<{self.name} at {self.address}>"


def temporary_folder(name: str) -> Path:
    """Make a folder that only we can read."""
    return Path(tempfile.mkdtemp(prefix=f"regops-{name}-"))


def start_server(
    name: str,
    command: Callable[[int, Path], Sequence[str]],
    ready: Callable[[int], bool],
    make: Callable[[str, int, Path, subprocess.Popen[bytes]], _SERVER],
    environ: Mapping[str, str] | None = None,
) -> _SERVER:
    """Start a program and return it once `ready(port)` is true.

    `command(port, folder)` writes what the program needs into the folder and gives its command line.
    Raises SupportError with the end of the log when the program ends, or is not ready within START_TIMEOUT seconds.
    """
    errors: list[PortTaken] = []
    for _attempt in range(START_ATTEMPTS):
        folder = temporary_folder(name)
        try:
            with reserved_port() as port:
                server = _launch(name, command(port, folder), port, folder, make, environ)
                _wait_until_ready(server, ready)
            return server
        except PortTaken as error:
            errors.append(error)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    raise errors[-1]


def _launch(
    name: str,
    argv: Sequence[str],
    port: int,
    folder: Path,
    make: Callable[[str, int, Path, subprocess.Popen[bytes]], _SERVER],
    environ: Mapping[str, str] | None,
) -> _SERVER:
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **(environ or {})},
        )
    server = make(name, port, folder, process)
    atexit.register(server.stop)
    return server


def _wait_until_ready(server: RunningServer, ready: Callable[[int], bool]) -> None:
    """Return when the server answers; its own end is seen at once because wait() is what paces the loop."""
    deadline = time.monotonic() + START_TIMEOUT
    pause = 0.01
    try:
        while not ready(server.port):
            if time.monotonic() > deadline:
                raise SupportError(
                    f"{server.name} did not answer within {START_TIMEOUT:.0f} s. Its log:\n{server.log()}"
                )
            try:
                status = server.process.wait(pause)
            except subprocess.TimeoutExpired:
                pause = min(pause * 1.5, 0.2)
                continue
            log = server.log()
            error = PortTaken if "address already in use" in log.lower() else SupportError
            raise error(f"{server.name} ended with status {status} while it started. Its log:\n{log}")
    except BaseException:
        server.stop()
        raise
