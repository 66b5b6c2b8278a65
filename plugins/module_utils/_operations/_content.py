# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is going to be uploaded: the content of a file or of an option, hashed before anything is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import (
    Digest,
    digest_of_file,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    RegistryError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import (
    BlobSource,
    BytesSource,
    FileSource,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import MISSING, push_blob

#: Size in bytes and time of the last change in nanoseconds: what tells that a file was written to.
Identity = Tuple[int, int]


@dataclass(frozen=True)
class Content:
    """Bytes with their digest and size; for a file, with what it looked like when it was hashed."""

    descriptor: Descriptor
    source: BlobSource
    path: Optional[str] = None
    identity: Optional[Identity] = None

    def push(self, repository: Repository, chunk_size: Optional[int], progress: Progress) -> str:
        """Upload it where it is known to be missing; returns how, as push_blob does.

        Raises VerificationError when the file was written to since it was hashed, ResponseError, TransportError.
        """
        try:
            source = progress.metered(self.source, self.descriptor)
            return push_blob(repository, self.descriptor, source, chunk_size=chunk_size, known=MISSING)
        except RegistryError as error:
            # The registry, too, refuses bytes that are not the digest's, but cannot know why they are not.
            if self.path is not None and _identity(self.path) != self.identity:
                raise _changed(self.path) from error
            raise


def file_content(path: str, media_type: str, expected: Optional[Digest]) -> Content:
    """The content of a file. Raises OSError, and OptionError when its digest is not the expected one."""
    before = _identity(path)
    digest, size = digest_of_file(path, _algorithm(expected))
    if _identity(path) != before:
        raise _changed(path)
    _compare(digest, expected, f"the file {path}")
    return Content(Descriptor(media_type, digest, size), FileSource(path), path, before)


def text_content(text: str, media_type: str, expected: Optional[Digest]) -> Content:
    """A text as UTF-8. Raises OptionError when its digest is not the expected one."""
    data = text.encode("utf-8", "surrogateescape")
    digest = Digest.of(data, _algorithm(expected))
    _compare(digest, expected, "the content")
    return Content(Descriptor(media_type, digest, len(data)), BytesSource(data))


def _algorithm(expected: Optional[Digest]) -> str:
    return "sha256" if expected is None else expected.algorithm


def _compare(actual: Digest, expected: Optional[Digest], what: str) -> None:
    if expected is not None and actual != expected:
        raise OptionError(f"{what} has the digest {actual}, not {expected} as the option digest says; nothing was sent")


def _identity(path: str) -> Optional[Identity]:
    """None where there is no such file (any more): reading it says so best."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _changed(path: str) -> VerificationError:
    return VerificationError(
        f"the file {path} changed while it was read, and was not uploaded", hint="Try again when it is complete"
    )
