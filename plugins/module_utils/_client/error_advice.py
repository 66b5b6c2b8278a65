# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an HTTP status of a registry means: its category, whether to try again, and what a person can do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Sequence

_CATEGORIES = {
    401: "unauthorized",
    403: "denied",
    404: "not_found",
    405: "unsupported",
    407: "unauthorized",
    408: "server_error",
    409: "conflict",
    410: "not_found",
    412: "conflict",
    423: "conflict",
    425: "server_error",
    429: "rate_limited",
    501: "unsupported",
}
_CATEGORIES_OF_CODES = {
    "UNAUTHORIZED": "unauthorized",
    "DENIED": "denied",
    "BLOB_UNKNOWN": "not_found",
    "BLOB_UPLOAD_UNKNOWN": "not_found",
    "MANIFEST_UNKNOWN": "not_found",
    "NAME_UNKNOWN": "not_found",
    "UNSUPPORTED": "unsupported",
    "TOOMANYREQUESTS": "rate_limited",
}
GIVE_CREDENTIALS = "Give username and password, or an auth_file with credentials for {}"
"""What to do where none were shown to a host or registry that wants some."""
PERHAPS_NO_REPOSITORY = "; Docker Hub answers the same for a repository that does not exist"
"""What is added to advice about credentials for Docker Hub."""

_TRANSIENT = frozenset([408, 425, 429])
_PERMANENT_SERVER_ERRORS = frozenset([501, 505])


def category_of(status: int, codes: Sequence[str]) -> str:
    """Return the category of an error answer: by its status, by its codes only where the status tells nothing."""
    if status in _CATEGORIES:
        return _CATEGORIES[status]
    if 400 <= status < 500:
        return "invalid"
    if 500 <= status < 600:
        return "server_error"
    return next((_CATEGORIES_OF_CODES[code] for code in codes if code in _CATEGORIES_OF_CODES), "server_error")


def is_retryable(status: int) -> bool:
    """Return whether the same request may well succeed later."""
    return status in _TRANSIENT or (500 <= status < 600 and status not in _PERMANENT_SERVER_ERRORS)


def reason_phrase(status: int) -> str:
    """Return the standard phrase of ``status``, or nothing. The server's own is not trusted with the message."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def advice(
    method: str,
    url: str,
    status: int,
    category: str,
    codes: Sequence[str],
    retry_after: float | None,
    words: str = "",
) -> str | None:
    """Return a sentence that says what to do about the error, or None where the registry's words say it all."""
    host = _host_of(url)
    at_the_door = _advice_at_the_door(host, url, status, words)
    if at_the_door:
        return at_the_door
    if status == 413:
        return "The registry, or a proxy before it, limits the size of a request (nginx: client_max_body_size)"
    if category == "unauthorized":
        return _advice_unauthorized(host)
    if category == "denied" or "DENIED" in codes:
        return f"The credentials used for {host} do not permit this: give ones that do, or have them permitted"
    if category == "unsupported":
        return _advice_unsupported(method, host)
    if category == "rate_limited":
        return _advice_rate_limited(host, retry_after)
    if category == "server_error":
        return f"The trouble is at {host}: try again later, and look into its log"
    if "NAME_UNKNOWN" in codes:
        return f"There is no such repository on {host}; some registries want it created before the first push"
    if category == "conflict":
        return f"Something else changed it, or holds it, on {host}: see what, then run the task again"
    return None


def _advice_at_the_door(host: str, url: str, status: int, words: str) -> str | None:
    """What to do when a server or proxy before the registry does not even take the request."""
    if status == 407:
        return "The proxy wants a user name and a password: put them into its URL, in http_proxy or https_proxy"
    if status == 400 and url.startswith("http://") and "HTTPS" in words:  # nginx and Go say so in their own words
        return f"{host} speaks TLS: set plain_http to false"
    if status == 400 and "SSL certificate" in words:  # nginx
        return f"{host} asks for a client certificate: give client_cert and client_key"
    return None


def _advice_unauthorized(host: str) -> str:
    return GIVE_CREDENTIALS.format(host) + (PERHAPS_NO_REPOSITORY if host.endswith("docker.io") else "")


def _advice_unsupported(method: str, host: str) -> str:
    if str(method).upper() != "DELETE":
        return f"{host} does not offer this operation"
    return (
        f"Deletion is switched off on {host}, or not offered there by this API "
        "(CNCF distribution: set REGISTRY_STORAGE_DELETE_ENABLED=true)"
    )


def _advice_rate_limited(host: str, retry_after: float | None) -> str:
    wait = "later" if retry_after is None else f"in {retry_after:.0f} seconds"
    return f"Try again {wait}; log in to {host} for a higher limit, or lower max_parallel"


def _host_of(url: str) -> str:
    rest = url.partition("://")[2] or url.partition("//")[2]
    return rest.partition("/")[0].partition("?")[0] or "the registry"
