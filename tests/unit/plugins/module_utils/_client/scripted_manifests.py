# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest and tag endpoints of a repository: what was written last counts.

Beside what it stores it knows only what a test sets: which requests are refused, and what happens before one, and
whether it gives ETags (`etag`, with {} for the digest) and heeds the conditions that name them.
"""

from __future__ import annotations

import hashlib
from typing import Callable, Dict, List, Tuple

from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Request,
    ScriptedServer,
    Step,
    error_answer,
    json_answer,
)

Guard = Callable[[str], bool]


class ScriptedManifests:
    """Repository `name` of a scripted server. `refusals` are tried in order: method, which version, what to answer."""

    def __init__(self, server: ScriptedServer, name: str = "app") -> None:
        self.server = server
        self.root = f"/v2/{name}/manifests/"
        self.manifests: Dict[str, Tuple[str, bytes]] = {}
        self.tags: Dict[str, str] = {}
        self.refusals: List[Tuple[str, Guard, Step]] = []
        self.before: Dict[str, Callable[[str], None]] = {}
        self.etag = ""
        self.heeds_conditions = False
        server.on("GET", f"/v2/{name}/tags/list", self._list)
        for method, play in [("GET", self._get), ("HEAD", self._get), ("PUT", self.put), ("DELETE", self._delete)]:
            server.on(method, self.root + "*", play)

    def store(self, raw: bytes, media_type: str, *tags: str) -> str:
        """Put a manifest in, under these tags; returns its digest."""
        digest = "sha256:" + hashlib.sha256(raw).hexdigest()
        self.manifests[digest] = (media_type, raw)
        for tag in tags:
            self.tags[tag] = digest
        return digest

    def refuse(self, method: str, step: Step, when: Guard = lambda version: True) -> None:
        """From now on answer `method` with `step` where `when` is true of the version."""
        self.refusals.append((method, when, step))

    def delete_by_halves(self, left: List[int]) -> None:
        """Do as distribution does under load: delete a manifest, not the tags on it, and answer 500; so often as is
        `left`."""

        def fails(version: str) -> bool:
            if version not in self.manifests or not left[0]:
                return False
            left[0] -= 1
            del self.manifests[version]
            return True

        self.refuse("DELETE", error_answer(500, "UNKNOWN"), fails)

    @property
    def said(self) -> List[str]:
        """What was asked of manifests: method and version, digests in short."""
        asked = [request for request in self.server.requests if request.path.startswith(self.root)]
        return [f"{request.method} {self._version(request)[:10]}" for request in asked]

    def _refusal(self, request: Request) -> Step | None:
        version = self._version(request)
        self.before.get(request.method, lambda _version: None)(version)
        for method, when, step in self.refusals:
            if method == request.method and when(version):
                return step
        return None

    def _list(self, request: Request) -> Step:
        return json_answer({"tags": sorted(self.tags)}) if self.tags else error_answer(404, "NAME_UNKNOWN")

    def _get(self, request: Request) -> Step:
        step = self._refusal(request)
        version = self._version(request)
        digest = self.tags.get(version, version)
        if step is not None or digest not in self.manifests:
            return step or error_answer(404, "MANIFEST_UNKNOWN")
        media_type, raw = self.manifests[digest]
        headers = {"Content-Type": media_type, "Docker-Content-Digest": digest, "Content-Length": str(len(raw))}
        if self.etag:
            headers["ETag"] = self.etag.format(digest)
        return Answer(200, headers, raw)

    def put(self, request: Request) -> Step:
        """Store what is sent, under its digest and under the tag that it is sent to."""
        step = self._refusal(request)
        if step is not None:
            return step
        version = self._version(request)
        if self.heeds_conditions and not self._holds(request, self.tags.get(version)):
            return error_answer(412, "DENIED")
        digest = self.store(request.take(), request.headers["Content-Type"])
        if ":" not in version:
            self.tags[version] = digest
        return Answer(201, {"Docker-Content-Digest": digest, "Location": self.root + digest})

    def _holds(self, request: Request, digest: str | None) -> bool:
        wanted, unwanted = request.headers.get("If-Match"), request.headers.get("If-None-Match")
        is_same = wanted is None or (digest is not None and wanted == self.etag.format(digest))
        return is_same and not (unwanted == "*" and digest is not None)

    def _delete(self, request: Request) -> Step:
        step = self._refusal(request)
        version = self._version(request)
        if step is not None:
            return step
        if version in self.tags:
            del self.tags[version]
            return Answer(202)
        if version not in self.manifests:
            return error_answer(404, "MANIFEST_UNKNOWN")
        del self.manifests[version]
        self.tags = {tag: digest for tag, digest in self.tags.items() if digest != version}
        return Answer(202)

    def _version(self, request: Request) -> str:
        return request.path[len(self.root) :]


def by_tag(version: str) -> bool:
    """A guard: the version is a tag."""
    return ":" not in version


def by_digest(version: str) -> bool:
    """A guard: the version is a digest."""
    return ":" in version
