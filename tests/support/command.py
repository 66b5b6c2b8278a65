# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program to its end, and fail in its own words."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import SupportError

#: Seconds.
TIMEOUT = 60.0
#: Characters of what a program says when it fails; the reason stands at the end.
_WORDS = 1500


def run(
    command: Sequence[str | Path],
    trouble: str,
    *,
    timeout: float = TIMEOUT,
    cwd: Path | None = None,
    environ: Mapping[str, str] | None = None,
    stdin: str = "",
) -> str:
    """Give the standard output of a program that ends in success within `timeout` seconds.

    `environ` is the whole environment; without it the program has ours. Raises SupportError: `trouble`, and why.
    """
    try:
        answer = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SupportError(f"{trouble}: {error}") from error
    if answer.returncode:
        raise SupportError(f"{trouble}: {(answer.stderr or answer.stdout).strip()[-_WORDS:]}")
    return answer.stdout
