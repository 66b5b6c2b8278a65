# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendors by their documented behaviour: the rules that make each of them of a real registry.

Those of clouds are in vendors_of_clouds.py, the doors that they share in vendor_door.py.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any

from tests.live.vendor_door import (
    ACCOUNTS,
    BasicDoor,
    Play,
    Rule,
    TokenDoor,
    Vendor,
    is_about,
    is_listing,
    login_of,
    query,
    refusal,
    reply_json,
    target,
    with_json,
    without,
)
from tests.live.vendors_of_clouds import CLOUDS
from tests.support.images import Pusher
from tests.support.recorder import Changed, RecordedRequest, Reply

#: What a registry says of an operation that it does not have.
UNSUPPORTED = refusal(405, "UNSUPPORTED", "The operation is unsupported.")


# Docker Hub
#
# The hosts, and the token server: https://distribution.github.io/distribution/spec/auth/token/
# A repository that is not there, or not for this user, is answered with 401, whatever the token:
#   https://github.com/docker-archive/docker-registry/issues/1071
# ratelimit-* headers at manifests, 429: https://docs.docker.com/docker-hub/usage/pulls/
# No catalog, 401: https://github.com/docker/hub-feedback/issues/2094
# No deletion, 405: https://github.com/docker/hub-feedback/issues/2360
# A mount wants a token for its source, too: https://github.com/oras-project/rust-oci-client/issues/235

HUB_LIMITS = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76;w=21600"}
HUB_BOB = {"bob": "a password of bob"}
#: What Docker says should be asked for to see the limits.
HUB_PREVIEW = "ratelimitpreview/test"


def _hub(upstream: str) -> Play:
    door = TokenDoor(
        "https://auth.docker.io/token",
        "registry.docker.io",
        {**ACCOUNTS, **HUB_BOB},
        owners={"bob": "bob/"},
        everybody=("library/", "ratelimitpreview/"),
        catalog=False,
        delete="pull",
    )
    return Play(door, (no_delete, hub_mount, hub_limits))


def no_delete(request: RecordedRequest) -> Reply | None:
    """Nothing but an upload can be deleted."""
    return UNSUPPORTED if request.method == "DELETE" and "/uploads/" not in request.path else None


def hub_mount(request: RecordedRequest) -> Reply | None:
    """A mount is refused with 400 where the token does not permit the source."""
    if request.method != "POST" or "from" not in query(request):
        return None
    token = request.secrets.get("authorization", "").partition("t.")[2]
    wanted = f"repository:{query(request)['from']}:pull"
    if wanted in json.loads(base64.urlsafe_b64decode(token)):
        return None
    return refusal(400, "UNSUPPORTED", "The operation is unsupported.")


def hub_limits(request: RecordedRequest) -> Changed | Reply | None:
    """Manifests come with what may still be pulled, and nothing else does."""
    if not is_about(request, "manifests") or request.method not in ("GET", "HEAD"):
        return None
    return Changed(answer=lambda reply: replace(reply, headers={**reply.headers, **HUB_LIMITS}))


def hub_is_full(seconds: str, times: int = 1) -> Rule:
    """The limit is reached, told in plain text (https://docs.docker.com/docker-hub/usage/pulls/)."""
    left = [times]

    def rule(request: RecordedRequest) -> Reply | None:
        if not is_about(request, "manifests") or left[0] < 1:
            return None
        left[0] -= 1
        words = b"toomanyrequests: You have reached your pull rate limit. https://www.docker.com/increase-rate-limit\n"
        return Reply(429, {"Retry-After": seconds, "Content-Type": "text/plain"}, words)

    return rule


# GHCR
#
# The password is the token; the token server says 403 to a bad one:
#   https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-container-registry
# 405 for deletion: https://github.com/podman-container-tools/skopeo/issues/1880
# Referrers lead to a web page (303): https://github.com/artifacthub/hub/issues/4785


def _ghcr(upstream: str) -> Play:
    door = TokenDoor(
        "https://ghcr.io/token",
        "ghcr.io",
        ACCOUNTS,
        any_user=True,
        delete="pull",
        refused=refusal(403, "DENIED", "denied"),
    )
    return Play(door, (no_delete, no_catalog, ghcr_referrers))


def no_catalog(request: RecordedRequest) -> Reply | None:
    """There is no such place."""
    return refusal(404, "NAME_UNKNOWN", "not found") if request.path == "/v2/_catalog" else None


def ghcr_referrers(request: RecordedRequest) -> Reply | None:
    """Whoever asks for referrers is led to a page for people."""
    if request.headers.get("host") == "github.com":
        return Reply(200, {"Content-Type": "text/html; charset=utf-8"}, b"<!DOCTYPE html><title>GitHub</title>")
    if is_about(request, "referrers"):
        return Reply(303, {"Location": "https://github.com/-/v2/packages/container/app/referrers"})
    return None


# Quay
#
# More than 100 names are refused: https://github.com/akuity/kargo/pull/2186
# next_page: https://github.com/ivanilves/lstags/issues/185
# 400 for a mount that does not say from where: https://github.com/quay/quay/pull/899
# The action * for deletion, as distribution had it until 2017: https://github.com/containers/image/pull/487

QUAY_PAGE, QUAY_MOST = 2, 100


def _quay(upstream: str) -> Play:
    return Play(TokenDoor("https://quay.io/v2/auth", "quay.io", ACCOUNTS, delete="*"), (quay_mount, quay_pages))


def quay_mount(request: RecordedRequest) -> Reply | None:
    """A mount says from where."""
    if request.method == "POST" and "mount" in query(request) and not query(request).get("from"):
        return refusal(400, "INVALID_REQUEST", "Invalid request")
    return None


def quay_pages(request: RecordedRequest) -> Reply | Changed | None:
    """Small pages, of which the next is named by an opaque word, and more names than 100 are refused."""
    if not is_listing(request):
        return None
    asked = query(request)
    if int(asked.get("n", "1")) > QUAY_MOST:
        return refusal(400, "PAGINATION_NUMBER_INVALID", "n must be at most 100")
    begin = {"last": base64.urlsafe_b64decode(asked["next_page"]).decode()} if "next_page" in asked else {}

    def paged(reply: Reply) -> Reply:
        key = "repositories" if request.path.endswith("_catalog") else "tags"
        names = json.loads(reply.body).get(key) or []
        if "Link" not in reply.headers:
            return reply
        cursor = base64.urlsafe_b64encode(names[-1].encode()).decode()
        link = f'<{request.path}?n={QUAY_PAGE}&next_page={cursor}>; rel="next"'
        return replace(reply, headers={**reply.headers, "Link": link})

    plain = RecordedRequest(request.method, request.path, "", {})
    return Changed(target(plain, n=asked.get("n", str(QUAY_PAGE)), **begin), paged)


# Harbor
#
# Whoever sends a session's cookie needs a CSRF token for what is written: https://github.com/dotnet/sdk/pull/37221
# 401 at a mount from a repository that is not there: https://github.com/goharbor/harbor/issues/17097
# A token that does not do is answered with a Basic challenge: https://github.com/goharbor/harbor/issues/18856
# The catalog is for Basic alone: https://github.com/goharbor/harbor/issues/22118


def _harbor(upstream: str) -> Play:
    door = TokenDoor(f"https://{HARBOR.name}/service/token", "harbor-registry", ACCOUNTS)
    basic = BasicDoor(ACCOUNTS, 'realm="harbor"')

    def harbor_door(request: RecordedRequest) -> Any:
        """Basic will do, and is what is asked for where a token does not."""
        has_basic = login_of(request) is not None and request.path.startswith("/v2")
        if has_basic or request.path == "/v2/_catalog":
            return basic(request)
        answer = door(request)
        is_refused = isinstance(answer, Reply) and answer.status == 401
        return basic(request) if is_refused and "authorization" in request.secrets else answer

    return Play(door, (harbor_door, harbor_mount(upstream), harbor_cookies), is_last=True)


def harbor_mount(upstream: str) -> Rule:
    """Whoever wants to mount from where nothing is has to log in."""

    def rule(request: RecordedRequest) -> Reply | None:
        origin = query(request).get("from") if request.method == "POST" else None
        if origin is None or Pusher(upstream, origin).tags():
            return None
        return refusal(
            401, "UNAUTHORIZED", f"repository {origin} not found", {"WWW-Authenticate": 'Basic realm="harbor"'}
        )

    return rule


def harbor_cookies(request: RecordedRequest) -> Reply | Changed | None:
    """Every answer opens a session, and a write within one is refused."""
    if "cookie" in request.headers and request.method not in ("GET", "HEAD"):
        return refusal(403, "FORBIDDEN", "CSRF token not found in request")
    cookie = {"Set-Cookie": "sid=0123456789abcdef; Path=/; HttpOnly"}
    return Changed(answer=lambda reply: replace(reply, headers={**reply.headers, **cookie}))


# GitLab
#
# The action delete: https://github.com/podman-container-tools/skopeo/issues/856
# What GitLab has for the tag sha256-HEX is the manifest sha256:HEX: https://github.com/oras-project/oras-go/issues/1396


def _gitlab(upstream: str) -> Play:
    return Play(TokenDoor("https://gitlab.com/jwt/auth", "container_registry", ACCOUNTS), (dashes_are_colons,))


def dashes_are_colons(request: RecordedRequest) -> Changed | None:
    """A tag that looks like a digest is taken for it."""
    path = re.sub(r"/manifests/sha256-([0-9a-f]{64})$", r"/manifests/sha256:\1", request.path)
    return Changed(path) if path != request.path and request.method in ("GET", "HEAD") else None


# Artifactory
#
# HEAD without Docker-Content-Digest, as application/octet-stream:
#   https://github.com/deitch/docker_registry2/issues/83
# The port in the realm is told in the design of this collection only; Portus has it as well:
#   https://github.com/SUSE/Portus/issues/1286


def _artifactory(upstream: str) -> Play:
    name = ARTIFACTORY.name
    realm = f"https://{name}:443/artifactory/api/docker/team/v2/token"
    return Play(TokenDoor(realm, f"{name}:443", ACCOUNTS), (head_without_digest,))


def head_without_digest(request: RecordedRequest) -> Changed | None:
    """HEAD of a manifest tells neither its digest nor its type."""
    if request.method != "HEAD" or not is_about(request, "manifests"):
        return None
    kind = {"Content-Type": "application/octet-stream"}
    return Changed(
        answer=lambda reply: Reply(reply.status, {**without(reply, "docker-content-digest").headers, **kind})
    )


# Nexus
#
# null among the tags: https://github.com/podman-container-tools/skopeo/issues/2409
# null for no tags at all, as distribution once had it: https://github.com/distribution/distribution/issues/1186


def _nexus(upstream: str) -> Play:
    return Play(BasicDoor(ACCOUNTS, 'realm="Sonatype Nexus Repository Manager"'), (nulls,))


def nulls(request: RecordedRequest) -> Changed | None:
    """null instead of an empty list, and as a name in others."""
    if not is_listing(request):
        return None
    key = "repositories" if request.path.endswith("_catalog") else "tags"
    return Changed(answer=lambda reply: with_json(reply, lambda page: {**page, key: [None, *(page[key] or ())]}))


def nothing_but_null(request: RecordedRequest) -> Reply | None:
    """There is nothing, and no list either."""
    return reply_json({"name": "app", "tags": None, "repositories": None}) if is_listing(request) else None


# zot
#
# A realm without scheme and host: https://github.com/project-zot/zot/issues/4033
# rel=next without quotes: RFC 8288 section 3 permits it


def _zot(upstream: str) -> Play:
    return Play(TokenDoor("/zot/auth/token", "zot", ACCOUNTS), (unquoted_link,))


def unquoted_link(request: RecordedRequest) -> Changed | None:
    """Pages of two names."""
    if not is_listing(request):
        return None

    def unquoted(reply: Reply) -> Reply:
        headers = {name: value.replace('"', "") if name == "Link" else value for name, value in reply.headers.items()}
        return replace(reply, headers=headers)

    return Changed(target(request, n="2"), unquoted)


HUB = Vendor("docker.io", ("registry-1.docker.io", "auth.docker.io"), "distribution2", _hub)
GHCR = Vendor("ghcr.io", ("ghcr.io", "github.com"), "ggcr", _ghcr)
QUAY = Vendor("quay.io", ("quay.io",), "distribution3", _quay)
HARBOR = Vendor("harbor.example.com", ("harbor.example.com",), "distribution3", _harbor)
GITLAB = Vendor("registry.gitlab.com", ("registry.gitlab.com", "gitlab.com"), "distribution3", _gitlab)
ARTIFACTORY = Vendor("team.jfrog.io", ("team.jfrog.io",), "distribution2", _artifactory)
NEXUS = Vendor("nexus.example.com", ("nexus.example.com",), "ggcr", _nexus)
ZOT = Vendor("zot.example.com", ("zot.example.com",), "olareg", _zot)
VENDORS = (HUB, GHCR, QUAY, HARBOR, GITLAB, ARTIFACTORY, NEXUS, ZOT, *CLOUDS)
