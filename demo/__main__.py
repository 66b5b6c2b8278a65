# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a real registry, run the playbook of this folder on it, and clean up. Called by `python3 run.py demo`."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.support import install, registries
from tests.support.checkout import ROOT, collections_path
from tests.support.errors import SupportError
from tests.support.local_registry import registries_in_containers

IMAGE = "docker.io/library/registry:3"
ENGINES = ("podman", "docker")


@contextlib.contextmanager
def running_registry() -> Iterator[str]:
    """Run a registry, in a container where that works, else Debian's own; gives its address."""
    with contextlib.ExitStack() as stack:
        try:
            address, what = in_container(stack)
        except SupportError as error:
            say(f"No registry from a container: {error}.")
            say("Instead, the program docker-registry of Debian and Ubuntu is used.")
            program = install.install("distribution2")
            address = stack.enter_context(registries.start("distribution2")).address
            what = f"{program} with its data in a temporary folder"
        say(f"A real registry runs at {address}: {what}.")
        yield address
        say("Stopping the registry and deleting its data.")


def in_container(stack: contextlib.ExitStack) -> tuple[str, str]:
    """Run a registry in a container by the role local_registry until `stack` ends.

    Gives its address and a sentence on what was started. Raises SupportError where no engine works.
    """
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="regops-demo-")))
    reasons = []
    for engine in ENGINES:
        if shutil.which(engine) is None:
            reasons.append(f"{engine} is not installed")
            continue
        name = f"regops-demo-{uuid.uuid4().hex[:12]}"
        variables = {
            "local_registry_name": name,
            "local_registry_engine": engine,
            "local_registry_image": IMAGE,
            "local_registry_folder": str(folder / engine),
        }
        try:
            found = stack.enter_context(registries_in_containers(folder, {"demo": variables}))
            return found["demo"][
                "address"
            ], f"the container {name} of {IMAGE} by {engine}, run by the role local_registry"
        except SupportError as error:
            reasons.append(f"{engine} cannot run it ({str(error).rstrip('.')})")
    raise SupportError("; ".join(reasons))


def say(words: str) -> None:
    print(f"demo: {words}", flush=True)


def main() -> int:
    """Return the exit status of ansible-playbook, or 1 where no registry is to be had."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--collections", help="a folder with the collection installed, instead of this checkout")
    options = parser.parse_args()
    environ = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "demo" / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": options.collections or str(collections_path()),
    }
    command = [sys.executable, "-m", "ansible", "playbook", "demo/playbook.yml"]
    try:
        with running_registry() as address:
            return subprocess.run(
                [*command, "--extra-vars", f"registry={address}"], cwd=ROOT, env=environ, check=False
            ).returncode
    except SupportError as error:
        say(f"There is no registry to show anything on: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
