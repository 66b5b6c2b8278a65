# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server asks for in WWW-Authenticate (RFC 9110 section 11.6.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[ \t\r\n]*(?:,|\Z))")
_SPACE = re.compile(r"[ \t\r\n]*")
_SEPARATORS = re.compile(r"[ \t\r\n,]*")
_UNQUOTED = re.compile(r"[^ \t\r\n,]*")
_JUNK = re.compile(r'[^",]+')
_QUOTED_TEXT = re.compile(r'[^"\\]*')


@dataclass(frozen=True)
class Challenge:
    """One challenge: a scheme in lower case with either parameters (lower-case names) or a token68."""

    scheme: str
    params: dict[str, str] = field(default_factory=dict)
    token68: str | None = None


def parse_challenges(header_values: list[str]) -> list[Challenge]:
    """Return the challenges in the values of all WWW-Authenticate headers of an answer, in order.

    A header may hold several challenges. Never raises, and takes time proportional to the length of the input: what is
    malformed is left out, as is a parameter whose quoted value does not end (a header that was cut off). Of a parameter
    that is there twice the first counts.
    """
    challenges: list[Challenge] = []
    for value in header_values:
        challenges.extend(_parse_header(value))
    return challenges


def _parse_header(text: str) -> list[Challenge]:
    # Schemes and parameters are both tokens, and commas separate both: only an "=" after a token tells them apart.
    found: list[Challenge] = []
    position = _skip(_SEPARATORS, text, 0)
    while position < len(text):
        name = _TOKEN.match(text, position)
        if name is None:
            position = _skip_junk(text, position)
        elif text.startswith("=", _skip(_SPACE, text, name.end())):
            value, position = _parse_value(text, _skip(_SPACE, text, name.end()) + 1)
            if found and found[-1].token68 is None and value is not None:
                found[-1].params.setdefault(name.group().lower(), value)
        else:
            challenge, position = _parse_scheme(text, name.group(), name.end())
            found.append(challenge)
        position = _skip(_SEPARATORS, text, position)
    return found


def _parse_scheme(text: str, name: str, end: int) -> tuple[Challenge, int]:
    """A scheme, and the token68 when that is all that follows up to the next comma."""
    after = _skip(_SPACE, text, end)
    token68 = _TOKEN68.match(text, after) if after > end else None
    if token68 is None:
        return Challenge(name.lower()), end
    return Challenge(name.lower(), token68=token68.group()), token68.end()


def _parse_value(text: str, position: int) -> tuple[str | None, int]:
    """The value after an "=": None where there is none. An unquoted one may hold more than RFC 9110 allows (":/")."""
    position = _skip(_SPACE, text, position)
    if text.startswith('"', position):
        return _parse_quoted(text, position)
    end = _skip(_UNQUOTED, text, position)
    return text[position:end] or None, end


def _parse_quoted(text: str, position: int) -> tuple[str | None, int]:
    pieces = []
    position += 1
    while position < len(text):
        end = _skip(_QUOTED_TEXT, text, position)
        pieces.append(text[position:end])
        if text.startswith('"', end):
            return "".join(pieces), end + 1
        pieces.append(text[end + 1 : end + 2])
        position = end + 2
    return None, len(text)


def _skip_junk(text: str, position: int) -> int:
    if text.startswith('"', position):
        return _parse_quoted(text, position)[1]
    return _skip(_JUNK, text, position)


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position
