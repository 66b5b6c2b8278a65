# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the body of an error answer says, whatever its shape.

The distribution-spec ("Error Codes") has ``{"errors": [{"code", "message", "detail"}]}``. Token servers, proxies,
storage back-ends and the registries themselves answer with much else: other JSON, plain text, HTML, XML, nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from .redaction import clean_text, redact_text, without_secrets

# distribution-spec "Error Codes", and those that CNCF distribution and its kin add.
KNOWN_CODES = frozenset(
    [
        "BLOB_UNKNOWN",
        "BLOB_UPLOAD_INVALID",
        "BLOB_UPLOAD_UNKNOWN",
        "DENIED",
        "DIGEST_INVALID",
        "MANIFEST_BLOB_UNKNOWN",
        "MANIFEST_INVALID",
        "MANIFEST_UNKNOWN",
        "MANIFEST_UNVERIFIED",
        "NAME_INVALID",
        "NAME_UNKNOWN",
        "PAGINATION_NUMBER_INVALID",
        "RANGE_INVALID",
        "SIZE_INVALID",
        "TAG_INVALID",
        "TOOMANYREQUESTS",
        "UNAUTHORIZED",
        "UNAVAILABLE",
        "UNKNOWN",
        "UNSUPPORTED",
    ],
)
_MOST_BYTES = 256 * 1024  # of a body that are looked at
_MOST_MARKUP = 4096  # characters of HTML or XML that are looked at; bounds what unclosed elements can cost
_MOST_ERRORS = 10  # of a list that are told
_DEEPEST = 4  # levels of {"error": {"errors": [...]}} that are followed
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_GAP = re.compile(r"[\s_-]+")
_MESSAGE_KEYS = ("message", "error_description", "title", "msg", "reason", "errors", "detail", "details")
_INVISIBLE = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")


class ErrorBody(NamedTuple):
    """OCI codes (upper case, each once, in order) and the words for people (one line, bounded, without secrets)."""

    codes: list[str]
    words: str


def read_error_body(body: bytes) -> ErrorBody:
    """Return the codes and the words in ``body``. Takes any bytes and never raises."""
    text = _decode(body)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _from_text(text)
    codes: list[str] = []
    words: list[str] = []
    _collect(document, codes, words, _DEEPEST)
    return ErrorBody(codes, _join(words))


def _decode(body: object) -> str:
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body[:_MOST_BYTES]).decode("utf-8-sig", errors="replace")
    return body[:_MOST_BYTES] if isinstance(body, str) else ""


def _from_text(text: str) -> ErrorBody:
    start = text[:_MOST_MARKUP]
    if "<" in start[:512]:
        title = _TITLE.search(start)
        start = title.group(1) if title else _TAG.sub(" ", _INVISIBLE.sub(" ", start))
    code = _leading_code(start)
    return ErrorBody([code] if code else [], _join([start]))


def _collect(node: Any, codes: list[str], words: list[str], depth: int) -> None:
    """Add what ``node`` and what is nested in it say to ``codes`` and ``words``."""
    if isinstance(node, str):
        _add(codes, _leading_code(node))
        _add(words, node.strip())
    elif isinstance(node, list) and depth:
        for item in node[:_MOST_ERRORS]:
            _collect(item, codes, words, depth - 1)
    elif isinstance(node, dict) and depth:
        _collect_object(node, codes, words, depth)


def _collect_object(document: dict[str, Any], codes: list[str], words: list[str], depth: int) -> None:
    node = {**{key.lower(): value for key, value in document.items()}, **document}  # Go and AWS write "Message", too
    error = _text(node, "error")
    code = _code(node.get("code")) or _known_code(error)
    texts = [text for text in (_text(node, key) for key in _MESSAGE_KEYS) if text]
    _add(codes, code or _leading_code(error) or next(filter(None, map(_leading_code, texts)), None))
    _add(words, ": ".join(dict.fromkeys(filter(None, [_code(node.get("code")) or error, *texts[:2]]))))
    nested = [node[key] for key in ("errors", "error") if isinstance(node.get(key), (list, dict)) and node[key]]
    if not nested and not texts:
        nested = [node[key] for key in ("detail", "details", "message") if key in node]
    for item in nested:
        _collect(item, codes, words, depth - 1)


def _text(node: dict[str, Any], key: str) -> str:
    value = node.get(key)
    return value.strip() if isinstance(value, str) else ""


def _code(value: object) -> str | None:
    """Return ``value`` as a code when it looks like one; lower case, blanks and hyphens are met in the wild."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    code = _GAP.sub("_", value.strip()).upper()
    if not _CODE.fullmatch(code):
        return None
    return "TOOMANYREQUESTS" if code == "TOO_MANY_REQUESTS" else code


def _known_code(value: object) -> str | None:
    code = _code(value)
    return code if code in KNOWN_CODES else None


def _leading_code(text: str) -> str | None:
    """Return the code that ``text`` begins with, as in "toomanyrequests: You have reached your pull rate limit"."""
    start, colon, _rest = text.lstrip().partition(":")
    if start in KNOWN_CODES:
        return start
    return _known_code(start) if colon and start.lower() != "unknown" else None


def _add(items: list[str], item: str | None) -> None:
    if item and item not in items and len(items) < _MOST_ERRORS:
        items.append(item)


def _join(words: list[str]) -> str:
    return redact_text(clean_text(without_secrets("; ".join(words))))
