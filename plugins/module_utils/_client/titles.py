# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of an artifact's files: paths below the folder that they are saved in, and never out of it."""

from __future__ import annotations

from typing import Sequence

from .descriptor import Descriptor
from .errors import ManifestError, quoted

TITLE = "org.opencontainers.image.title"
"""The annotation that holds a file's name (image-spec annotations.md); oras reads and writes it."""

_LONGEST_TITLE = 2048  # characters; with the folder before it, it has to be a path
_LONGEST_PART = 255
_FOLDER = "io.deis.oras.content.unpack"


def title_of(descriptor: Descriptor) -> str | None:
    """The name of the file that a layer is, as it is written; None for a layer that is no file."""
    return descriptor.annotations.get(TITLE)


def was_folder(descriptor: Descriptor) -> bool:
    """Whether a layer is a folder that oras has packed."""
    return descriptor.annotations.get(_FOLDER) == "true"


def safe_title(title: str) -> str:
    """The title as a path below a folder, without what says nothing (`./`, `//`).

    Raises ManifestError for one that is absolute, that goes up, or that no file can have.
    """
    parts = [part for part in title.split("/") if part not in ("", ".")]
    if title.startswith("/") or ".." in parts:
        raise ManifestError(f"the file name {quoted(title)} leads out of the folder that the files are saved in")
    if not parts or not title.isprintable() or len(title) > _LONGEST_TITLE or max(map(len, parts)) > _LONGEST_PART:
        raise ManifestError(f"{quoted(title)} is not the name of a file")
    return "/".join(parts)


def safe_titles(titles: Sequence[str]) -> list[str]:
    """All titles of an artifact as paths. Raises ManifestError where two of them cannot both be files."""
    paths = [safe_title(title) for title in titles]
    taken: set[str] = set()
    for path in paths:
        if path in taken:
            raise ManifestError(f"two files have the name {quoted(path)}")
        taken.add(path)
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder:
            if folder in taken:
                raise ManifestError(f"{quoted(folder)} cannot be a file and the folder of {quoted(path)}")
            folder = folder.rpartition("/")[0]
    return paths
