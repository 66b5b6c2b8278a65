# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from elsewhere made fit to be shown: no secrets, no control characters, no end without end."""

from __future__ import annotations

import re
from typing import Match

SECRET = "***"
ELLIPSIS = "\u2026"

# Query keys of the registry API and of token requests whose values are never secret. An allow-list, because the
# keys that do carry secrets (_state, token, sig, X-Amz-Signature, ...) differ with every vendor and proxy.
_PLAIN_KEYS = frozenset(
    [
        "account",
        "artifactType",
        "client_id",
        "digest",
        "digest-algorithm",
        "from",
        "grant_type",
        "last",
        "mount",
        "n",
        "offline_token",
        "scope",
        "service",
        "tag",
    ],
)
_MAX_URL = 4096  # characters looked at; longer ones exist only as signed URLs, whose tail is secret anyway
_SHORTEST_SECRET = 6  # characters; what is shorter is in too many words
_PORT = re.compile(r"[0-9]*")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor movement
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: window title, hyperlinks
    r"|\x1b[@-_]?",
)
_URL_IN_TEXT = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_JSON_WEB_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?")
_AUTHORIZATION = re.compile(r"\b(bearer|basic)\s+([A-Za-z0-9+/=._~-]{4,4096})", re.IGNORECASE)


_known: set[str] = set()


def keep_secret(*secrets: str | None) -> None:
    """Have `without_secrets` know what is sent to prove who one is: a server may repeat it in an error."""
    _known.update(secret for secret in secrets if secret and len(secret) >= _SHORTEST_SECRET)


def without_secrets(text: str) -> str:
    """Return ``text`` with all that was kept secret blotted out."""
    for secret in sorted(_known.copy(), key=len, reverse=True):
        text = text.replace(secret, SECRET)
    return text


def clean_text(text: str, limit: int = 500) -> str:
    """Return ``text`` on one line of at most ``limit`` characters, fit for a terminal and a log.

    Terminal escape sequences go; control characters, line ends, bidirectional overrides, lone surrogates and
    everything else that does not print become a space; runs of spaces become one; what is cut off shows as an ellipsis.
    """
    # Look at no more than could matter, so that a body of megabytes costs as much as a short one.
    window = text[: limit * 16 + 16]
    printable = "".join(char if char.isprintable() else " " for char in _ESCAPE_SEQUENCE.sub("", window))
    line = " ".join(printable.split())
    if len(line) > limit or len(text) > len(window):
        return line[: max(limit - 1, 0)].rstrip() + ELLIPSIS
    return line


def quoted(value: object, limit: int = 120) -> str:
    """Return ``value`` for an error message: in quotes, what does not print as escapes; of what is no text the type."""
    if not isinstance(value, str):
        return f"a value of type {type(value).__name__}"
    start = value[: limit + 1]
    shown = start if start.isprintable() else repr(start)[1:-1]
    return f'"{shown}"' if len(shown) <= limit else f'"{shown[: limit - 1]}{ELLIPSIS}"'


def redact_url(url: str) -> str:
    """Return ``url`` without what may be secret: user information, fragment, values of unknown query keys.

    Takes anything, absolute or relative, well-formed or not, and never raises. Upload sessions keep their state,
    and storage back-ends their signature, in query values, so only values of keys known as harmless are kept.
    """
    if not isinstance(url, str):
        return ""
    prefix, rest = _split_scheme(url[:_MAX_URL])
    if not prefix and not rest.startswith("/"):
        rest = _after_user(rest)
    location, mark, query = rest.partition("#")[0].partition("?")
    shown = prefix + (_without_user(location) if prefix else _after_user(location))
    if mark:
        shown += mark + "&".join(_redact_pair(pair) for pair in query.split("&"))
    return clean_text(shown, 400)


def redact_text(text: str) -> str:
    """Return ``text`` with its URLs redacted and with bearer, basic and JSON web token credentials blotted out."""
    without_urls = _URL_IN_TEXT.sub(lambda match: redact_url(match.group()), text)
    without_tokens = _JSON_WEB_TOKEN.sub(SECRET, without_urls)
    return _AUTHORIZATION.sub(_redact_authorization, without_tokens)


def _without_user(location: str) -> str:
    """Return ``host[:port]/path`` of a URL whose part after the scheme ``location`` is."""
    authority, slash, path = location.partition("/")
    host = authority.rpartition("@")[2]
    if _PORT.fullmatch(host.rpartition("]")[2].partition(":")[2]) and "@" not in path:
        return host + slash + path
    # "user:pa/ss@host" or "user:pa?ss@host", a password with a raw delimiter: what is no port, and what comes before
    # an @, may be part of it.
    _before, at, after = location.rpartition("@")
    return SECRET + (at + after if at else "")


def _after_user(text: str) -> str:
    """Return ``text`` without a user and a password that stand there without a scheme. Paths of the API have no @."""
    before, at, after = text.rpartition("@")
    return after if at and ":" in before else text


def _split_scheme(location: str) -> tuple[str, str]:
    scheme, separator, rest = location.partition("://")
    if separator and "/" not in scheme and "@" not in scheme:
        return scheme + separator, rest
    if location.startswith("//"):
        return "//", location[2:]
    return "", location


def _redact_pair(pair: str) -> str:
    key, equals, value = pair.partition("=")
    if key in _PLAIN_KEYS:
        return key + equals + _after_user(value).partition("?")[0]
    if _KEY.fullmatch(key) and value.strip("=") and "@" not in value:
        return key + equals + SECRET
    return SECRET if pair else ""  # without a value, or with a host in it, the key itself may be the secret


def _redact_authorization(match: Match[str]) -> str:
    scheme, token = match.group(1), match.group(2)
    is_prose = token.isalpha() and (token.islower() or token.istitle()) and len(token) < 20
    return match.group() if is_prose or token.lower().startswith("realm=") else scheme + " " + SECRET
