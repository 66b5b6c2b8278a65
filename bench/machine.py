# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the figures were taken with, and where."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tests.support.checkout import ROOT

from .programs import versions


def describe(kind: str, storage: str) -> dict[str, str]:
    """Name what matters for the figures, in the order in which it is read."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    now = datetime.datetime.now(datetime.timezone.utc)
    found = versions()
    return {
        "date": now.strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _output(["git", "describe", "--always", "--dirty", "--exclude", "*"]) or "unknown",
        "machine": f"{os.cpu_count()} x {_processor()}, {_memory()}, Linux {platform.release()}",
        "load": f"{load} (1, 5 and 15 minutes before the start)",
        "registry": f"{kind} {found.get(kind, 'as pinned')}, storage: {storage}",
        "Python": platform.python_version(),
        **{name: version(name) for name in ("ansible-core", "requests", "urllib3")},
        **{name: found[name] for name in ("crane", "regctl", "skopeo")},
        "distance": "for the rows with 20 ms, a proxy before each registry (bench/delay.py)",
        "tasks": "of playbooks run in-process (action plugins)",
    }


def _processor() -> str:
    lines = _lines("/proc/cpuinfo", "model name")
    return lines[0] if lines else platform.machine()


def _memory() -> str:
    lines = _lines("/proc/meminfo", "MemTotal")
    return f"{int(lines[0].split()[0]) >> 20} GiB" if lines else "unknown memory"


def _lines(path: str, name: str) -> list[str]:
    try:
        text = Path(path).read_text("utf-8")
    except OSError:
        return []
    return [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith(name)]


def _output(command: Sequence[str]) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
