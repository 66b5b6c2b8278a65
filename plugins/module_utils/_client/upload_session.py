# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of an upload session (distribution spec "Push", end-4 to end-6, end-11, end-13, end-14)."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Sequence
from urllib.parse import urlencode

from .addresses import resolve_location
from .api import Api
from .body import Body
from .digest import Digest
from .errors import ProtocolError, RegistryError, VerificationError, if_there
from .media_type import MediaType
from .reference import validate_repository
from .response import Response, wrong
from .scope import Scope, repository_scope

# olareg says `0--1` of an upload of which nothing has come.
_RANGE = re.compile(r"\s*(?:bytes\s*=\s*)?(\d{1,19})-(-1|\d{1,19})\s*\Z")
_OCTETS = {"Content-Type": MediaType.OCTET_STREAM}
_LARGEST_MINIMUM = 1 << 30
_MOST_CANCELS = 4
_SETTLING = 0.2
"""Seconds."""


@dataclass
class Upload:
    """One upload. `location` is the newest absolute URL of its session, `offset` the bytes that the registry has,
    `min_chunk` the least bytes of a chunk (OCI-Chunk-Min-Length); `completed` says that the registry has ended it."""

    location: str
    completed: bool = False
    offset: int = 0
    min_chunk: int = 0


class UploadEndpoints:
    """The part of a Repository that uploads."""

    api: Api
    name: str

    def _scope(self, *actions: str) -> Scope:
        return repository_scope(self.name, *actions)

    def _push_scope(self) -> Scope:
        return self._scope("pull", "push")

    def start_upload(
        self, digest: Digest | None = None, body: Body | None = None, algorithm: str | None = None
    ) -> Upload:
        """POST: begin an upload (end-4a), or send the whole blob at once with `digest` and `body` (end-4b).

        `algorithm` tells a registry which digest will be asked for in the end (end-4c), where that is not sha256.
        A registry may decline the whole blob and answer with a session: `completed` is False then.
        """
        query = [("digest", str(digest))] if digest is not None else []
        query += [("digest-algorithm", algorithm)] if algorithm else []
        response = self.api.call(
            "POST",
            self._uploads_url(query),
            (201, 202),
            scopes=(self._push_scope(),),
            headers=_OCTETS if body is not None else None,
            body=body,
            retryable=body is None,
        )
        response.close()
        return self._completed(response, digest) if response.status == 201 else self._session(response)

    def mount_blob(self, digest: Digest, from_repository: str | None) -> Upload:
        """POST: take a blob over from another repository of this registry (end-11), without sending it.

        A registry that cannot answers with a session to go on with (202). Raises ResponseError or AuthError where it
        refuses instead: some do so with 400, 401, 403 or 404.
        """
        query = [("mount", str(digest))]
        scopes = [self._push_scope()]
        if from_repository is not None:
            query.append(("from", validate_repository(from_repository)))
            scopes.append(repository_scope(from_repository, "pull"))
        response = self.api.call("POST", self._uploads_url(query), (201, 202), scopes=scopes)
        response.close()
        return self._completed(response, digest) if response.status == 201 else self._session(response)

    def upload_chunk(self, upload: Upload, body: Body, start: int) -> Upload:
        """PATCH: send the bytes from `start` on (end-5); the answer says where to go on.

        `completed` is True where the registry answers as if this had been all (ECR: 201). Raises ResponseError with
        status 416 when the registry has another number of bytes, ProtocolError when it says it has more than was sent.
        """
        headers = dict(_OCTETS)
        headers["Content-Range"] = f"{start}-{start + body.length - 1}"
        response = self.api.call(
            "PATCH",
            upload.location,
            (202, 201, 204),
            scopes=(self._push_scope(),),
            headers=headers,
            body=body,
            retryable=False,
        )
        response.close()
        following = self._session(response, upload)
        # No Range: all was taken. After one single byte, `0-0` is that byte, not the nothing that it says elsewhere.
        end = start + body.length
        if response.headers.get("Range") is None or end == 1:
            following.offset = end
        if following.offset > end:
            raise wrong(ProtocolError, response, f"{end} bytes were sent, the registry has {following.offset}")
        following.completed = response.status == 201
        return following

    def complete_upload(
        self, upload: Upload, digest: Digest, body: Body | None = None, start: int | None = None
    ) -> Digest:
        """PUT: end the upload (end-6), with the rest of the bytes when there is a `body`. Returns the stored digest.

        Raises ResponseError (invalid, DIGEST_INVALID, when the registry computes another digest).
        """
        headers = dict(_OCTETS) if body is not None else {}
        if body is not None and start:
            headers["Content-Range"] = f"{start}-{start + body.length - 1}"
        response = self.api.call(
            "PUT",
            with_query(upload.location, [("digest", str(digest))]),
            (201, 200, 202, 204),
            scopes=(self._push_scope(),),
            headers=headers,
            body=body,
            retryable=False,
        )
        response.close()
        self._completed(response, digest)
        return digest

    def upload_status(self, upload: Upload) -> int:
        """GET: how many bytes of the upload the registry has (end-13); `location` and `offset` are brought up to date.

        Raises ResponseError (not_found when the registry has given the session up), ProtocolError when it does not say.
        """
        response = self.api.call("GET", upload.location, (204, 200, 202), scopes=(self._push_scope(),))
        response.close()
        if not _RANGE.match(response.headers.get("Range") or ""):
            raise wrong(ProtocolError, response, "the registry does not say how much of the upload it has (no Range)")
        now = self._session(response, upload)
        upload.location, upload.offset = now.location, now.offset
        return now.offset

    def cancel_upload(self, upload: Upload) -> None:
        """DELETE: give an upload up (end-14), so that the registry can free what it holds. Gone already is fine.

        A registry whose Location tells how far the upload was (distribution) answers 416 where more has come since,
        as it does with a request that was broken off; then the Location is brought up to date.
        """
        for attempt in range(_MOST_CANCELS):
            try:
                response = if_there(
                    lambda: self.api.call("DELETE", upload.location, (204, 202, 200), scopes=(self._push_scope(),))
                )
            except RegistryError as error:
                if error.status != 416 or attempt + 1 == _MOST_CANCELS:
                    raise
                time.sleep(_SETTLING * attempt)  # What was on its way when it broke off may still come in.
                self.upload_status(upload)
            else:
                if response is not None:
                    response.close()
                return

    def _uploads_url(self, query: Sequence[tuple[str, str]]) -> str:
        return self.api.url(f"/v2/{self.name}/blobs/uploads/", query)

    @staticmethod
    def _completed(response: Response, digest: Digest | None) -> Upload:
        said = (response.headers.get("Docker-Content-Digest") or "").strip()
        if digest is not None and said.partition(":")[0] == digest.algorithm and said != digest:
            raise wrong(VerificationError, response, f"sent blob {digest}, the registry stored {said[:160]}")
        return Upload(response.url, completed=True)

    @staticmethod
    def _session(response: Response, before: Upload | None = None) -> Upload:
        location = response.headers.get("Location")
        if not location and before is None:
            raise wrong(ProtocolError, response, "the registry does not say where to upload (no Location)")
        minimum = (response.headers.get("OCI-Chunk-Min-Length") or "").strip()
        return Upload(
            resolve_location(response.url, location) if location else before.location,  # type: ignore[union-attr]
            offset=_offset(response),
            min_chunk=min(int(minimum), _LARGEST_MINIMUM)
            if minimum.isascii() and minimum.isdigit() and len(minimum) < 20
            else (before.min_chunk if before else 0),
        )


def with_query(url: str, query: Sequence[tuple[str, str]]) -> str:
    """`url` with more parameters: what it carries already (distribution's `_state`) must stay as it is."""
    return url + ("&" if "?" in url else "?") + urlencode(query, safe=":")


def _offset(response: Response) -> int:
    """The bytes that the registry has, by its Range header. `0-0` is none: distribution says so of an empty upload."""
    found = _RANGE.match(response.headers.get("Range") or "")
    if found is None or found.group(2) == "0":
        return 0
    return int(found.group(2)) + 1
