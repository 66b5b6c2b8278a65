# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One huge blob in every way that a module can bring it: only the memory that it takes is of interest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .data import Layout, Sizes
from .jobs import Describe
from .programs import IDLE, OURS, PEERS, PLAYBOOK, Job, Place, Step, Task, interpreter, module_step


def upload(name: str, **more: Any) -> Describe:
    """Upload it from a file in one request, unless `more` options say otherwise."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        return _blob(f"{place.dest}/bench/{name}", {"src": str(layout.path(_blob_of(layout))), **more})

    return job


def download(name: str) -> Describe:
    """Download it to a file."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        options = {"state": "downloaded", "digest": _blob_of(layout), "dest": str(place.folder / "blob")}
        return _blob(f"{place.src}/bench/{name}", options)

    return job


def copy(name: str) -> Describe:
    """Copy the image that has it to another registry."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        image = f"bench/{name}:v1"
        return _job(Task("registry_copy", {"src": f"{place.src}/{image}", "dest": f"{place.dest}/{image}"}))

    return job


def _blob_of(layout: Layout) -> str:
    return str(layout.manifest("v1")["layers"][0]["digest"])


def _blob(repository: str, options: Mapping[str, Any]) -> Job:
    return _job(Task("registry_blob", {"repository": repository, **options}))


def _job(task: Task) -> Job:
    steps: dict[str, Step] = {IDLE: interpreter("import requests"), OURS: module_step(task)}
    return Job(steps, unable=dict.fromkeys((PLAYBOOK, *PEERS), "not asked, the goal is about the module's own memory"))
