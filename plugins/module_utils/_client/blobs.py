# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a blob, or a range of it, as it comes."""

from __future__ import annotations

import re
from typing import Iterator, Sequence

from .api import Api
from .digest import BLOCK_SIZE, Block
from .errors import ProtocolError
from .response import Response, wrong
from .scope import Scope

_CONTENT_RANGE = re.compile(r"\s*bytes\s+(\d{1,19})-(\d{1,19})/(\d{1,19}|\*)\s*\Z")


class BlobReader:
    """The bytes of a blob from `start` on; `total` is the whole blob's size where the registry says it.

    Iterate it once; close it, or use it as a context manager. Nothing is verified here.
    """

    def __init__(self, response: Response, start: int, total: int | None) -> None:
        self.response = response
        self.start = start
        self.total = total

    def __enter__(self) -> BlobReader:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return self.response.blocks(BLOCK_SIZE)

    def views(self) -> Iterator[Block]:
        """The same without copies: a block is good until the next but one is taken."""
        return self.response.views()

    def close(self) -> None:
        """Give the connection back."""
        self.response.close()


def open_blob(api: Api, url: str, scopes: Sequence[Scope], start: int, end: int | None) -> BlobReader:
    """GET `url`, with a Range (RFC 9110 section 14.2) unless all of it is wanted.

    A server may ignore Range and send everything: the reader's `start` is then 0. Raises ProtocolError for a range that
    was not asked for.
    """
    whole = start == 0 and end is None
    headers = None if whole else {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
    response = api.call("GET", url, (200, 206), scopes=scopes, headers=headers)
    if response.status == 200:
        return BlobReader(response, 0, response.content_length)
    found = _CONTENT_RANGE.match(response.headers.get("Content-Range") or "")
    if found is None or int(found.group(1)) != start:
        response.close()
        raise wrong(ProtocolError, response, f"asked for bytes from {start} on, got other ones")
    return BlobReader(response, start, None if found.group(3) == "*" else int(found.group(3)))
