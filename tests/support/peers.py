# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that others wrote for the same registries: crane, oras, regctl, skopeo."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from . import install
from .command import run

NAMES = ("crane", "oras", "regctl", "skopeo")
TIMEOUT = 120.0


@dataclass(frozen=True)
class Peers:
    """Runs them in `folder`, which is their home, too: nothing of the user's gets in. Registries speak plain HTTP."""

    folder: Path

    def crane(self, *arguments: object) -> str:
        """Run crane; plain HTTP is its own choice for loopback."""
        return self._run("crane", arguments)

    def oras(self, *arguments: object) -> str:
        """Run oras; say --plain-http where a registry is meant, as it has other words for folders."""
        return self._run("oras", arguments)

    def regctl(self, address: str, *arguments: object) -> str:
        """Run regctl with the registry at HOST:PORT."""
        return self._run("regctl", ("--host", f"reg={address},tls=disabled", *arguments))

    def skopeo(self, *arguments: object) -> str:
        """Run skopeo; `copy` and `inspect` are told that there is no TLS."""
        return self._run("skopeo", ("--insecure-policy", *arguments))

    def skopeo_copy(self, source: str, dest: str) -> str:
        """Copy an image with all its platforms, each keeping its digest where the destination can hold it."""
        plain = ("--src-tls-verify=false", "--dest-tls-verify=false")
        return self.skopeo("copy", "--all", "--quiet", *plain, source, dest)

    def _run(self, name: str, arguments: tuple[object, ...]) -> str:
        command = [str(install.require(name)), *map(str, arguments)]
        environ = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        trouble = f"{name} {' '.join(command[1:])}"
        return run(command, trouble, timeout=TIMEOUT, cwd=self.folder, environ=environ)
