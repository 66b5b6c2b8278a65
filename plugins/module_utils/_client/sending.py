# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending a blob, whole or in chunks, through as many requests and upload sessions as it takes."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import Iterator

from .blob_body import BlobBody
from .descriptor import Descriptor
from .errors import RegistryError
from .patience import Patience
from .repository import Repository
from .sources import BlobSource
from .upload_session import Upload


def send_blob(
    repository: Repository,
    descriptor: Descriptor,
    source: BlobSource,
    chunk_size: int | None = None,
    begun: Upload | None = None,
) -> None:
    """Send the blob to `repository`, in the upload that was `begun` where there is one.

    One PUT, or chunks of `chunk_size` bytes (at least the registry's OCI-Chunk-Min-Length). After a fault it goes on
    from where the registry says it is; what it gives up it cancels. Raises as `upload.push_blob` does.
    """
    _Sender(repository, descriptor, source, chunk_size).send(begun)


def give_up(repository: Repository, upload: Upload | None) -> None:
    """Tell the registry that nothing more comes, where an upload was begun. Its answer is no one's trouble: an
    abandoned session times out."""
    if upload is not None:
        with suppress(RegistryError):
            repository.cancel_upload(upload)


@contextmanager
def given_up_on_failure(repository: Repository, upload: Upload | None) -> Iterator[None]:
    """Whatever stops what is done within, no upload is left open."""
    try:
        yield
    except BaseException:
        give_up(repository, upload)
        raise


class _Sender:
    """One blob on its way."""

    def __init__(
        self, repository: Repository, descriptor: Descriptor, source: BlobSource, chunk_size: int | None
    ) -> None:
        self.repository = repository
        self.descriptor = descriptor
        self.source = source
        self.chunk_size = chunk_size
        self.patience = Patience()

    def send(self, upload: Upload | None) -> None:
        while upload is None or not upload.completed:
            upload = upload or self._begin()
            with given_up_on_failure(self.repository, upload):
                upload = self._attempt(upload)

    def _attempt(self, upload: Upload) -> Upload | None:
        """Send the rest. The upload, completed, or where to go on with it; None to begin anew."""
        try:
            upload.completed = self._go_on(upload)
        except RegistryError as error:
            if not ((error.retryable or _is_about_the_session(error)) and self.patience.outlasts(error)):
                raise
            return self._resumed(upload, error)
        return upload if upload.completed else None

    def _begin(self) -> Upload:
        algorithm = self.descriptor.digest.algorithm
        return self.repository.start_upload(algorithm=None if algorithm == "sha256" else algorithm)

    def _go_on(self, upload: Upload) -> bool:
        """Send the rest; False where everything has to be sent again in another session."""
        if self.chunk_size is not None and not self._send_chunks(upload, self.chunk_size):
            give_up(self.repository, upload)
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
            if upload.offset <= start or (upload.offset < end and self.patience.is_worn()):
                taken = "nothing" if upload.offset <= start else "too little"
                what = f"{self.repository.reference()} took {taken} of a chunk of {self.descriptor.digest} from byte"
                raise RegistryError(f"{what} {start} on", category="protocol", retryable=True)
            self.patience.gained(upload.offset)
        return True

    def _resumed(self, upload: Upload, trouble: RegistryError) -> Upload | None:
        """The session, with the offset that the registry itself gives; None to begin anew."""
        believed = upload.offset
        try:
            offset = self.repository.upload_status(upload)
        except RegistryError as error:
            if error.category != "not_found":  # It cannot tell how far it is.
                give_up(self.repository, upload)
            # A session that is gone may be one that ended well, and only the answer did not arrive.
            upload.completed = trouble.method == "PUT" and self._is_there()
            return upload if upload.completed else None
        refused = trouble.status == 416 and offset == believed
        # 0: a registry has `0-0` of a blob when it has one byte of it, and also when it has none.
        if offset == 0 or offset > self.descriptor.size or refused:
            give_up(self.repository, upload)
            return None
        self.patience.gained(offset)
        return upload

    def _is_there(self) -> bool:
        return self.repository.head_blob(self.descriptor.digest) is not None

    def _body(self, start: int, end: int) -> BlobBody:
        return BlobBody(self.source, self.descriptor, start, end)


def _is_about_the_session(error: RegistryError) -> bool:
    """The registry has lost the session (404), or has another number of bytes than we thought (416)."""
    return error.status in (404, 416) and error.method in ("PATCH", "PUT")
