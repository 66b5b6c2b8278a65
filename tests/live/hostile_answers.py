# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hostile registries answer, for the table in test_hostile_registry.py."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Request,
    json_answer,
)

from tests.live.hostile import On, on
from tests.support.images import (
    OCI_CONFIG,
    OCI_EMPTY,
    OCI_INDEX,
    OCI_MANIFEST,
    build_image,
    build_index,
    describe,
    sha256,
)

#: Seconds that a wait for bytes may take in these tests.
TIMEOUT = 1
MIB = 1024 * 1024

IMAGE = build_image()
MANIFESTS, BLOBS, TAGS = "/v2/team/app/manifests/*", "/v2/team/app/blobs/*", "/v2/team/app/tags/list"
UPLOADS = "/v2/team/app/blobs/uploads/"


class Endless:
    """The same blocks again and again, for as many readers as come."""

    def __init__(self, block: bytes) -> None:
        self.block = block

    def __iter__(self) -> Iterator[bytes]:
        return itertools.repeat(self.block)


class Dripping:
    """A byte from time to time: no wait is too long, and it never ends."""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            time.sleep(TIMEOUT / 10)
            yield b" "


def manifest(raw: bytes = IMAGE.raw, kind: str = OCI_MANIFEST, **headers: str) -> Answer:
    """A manifest as a registry gives it."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(200, {"Content-Type": kind, "Docker-Content-Digest": sha256(raw), **given}, raw)


def moved(location: str, status: int = 307) -> Answer:
    """A redirect."""
    return Answer(status, {"Location": location})


def gets(path: str, *answers: Any) -> tuple[On, ...]:
    """The same to GET and to HEAD."""
    return on("GET", path, *answers), on("HEAD", path, *answers)


def page(key: str, link: str) -> Answer:
    """A page of a listing that names another."""
    return json_answer({key: ["v1"]}, headers={"Link": f"<{link}>; rel=next"})


def growing(key: str, names: int) -> Callable[[Request], Answer]:
    """A listing with another page after each, on each of them other names."""
    pages = itertools.count()

    def play(request: Request) -> Answer:
        number = next(pages)
        listed = [f"v{number}-{name}-{'x' * 100}" for name in range(names)]
        return json_answer({key: listed}, headers={"Link": f"<?last={number}>; rel=next"})

    return play


def begun(location: str = f"{UPLOADS}1", **headers: str) -> Answer:
    """An upload session."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(202, {"Location": location, **given})


def uploads(*rules: On, location: str = f"{UPLOADS}1", **headers: str) -> tuple[On, ...]:
    """A registry that has no blob, and begins an upload of one."""
    cancelled = on("DELETE", f"{UPLOADS}*", Answer(204))
    return *rules, on("HEAD", BLOBS, Answer(404)), on("POST", UPLOADS, begun(location, **headers)), cancelled


def realm(url: str, *rules: On) -> tuple[On, ...]:
    """A registry that wants a token from there, and accepts none."""
    asks = Answer(401, {"WWW-Authenticate": f'Bearer realm="{url}",service="x"'})
    return *rules, *(on(method, "/v2/*", asks) for method in ("GET", "HEAD", "POST"))


def token(answer: Any) -> dict[str, Any]:
    """A row about what its token server answers."""
    return {"does": realm("http://HOST/token", on("GET", "/token", answer)), "closed": False}


def by_digest(blobs: Mapping[str, bytes], tag: bytes, kind: str = OCI_MANIFEST) -> tuple[On, ...]:
    """A registry with a manifest under v1, and other content by its digest: manifests and blobs alike."""

    def find(request: Request) -> Answer:
        raw = blobs.get(request.path.rpartition("/")[2])
        if raw is None:
            return Answer(404)
        type_of = OCI_INDEX if b'"manifests"' in raw else OCI_MANIFEST
        return manifest(raw, type_of) if "/manifests/" in request.path else Answer(200, None, raw)

    return *gets("/v2/team/app/manifests/v1", manifest(tag, kind)), *gets(MANIFESTS, find), *gets(BLOBS, find)


def index_of(*entries: Mapping[str, Any]) -> bytes:
    """The bytes of an index."""
    return json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(entries)}).encode()


def nested(depth: int, times: int = 1) -> tuple[On, ...]:
    """An index that holds an index that holds an index; each of them `times` times, as if for several platforms."""
    contents, raw = {}, build_index([IMAGE]).raw
    for _level in range(depth):
        contents[sha256(raw)] = raw
        entry = describe(raw, OCI_INDEX)
        raw = index_of(*({**entry, "annotations": {"number": str(number)}} for number in range(times)))
    return by_digest({**contents, IMAGE.digest: IMAGE.raw, **IMAGE.blobs}, raw, OCI_INDEX)


def attached_without_end() -> tuple[On, ...]:
    """What is attached has something attached, made up when it is asked for."""
    made: dict[str, bytes] = {}

    def referrers(request: Request) -> Answer:
        subject = {"mediaType": OCI_MANIFEST, "digest": request.path.rpartition("/")[2], "size": 1}
        config = describe(b"{}", OCI_EMPTY)
        data = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [], "subject": subject}
        raw = json.dumps(data).encode()
        made[sha256(raw)] = raw
        return Answer(200, {"Content-Type": OCI_INDEX}, index_of(describe(raw, OCI_MANIFEST)))

    def find(request: Request) -> Answer:
        raw = made.get(request.path.rpartition("/")[2])
        return Answer(404) if raw is None else manifest(raw)

    image = by_digest({IMAGE.digest: IMAGE.raw, **IMAGE.blobs, sha256(b"{}"): b"{}"}, IMAGE.raw)
    return on("GET", "/v2/team/app/referrers/*", referrers), image[0], image[1], *gets(MANIFESTS, find), *image[4:]


def wide(children: int, size: int) -> tuple[On, ...]:
    """An index whose children are as large as manifests may be, each another one."""

    def raw_of(number: int) -> bytes:
        return b'{"schemaVersion":2,"mediaType":"%s","manifests":[],"annotations":{"n":"%05d","x":"%s"}}' % (
            OCI_INDEX.encode(),
            number,
            b"x" * size,
        )

    digests = {sha256(raw_of(number)): number for number in range(children)}
    entries = [
        {"mediaType": OCI_INDEX, "digest": digest, "size": len(raw_of(number))} for digest, number in digests.items()
    ]

    def find(request: Request) -> Answer:
        return manifest(raw_of(digests[request.path.rpartition("/")[2]]), OCI_INDEX)

    return *gets("/v2/team/app/manifests/v1", manifest(index_of(*entries), OCI_INDEX)), *gets(MANIFESTS, find)


def image_with(config: bytes = b"{}", layer: Mapping[str, Any] | None = None) -> bytes:
    """A manifest over a configuration and one layer."""
    layers = [layer] if layer else []
    data = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": describe(config, OCI_CONFIG),
        "layers": layers,
    }
    return json.dumps(data).encode()


def foreign(url: str) -> tuple[On, ...]:
    """An image with a layer that is elsewhere."""
    layer = {
        **describe(b"layer", "application/vnd.oci.image.layer.nondistributable.v1.tar"),
        "urls": [url],
    }
    return by_digest({sha256(b"{}"): b"{}"}, image_with(layer=layer))


def taking(count: int) -> Callable[[Request], Answer]:
    """A registry that takes so many bytes of each chunk, whatever it is sent."""

    def play(request: Request) -> Answer:
        start = int(request.headers["Content-Range"].partition("-")[0])
        return begun(Range=f"0-{start + count - 1}")

    return play


def bomb(plain: bytes, times: int) -> bytes:
    """Many times the same, in few bytes."""
    return gzip.compress(plain * times)


PACKED = {"Content-Type": OCI_MANIFEST, "Content-Encoding": "gzip"}
PAINTED = "\x1b[31mYou are hacked\x1b[0m\r\nfatal: [localhost]: ok=1\x07\u202e\x00"
DEEP = b'{"tags":' + b"[" * 200_000
MANY_LISTS = b'{"tags":[' + b"[]," * 5_000_000 + b"[]]}"
LIE = sha256(b"something else")
DUPLICATE = IMAGE.raw[:-1] + b',"layers":[]}'
NESTED_CONFIG = b"[" * 100_000 + b"]" * 100_000
