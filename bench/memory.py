# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One huge blob in every way that a module can bring it: only the memory that it takes is of interest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .data import Layout, Sizes
from .programs import IDLE, OURS, PEERS, PLAYBOOK, Job, Place, Step, Task, interpreter, module_step


def upload(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Upload it from a file in one request."""
    return _blob(f"{place.dest}/bench/huge", {"src": str(layout.path(_huge(layout)))})


def upload_in_chunks(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Upload it from a file, 64 MiB in each request."""
    return _blob(f"{place.dest}/bench/huge", {"src": str(layout.path(_huge(layout))), "chunk_size": "64M"})


def download(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Download it to a file."""
    dest = str(place.folder / "blob")
    return _blob(f"{place.src}/bench/huge", {"state": "downloaded", "digest": _huge(layout), "dest": dest})


def copy(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Copy the image that has it to another registry."""
    return _job(
        Task("registry_copy", {"src": f"{place.src}/bench/huge:v1", "dest": f"{place.dest}/bench/huge:v1"}),
    )


def _huge(layout: Layout) -> str:
    return str(layout.manifest("v1")["layers"][0]["digest"])


def _blob(repository: str, options: Mapping[str, Any]) -> Job:
    return _job(Task("registry_blob", {"repository": repository, **options}))


def _job(task: Task) -> Job:
    steps: dict[str, Step] = {IDLE: interpreter("import requests"), OURS: module_step(task)}
    return Job(steps, unable=dict.fromkeys((PLAYBOOK, *PEERS), "not asked, the goal is about the module's own memory"))
