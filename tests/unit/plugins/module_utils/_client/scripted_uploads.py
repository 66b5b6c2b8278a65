# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upload endpoints of a repository as the distribution specification has them, with faults where a test wants them.

It is strict where registries are lenient: only the newest Location of a session is good, and the bytes of a chunk must
begin where the last one ended.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import push_blob
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Request,
    Reset,
    ScriptedServer,
    Step,
    error_answer,
)

DATA = b"0123456789"
DIGEST = Digest.of(DATA)
UPLOADS = "/v2/app/blobs/uploads/"


def descriptor(data: bytes, digest: Optional[Digest] = None) -> Descriptor:
    """Of a blob of these bytes."""
    return Descriptor("application/octet-stream", digest or Digest.of(data), len(data))


def push(repository: Repository, data: bytes = DATA, **kwargs: Any) -> str:
    """Bring a blob of these bytes."""
    return push_blob(repository, descriptor(data), BytesSource(data), **kwargs)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request: `keep` bytes of its body are taken in, then `step` is the answer.

    With `forget` the session is gone afterwards.
    """

    step: Step
    keep: int = 0
    forget: bool = False


class ScriptedUploads:
    """Repository `name` of a scripted server. `faults` are those of a method's requests, in order; None is none."""

    def __init__(self, server: ScriptedServer, name: str = "app", min_chunk: Optional[int] = None) -> None:
        self.server = server
        self.root = f"/v2/{name}/blobs/"
        self.min_chunk = min_chunk
        self.faults: Dict[str, List[Optional[Fault]]] = {}
        self.blobs: Dict[str, bytes] = {}
        self.sessions: Dict[str, bytearray] = {}
        self.states: Dict[str, int] = {}
        for method, play in [("HEAD", self._head), ("POST", self._post)]:
            server.on(method, self.root + "*", play)
        for method, play in [("PATCH", self._patch), ("PUT", self._put), ("GET", self._get), ("DELETE", self._delete)]:
            server.on(method, self.root + "uploads/*", play)

    @property
    def said(self) -> List[str]:
        """What was asked, in short: the method, for PATCH and PUT with the range and the number of bytes."""
        words = []
        for request in self.server.requests:
            span = request.headers.get("Content-Range")
            counted = request.method in ("PATCH", "PUT")
            words.append(
                " ".join([request.method, *([span] if span else []), *([f"+{request.length}"] if counted else [])])
            )
        return words

    def _head(self, request: Request) -> Step:
        digest = request.path[len(self.root) :]
        if digest not in self.blobs:
            return Answer(404)
        return Answer(200, {"Content-Length": str(len(self.blobs[digest]))})

    def _post(self, request: Request) -> Step:
        session = "session%d" % (len(self.states) + 1)
        fault = self._fault(request)
        if fault is not None:
            return fault.step
        self.sessions[session] = bytearray()
        self.states[session] = 0
        return self._where(session, 202)

    def _patch(self, request: Request) -> Step:
        return self._take(request) or self._where(self._name(request), 202)

    def _put(self, request: Request) -> Step:
        step = self._take(request)
        if step is not None:
            return step
        data = bytes(self.sessions.pop(self._name(request)))
        (digest,) = request.query["digest"]
        if digest != "sha256:" + hashlib.sha256(data).hexdigest():
            return error_answer(400, "DIGEST_INVALID")
        self.blobs[digest] = data
        return Answer(201, {"Location": self.root + digest, "Docker-Content-Digest": digest})

    def _get(self, request: Request) -> Step:
        return self._trouble(request) or self._where(self._name(request), 204)

    def _delete(self, request: Request) -> Step:
        step = self._trouble(request)
        if step is None:
            del self.sessions[self._name(request)]
        return step or Answer(204)

    def _take(self, request: Request) -> Optional[Step]:
        """Take in the body of a request, all or up to its fault."""
        step = self._trouble(request, look=False)
        if step is not None:
            return step
        data = self.sessions[self._name(request)]
        start = request.headers.get("Content-Range", "%d-" % len(data)).partition("-")[0]
        if int(start) != len(data):
            return error_answer(416, "RANGE_INVALID", headers={"Range": self._range(data)})
        fault = self._fault(request)
        data += request.take(None if fault is None else fault.keep)
        if fault is not None:
            return self._play(fault, request)
        return Reset() if request.unread else None  # the client has gone away in the middle

    def _trouble(self, request: Request, look: bool = True) -> Optional[Step]:
        """The answer where a session is not there, or its Location is not the newest, or a fault is due."""
        name = self._name(request)
        if name not in self.sessions or request.query.get("_state") != [str(self.states[name])]:
            return error_answer(404, "BLOB_UPLOAD_UNKNOWN", "no such upload, or not its newest state")
        fault = self._fault(request) if look else None
        return None if fault is None else self._play(fault, request)

    def _fault(self, request: Request) -> Optional[Fault]:
        due = self.faults.get(request.method)
        return due.pop(0) if due else None

    def _play(self, fault: Fault, request: Request) -> Step:
        if fault.forget:
            del self.sessions[self._name(request)]
        return fault.step

    def _where(self, session: str, status: int) -> Answer:
        self.states[session] += 1
        headers = {
            "Location": f"{self.root}uploads/{session}?_state={self.states[session]}",
            "Range": self._range(self.sessions[session]),
        }
        if self.min_chunk is not None:
            headers["OCI-Chunk-Min-Length"] = str(self.min_chunk)
        return Answer(status, headers)

    def _name(self, request: Request) -> str:
        return request.path.rpartition("/")[2]

    @staticmethod
    def _range(data: bytearray) -> str:
        return "0-%d" % max(0, len(data) - 1)
