# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""References to images: ``registry/repository:tag@digest``, read and written as Docker's users know them.

The grammar is that of github.com/distribution/reference; tags and repository names also follow the OCI
distribution-spec, "Pulling manifests".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .digest import Digest
from .errors import DigestError, ReferenceError_, quoted, redact_url
from .host import DOCKER_HUB, is_host, normalize_host

DEFAULT_TAG = "latest"
OFFICIAL_NAMESPACE = "library/"
MAX_REPOSITORY = 255  # characters, as in distribution/reference
MAX_TAG = 128  # characters, distribution-spec "Pulling manifests"

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_BARE_DIGEST = re.compile(r"[0-9a-f]{64}|sha(?:256|512):[0-9A-Fa-f]{32,}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,31})://")


@dataclass(frozen=True)
class Reference:
    """What an image is called: a frozen value, always in its full form.

    ``registry`` is ``host[:port]`` in lower case, ``docker.io`` for Docker Hub under any of its names; ``repository``
    is the name within it; ``tag`` and ``digest`` are None where absent. One with neither stands for a repository.
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: Digest | None = None

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Return the image that ``text`` names: ``[host[:port]/]name[:tag][@digest]``.

        Without a host it is on Docker Hub, there without a namespace in ``library/``; with neither tag nor digest the
        tag is ``latest``; with both, both are kept. Raises :class:`ReferenceError_`, or DigestError for what follows
        the ``@``. An upper-case first part without dot or port is taken for a mistake, not for a host.
        """
        reference = cls._read(text)
        if reference.tag is None and reference.digest is None:
            return reference.with_tag(DEFAULT_TAG)
        return reference

    @classmethod
    def parse_repository(cls, text: str) -> Reference:
        """Return the repository that ``text`` names, as a reference with neither tag nor digest.

        Raises :class:`ReferenceError_`, also when ``text`` has a tag or a digest.
        """
        reference = cls._read(text)
        if reference.digest is not None:
            raise ReferenceError_(f"{quoted(text)} must name a repository, without a digest")
        if reference.tag is not None:
            lacks = "/" not in text and is_host(text.partition(":")[0])  # a host with its port reads as name and tag
            hint = f"If {text} is a registry, say which repository in it is meant" if lacks else None
            raise ReferenceError_(f"{quoted(text)} must name a repository, without a tag", hint=hint)
        return reference

    @classmethod
    def _read(cls, text: str) -> Reference:
        _check_text(text)
        rest, at, digest = text.partition("@")
        registry, remainder = _split_registry(rest)
        repository, colon, tag = remainder.partition(":")
        if registry == DOCKER_HUB and repository and "/" not in repository:
            repository = OFFICIAL_NAMESPACE + repository
        _check_repository(repository, text)
        if colon:
            _check_tag(tag, text)
        return cls(registry, repository, tag if colon else None, _read_digest(digest, text) if at else None)

    @property
    def name(self) -> str:
        """``registry/repository``, without tag and digest."""
        return f"{self.registry}/{self.repository}"

    @property
    def version(self) -> str:
        """What a manifest URL ends with: the digest when there is one, else the tag.

        Raises :class:`ReferenceError_` when there is neither: to act on ``latest`` must have been somebody's decision.
        """
        version = self.digest or self.tag
        if version is None:
            raise ReferenceError_(f"{self.name} has neither a tag nor a digest")
        return version

    def with_tag(self, tag: str) -> Reference:
        """Return this repository with ``tag`` and without a digest. Raises :class:`ReferenceError_`."""
        return Reference(self.registry, self.repository, validate_tag(tag))

    def with_digest(self, digest: str) -> Reference:
        """Return this repository with ``digest`` and without a tag. Raises DigestError."""
        return Reference(self.registry, self.repository, None, Digest.parse(digest))

    def without_version(self) -> Reference:
        """Return this repository with neither tag nor digest."""
        return Reference(self.registry, self.repository)

    def format(self) -> str:
        """Return the full form, which :meth:`parse` reads back as the same reference."""
        return self.name + self._suffix()

    def familiar(self) -> str:
        """Return the form that Docker shows: without ``docker.io/`` and, below it, without ``library/``."""
        return self._familiar_name() + self._suffix()

    def __str__(self) -> str:
        return self.format()

    def _suffix(self) -> str:
        tag = "" if self.tag is None else f":{self.tag}"
        return tag if self.digest is None else f"{tag}@{self.digest}"

    def _familiar_name(self) -> str:
        if self.registry != DOCKER_HUB:
            return self.name
        official = self.repository[len(OFFICIAL_NAMESPACE) :]
        if self.repository.startswith(OFFICIAL_NAMESPACE) and "/" not in official:
            return official
        # "localhost/app" or "a.b/app" on Docker Hub would be read as a host if its own were left out.
        return self.name if is_host(self.repository.partition("/")[0]) else self.repository


def parse_registry(text: str) -> str:
    """Return the registry that ``text`` names, ``host[:port]``, in lower case; Docker Hub is always ``docker.io``.

    Raises :class:`ReferenceError_`, with its own words for a scheme or a path in front of or behind the host.
    """
    if not isinstance(text, str) or not text:
        raise ReferenceError_(f"A registry is text such as registry.example.com:5000, not {quoted(text)}")
    _check_no_url(text, "Registry")
    if "/" in text:
        raise ReferenceError_(
            f"Registry {quoted(text)} must be host[:port]: leave out the path, also a slash at the end"
        )
    return normalize_host(text, text)


def validate_tag(text: str) -> str:
    """Return ``text`` when it is a tag (distribution-spec "Pulling manifests"); raise :class:`ReferenceError_` else."""
    _check_tag(text, None)
    return str(text)


def validate_repository(text: str) -> str:
    """Return ``text`` when it is a repository's name within a registry; raise :class:`ReferenceError_` otherwise."""
    _check_repository(text, None)
    return str(text)


def _check_text(text: str) -> None:
    """Refuse what no part of the grammar could make sense of, with words for the usual mistakes."""
    if not isinstance(text, str):
        raise ReferenceError_(
            f"An image reference is text such as registry.example.com/team/app:v1, not {quoted(text)}"
        )
    if not text:
        raise ReferenceError_("An image reference is empty: expected [registry/]repository[:tag][@digest]")
    _check_no_url(text, "Image reference")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ReferenceError_(f"Image reference {quoted(text)} has a blank, a line end or a letter beyond ASCII in it")
    if _BARE_DIGEST.fullmatch(text):
        raise ReferenceError_(f"{quoted(text)} is a digest without a repository: expected [registry/]repository@digest")


def _check_no_url(text: str, kind: str) -> None:
    """Refuse a scheme and user information; the first check, because what the others quote must hold no password."""
    scheme = _SCHEME.match(text)
    if scheme:
        raise ReferenceError_(f"{kind} {quoted(redact_url(text))} has a scheme: leave out {scheme.group()}")
    user, at, rest = text.rpartition("@")
    if at and ":" in user and ("/" in rest or ("." in rest and ":" not in rest)):
        raise ReferenceError_(
            f"{kind} {quoted('***@' + rest)} has a user and a password in it: give them by their options"
        )


def _read_digest(digest: str, reference: str) -> Digest:
    try:
        return Digest.parse(digest)
    except DigestError as error:
        raise DigestError(f"{error.message} (in {quoted(reference)})") from None


def _split_registry(text: str) -> tuple[str, str]:
    """Split ``text`` (no digest in it) in registry and the rest, as Docker does: what looks like a host is one."""
    first, slash, remainder = text.partition("/")
    if not slash:
        return DOCKER_HUB, text
    if is_host(first):
        return normalize_host(first, text), remainder
    return DOCKER_HUB, text


def _check_repository(text: str, reference: str | None) -> None:
    where = _where("Repository name", text, reference)
    if len(text) > MAX_REPOSITORY:
        raise ReferenceError_(f"{where} is too long: {len(text)} characters, at most {MAX_REPOSITORY} are allowed")
    if all(_COMPONENT.fullmatch(component) for component in text.split("/")):
        return
    if text.isascii() and all(_COMPONENT.fullmatch(component) for component in text.lower().split("/")):
        raise ReferenceError_(f"{where} must be lower-case: {text.lower()}")
    raise ReferenceError_(
        f"{where} is malformed: expected lower-case letters and digits, with '.', '_', '__' or '-' between them, "
        "in parts separated by '/'",
    )


def _check_tag(text: str, reference: str | None) -> None:
    where = _where("Tag", text, reference)
    if len(text) > MAX_TAG:
        raise ReferenceError_(f"{where} is too long: {len(text)} characters, at most {MAX_TAG} are allowed")
    if not _TAG.fullmatch(text):
        raise ReferenceError_(
            f"{where} is malformed: expected letters, digits, '_', '.' and '-', the first of them neither '.' nor '-'",
        )


def _where(kind: str, text: str, reference: str | None) -> str:
    """Return what an error is about; raise :class:`ReferenceError_` here for what is no text at all."""
    if not isinstance(text, str):  # a tag such as 7.2 is a number to YAML
        raise ReferenceError_(f"{kind} must be text, not {quoted(text)}: put it in quotes")
    within = "" if reference is None else f" of {quoted(reference)}"
    if not text:
        raise ReferenceError_(f"{kind}{within} is empty")
    return f"{kind} {quoted(text)}{within}"
