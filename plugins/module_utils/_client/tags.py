# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters and orders of tags. Pure."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any, Callable, Iterable, Sequence, Tuple

from .errors import OptionError, quoted
from .version import parse_version

ORDERS = ("name", "version")

_Test = Callable[[str], bool]
SortKey = Tuple[Any, ...]


def filter_tags(names: Iterable[str], include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[str]:
    """Return those of ``names`` that a pattern of ``include`` matches (all without one) and none of ``exclude`` does.

    A pattern is a glob, with ``*``, ``?`` and ``[...]``, case counts; one that begins with ``~`` is, without the ``~``,
    a regular expression for the whole name. The order stays. Raises :class:`OptionError` for a malformed pattern.
    """
    wanted = [_test(pattern) for pattern in include]
    unwanted = [_test(pattern) for pattern in exclude]
    return [
        name
        for name in names
        if (not wanted or any(test(name) for test in wanted)) and not any(test(name) for test in unwanted)
    ]


def version_key(tag: str) -> SortKey:
    """Return a key that sorts tags by version: a total order, the same for every input order.

    Numbers count as numbers (1.9 < 1.10), a leading ``v`` does not count, pre-releases come before their release
    (semver.org section 11), variants (``7.2-alpine``) just before the plain version. Tags that are no version come
    before all versions, by name.
    """
    version = parse_version(tag)
    if version is None:
        return (0, str(tag))
    significant = version.numbers
    while len(significant) > 1 and not significant[-1]:
        significant = significant[:-1]
    return (
        1,
        significant,
        (-1, version.pre_release) if version.pre_release else (len(version.post_release), version.post_release),
        (-1, version.variant) if version.variant else (len(version.build), version.build),
        len(version.numbers),
        tag,
    )


def sort_tags(names: Iterable[str], order: str = "name", reverse: bool = False) -> list[str]:
    """Return ``names`` in the ``order`` "name" or "version", ascending, or descending with ``reverse``.

    In the order of versions, tags that are no version come last either way, by name. Raises :class:`OptionError` for
    another order.
    """
    if order not in ORDERS:
        raise OptionError(f"Tags cannot be sorted by {quoted(order)}; there is: {', '.join(ORDERS)}")
    if order == "name":
        return sorted(names, reverse=reverse)
    keyed = sorted((version_key(name), name) for name in names)
    versions = [name for key, name in keyed if key[0]]
    others = [name for key, name in keyed if not key[0]]
    return (versions[::-1] if reverse else versions) + others


def _test(pattern: str) -> _Test:
    if not isinstance(pattern, str) or not pattern:
        raise OptionError(f"A pattern must be a text that is not empty, not {quoted(pattern)}")
    if not pattern.startswith("~"):
        return lambda name: fnmatchcase(name, pattern)
    try:
        expression = re.compile(pattern[1:])
    except (re.error, OverflowError, RecursionError) as error:
        raise OptionError(f"Malformed regular expression {quoted(pattern)}: {error}") from None
    return lambda name: expression.fullmatch(name) is not None
