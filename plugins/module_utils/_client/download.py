# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole blob from a source, verified; when the transfer breaks it goes on where it stopped."""

from __future__ import annotations

from typing import Iterator

from .descriptor import Descriptor
from .digest import Block, verified
from .errors import RegistryError
from .patience import Patience
from .sources import BlobSource


def download(source: BlobSource, descriptor: Descriptor) -> Iterator[Block]:
    """The blocks of the blob that `descriptor` names.

    After a fault the source is opened again at the byte that is wanted next (RFC 9110 section 14: Range). Raises
    VerificationError at the end when digest or size are wrong, so a caller commits nothing before; TransportError or
    ResponseError when the source cannot go on.
    """
    return verified(resumed(source, 0, descriptor.size), descriptor.digest, descriptor.size, source.what)


def resumed(source: BlobSource, start: int = 0, size: int | None = None) -> Iterator[Block]:
    """The blocks of `source`, of `size` bytes where that is known, from byte `start` on, through faults; not verified.

    Raises as `download` does; what it gives up is not retryable any more.
    """
    offset, patience = start, Patience(start)
    while True:
        try:
            with source.open(offset) as blocks:
                for block in blocks:
                    yield block
                    offset += len(block)
                    patience.gained(offset)
            return
        except RegistryError as error:
            if error.retryable and offset == size:
                return  # All there is has come; a range from its end on could not be satisfied.
            if not (error.retryable and patience.outlasts(error)):
                error.retryable = False  # Who sends it on would begin anew, and have all of this over again.
                raise
