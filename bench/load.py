# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Much at once, which ours alone is given: thousands of tags and repositories, the largest manifest."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.images import sha256

from .data import Layout, Sizes, fill_up
from .jobs import Describe
from .programs import Job, Place, Proof, Task, ours

#: What the client reads and sends at most (its MANIFEST_LIMIT), said here once more: it is not asked about itself.
MANIFEST_LIMIT = 4 << 20


def tags(details: str) -> Describe:
    """List all tags, with so many details."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        options = {"repository": f"{place.src}/bench/thousands", "details": details}
        return Job(ours(Task("registry_tags_info", options, gives={"tags": sizes.load_tags}), place))

    return job


def prune(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Find out what would go, where one tag in a hundred stays."""
    stay = -(-sizes.load_tags // 100)
    options = {"repository": f"{place.src}/bench/thousands", "order": "version", "keep": {"newest": stay}}
    gives = {"kept": stay, "removed": sizes.load_tags - stay}
    return Job(ours(Task("registry_prune", options, check=True, gives=gives), place))


def repositories(chosen: bool = False) -> Describe:
    """List all repositories, or choose among them by patterns of both kinds."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        patterns = {"include": ["bench/catalog/*"], "exclude": ["~.*[13579]"]} if chosen else {}
        # Beside those of this set the registry has what other rows asked for.
        gives = {"repositories": sizes.load_repositories // 2} if chosen else {}
        task = Task("registry_repositories_info", {"registry": place.src, **patterns}, gives=gives)
        return Job(ours(task, place))

    return job


def get_manifest(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Read it."""
    name = f"{place.src}/bench/largest:v1"
    return Job(ours(Task("registry_manifest_info", {"name": name}, gives={"manifests": 1}), place))


def put_manifest(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Put another one of the same size."""
    repository, tag = f"{place.dest}/bench/largest", f"put-{place.number}"
    file = _write(place, layout, sizes.load_manifest)
    task = Task("registry_manifest", {"name": f"{repository}:{tag}", "src": str(file)})
    return Job(ours(task, place), [Proof(sha256(file.read_bytes()), repository, tag)])


def put_too_large(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Put one that is a byte too large, whatever the sizes say."""
    options = {"name": f"{place.dest}/bench/largest:no", "src": str(_write(place, layout, MANIFEST_LIMIT + 1))}
    words = f"{MANIFEST_LIMIT + 1} bytes, more than the {MANIFEST_LIMIT}"
    return Job(ours(Task("registry_manifest", options, check=True, fails=words), place))


def _write(place: Place, layout: Layout, size: int) -> Path:
    file = place.folder / "manifest.json"
    file.write_bytes(fill_up({**layout.manifest("v1"), "annotations": {"turn": str(place.number)}}, size))
    # Bytes that come from elsewhere are JSON all the same.
    json.loads(file.read_bytes())
    return file
