# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names under which credential files keep a registry or a part of one.

Docker writes hosts, and once wrote API URLs; containers (podman, skopeo, buildah) write hosts and namespaces.
"""

from __future__ import annotations

from typing import Iterable

from .errors import ReferenceError_
from .host import DOCKER_HUB, normalize_host

DOCKER_HUB_KEY = "https://index.docker.io/v1/"
_API_PATHS = ("v1", "v2")


def login_key(registry: str) -> str:
    """Return the key under which Docker keeps credentials for `registry` (host[:port], Docker Hub as docker.io)."""
    return DOCKER_HUB_KEY if registry == DOCKER_HUB else registry


def read_key(key: str) -> tuple[str, str] | None:
    """Return the host[:port] and the namespace (often empty) that a key names, or None when it is no such key.

    After a scheme, or when it is that of the API, a path says nothing; else it is a namespace, as with skopeo.
    """
    before, scheme, after = key.strip().partition("://")
    host, _slash, path = (after if scheme else before).partition("/")
    namespace = path.strip("/")
    if scheme or namespace in _API_PATHS:
        namespace = ""
    try:
        return normalize_host(host, key), namespace
    except ReferenceError_:
        return None


def keys_for(keys: Iterable[str], registry: str, repository: str) -> list[tuple[str, str]]:
    """Return those of `keys` that are for a repository, each with its namespace: the longest first, hosts last.

    A host matches with its port or not at all. Of several keys for one host, what Docker or skopeo writes is first.
    """
    found: list[tuple[str, str]] = []
    for key in keys:
        read = read_key(key)
        if read is not None and read[0] == registry and (repository + "/").startswith(read[1] and read[1] + "/"):
            found.append((key, read[1]))
    usual = (login_key(registry), registry)
    return sorted(found, key=lambda item: (-len(item[1]), usual.index(item[0]) if item[0] in usual else len(usual)))
