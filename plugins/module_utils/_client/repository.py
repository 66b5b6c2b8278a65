# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository of a registry: manifests, tags, referrers and blobs. One method an endpoint, nothing cleverer.

The numbers end-1 to end-14 are those of the OCI distribution specification's table of endpoints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, Mapping, Sequence

from .api import Api
from .blobs import BlobReader, open_blob
from .body import BytesBody
from .descriptor import Descriptor
from .digest import Digest
from .errors import DigestError, ProtocolError, RegistryError, VerificationError, if_there
from .manifest import MANIFEST_LIMIT, Manifest, parse_manifest
from .media_type import MediaType, essence
from .reference import Reference, validate_repository, validate_tag
from .response import Response, not_what_was_asked, response_error, wrong
from .upload_session import UploadEndpoints

_OK = (200,)
_DELETED = (200, 202, 204)
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class PutManifest:
    """What the registry confirmed: the digest, the tags of `OCI-Tag`, the subject of `OCI-Subject`."""

    digest: Digest
    tags: tuple[str, ...]
    subject: Digest | None


class Repository(UploadEndpoints):
    """One repository. `version` is a tag or a digest throughout."""

    def __init__(self, api: Api, name: str) -> None:
        self.api = api
        self.name = validate_repository(name)

    def reference(self, version: str | None = None) -> Reference:
        """The Reference of this repository, or of a version in it."""
        if version is None:
            return Reference(self.api.registry, self.name, None, None)
        if ":" in version:
            return Reference(self.api.registry, self.name, None, Digest.parse(version))
        return Reference(self.api.registry, self.name, version, None)

    def get_manifest(self, version: str, accept: str = MediaType.ACCEPT) -> Manifest:
        """GET a manifest (end-3), verified: by `version` when that is a digest, else by what the registry says.

        Raises ResponseError (not_found and others), ProtocolError, VerificationError, ManifestError.
        """
        return self.get_tagged_manifest(version, accept)[0]

    def get_tagged_manifest(self, version: str, accept: str = MediaType.ACCEPT) -> tuple[Manifest, str | None]:
        """As `get_manifest`, and the answer's ETag (RFC 9110 section 8.8.3), where it has one."""
        wanted = _digest_or_none(version)
        response = self.api.call(
            "GET",
            self._manifest_url(version),
            _OK,
            scopes=(self._scope("pull"),),
            headers={"Accept": accept},
            limit=MANIFEST_LIMIT,
        )
        raw = response.read(MANIFEST_LIMIT)
        if essence(response.headers.get("Content-Type")) in _PAGES:
            raise not_what_was_asked(response, "a manifest")
        manifest = parse_manifest(raw, response.headers.get("Content-Type"), wanted or _said_digest(response))
        return manifest, response.headers.get("ETag")

    def head_manifest(self, version: str, accept: str = MediaType.ACCEPT) -> Descriptor | None:
        """HEAD a manifest (end-3): its descriptor, or None where the registry says 404.

        Where the registry does not answer HEAD, or leaves out what makes a descriptor, the manifest is fetched.
        """
        wanted = _digest_or_none(version)
        response = self.api.authenticator.request(
            "HEAD", self._manifest_url(version), scopes=(self._scope("pull"),), headers={"Accept": accept}
        )
        response.close()
        if response.status == 404:
            return None
        if response.status == 200:
            said = _said_digest(response)
            if wanted and said and said.algorithm == wanted.algorithm and said != wanted:
                raise wrong(VerificationError, response, f"asked for {wanted}, the registry answers with {said}")
            digest, size = wanted or said, response.content_length
            kind = essence(response.headers.get("Content-Type") or "")
            if digest is not None and size and kind in MediaType.MANIFESTS:
                return Descriptor(kind, digest, size)
        else:
            error = response_error(response)
            if error.retryable:
                raise error  # To a GET it would say the same; Docker Hub counts it, too, against the limit of pulls.
        return if_there(lambda: self.get_manifest(version, accept).descriptor())

    def put_manifest(
        self,
        version: str,
        manifest: Manifest,
        tags: Sequence[str] = (),
        condition: Mapping[str, str] | None = None,
    ) -> PutManifest:
        """PUT a manifest's exact bytes (end-7a; end-7b with `tags`, which some registries know).

        `condition` is a header of RFC 9110 section 13.1: a registry that heeds it says 412 where it does not hold.
        Raises ResponseError (for blobs that are missing: invalid or not_found, in the registry's words), and
        VerificationError when the registry stored something else.
        """
        wanted = _digest_or_none(version)
        if wanted is not None and wanted.algorithm == manifest.digest.algorithm and wanted != manifest.digest:
            raise VerificationError(f"{self.reference(version)} holds {manifest.digest}")
        response = self.api.call(
            "PUT",
            self._manifest_url(version, [("tag", validate_tag(tag)) for tag in tags]),
            (201, 200, 202),
            scopes=(self._push_scope(),),
            headers={"Content-Type": manifest.media_type, **(condition or {})},
            body=BytesBody(manifest.raw),
            limit=MANIFEST_LIMIT,
        )
        said = _said_digest(response)
        expected = wanted or manifest.digest
        if said is not None and said.algorithm == expected.algorithm and said != expected:
            raise wrong(VerificationError, response, f"sent {expected}, the registry stored {said}")
        confirmed = [tag.strip() for value in response.headers.getlist("OCI-Tag") for tag in value.split(",")]
        subject = _digest_or_none(response.headers.get("OCI-Subject") or "")
        return PutManifest(expected, tuple(tag for tag in confirmed if tag), subject)

    def delete_manifest(self, digest: Digest) -> bool:
        """DELETE a manifest by its digest (end-9), and on most registries every tag on it. False: it was not there.

        Raises ResponseError (unsupported where the registry does not delete).
        """
        return self._delete("manifests", Digest.parse(digest))

    def delete_tag(self, tag: str) -> bool:
        """DELETE one tag (end-9); its manifest stays. False where it was not there.

        Raises ResponseError: distribution 2.x says 400 or 405, it cannot delete by tag.
        """
        return self._delete("manifests", validate_tag(tag))

    def delete_blob(self, digest: Digest) -> bool:
        """DELETE a blob (end-10). False where it was not there. Raises ResponseError (unsupported)."""
        return self._delete("blobs", Digest.parse(digest))

    def head_blob(self, digest: Digest) -> int | None:
        """HEAD a blob (end-2): its size in bytes, or None where the registry says 404."""
        response = if_there(
            lambda: self.api.call("HEAD", self._blob_url(digest), (200, 206), scopes=(self._scope("pull"),))
        )
        if response is None:
            return None
        response.close()
        if response.content_length is not None:
            return response.content_length
        with self.open_blob(digest) as reader:
            if reader.total is None:
                raise wrong(ProtocolError, response, "the registry does not say how large the blob is")
            return reader.total

    def open_blob(self, digest: Digest, start: int = 0, end: int | None = None) -> BlobReader:
        """GET a blob (end-2), or its bytes from `start` to before `end` (RFC 9110 section 14). Not verified.

        Raises ResponseError (not_found), ProtocolError when other bytes come than were asked for.
        """
        return open_blob(self.api, self._blob_url(digest), (self._scope("pull"),), start, end)

    def tags(self, page_size: int | None = None, last: str | None = None) -> Iterator[str]:
        """GET the tags (end-8a, end-8b), all pages, each once, in the registry's order.

        `page_size` is sent only when given: some registries refuse what others need. Raises ResponseError (not_found
        where there is no such repository).
        """
        query = [("n", str(page_size))] if page_size else []
        query += [("last", last)] if last else []
        return self.api.names(self._url("tags/list", query), "tags", (self._scope("pull"),))

    def is_empty(self) -> bool:
        """Whether there is no such repository, or no tag in it, by one page of the tags (end-8b).

        False also where the registry does not tell: who relies on it must do without in that case.
        """
        try:
            return next(self.tags(page_size=1), None) is None
        except RegistryError as error:
            return error.category == "not_found"

    def referrers(self, digest: Digest, artifact_type: str | None = None) -> list[Descriptor] | None:
        """GET the manifests that refer to `digest` (end-12a, end-12b), all pages; None where there is no such API.

        Filtered here too: a registry that did not say so in OCI-Filters-Applied has not filtered.
        """
        query = [("artifactType", artifact_type)] if artifact_type else []
        found: list[Descriptor] = []
        try:
            for page in self.api.pages(self._url(f"referrers/{digest}", query), (self._scope("pull"),)):
                entries = page.data.get("manifests")
                if not isinstance(entries, list) and page.data.get("mediaType") != MediaType.OCI_INDEX:
                    return None
                found.extend(Descriptor.from_json(entry) for entry in entries or ())
        except ProtocolError:
            # A catch-all page of a proxy or a web interface, with status 200, is no referrers API either.
            if found:
                raise
            return None
        except RegistryError as error:
            if error.category in ("not_found", "unsupported") or "UNSUPPORTED" in error.codes:
                return None
            raise
        unique = {entry.digest: entry for entry in found}
        return [entry for entry in unique.values() if artifact_type in (None, entry.artifact_type)]

    def _delete(self, kind: str, version: str) -> bool:
        url = self._url(f"{kind}/{version}")
        response = if_there(lambda: self.api.call("DELETE", url, _DELETED, scopes=(self._scope("pull", "delete"),)))
        if response is None:
            return False
        response.close()
        return True

    def _url(self, path: str, query: Sequence[tuple[str, str]] = ()) -> str:
        return self.api.url(f"/v2/{self.name}/{path}", query)

    def _blob_url(self, digest: Digest) -> str:
        return self._url(f"blobs/{Digest.parse(digest)}")

    def _manifest_url(self, version: str, query: Sequence[tuple[str, str]] = ()) -> str:
        checked = _digest_or_none(version) or validate_tag(version)
        return self._url(f"manifests/{checked}", query)


def _digest_or_none(version: str) -> Digest | None:
    return Digest.parse(version) if re.search(":", version) else None


def _said_digest(response: Response) -> Digest | None:
    """The digest in Docker-Content-Digest; None when it is absent or unreadable (ECR and Artifactory leave it out)."""
    value = (response.headers.get("Docker-Content-Digest") or "").strip()
    try:
        return Digest.parse(value) if value else None
    except DigestError:
        return None
