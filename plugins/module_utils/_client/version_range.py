# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranges of versions, such as `>=7.2, <8`, for tags. Pure."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import Any, Callable

from .errors import OptionError, quoted
from .version import Version, parse_version

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<|=)\s*([0-9A-Za-z._+-]{1,128})\s*")


@dataclass(frozen=True)
class VersionRange:
    """All of some comparisons. A tag without a version is in no range; what stands behind a version (`-alpine`) does
    not count; pre-releases are in a range only when it names one, as with npm and cargo."""

    clauses: tuple[tuple[str, Version], ...]

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Read comparisons with >=, >, <=, <, == and !=, separated by commas. Raises OptionError."""
        clauses = []
        for part in text.split(","):
            match = _CLAUSE.fullmatch(part)
            version = parse_version(match.group(2)) if match else None
            if match is None or version is None:
                raise OptionError(f"{quoted(part.strip())} is no comparison with a version: expected one such as >=7.2")
            clauses.append((match.group(1), version))
        return cls(tuple(clauses))

    def matches(self, tag: str) -> bool:
        """Whether a tag's version is in the range."""
        version = parse_version(tag)
        if version is None:
            return False
        if version.is_pre_release and not any(bound.is_pre_release for _sign, bound in self.clauses):
            return False
        return all(_OPERATORS[sign](_key(version), _key(bound)) for sign, bound in self.clauses)


def _key(version: Version) -> tuple[Any, ...]:
    """What is compared: 7.2 is 7.2.0, and a pre-release comes before its release."""
    numbers = list(version.numbers)
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), not version.pre_release, version.pre_release, version.post_release
