# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions as tags spell them: semantic versions, shorter ones, dates, with what people put behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Tuple

# An identifier of a version: a number or a word. Numbers are less than words (semver.org section 11), and the tuples
# are built so that the two are never compared with each other.
Identifier = Tuple[int, int, str]

_MAX_TAG = 128  # characters
_DATE = re.compile(r"([0-9]{4})-([01][0-9])-([0-3][0-9])(?![0-9])(.*)", re.DOTALL)
_NUMBERS = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*)(.*)", re.DOTALL)
_GAP = re.compile(r"[-_+]")
_IDENTIFIER = re.compile(r"[0-9]+|[A-Za-z]+")
_PRE_RELEASE = frozenset(
    [
        "a",
        "alpha",
        "b",
        "beta",
        "c",
        "canary",
        "cr",
        "dev",
        "ea",
        "experimental",
        "m",
        "milestone",
        "nightly",
        "next",
        "pre",
        "preview",
        "prerelease",
        "rc",
        "snapshot",
    ],
)
_WORDS = {"a": "alpha", "b": "beta", "c": "rc", "cr": "rc", "m": "milestone", "pre": "preview"}
# "1.2rc1", "2.0b3": a word may follow the numbers without a mark between them when it is one of these, with its number.
_ATTACHED = re.compile(r"(a|alpha|b|beta|c|cr|dev|m|post|pre|preview|rc)[0-9]*(?![A-Za-z0-9])", re.IGNORECASE)


@dataclass(frozen=True)
class Version:
    """A tag read as a version: ``v1.10.0-rc.2-alpine`` is numbers 1, 10, 0, pre-release rc, 2, and variant alpine.

    ``7.2_3`` has a build, 3: the same version, made again later.
    """

    numbers: tuple[int, ...]
    pre_release: tuple[Identifier, ...] = ()
    post_release: tuple[Identifier, ...] = ()
    variant: tuple[Identifier, ...] = ()
    build: tuple[Identifier, ...] = ()

    @property
    def is_pre_release(self) -> bool:
        """Whether it comes before the release of the same numbers."""
        return bool(self.pre_release)


def parse_version(tag: str) -> Version | None:
    """Return ``tag`` as a version, or None when it does not begin like one. Never raises.

    A version begins with numbers between dots, perhaps after a ``v``; or it begins with a date, ``2024-05-31``. What
    follows is a pre-release when it begins with a number or a word such as ``rc``, ``beta`` or ``dev`` (semver.org
    section 9), else a variant such as ``alpine``. A hash that happens to begin with digits is no version.
    """
    if not isinstance(tag, str) or len(tag) > _MAX_TAG:
        return None
    date = _DATE.fullmatch(tag)
    if date:
        return _with_rest(tuple(int(part) for part in date.groups()[:3]), date.group(4))
    match = _NUMBERS.fullmatch(tag)
    if match is None:
        return None
    return _with_rest(tuple(int(part) for part in match.group(1).split(".")), match.group(2))


def _with_rest(numbers: tuple[int, ...], rest: str) -> Version | None:
    if not rest:
        return Version(numbers)
    if rest[0] not in "-._+" and not _is_attached(numbers, rest):
        return None
    if rest[0] in "_+":  # "+" cannot be in a tag; Helm and others write "_" for it
        return Version(numbers, build=_identifiers(rest))
    groups = [_identifiers(group) for group in _GAP.split(rest)]
    groups = [group for group in groups if group]
    if groups and groups[0][0][2] == "post":
        return Version(numbers, post_release=groups[0], variant=_joined(groups[1:]))
    length = 0
    while length < len(groups) and _is_pre_release(groups[length]):
        length += 1
    return Version(numbers, pre_release=_joined(groups[:length]), variant=_joined(groups[length:]))


def _is_attached(numbers: tuple[int, ...], rest: str) -> bool:
    word = _ATTACHED.match(rest)
    # "1234b5678" is rather a hash than the beta of a version of one number.
    return word is not None and (len(numbers) > 1 or len(word.group(1)) > 1)


def _identifiers(text: str) -> tuple[Identifier, ...]:
    """Split "rc.1", "rc1" and "alpine3.19" alike in words and numbers, so that rc10 comes after rc9."""
    found = []
    for part in _IDENTIFIER.findall(text):
        word = part.lower()
        found.append((0, int(part), "") if part.isdigit() else (1, 0, _WORDS.get(word, word)))
    return tuple(found)


def _is_pre_release(group: tuple[Identifier, ...]) -> bool:
    kind, _number, word = group[0]
    return kind == 0 or word in _PRE_RELEASE


def _joined(groups: list[tuple[Identifier, ...]]) -> tuple[Identifier, ...]:
    return tuple(identifier for group in groups for identifier in group)
