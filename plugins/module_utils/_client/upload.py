# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a blob gets into a repository: it is there, it is mounted, or it is sent, whole or in chunks, and resumed."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import Iterable, Iterator, Sequence

from .descriptor import Descriptor
from .digest import Block, collect, verified
from .download import resumed
from .errors import RegistryError, VerificationError
from .message import BLOCK_SIZE, Body
from .repository import Repository
from .sources import BlobSource
from .throttle import pause
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

_MOST_FAULTS = 5
"""Faults in a row, with no byte gained between them, after which an upload is given up."""
_MOST_IN_ALL = 100
"""Faults and chunks that were not taken whole, and one more for each MiB: nor is a registry borne with for ever that
takes byte by byte."""
_SMALL = 256 * 1024
"""Bytes that each of many uploads may hold in memory while it waits for its turn."""
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
    it begins the upload where the blob is missing. Then one PUT, or chunks of `chunk_size` bytes (at least the
    registry's OCI-Chunk-Min-Length). After a fault it goes on from where the registry says it is; what it gives up it
    cancels. The bytes are verified on their way and by the registry.
    Raises VerificationError for a source that is not the descriptor's, ResponseError, TransportError.
    """
    if known == UNKNOWN and repository.head_blob(descriptor.digest) is not None:
        return PRESENT
    upload = None
    for origin in mount_from or ([repository.name] if known == PRESUMED else ()):
        if upload is not None:
            _give_up(repository, upload)
        upload = _try_mount(repository, descriptor, origin)
        if upload is not None and upload.completed:
            return MOUNTED
    if known == PRESUMED and mount_from and repository.head_blob(descriptor.digest) is not None:
        if upload is not None:
            _give_up(repository, upload)
        return PRESENT
    _Sender(repository, descriptor, source, chunk_size).send(upload)
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
    if not (believed and upload) and repository.head_blob(descriptor.digest) is not None:
        if upload is not None:
            _give_up(repository, upload)
        return PRESENT
    _Sender(repository, descriptor, source, None).send(upload)
    return UPLOADED


def _is_proof(upload: Upload | None) -> bool:
    """Whether a mount was answered by a registry that mounts what it has: it did, or it is CNCF's distribution (or made
    of it), which signs the state of a session in its Location and has mounted since its version 2.2."""
    return upload is not None and (upload.completed or "_state=" in upload.location.partition("?")[2])


def _try_mount(repository: Repository, descriptor: Descriptor, origin: str) -> Upload | None:
    """The upload that a mount ends in, or None where the registry refuses (Docker Hub: 400, Harbor: 401)."""
    try:
        return repository.mount_blob(descriptor.digest, origin)
    except RegistryError as error:
        if error.category in _NO_MOUNT:
            return None
        raise


def _give_up(repository: Repository, upload: Upload) -> None:
    """Tell the registry that nothing more comes. Its answer is no one's trouble: an abandoned session times out."""
    with suppress(RegistryError):
        repository.cancel_upload(upload)


class _SourceBody(Body):
    """The bytes of a blob from `start` to before `end`, read when they are sent; verified when they are all of it."""

    def __init__(self, source: BlobSource, descriptor: Descriptor, start: int, end: int) -> None:
        self.source = source
        self.descriptor = descriptor
        self.start = start
        self.length = end - start
        self._ahead: list[Block] | None = None

    def read_ahead(self) -> None:
        """Read what is small before it is sent, so that no request to the registry waits for its source meanwhile."""
        if self.length <= _SMALL:
            self._ahead = [collect(self._blocks())]

    def __iter__(self) -> Iterator[Block]:
        return self._blocks() if self._ahead is None else iter(self._ahead)

    def _blocks(self) -> Iterator[Block]:
        blocks = resumed(self.source, self.start, self.descriptor.size)
        if self.length == self.descriptor.size:
            return verified(blocks, self.descriptor.digest, self.descriptor.size, self.source.what)
        return self._part(blocks)

    def _part(self, blocks: Iterable[Block]) -> Iterator[Block]:
        rest = self.length
        for block in blocks:
            yield block[:rest] if len(block) > rest else block
            rest -= len(block)
            if rest <= 0:
                return
        raise VerificationError(
            f"{self.source.what}: {rest} bytes fewer came than there must be ({self.descriptor.digest})"
        )


class _Sender:
    """Sends one blob through as many requests and sessions as it takes."""

    def __init__(
        self, repository: Repository, descriptor: Descriptor, source: BlobSource, chunk_size: int | None
    ) -> None:
        self.repository = repository
        self.descriptor = descriptor
        self.source = source
        self.chunk_size = chunk_size
        self.faults = 0
        self.in_all = 0
        self.farthest = 0

    def send(self, upload: Upload | None) -> None:
        while upload is None or not upload.completed:
            upload = upload or self._begin()
            with self._cancelled_on_failure(upload):
                upload = self._attempt(upload)

    def _attempt(self, upload: Upload) -> Upload | None:
        """Send the rest. The upload, completed, or where to go on with it; None to begin anew."""
        try:
            upload.completed = self._go_on(upload)
        except RegistryError as error:
            if not self._may_go_on(error):
                raise
            return self._resumed(upload, error)
        return upload if upload.completed else None

    def _begin(self) -> Upload:
        algorithm = self.descriptor.digest.algorithm
        return self.repository.start_upload(algorithm=None if algorithm == "sha256" else algorithm)

    def _go_on(self, upload: Upload) -> bool:
        """Send the rest; False where everything has to be sent again in another session."""
        if self.chunk_size is not None and not self._send_chunks(upload, self.chunk_size):
            _give_up(self.repository, upload)
            self.chunk_size = None
            return self._is_there()
        rest = self.descriptor.size - upload.offset
        body = self._body(upload.offset, self.descriptor.size) if rest or not upload.offset else None
        if body is not None:
            body.read_ahead()
        self.repository.complete_upload(upload, self.descriptor.digest, body, start=upload.offset)
        return True

    def _send_chunks(self, upload: Upload, chunk_size: int) -> bool:
        """False where the registry ends the upload with a chunk (ECR): it then takes no more, and no digest."""
        while upload.offset < self.descriptor.size:
            start = upload.offset
            end = min(start + max(chunk_size, upload.min_chunk, 1), self.descriptor.size)
            following = self.repository.upload_chunk(upload, self._body(start, end), start)
            if following.completed:
                return False
            upload.location, upload.min_chunk, upload.offset = following.location, following.min_chunk, following.offset
            if upload.offset <= start or (upload.offset < end and self._is_worn_out()):
                taken = "nothing" if upload.offset <= start else "too little"
                what = f"{self.repository.reference()} took {taken} of a chunk of {self.descriptor.digest} from byte"
                raise RegistryError(f"{what} {start} on", category="protocol", retryable=True)
            self._count(upload.offset)
        return True

    def _count(self, offset: int) -> None:
        """Only a byte that the registry had in no session before is a gain: else a restart would follow the other."""
        if offset > self.farthest:
            self.farthest, self.faults = offset, 0

    def _may_go_on(self, error: RegistryError) -> bool:
        if not (error.retryable or _is_about_the_session(error)):
            return False
        self.faults += 1
        wait = pause(self.faults, error.retry_after)
        if self.faults >= _MOST_FAULTS or self._is_worn_out() or wait is None:
            return False
        time.sleep(wait)
        return True

    def _is_worn_out(self) -> bool:
        self.in_all += 1
        return self.in_all > _MOST_IN_ALL + self.farthest // BLOCK_SIZE

    def _resumed(self, upload: Upload, trouble: RegistryError) -> Upload | None:
        """The session, with the offset that the registry itself gives; None to begin anew."""
        believed = upload.offset
        try:
            offset = self.repository.upload_status(upload)
        except RegistryError as error:
            if error.category != "not_found":  # It cannot tell how far it is.
                _give_up(self.repository, upload)
            # A session that is gone may be one that ended well, and only the answer did not arrive.
            upload.completed = trouble.method == "PUT" and self._is_there()
            return upload if upload.completed else None
        refused = trouble.status == 416 and offset == believed
        # 0: a registry has `0-0` of a blob when it has one byte of it, and also when it has none.
        if offset == 0 or offset > self.descriptor.size or refused:
            _give_up(self.repository, upload)
            return None
        self._count(offset)
        return upload

    def _is_there(self) -> bool:
        return self.repository.head_blob(self.descriptor.digest) is not None

    def _body(self, start: int, end: int) -> _SourceBody:
        return _SourceBody(self.source, self.descriptor, start, end)

    @contextmanager
    def _cancelled_on_failure(self, upload: Upload) -> Iterator[None]:
        try:
            yield
        except BaseException:
            _give_up(self.repository, upload)
            raise


def _is_about_the_session(error: RegistryError) -> bool:
    """The registry has lost the session (404), or has another number of bytes than we thought (416)."""
    return error.status in (404, 416) and error.method in ("PATCH", "PUT")
