# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put a set of images into a registry, with no program that is measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from urllib.parse import urljoin

from tests.support.errors import SupportError
from tests.support.images import Pusher
from tests.support.wire import Answer

from .data import Layout, Sizes

#: What is larger goes in pieces of this size, and is never in memory as a whole.
PIECE = 64 << 20

Item = TypeVar("Item")


def fill(address: str, name: str, layout: Layout, sizes: Sizes) -> None:
    """Put a set into the repository bench/NAME, or into the repositories below that."""
    repository = f"bench/{name}"
    if name == "many":
        push_tags(address, repository, layout, sizes.many_tags)
    elif name == "thousands":
        push_variants(address, repository, layout, sizes.load_tags)
    elif name == "catalog":
        places = [f"{repository}/r{number}" for number in range(1, sizes.load_repositories + 1)]
        _at_once(partial(push_layout, address, layout=layout), places)
    else:
        push_layout(address, repository, layout)


def push_layout(address: str, repository: str, layout: Layout) -> None:
    """Push every image of a layout, each under its tag."""
    pusher = Pusher(address, repository)
    for tag, descriptor in layout.manifests():
        children = json.loads(layout.blob(descriptor["digest"])).get("manifests", ())
        _at_once(lambda child: _push_image(pusher, layout, child, child["digest"]), children)
        _push_image(pusher, layout, descriptor, tag)


def push_tags(address: str, repository: str, layout: Layout, count: int) -> None:
    """Push the images of a layout, and give them this many tags in all: v1, v2 and so on."""
    push_layout(address, repository, layout)
    pusher = Pusher(address, repository)
    images = [(layout.blob(descriptor["digest"]), descriptor["mediaType"]) for _tag, descriptor in layout.manifests()]

    def put(number: int) -> None:
        raw, media_type = images[(number - 1) % len(images)]
        _put(pusher, f"v{number}", raw, media_type)

    _at_once(put, range(len(images) + 1, count + 1))


def push_variants(address: str, repository: str, layout: Layout, count: int) -> None:
    """Push this many images that differ by an annotation only, each under a tag of its own: v1.1, v1.2 and so on."""
    push_layout(address, repository, layout)
    pusher = Pusher(address, repository)
    manifest = layout.manifest("v1")

    def put(number: int) -> None:
        raw = json.dumps({**manifest, "annotations": {"number": str(number)}}).encode()
        _put(pusher, f"v1.{number}", raw, manifest["mediaType"])

    # The layout's own image has the first of the tags.
    _at_once(put, range(1, count))


def _at_once(work: Callable[[Item], None], items: Iterable[Item]) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, items))


def _push_image(pusher: Pusher, layout: Layout, descriptor: dict[str, str], name: str) -> None:
    raw = layout.blob(descriptor["digest"])
    manifest = json.loads(raw)
    for blob in (*manifest.get("layers", ()), *([manifest["config"]] if "config" in manifest else [])):
        if blob["size"] > PIECE:
            _push_in_pieces(pusher, layout, blob["digest"])
        else:
            pusher.push_blob(layout.blob(blob["digest"]))
    _put(pusher, name, raw, descriptor["mediaType"])


def _push_in_pieces(pusher: Pusher, layout: Layout, digest: str) -> None:
    location = _expect(pusher.send("POST", "blobs/uploads/", b""), 202).headers["Location"]
    with open(layout.path(digest), "rb") as file:
        while piece := file.read(PIECE):
            position = f"{file.tell() - len(piece)}-{file.tell() - 1}"
            headers = {"Content-Type": "application/octet-stream", "Content-Range": position}
            location = _expect(pusher.send("PATCH", _url(pusher, location), piece, headers), 202).headers["Location"]
    end = _url(pusher, location)
    _expect(pusher.send("PUT", f"{end}{'&' if '?' in end else '?'}digest={digest}", b""), 201)


def _url(pusher: Pusher, location: str) -> str:
    return urljoin(f"{pusher.repository_url}/", location)


def _put(pusher: Pusher, name: str, raw: bytes, media_type: str) -> None:
    _expect(pusher.send("PUT", f"manifests/{name}", raw, {"Content-Type": media_type}), 201)


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise SupportError(f"the registry answered {answer.status} instead of {status}: {answer.body[:500]!r}")
    return answer
