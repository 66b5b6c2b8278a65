# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get programs from the packages of Debian and Ubuntu."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .cache import cache_folder, locked, made_once
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


def get(package: str, program: str, check: Sequence[str]) -> Path:
    """Return the program of a package, getting it first where it is missing.

    The package is unpacked into the cache when the program then runs (`check`: arguments with which it ends in
    success), which needs no rights and starts no service; otherwise apt installs it. Raises SupportError that says
    what to install by hand.
    """
    found = find(package, program)
    if found:
        return found
    advice = f"install it with: apt-get install {package}"
    if shutil.which("apt-get") is None:
        raise SupportError(f"{program} is missing and this system has no apt-get: {advice}, or what does that here")
    with locked("apt"):
        found = find(package, program) or _unpack(package, program, check) or _install(package, program)
    if found is None:
        raise SupportError(f"{program} is missing, and only root can get it: {advice}")
    return found


def _unpacked_folder(package: str) -> Path:
    return cache_folder() / "deb" / package


def _unpack(package: str, program: str, check: Sequence[str]) -> Path | None:
    def unpack(target: Path) -> None:
        target.mkdir()
        # apt leaves the file in the working folder.
        _apt(["apt-get", "download", package], cwd=target.parent)
        (archive,) = target.parent.glob(f"{package}_*.deb")
        _apt(["dpkg-deb", "--extract", str(archive), str(target)])
        place = next((path for path in target.glob(f"usr/*bin/{program}")), None)
        if place is None or subprocess.run([place, *check], capture_output=True, timeout=60, check=False).returncode:
            raise SupportError(f"{program} of the package {package} does not run by itself")

    try:
        made_once(_unpacked_folder(package), unpack)
    except SupportError:
        return None
    return find(package, program)


def _install(package: str, program: str) -> Path | None:
    become = _become()
    if become is None:
        return None
    environ = {"DEBIAN_FRONTEND": "noninteractive"}
    command = [*become, "apt-get", "install", "--quiet", "--yes", "--no-install-recommends", package]
    print(f"installing {package} by apt", file=sys.stderr)
    try:
        _apt(command, environ=environ)
    except SupportError:
        # The usual reason on a fresh machine: there are no package lists, or old ones.
        _apt([*become, "apt-get", "update", "--quiet"], environ=environ)
        _apt(command, environ=environ)
    return find(package, program)


def _become() -> list[str] | None:
    """Give what stands before a command to run it as root: nothing, sudo without a password, or None: not possible."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "--preserve-env=DEBIAN_FRONTEND"]
    return None


def _apt(command: Sequence[str], cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> None:
    answer = subprocess.run(
        list(command),
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=APT_TIMEOUT,
        check=False,
    )
    if answer.returncode:
        raise SupportError(f"{' '.join(command)} failed: {(answer.stderr or answer.stdout).strip()[-800:]}")
