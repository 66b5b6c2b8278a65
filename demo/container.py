# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry in a container of the user's own engine, where there is one that works."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Sequence

IMAGE = "docker.io/library/registry:2"
ENGINES = ("podman", "docker")
#: Seconds. The image has 25 MB.
PULL_TIMEOUT = 120.0
START_TIMEOUT = 30.0
LISTENING = re.compile(r"listening on 127\.0\.0\.1:(\d+)")


class NoContainer(Exception):
    """There is no engine, or it cannot run the registry; the message says which and why."""


@contextlib.contextmanager
def registry_container() -> Iterator[tuple[str, str]]:
    """Run a registry for the time of the block; gives its address and a sentence on what was started.

    Raises NoContainer where no engine is installed, or none of them works.
    """
    reasons = []
    for engine in ENGINES:
        if shutil.which(engine) is None:
            reasons.append(f"{engine} is not installed")
            continue
        name = f"regops-demo-{uuid.uuid4().hex[:12]}"
        try:
            address = _start(engine, name)
        except NoContainer as error:
            reasons.append(f"{engine} cannot run it ({error})")
            _remove(engine, name)
            continue
        try:
            yield address, f"the container {name} of {IMAGE} by {engine}"
        finally:
            _remove(engine, name)
        return
    raise NoContainer("; ".join(reasons))


def _start(engine: str, name: str) -> str:
    """Start the container on a port of its own choice, and return the address when it answers."""
    if _run([engine, "image", "inspect", IMAGE], check=False).returncode:
        _run([engine, "pull", "--quiet", IMAGE], PULL_TIMEOUT)
    settings = ["--env=REGISTRY_HTTP_ADDR=127.0.0.1:0", "--env=REGISTRY_STORAGE_DELETE_ENABLED=true"]
    _run([engine, "run", "--detach", "--network=host", f"--name={name}", *settings, IMAGE])
    port = _port(engine, name)
    address = f"127.0.0.1:{port}"
    try:
        urllib.request.urlopen(f"http://{address}/v2/", timeout=10).close()
    except (OSError, urllib.error.URLError) as error:
        raise NoContainer(f"it cannot be reached at {address}: {error}") from error
    return address


def _port(engine: str, name: str) -> str:
    """Read the port from the registry's log; following it gives each line as it comes."""
    with subprocess.Popen(
        [engine, "logs", "--follow", name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as logs:
        watchdog = threading.Timer(START_TIMEOUT, logs.kill)
        watchdog.start()
        try:
            found = next((match for line in logs.stdout or () if (match := LISTENING.search(line))), None)
        finally:
            watchdog.cancel()
            logs.kill()
    if found is None:
        raise NoContainer("it did not say where it listens")
    return found[1]


def _remove(engine: str, name: str) -> None:
    _run([engine, "rm", "--force", "--volumes", name], check=False)


def _run(command: Sequence[str], timeout: float = 60.0, check: bool = True) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoContainer(str(error)) from error
    if check and done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines() or [f"status {done.returncode}"]
        # The last clause is the reason; what leads to it names the engine's own innards.
        raise NoContainer(words[-1].rsplit(": ", 1)[-1][:200])
    return done
