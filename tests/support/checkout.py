# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""This checkout, and a place where Ansible and Python find it as the collection that it is."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def collections_path() -> Path:
    """A folder in which Ansible finds this checkout as the collection regops.oci_registry."""
    place = ROOT / ".cache" / "collections"
    link = place / "ansible_collections" / "regops" / "oci_registry"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.resolve() != ROOT:
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT, target_is_directory=True)
    return place
