# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an image is: in a registry, in a folder or in an archive, by the names that skopeo's users know."""

from __future__ import annotations

import os
from dataclasses import dataclass

from .errors import ReferenceError_, quoted
from .reference import Reference

DOCKER = "docker"
OCI = "oci"
OCI_ARCHIVE = "oci-archive"
DOCKER_ARCHIVE = "docker-archive"

_UNKNOWN = ("containers-storage", "dir", "docker-daemon", "ostree", "sif", "atomic", "tarball", "ocidir")
_LONGEST_NAME = 512


@dataclass(frozen=True)
class Location:
    """One image's place: a `reference` in a registry, or a `path` on disk and perhaps a `name` there."""

    transport: str
    reference: Reference | None = None
    path: str = ""
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Location:
        """Read `[docker://]reference`, `oci:folder[:name]`, `oci-archive:file[:name]` or `docker-archive:file[:name]`.

        The name is what follows the first colon of the path, and may have colons itself. Raises ReferenceError_.
        """
        text = text.strip()
        transport, colon, rest = text.partition(":")
        if colon and transport in (OCI, OCI_ARCHIVE, DOCKER_ARCHIVE):
            return _on_disk(transport, rest, text)
        if colon and transport in _UNKNOWN:
            raise ReferenceError_(
                f"{quoted(text)}: {transport} is not supported; docker://, oci:, oci-archive: and docker-archive: are"
            )
        return cls.of(Reference.parse(text[len("docker://") :] if text.startswith("docker://") else text))

    @classmethod
    def of(cls, reference: Reference) -> Location:
        """The place of an image in a registry."""
        return cls(DOCKER, reference)

    @property
    def version(self) -> str:
        """What an image is written as in its Store: the tag, where a reference has a digest as well."""
        return self.name if self.reference is None else self.reference.tag or self.reference.version

    @property
    def place(self) -> str:
        """The repository, folder or archive that the image is in."""
        return f"{self.transport}:{self.path}" if self.reference is None else self.reference.name

    def __str__(self) -> str:
        if self.reference is not None:
            return str(self.reference)
        return f"{self.transport}:{self.path}" + (f":{self.name}" if self.name else "")


def _on_disk(transport: str, rest: str, text: str) -> Location:
    path, _colon, name = rest.partition(":")
    if not path or "\0" in path:
        raise ReferenceError_(f"{quoted(text)}: {transport}: must be followed by a path")
    if len(name) > _LONGEST_NAME or not name.isprintable() or " " in name:
        raise ReferenceError_(f"{quoted(text)}: the name of an image has no blanks and at most {_LONGEST_NAME} letters")
    if transport == DOCKER_ARCHIVE and name:
        reference = Reference.parse(name)
        if reference.digest is not None:
            raise ReferenceError_(f"{quoted(text)}: docker-archive: knows names and tags, not digests")
        name = reference.familiar()
    return Location(transport, None, os.path.abspath(os.path.expanduser(path)), name)
