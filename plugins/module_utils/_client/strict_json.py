# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON that every reader understands alike, in and out."""

from __future__ import annotations

import json
from typing import Any

from .errors import ManifestError, quoted

_DEEPEST = 64  # levels; a manifest has four, and what is passed on is walked recursively by others
_LONGEST_NUMBER = 20  # characters; an int64 has as many at most, and long ones take quadratic time to read


def load_object(raw: bytes, what: str) -> dict[str, Any]:
    """Return the JSON object that ``raw`` holds in UTF-8.

    Stricter than RFC 8259 demands where readers differ, so that no two of them see different things in the same bytes:
    keys must be unique, numbers finite and no longer than an int64, text free of lone surrogates, nesting bounded.
    Raises :class:`ManifestError`, beginning with ``what``, for anything else.
    """
    try:
        data = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_bounded_int,
            parse_float=_finite_float,
            parse_constant=_no_constant,
        )
        _check_depth(data)
        if b"\\u" in raw:
            dump_json(data)  # escapes are the only way to a lone surrogate, which shows when it is written
    except UnicodeDecodeError:
        raise ManifestError(f"{what} is not JSON: it is not UTF-8") from None
    except RecursionError:
        raise ManifestError(f"{what} is JSON nested too deeply") from None
    except ManifestError as error:
        raise ManifestError(f"{what} is not acceptable: {error}") from None
    except ValueError as error:
        raise ManifestError(f"{what} is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise ManifestError(f"{what} is not a JSON object")
    return data


def dump_json(obj: Any) -> bytes:
    """Return ``obj`` as compact JSON in UTF-8, its keys in the order given: the same object gives the same bytes.

    Raises :class:`ManifestError` for what JSON does not have: other types, not-a-number, infinity, lone surrogates.
    """
    try:
        text = json.dumps(obj, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise ManifestError("text with half a surrogate pair in it cannot be written as JSON") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise ManifestError(f"cannot be written as JSON: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise ManifestError(f"the key {quoted(key)} is there twice in one object")
        members[key] = value
    return members


def _bounded_int(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ManifestError("a number is longer than 64 bits")
    return int(text)


def _finite_float(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ManifestError("a number is larger than 64 bits can hold")
    return number


def _no_constant(text: str) -> Any:
    raise ManifestError(f"{text} is not a number in JSON")


def _check_depth(data: Any) -> None:
    level = [data]
    for _depth in range(_DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise ManifestError(f"it is nested deeper than {_DEEPEST} levels")


def _children(node: Any) -> list[Any]:
    nested = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [child for child in nested if isinstance(child, (dict, list))]
