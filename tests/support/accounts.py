# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""User names and passwords as an htpasswd file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from . import install
from .command import run


def write_htpasswd(path: Path, accounts: Mapping[str, str]) -> Path:
    """Write user -> password as bcrypt hashes, the one kind that both distribution and nginx read."""
    lines = []
    for user, password in accounts.items():
        # 4 is bcrypt's lowest cost: every request to the registry pays for it.
        command = [str(install.require("htpasswd")), "-n", "-i", "-B", "-C", "4", user]
        lines.append(run(command, "htpasswd failed", stdin=password).strip())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def basic(user: str, password: str) -> dict[str, str]:
    """Give the Authorization header of RFC 7617."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
