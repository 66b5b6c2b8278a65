# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make images and put them into a registry without the collection's own client, which would otherwise prove itself."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import ssl
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from .errors import SupportError
from .wire import Answer, base_url, exchange

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
ACCEPT = ", ".join((OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_INDEX))

CREATED = "2026-01-02T03:04:05Z"
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Image:
    """A manifest's exact bytes and the blobs that it names, by digest."""

    raw: bytes
    media_type: str
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    platform: str | None = None

    @property
    def digest(self) -> str:
        """sha256 of the manifest's bytes."""
        return sha256(self.raw)

    @property
    def descriptor(self) -> dict[str, Any]:
        """As it stands in an index or as a subject."""
        found: dict[str, Any] = {"mediaType": self.media_type, "digest": self.digest, "size": len(self.raw)}
        if self.platform:
            found["platform"] = _platform(self.platform)
        return found


def sha256(data: bytes) -> str:
    """Give "sha256:HEX" of the data."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def layer(files: Mapping[str, bytes]) -> bytes:
    """Make a gzip-compressed tar of these files that has the same bytes every time."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


def build_image(
    layers: Sequence[bytes] | None = None,
    platform: str = "linux/amd64",
    *,
    docker: bool = False,
    created: str = CREATED,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    subject: Mapping[str, Any] | None = None,
) -> Image:
    """Make an image of one platform; without layers it gets a small one that programs can unpack.

    A layer that is not gzip is declared as a plain tar (never so in Docker's media types, which know gzip only).
    """
    contents = [layer({"hello": platform.encode()})] if layers is None else list(layers)
    config = _dump(
        {
            "created": created,
            **_platform(platform),
            "config": {"Labels": dict(labels or {})},
            "rootfs": {"type": "layers", "diff_ids": [sha256(_unpacked(content)) for content in contents]},
            "history": [{"created": created, "created_by": "tests"} for _content in contents],
        }
    )
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST if docker else OCI_MANIFEST,
        "config": describe(config, DOCKER_CONFIG if docker else OCI_CONFIG),
        "layers": [describe(content, _layer_type(content, docker)) for content in contents],
    }
    if subject:
        manifest["subject"] = dict(subject)
    if annotations:
        manifest["annotations"] = dict(annotations)
    blobs = {sha256(blob): blob for blob in (config, *contents)}
    return Image(_dump(manifest), manifest["mediaType"], blobs, platform)


def build_artifact(
    artifact_type: str,
    content: bytes = b"{}",
    *,
    subject: Mapping[str, Any] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Image:
    """Make an OCI 1.1 artifact manifest (empty config, one layer), such as a signature or an SBOM."""
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": artifact_type,
        "config": describe(b"{}", OCI_EMPTY),
        "layers": [describe(content, artifact_type)],
    }
    if subject:
        manifest["subject"] = dict(subject)
    if annotations:
        manifest["annotations"] = dict(annotations)
    return Image(_dump(manifest), OCI_MANIFEST, {sha256(blob): blob for blob in (b"{}", content)})


def build_index(
    images: Sequence[Image], *, docker: bool = False, annotations: Mapping[str, str] | None = None
) -> Image:
    """Make an index over images; it has no blobs, so push its children first."""
    index: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": DOCKER_INDEX if docker else OCI_INDEX,
        "manifests": [image.descriptor for image in images],
    }
    if annotations:
        index["annotations"] = dict(annotations)
    return Image(_dump(index), index["mediaType"])


def describe(content: bytes, media_type: str) -> dict[str, Any]:
    """Give the descriptor of a blob."""
    return {"mediaType": media_type, "digest": sha256(content), "size": len(content)}


class Pusher:
    """Plain requests to one repository. `address` is HOST:PORT or a URL; `headers` may carry an Authorization."""

    def __init__(
        self,
        address: str,
        repository: str,
        *,
        headers: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.repository_url = f"{base_url(address)}/v2/{repository}"
        self.headers = dict(headers or {})
        self.tls = tls

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request to a path below the repository, or to a URL that the registry gave."""
        url = path if "://" in path else f"{self.repository_url}/{path}"
        return exchange(method, url, body, {**self.headers, **(headers or {})}, tls=self.tls)

    def push_blob(self, content: bytes) -> str:
        """Upload a blob by POST and one PUT, unless it is there; give its digest."""
        digest = sha256(content)
        if self.send("HEAD", f"blobs/{digest}").status == 200:
            return digest
        started = _expect(self.send("POST", "blobs/uploads/", b""), 202)
        location = urljoin(f"{self.repository_url}/blobs/uploads/", started.headers["Location"])
        finish = f"{location}{'&' if '?' in location else '?'}digest={digest}"
        _expect(self.send("PUT", finish, content, {"Content-Type": "application/octet-stream"}), 201)
        return digest

    def push(self, image: Image, tag: str | None = None) -> str:
        """Upload an image's blobs, then its manifest, by tag or by digest; give its digest."""
        for blob in image.blobs.values():
            self.push_blob(blob)
        path = f"manifests/{tag or image.digest}"
        _expect(self.send("PUT", path, image.raw, {"Content-Type": image.media_type}), 201)
        return image.digest

    def manifest(self, reference: str) -> Answer:
        """GET a manifest by tag or digest."""
        return self.send("GET", f"manifests/{reference}", headers={"Accept": ACCEPT})

    def digest(self, reference: str) -> str | None:
        """Give the digest of what a tag points at, computed from its bytes; None when there is no such tag."""
        answer = self.manifest(reference)
        return None if answer.status == 404 else sha256(_expect(answer, 200).body)

    def blob(self, digest: str) -> bytes | None:
        """GET a blob; None when it is not there."""
        answer = self.send("GET", f"blobs/{digest}")
        return None if answer.status == 404 else _expect(answer, 200).body

    def tags(self) -> list[str]:
        """Give the tags, sorted; none when the repository is not there."""
        answer = self.send("GET", "tags/list")
        if answer.status == 404:
            return []
        return sorted(json.loads(_expect(answer, 200).body)["tags"] or [])


def push_image(
    address: str,
    repository: str,
    tag: str | None = None,
    layers: Sequence[bytes] | None = None,
    platform: str = "linux/amd64",
    **options: Any,
) -> str:
    """Make an image (see build_image) and push it; give its digest."""
    return Pusher(address, repository).push(build_image(layers, platform, **options), tag)


def push_index(
    address: str,
    repository: str,
    tag: str | None = None,
    platforms: Sequence[str] = ("linux/amd64", "linux/arm64/v8"),
    *,
    docker: bool = False,
) -> str:
    """Make one small image a platform, push them by digest and the index over them; give the index's digest."""
    pusher = Pusher(address, repository)
    images = [build_image(None, platform, docker=docker) for platform in platforms]
    for image in images:
        pusher.push(image)
    return pusher.push(build_index(images, docker=docker), tag)


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise SupportError(f"the registry answered {answer.status}, not {status}: {answer.body[:500]!r}")
    return answer


def _dump(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _platform(text: str) -> dict[str, str]:
    return dict(zip(("os", "architecture", "variant"), text.split("/"), strict=False))


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content


def _layer_type(content: bytes, docker: bool) -> str:
    if docker:
        return DOCKER_LAYER
    return f"{OCI_LAYER}+gzip" if content.startswith(_GZIP_MAGIC) else OCI_LAYER
