# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put a set of images into a registry, with no program that is measured."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from tests.support.errors import SupportError
from tests.support.images import Pusher

from .data import Layout


def push_layout(address: str, repository: str, layout: Layout) -> None:
    """Push every image of a layout, each under its tag."""
    pusher = Pusher(address, repository)
    for tag, descriptor in layout.manifests():
        manifest = json.loads(layout.blob(descriptor["digest"]))
        for child in manifest.get("manifests", ()):
            _push_image(pusher, layout, child, child["digest"])
        _push_image(pusher, layout, descriptor, tag)


def push_tags(address: str, repository: str, layout: Layout, count: int) -> None:
    """Push the images of a layout, and give them this many tags in all: v1, v2 and so on."""
    push_layout(address, repository, layout)
    pusher = Pusher(address, repository)
    images = [(layout.blob(descriptor["digest"]), descriptor["mediaType"]) for _tag, descriptor in layout.manifests()]

    def put(number: int) -> None:
        raw, media_type = images[(number - 1) % len(images)]
        _put(pusher, f"v{number}", raw, media_type)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(len(images) + 1, count + 1)))


def _push_image(pusher: Pusher, layout: Layout, descriptor: dict[str, str], name: str) -> None:
    raw = layout.blob(descriptor["digest"])
    manifest = json.loads(raw)
    for blob in (*manifest.get("layers", ()), *([manifest["config"]] if "config" in manifest else [])):
        pusher.push_blob(layout.blob(blob["digest"]))
    _put(pusher, name, raw, descriptor["mediaType"])


def _put(pusher: Pusher, name: str, raw: bytes, media_type: str) -> None:
    answer = pusher.send("PUT", f"manifests/{name}", raw, {"Content-Type": media_type})
    if answer.status != 201:
        raise SupportError(f"the registry answered {answer.status} to a manifest: {answer.body[:500]!r}")
