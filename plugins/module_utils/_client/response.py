# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses, over urllib3 (the HTTP library that comes with requests)."""

from __future__ import annotations

import re
import socket
import traceback
import zlib
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import Any, Iterator, TypeVar

from .digest import BLOCK_SIZE, Block
from .errors import (
    ProtocolError,
    RegistryError,
    ResponseError,
    TransportError,
    clean_text,
    error_from_response,
    redact_url,
)
from .redaction import without_secrets

IMPORT_ERROR: str | None = None
try:
    from urllib3 import exceptions as http_errors
except ImportError:
    IMPORT_ERROR = traceback.format_exc()

ERROR_LIMIT = 64 * 1024
"""Bytes of an error's body that are looked at."""

_SMALL_REST = 64 * 1024
_WARNING = re.compile(r'\b\d{3}\s+\S+\s+"((?:[^"\\]|\\.)*)"')

E = TypeVar("E", bound=RegistryError)


class Response:
    """One answer: `method`, final `url`, `status`, `headers` (case-insensitive, with getlist) and a body read once."""

    def __init__(self, method: str, url: str, raw: Any) -> None:
        self.method = method
        self.url = url
        self.status: int = raw.status
        self.headers = raw.headers
        self._raw = raw
        self._body: bytes | None = None

    def __enter__(self) -> Response:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def where(self) -> str:
        """The request, in words for an error."""
        return f"{self.method} {redact_url(self.url)}"

    @property
    def content_length(self) -> int | None:
        """Content-Length in bytes; None when it is absent or no number of 64 bits."""
        value = (self.headers.get("Content-Length") or "").strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None

    def read(self, limit: int) -> bytes:
        """The whole body, decoded from gzip when a proxy insisted on it; the connection goes back to its pool.

        Raises ProtocolError when there is more than `limit` bytes, TransportError when the connection fails.
        """
        if self._body is None:
            body = bytearray()
            for block in self._decoded(min(BLOCK_SIZE, limit + 1), limit):
                body += block
                if len(body) > limit:
                    self._raw.close()
                    what = f"the answer is larger than the {limit} bytes that are allowed for it"
                    raise wrong(ProtocolError, self, what)
            self._raw.release_conn()
            self._body = bytes(body)
        return self._body

    def _decoded(self, size: int, limit: int) -> Iterator[bytes]:
        encoding = (self.headers.get("Content-Encoding") or "").strip().lower()
        if encoding not in ("gzip", "x-gzip", "deflate"):
            yield from self.blocks(size)
            return
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
        room, empty = limit + 1, True
        try:
            for block in self.blocks(size):
                plain = decoder.decompress(block, room)
                room, empty = room - len(plain), False
                yield plain
                if room <= 0:
                    return
        except zlib.error as error:
            raise self._undecodable(encoding, str(error)) from error
        if not decoder.eof and not empty:
            raise self._undecodable(encoding, "it ends too soon")

    def _undecodable(self, encoding: str, reason: str) -> ProtocolError:
        return wrong(ProtocolError, self, f"the answer says that it is {encoding}, but it cannot be decoded: {reason}")

    def blocks(self, size: int = BLOCK_SIZE) -> Iterator[bytes]:
        """The body as it is on the wire, in blocks of at most `size` bytes.

        Raises TransportError (retryable) when the body ends before its Content-Length or the connection fails.
        """
        with self._told():
            yield from self._raw.stream(size, decode_content=False)

    def views(self) -> Iterator[Block]:
        """As `blocks`, but without the copies that urllib3 makes: each byte goes from the socket to where it stays.

        Two blocks of memory are used in turn, so that one can be held back while the next is filled.
        """
        inner, rest = getattr(self._raw, "_fp", None), self.content_length or 0
        if not isinstance(inner, HTTPResponse) or inner.chunked or inner.length != rest or not rest:
            yield from self.blocks(BLOCK_SIZE)
            return
        memory = [memoryview(bytearray(min(rest, BLOCK_SIZE))) for _number in range(2 if rest > BLOCK_SIZE else 1)]
        turn = 0
        with self._told():
            while rest:
                view = memory[turn]
                count = inner.readinto(view)
                if not count:
                    raise http_errors.ProtocolError(f"{rest} bytes more were to come")
                rest -= count
                yield view[:count]
                turn = len(memory) - 1 - turn
        self._raw.release_conn()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (http_errors.HTTPError, HTTPException, OSError) as error:
            self._raw.close()
            what = f"the answer broke off: {_reason(error)}"
            raise wrong(TransportError, self, what, retryable=True) from error

    def close(self) -> None:
        """Give the connection back: a short rest of the body is read, to use it again; a long one is cut."""
        if self._raw.closed or self._body is not None:
            return
        if not self._read_rest():
            self._raw.close()
        self._raw.release_conn()

    def _read_rest(self) -> bool:
        room = _SMALL_REST
        if self.method != "HEAD" and (self.content_length or 0) > room:
            return False
        try:
            for block in self._raw.stream(room, decode_content=False):
                room -= len(block)
                if room < 0:
                    return False
        except (http_errors.HTTPError, OSError):
            return False
        return True

    @property
    def warnings(self) -> list[str]:
        """The texts of the Warning headers (distribution spec, "Warnings": `299 - "text"`)."""
        texts = []
        for value in self.headers.getlist("Warning"):
            for found in _WARNING.finditer(value[:8192]):
                texts.append(clean_text(without_secrets(re.sub(r"\\(.)", r"\1", found.group(1)))))
        return texts


def response_error(response: Response) -> ResponseError:
    """The error that an answer is; its connection is given back."""
    try:
        body = response.read(ERROR_LIMIT)
    except RegistryError:
        body = b""  # An error's words are good to have, but no reason for another error.
    response.close()
    return error_from_response(response.method, response.url, response.status, response.headers, body)


def wrong(kind: type[E], response: Response, what: str, retryable: bool = False) -> E:
    """An error about an answer that has the right status but is not what it must be."""
    return kind(
        f"{response.where}: {what}",
        method=response.method,
        url=redact_url(response.url),
        status=response.status,
        retryable=retryable,
    )


def not_what_was_asked(response: Response, wanted: str) -> ProtocolError:
    """The error for an answer of another kind, such as the page of a proxy or of another program on that port."""
    kind = clean_text(response.headers.get("Content-Type") or "no content type", 100)
    return wrong(ProtocolError, response, f"expected {wanted}, got {kind}. Is this a registry?")


def _reason(error: BaseException) -> str:
    if isinstance(error, (http_errors.ReadTimeoutError, socket.timeout)):
        return "the rest of it did not come in time"
    return clean_text(str(error.args[0] if error.args else error))
