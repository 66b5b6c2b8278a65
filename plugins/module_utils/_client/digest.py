# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content digests: the value, and hashing while bytes pass (OCI image-spec, descriptor.md, "Digests")."""

from __future__ import annotations

import hashlib
import os
import re
from typing import Callable, Iterable, Iterator, Union

from .errors import DigestError, VerificationError, quoted

BLOCK_SIZE = 1024 * 1024
"""Bytes read, hashed or sent at a time. Small blocks cost CPU in Python, larger ones gain nothing."""

Block = Union[bytes, memoryview]
"""Bytes on their way. The memory behind a view is used again when the next block but one is taken."""

# Hexadecimal digits of each algorithm the image-spec registers and Python's standard library can compute.
_HEX_LENGTHS: dict[str, int] = {"sha256": 64, "sha512": 128}
_CONSTRUCTORS: dict[str, Callable[[], hashlib._Hash]] = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_GRAMMAR = re.compile(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+")
_LOWER_HEX = re.compile(r"[0-9a-f]+")
_LONGEST = 512  # characters; no registered digest comes near, and it bounds the work on hostile input


class Digest(str):
    """A validated digest, ``algorithm:encoded``, with ``sha256`` or ``sha512`` as its algorithm.

    It is a ``str``: it compares, hashes, formats and serialises as the text it is.
    Making one from anything else than a well-formed digest raises :class:`DigestError`.
    """

    def __new__(cls, text: str) -> Digest:
        return super().__new__(cls, _validated(text))

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Return ``text`` as a digest (image-spec descriptor.md, "Digests").

        Raises :class:`DigestError` when it does not follow the grammar, has the wrong length, is not in
        lower-case hexadecimal, or uses an algorithm other than sha256 and sha512.
        """
        return cls(text)

    @classmethod
    def of(cls, data: bytes, algorithm: str = "sha256") -> Digest:
        """Return the digest of ``data``. Raises :class:`DigestError` for an unsupported algorithm."""
        hasher = Hasher(algorithm)
        hasher.update(data)
        return hasher.digest()

    @property
    def algorithm(self) -> str:
        """The part before the colon: ``sha256`` or ``sha512``."""
        return self.partition(":")[0]

    @property
    def encoded(self) -> str:
        """The part after the colon: lower-case hexadecimal digits."""
        return self.partition(":")[2]


class Hasher:
    """Hashes and counts the bytes that it is given, block by block."""

    def __init__(self, algorithm: str = "sha256") -> None:
        self.algorithm = supported_algorithm(algorithm)
        self.size = 0  # bytes seen so far
        self._hash = _CONSTRUCTORS[self.algorithm]()

    def update(self, block: bytes | bytearray | memoryview) -> None:
        """Take in the next block."""
        self._hash.update(block)
        self.size += block.nbytes if isinstance(block, memoryview) else len(block)

    def digest(self) -> Digest:
        """Return the digest of everything seen so far; more may follow."""
        return Digest(f"{self.algorithm}:{self._hash.hexdigest()}")


def supported_algorithm(name: str) -> str:
    """Return ``name`` when digests can be computed with it; raise :class:`DigestError` otherwise."""
    if not isinstance(name, str) or name not in _HEX_LENGTHS:
        raise DigestError(f"Digest algorithm {quoted(name)} is not supported; use {_supported()}")
    return str(name)


def verified(blocks: Iterable[Block], digest: Digest, size: int | None, what: str) -> Iterator[Block]:
    """Pass ``blocks`` through and raise :class:`VerificationError` when they are not what ``digest`` names.

    ``size`` is the expected number of bytes (None: unknown); a block that would go beyond it is not passed on.
    The last block is held back until the digest is known, so that a receiver never has the whole of something wrong.
    ``what`` names the content in the error, for example ``"blob sha256:... of ghcr.io/team/app"``.
    """
    hasher = Hasher(digest.algorithm)
    held: Block | None = None
    for block in blocks:
        hasher.update(block)
        if size is not None and hasher.size > size:
            raise VerificationError(
                f"{what} is longer than it should be: expected {size} bytes, got {hasher.size} or more",
            )
        if held is not None:
            yield held
        held = block
    if size is not None and hasher.size != size:
        raise VerificationError(f"{what} was cut short: expected {size} bytes, got {hasher.size}")
    actual = hasher.digest()
    if actual != digest:
        raise VerificationError(f"{what} is not what its digest says: expected {digest}, got {actual}")
    if held is not None:
        yield held


def collect(blocks: Iterable[Block]) -> bytes:
    """All blocks in one. (To join them would first take them all, when the memory of the first is used again.)"""
    whole = bytearray()
    for block in blocks:
        whole += block
    return bytes(whole)


def digest_of_file(path: str | os.PathLike[str], algorithm: str = "sha256") -> tuple[Digest, int]:
    """Return digest and size in bytes of the file at ``path``, read in blocks of 1 MiB. OSError passes through."""
    hasher = Hasher(algorithm)
    with open(path, "rb", buffering=0) as stream:
        for block in iter(lambda: stream.read(BLOCK_SIZE), b""):
            hasher.update(block)
    return hasher.digest(), hasher.size


def _validated(text: str) -> str:
    if not isinstance(text, str):
        raise DigestError(f"A digest is text such as sha256:<64 hexadecimal digits>, not {quoted(text)}")
    if len(text) > _LONGEST or not _GRAMMAR.fullmatch(text):
        raise DigestError(f"Malformed digest {quoted(text)}: expected sha256:<64 lower-case hexadecimal digits>")
    algorithm, _colon, encoded = text.partition(":")
    length = _HEX_LENGTHS[supported_algorithm(algorithm)]
    if len(encoded) != length or not _LOWER_HEX.fullmatch(encoded):
        raise DigestError(
            f"Malformed digest {quoted(text)}: {algorithm} needs {length} lower-case hexadecimal digits, "
            f"got {len(encoded)} characters",
        )
    return str(text)


def _supported() -> str:
    return " or ".join(sorted(_HEX_LENGTHS))
