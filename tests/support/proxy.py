# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real forward proxy (tinyproxy), such as a company has between its hosts and the world."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import install
from .process import LOOPBACK, RunningServer, start_server
from .wire import answers

_REQUEST = re.compile(r"Request \(file descriptor \d+\): (\S+ \S+)")


class RunningProxy(RunningServer):
    """A proxy that answers at `address`."""

    @property
    def url(self) -> str:
        """http://HOST:PORT, as the variable http_proxy has it."""
        return f"http://{self.address}"

    @property
    def requests(self) -> list[str]:
        """METHOD TARGET of what it was asked for so far: a whole URL, or HOST:PORT for CONNECT."""
        found = _REQUEST.findall(self.log(1_000_000))
        return [line for line in found if line != "GET /"]


def start_proxy(accounts: Mapping[str, str] | None = None) -> RunningProxy:
    """Start a proxy, which demands one of these accounts (user -> password), and return it when it answers.

    Raises SupportError when tinyproxy is missing or does not start.
    """
    program = install.require("tinyproxy")

    def command(port: int, folder: Path) -> Sequence[str]:
        lines = [f"Port {port}", f"Listen {LOOPBACK}", f"Allow {LOOPBACK}", "LogLevel Connect", "MaxClients 50"]
        lines += [f"BasicAuth {user} {password}" for user, password in (accounts or {}).items()]
        (folder / "tinyproxy.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [str(program), "-d", "-c", str(folder / "tinyproxy.conf")]

    return start_server("tinyproxy", command, lambda port: answers(f"http://{LOOPBACK}:{port}/"), RunningProxy)
