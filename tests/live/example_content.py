# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the examples take for granted: images in registries, files in folders, and values of variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.playbooks import standing_in
from tests.support.images import Image, Pusher, build_artifact, build_image, build_index, sha256
from tests.support.registries import RunningRegistry

PLATFORMS = ("linux/amd64", "linux/arm64", "linux/s390x")
#: Images of several platforms, by repository. Tags with a "=" between them are on one image.
HERE = {
    "team/app": (
        "v1 v1.0.0 v1.2.0 v1.4.2 v1.4.2-rc3 v1.10.0-rc1 2026-01-31 build-17=nightly mr-1 mr-2 "
        "old-1 old-2 old-3 old-4 old-5 old-6 old-7 old-8 old-9"
    ),
    "team/db": "v7 mr-3",
    "staging/app": "v1.4.2-rc3",
}
ELSEWHERE = {
    "prometheus/prometheus": "v2.55.0 v3.0.0 v3.1.0",
    "library/redis": "6.2-alpine 7.2-alpine 7.4-alpine 7.4 8.0",
    "library/postgres": "15.1 16.1 17.0-alpine",
}
SBOM = "application/spdx+json"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
EMPTY = b"{}"
DUMP = b"a dump of a database, as far as a registry knows"
#: Files by their place below a folder that stands for the root.
FILES = {
    "srv/dump.tar.gz": DUMP,
    "srv/templates/nginx.conf": b"server {}\n",
    "site.yml": b"- hosts: all\n",
    "app.spdx.json": b'{"spdxVersion": "SPDX-2.3"}',
}


def index_of(name: str) -> tuple[list[Image], Image]:
    """The images of one version for each platform, and the index over them."""
    images = [build_image([f"{name} {platform}".encode()], platform) for platform in PLATFORMS]
    return images, build_index(images)


def push_images(address: str, content: dict[str, str]) -> None:
    """Put the images there, past our own client."""
    for repository, versions in content.items():
        pusher = Pusher(address, repository)
        for tags in versions.split():
            images, index = index_of(f"{repository}:{tags}")
            for image in images:
                pusher.push(image)
            for tag in tags.split("="):
                pusher.push(index, tag)


def fill_upstream(address: str) -> None:
    """The registry that stands for quay.io and docker.io, with an image that is signed as cosign does it."""
    push_images(address, ELSEWHERE)
    pusher = Pusher(address, "prometheus/prometheus")
    signed = index_of("prometheus/prometheus:v3.1.0")[1]
    pusher.push(build_artifact("application/vnd.dev.cosign", b"sig"), signed.digest.replace(":", "-") + ".sig")


@dataclass
class Stage:
    """Registries and a folder for one play; `other` is empty."""

    here: RunningRegistry
    other: RunningRegistry
    upstream: RunningRegistry
    folder: Path

    @property
    def places(self) -> dict[str, str]:
        """What stands in for which host and which folder."""
        return {
            "registry.example.com": self.here.address,
            "other.example.com": self.other.address,
            "registry.internal.example.com": self.other.address,
            "quay.io": self.upstream.address,
            "docker.io": self.upstream.address,
            "/media/usb": str(self.folder / "usb"),
            "/srv": str(self.folder / "srv"),
        }

    def pusher(self, repository: str) -> Pusher:
        """A repository here by plain requests."""
        return Pusher(self.here.address, repository)

    def fill(self) -> None:
        """Put everything into its place."""
        push_images(self.here.address, HERE)
        app = self.pusher("team/app")
        for image in index_of("team/app:v1")[0][:2]:
            app.push(image, f"v1-{(image.platform or '').split('/')[1]}")
        for blob in (EMPTY, DUMP):
            self.pusher("team/data").push_blob(blob)
        for blob in self.manifest.blobs.values():
            app.push_blob(blob)
        for name, content in {**FILES, "srv/manifest.json": self.manifest.raw}.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)
        (self.folder / "usb").mkdir()

    @property
    def manifest(self) -> Image:
        """An image whose blobs are here, but not its manifest: that is in a file."""
        return build_image([b"its manifest is in a file"])

    @property
    def variables(self) -> dict[str, Any]:
        """The values of the variables that the examples use."""
        return {
            "reg": self.here.address,
            "other": self.other.address,
            "robot_password": "secret",
            "hub_token": "secret",
            "expected_digest": self.manifest.digest,
            "tested_digest": index_of("staging/app:v1.4.2-rc3")[1].digest,
            "dump": {"blob": {"digest": sha256(DUMP), "size": len(DUMP)}},
        }

    def here_and_now(self, text: str) -> str:
        """The text of a play with names that can be reached, and digests of what is there.

        Who writes an example makes its digests up. An untagged image of its own stands in for each.
        """
        made_up = sorted({*DIGEST.findall(text)} - {sha256(EMPTY), "sha256:" + 64 * "0"})
        for digest in made_up:
            text = text.replace(digest, self.pusher("team/app").push(build_image([digest.encode()])))
        return standing_in(text, self.places)
