# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry: whether it is one, what it says of itself, and its catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, Mapping

from .api import Api
from .media_type import MediaType
from .repository import Repository
from .response import response_error
from .scope import Scope, repository_scope

_CATALOG = Scope("registry", "catalog", frozenset("*"))
_RATE = re.compile(r"\s*(\d{1,12})\s*(?:;\s*w=(\d{1,12}))?")


@dataclass(frozen=True)
class RateLimit:
    """What a registry says of how much more it may be asked: requests left of `limit` in a window of seconds."""

    limit: int | None
    remaining: int | None
    window: int | None


@dataclass(frozen=True)
class Ping:
    """The answer to GET /v2/: `auth` is none, basic, bearer or another scheme's name."""

    status: int
    api_version: str | None
    auth: str
    server: str | None
    rate_limit: RateLimit | None


class Registry:
    """One registry, by its address (host[:port]; Docker Hub is docker.io). One method an endpoint."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.address = api.registry

    def ping(self) -> Ping:
        """GET /v2/ (end-1): does this speak the Registry API, and who may use it?

        A 401 with a challenge is an answer when there are no credentials to try. Raises ResponseError for any other
        status than 200 and 401, AuthError when credentials are refused.
        """
        url = self.api.url("/v2/")
        response = self.api.authenticator.request("GET", url, anonymous_401=True)
        if response.status not in (200, 401):
            raise response_error(response)
        response.close()
        version = (response.headers.get("Docker-Distribution-Api-Version") or "").strip()
        return Ping(
            status=response.status,
            api_version=version or None,
            auth=self.api.authenticator.scheme(url),
            server=response.headers.get("Server"),
            rate_limit=rate_limit(response.headers),
        )

    def pull_limit(self, repository: str, tag: str) -> RateLimit | None:
        """HEAD of a manifest (end-3): what the answer says of how many more may be fetched, whatever its status.

        Docker Hub says so there and not in answers to a ping, and counts no HEAD. Raises AuthError, TransportError.
        """
        response = self.api.authenticator.request(
            "HEAD",
            self.api.url(f"/v2/{repository}/manifests/{tag}"),
            scopes=(repository_scope(repository, "pull"),),
            headers={"Accept": MediaType.ACCEPT},
            retryable=False,
        )
        response.close()
        return rate_limit(response.headers)

    def repositories(self, page_size: int | None = None) -> Iterator[str]:
        """GET /v2/_catalog, all pages: the names of the repositories that the registry shows to this user.

        Raises ResponseError (not_found, unsupported, denied) where the registry has no catalog or does not show it.
        """
        query = [("n", str(page_size))] if page_size else []
        return self.api.names(self.api.url("/v2/_catalog", query), "repositories", (_CATALOG,))

    def repository(self, name: str) -> Repository:
        """The repository of that name; nothing is asked."""
        return Repository(self.api, name)


def rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """Docker Hub's `ratelimit-limit: 100;w=21600` and `ratelimit-remaining` headers."""
    limit = _RATE.match(headers.get("ratelimit-limit") or "")
    remaining = _RATE.match(headers.get("ratelimit-remaining") or "")
    if limit is None and remaining is None:
        return None
    window = next((found.group(2) for found in (limit, remaining) if found and found.group(2)), None)
    return RateLimit(
        int(limit.group(1)) if limit else None,
        int(remaining.group(1)) if remaining else None,
        int(window) if window else None,
    )
