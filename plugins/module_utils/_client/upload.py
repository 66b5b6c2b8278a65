# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a blob gets into a repository, by the fewest requests: it is there, it is mounted, or it is sent."""

from __future__ import annotations

from typing import Sequence

from .descriptor import Descriptor
from .errors import RegistryError
from .repository import Repository
from .sending import give_up, given_up_on_failure, send_blob
from .sources import BlobSource
from .upload_session import Upload

PRESENT = "present"
MOUNTED = "mounted"
UPLOADED = "uploaded"

MISSING = "missing"
"""What is known of a blob: the repository was asked, and does not have it."""
PRESUMED = "presumed missing"
"""Nobody has asked; all else that is known says that it is missing. A copy that broke off may have brought it."""
UNKNOWN = "unknown"
"""It is as likely to be there."""

_MOUNT_TELLS = "mount tells"
_NO_MOUNT = ("unauthorized", "denied", "not_found", "unsupported", "invalid")


def push_blob(
    repository: Repository,
    descriptor: Descriptor,
    source: BlobSource,
    *,
    known: str = UNKNOWN,
    mount_from: Sequence[str] = (),
    chunk_size: int | None = None,
) -> str:
    """Bring a blob into `repository`; returns PRESENT, MOUNTED or UPLOADED.

    HEAD, where it is UNKNOWN; a mount from each of `mount_from` (repositories of the same registry); where it is
    PRESUMED, HEAD after all that were refused, and without any a mount from `repository` itself, which costs nothing:
    it begins the upload where the blob is missing. Then it is sent, see `sending.send_blob`. The bytes are verified on
    their way and by the registry.
    Raises VerificationError for a source that is not the descriptor's, ResponseError, TransportError.
    """
    if known == UNKNOWN and repository.head_blob(descriptor.digest) is not None:
        return PRESENT
    upload = None
    for origin in mount_from or ([repository.name] if known == PRESUMED else ()):
        give_up(repository, upload)
        upload = _try_mount(repository, descriptor, origin)
        if upload is not None and upload.completed:
            return MOUNTED
    if known == PRESUMED and mount_from and _is_there(repository, descriptor, upload):
        return PRESENT
    send_blob(repository, descriptor, source, chunk_size, upload)
    return UPLOADED


def push_unasked(repository: Repository, descriptor: Descriptor, source: BlobSource) -> str:
    """Bring a blob that is UNKNOWN, in one request fewer than `push_blob`; returns PRESENT or UPLOADED.

    A mount from `repository` itself begins an upload where the blob is missing, and tells where it is not. But there
    are registries that begin an upload of any blob. So the first one shows whether this registry can be believed; at
    one that cannot, each blob is asked for as ever.
    """
    begun: list[Upload | None] = []

    def can_be_believed() -> bool:
        begun.append(_try_mount(repository, descriptor, repository.name))
        return _is_proof(begun[0])

    believed = repository.api.habits.get(_MOUNT_TELLS, can_be_believed)
    if believed and not begun:
        begun.append(_try_mount(repository, descriptor, repository.name))
    upload = begun[0] if begun else None
    if upload is not None and upload.completed:
        return PRESENT
    if not (believed and upload) and _is_there(repository, descriptor, upload):
        return PRESENT
    send_blob(repository, descriptor, source, begun=upload)
    return UPLOADED


def _is_proof(upload: Upload | None) -> bool:
    """Whether a mount was answered by a registry that mounts what it has: it did, or it is CNCF's distribution (or made
    of it), which signs the state of a session in its Location and has mounted since its version 2.2."""
    return upload is not None and (upload.completed or "_state=" in upload.location.partition("?")[2])


def _is_there(repository: Repository, descriptor: Descriptor, begun: Upload | None) -> bool:
    """HEAD; the upload that was begun is given up, but where the blob is missing, so that it is needed."""
    with given_up_on_failure(repository, begun):
        there = repository.head_blob(descriptor.digest) is not None
    if there:
        give_up(repository, begun)
    return there


def _try_mount(repository: Repository, descriptor: Descriptor, origin: str) -> Upload | None:
    """The upload that a mount ends in, or None where the registry refuses (Docker Hub: 400, Harbor: 401)."""
    try:
        return repository.mount_blob(descriptor.digest, origin)
    except RegistryError as error:
        if error.category in _NO_MOUNT:
            return None
        raise
