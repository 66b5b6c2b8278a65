# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get programs from the packages of Debian and Ubuntu."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .cache import cache_folder, locked, made_once
from .command import run
from .errors import SupportError

APT_TIMEOUT = 600.0
# A system's own folder for servers is not on the PATH of everyone.
SEARCH_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def find(package: str, program: str) -> Path | None:
    """Give the installed program, or the one that was unpacked into the cache; None where there is neither."""
    found = shutil.which(program, path=SEARCH_PATH)
    if found:
        return Path(found)
    folder = _unpacked_folder(package)
    for place in ("usr/bin", "usr/sbin"):
        if (folder / place / program).exists():
            return folder / place / program
    return None


def get(package: str, program: str, check: Sequence[str] | None, together: Sequence[str] = ()) -> Path:
    """Return the program of a package, getting it first where it is missing.

    The package is unpacked into the cache when the program then runs (`check`: arguments with which it ends in
    success), which needs no rights and starts no service; otherwise, or without a check, apt installs it, `together`
    with other packages. Raises SupportError that says what to install by hand.
    """
    found = find(package, program)
    if found:
        return found
    packages = [package, *together]
    trouble = f"{program} is missing; install it by: apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise SupportError(f"{trouble} (there is no apt-get here: use what this system has for it)")
    with locked("apt"):
        try:
            found = find(package, program)
            if found is None and check is not None:
                found = _unpack(package, program, check)
            if found is None and _install(packages):
                found = find(package, program)
        except SupportError as error:
            raise SupportError(f"{trouble} ({error})") from error
    if found is None:
        raise SupportError(f"{trouble} (as root; sudo wants a password, or is not there)")
    return found


def _unpacked_folder(package: str) -> Path:
    return cache_folder() / "deb" / package


def _unpack(package: str, program: str, check: Sequence[str]) -> Path | None:
    def unpack(target: Path) -> None:
        target.mkdir()
        # apt leaves the file in the working folder.
        _run(["apt-get", "download", package], cwd=target.parent)
        (archive,) = target.parent.glob(f"{package}_*.deb")
        _run(["dpkg-deb", "--extract", str(archive), str(target)])
        place = next((path for path in target.glob(f"usr/*bin/{program}")), None)
        if place is None or subprocess.run([place, *check], capture_output=True, timeout=60, check=False).returncode:
            raise SupportError(f"{program} of the package {package} does not run by itself")

    try:
        made_once(_unpacked_folder(package), unpack)
    except SupportError:
        return None
    return find(package, program)


def _install(packages: Sequence[str]) -> bool:
    """Install packages by apt; False where only a person could become root."""
    become = _become()
    if become is None:
        return False
    command = [*become, "apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *packages]
    print(f"installing {' '.join(packages)} by apt", file=sys.stderr)
    try:
        _run(command)
    except SupportError:
        # The usual reason on a fresh machine: there are no package lists, or old ones.
        _run([*become, "apt-get", "update", "--quiet"])
        _run(command)
    return True


def _become() -> list[str] | None:
    """Give what stands before a command to run it as root and without questions; None where that is not possible."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quiet
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", *quiet]
    return None


def _run(command: Sequence[str], cwd: Path | None = None) -> None:
    run(command, f"{' '.join(command)} failed", timeout=APT_TIMEOUT, cwd=cwd)
