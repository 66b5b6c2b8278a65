# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get the programs that the tests, the benchmarks and the demo run.

python3 -m tests.support.install --list          what there is, and where
python3 -m tests.support.install                 everything that the tests need
python3 -m tests.support.install NAME [NAME...]  these only
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import debian, gobuild
from .errors import SupportError


class Tool(Protocol):
    """A program and the way to get it."""

    @property
    def name(self) -> str:
        """What it is called here."""

    @property
    def optional(self) -> bool:
        """Whether it is got on request only."""

    def find(self) -> Path | None:
        """Give its path where it is there already."""

    def get(self) -> Path:
        """Give its path, getting it first where it is missing. Raises SupportError that says what to do."""


@dataclass(frozen=True)
class DebianTool:
    """A program from a Debian package; `check` are arguments with which it ends in success.

    Without a check it has to be installed: other programs look for it in PATH. `together` are packages that it needs.
    """

    name: str
    package: str
    program: str
    check: tuple[str, ...] | None = ("--version",)
    together: tuple[str, ...] = ()
    optional: bool = False

    def find(self) -> Path | None:
        """Give the installed or unpacked program."""
        return debian.find(self.package, self.program)

    def get(self) -> Path:
        """Get the package."""
        return debian.get(self.package, self.program, self.check, self.together)


@dataclass(frozen=True)
class GoTool:
    """A program (a Go package) that is built as the module in tests/support/go/MODULE pins it."""

    name: str
    module: str
    package: str
    optional: bool = False

    def find(self) -> Path | None:
        """Give the built program."""
        path = gobuild.built_path(self.name, self.module)
        return path if path.exists() else None

    def get(self) -> Path:
        """Build it."""
        return gobuild.build(self.name, self.module, self.package)


_GGCR = "github.com/google/go-containerregistry/cmd"
_ALL: Sequence[Tool] = (
    # Registries, by the names that tests.support.registries has for them
    DebianTool("distribution2", "docker-registry", "docker-registry"),
    GoTool("distribution3", "distribution", "github.com/distribution/distribution/v3/cmd/registry"),
    GoTool("ggcr", "go-containerregistry", f"{_GGCR}/registry"),
    GoTool("olareg", "olareg", "github.com/olareg/olareg/cmd/olareg"),
    # What stands in front of them
    GoTool("token-server", "token-server", "github.com/docker/distribution/contrib/token-server"),
    DebianTool("nginx", "nginx", "nginx", ("-v",)),
    DebianTool("htpasswd", "apache2-utils", "htpasswd", ("-nbB", "user", "password")),
    DebianTool("openssl", "openssl", "openssl", ("version",)),
    DebianTool("tinyproxy", "tinyproxy-bin", "tinyproxy", ("-v",)),
    # Programs that others wrote, to compare and to interoperate with
    GoTool("crane", "go-containerregistry", f"{_GGCR}/crane", optional=True),
    GoTool("regctl", "regclient", "github.com/regclient/regclient/cmd/regctl", optional=True),
    GoTool("oras", "oras", "oras.land/oras/cmd/oras"),
    GoTool("toxiproxy", "toxiproxy", "github.com/Shopify/toxiproxy/v2/cmd/server", optional=True),
    # Molecule looks for it in PATH.
    DebianTool("skopeo", "skopeo", "skopeo", check=None, optional=True),
    DebianTool("curl", "curl", "curl", check=None, optional=True),
    # runc, because crun, which podman takes by itself, wants more rights than a container in a container has.
    DebianTool("podman", "podman", "podman", check=None, together=("runc",), optional=True),
    # It makes a small Debian, on which an execution environment is built.
    DebianTool("mmdebstrap", "mmdebstrap", "mmdebstrap", check=None, optional=True),
    # To look at the pages that are made; it wants many libraries, so that unpacking it is not enough.
    DebianTool("chromium", "chromium", "chromium", check=None, optional=True),
    # It reads the workflows of the continuous integration, which run elsewhere.
    GoTool("actionlint", "actionlint", "github.com/rhysd/actionlint/cmd/actionlint", optional=True),
    # ansible-test makes a key for every integration test, whether one uses it or not.
    DebianTool("ssh-keygen", "openssh-client", "ssh-keygen", check=None, optional=True),
)
TOOLS: dict[str, Tool] = {tool.name: tool for tool in _ALL}


def find(name: str) -> Path | None:
    """Give the path of a tool that is there already, else None."""
    return _tool(name).find()


def require(name: str) -> Path:
    """Give the path of a tool that is there already. Raises SupportError that says how to get it."""
    found = find(name)
    if found is None:
        raise SupportError(f"{name} is missing: python3 -m tests.support.install {name}")
    return found


def install(name: str) -> Path:
    """Get a tool where it is missing, and give its path. Raises SupportError that says what to do by hand."""
    return _tool(name).get()


def install_all(names: Sequence[str] | None = None) -> dict[str, SupportError]:
    """Get these tools (all that are not optional by default); give the ones that are not to be had, and why."""
    failures = {}
    for name in names or [tool.name for tool in TOOLS.values() if not tool.optional]:
        try:
            install(name)
        except SupportError as error:
            failures[name] = error
    return failures


def _tool(name: str) -> Tool:
    if name not in TOOLS:
        raise SupportError(f"there is no tool {name!r}; there are {', '.join(TOOLS)}")
    return TOOLS[name]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 1 when something that was asked for is not to be had."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.support.install", description="Get the tests' programs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(TOOLS)}")
    parser.add_argument("--list", action="store_true", help="show what there is, and where; get nothing")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        for tool in TOOLS.values():
            print(f"{tool.name:14} {tool.find() or 'missing'}{'  (only on request)' if tool.optional else ''}")
        return 0
    try:
        failures = install_all(chosen.names)
    except SupportError as error:
        parser.error(str(error))
    for name, failure in failures.items():
        print(f"{name}: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
