# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registries of clouds by their documented behaviour: the rules that make ECR, Google's, ACR and IBM's of a real
one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.live.vendor_door import (
    ACCOUNTS,
    PASSWORD,
    BasicDoor,
    Play,
    Rule,
    TokenDoor,
    Vendor,
    by_digest,
    is_about,
    is_listing,
    query,
    refusal,
    reply_json,
    repository_of,
    target,
    with_json,
    without,
)
from tests.support.images import Pusher
from tests.support.recorder import Changed, RecordedRequest, Reply

# AWS ECR
#
# User AWS, Basic: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
# maxResults from 1 to 1000, 100 unless told otherwise:
#   https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html
# 201 at PATCH, and later chunks are lost: https://github.com/aws/containers-roadmap/issues/2831
# 400 for a bad token: https://github.com/aws/containers-roadmap/issues/2835
# A repository has to be created: https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
# No Docker-Content-Digest: https://github.com/aws/containers-roadmap/issues/1931
# 404 at DELETE, though it is there: https://github.com/fluxcd/pkg/pull/328

ECR_PAGE, ECR_MOST = 100, 1000


def _ecr(upstream: str) -> Play:
    bad = refusal(400, "DENIED", "Your Authorization Token is invalid.")
    door = BasicDoor({"AWS": PASSWORD}, f'realm="https://{ECR.name}/",service="ecr.amazonaws.com"', bad)
    return Play(door, (ecr_pages, EcrChunks(), no_digest, nothing_is_found_to_delete))


def ecr_pages(request: RecordedRequest) -> Reply | Changed | None:
    """At most 1000 names a page, 100 unless told otherwise."""
    if not is_listing(request):
        return None
    number = int(query(request).get("n", str(ECR_PAGE)))
    if number > ECR_MOST:
        words = "Invalid parameter at 'maxResults' failed to satisfy constraint: 'must be less than or equal to 1000'"
        return refusal(400, "INVALID_PARAMETER", words)
    return Changed(target(request, n=str(number)))


class EcrChunks:
    """The first chunk is taken, with 201; of the others nothing is, with 201 as well. The upload then ends badly."""

    def __init__(self) -> None:
        self._ranges: dict[str, str] = {}

    def __call__(self, request: RecordedRequest) -> Reply | Changed | None:
        if "/blobs/uploads/" not in request.path:
            return None
        if request.method == "PATCH" and request.path in self._ranges:
            return Reply(201, {"Range": self._ranges[request.path]})
        if request.method == "PATCH":
            self._ranges[request.path] = request.headers.get("content-range", "")
            return Changed(answer=lambda reply: replace(reply, status=201))
        return None


def no_digest(request: RecordedRequest) -> Changed | None:
    """Docker-Content-Digest is left out."""
    if not is_about(request, "manifests"):
        return None
    return Changed(answer=lambda reply: without(reply, "docker-content-digest"))


def nothing_is_found_to_delete(request: RecordedRequest) -> Reply | None:
    """DELETE says that there is no such manifest."""
    if request.method != "DELETE" or not is_about(request, "manifests"):
        return None
    return refusal(404, "MANIFEST_UNKNOWN", "Requested image not found")


def must_exist(*names: str) -> Rule:
    """Only these repositories are there; a push makes none."""

    def rule(request: RecordedRequest) -> Reply | None:
        name = repository_of(request)
        if name is None or name in names:
            return None
        words = f"The repository with name '{name}' does not exist in the registry with id '123456789012'"
        return refusal(404, "NAME_UNKNOWN", words)

    return rule


# Google: GCR and Artifact Registry
#
# User oauth2accesstoken: https://cloud.google.com/artifact-registry/docs/docker/authentication#token
# No service in the challenge: https://github.com/nicholas-fedor/watchtower/issues/1894
# Tags go before their manifest: https://github.com/genuinetools/reg/issues/136
# child and manifest in the list of tags: https://pkg.go.dev/github.com/google/go-containerregistry/pkg/v1/google#Tags
# {"errors":[]} at a DELETE that succeeded is told in the design of this collection only.


def _google(host: str) -> Callable[[str], Play]:
    def play(upstream: str) -> Play:
        door = TokenDoor(f"https://{host}/v2/token", None, {"oauth2accesstoken": PASSWORD})
        return Play(door, (dangling_tags(upstream), google_delete, google_tags))

    return play


def dangling_tags(upstream: str) -> Rule:
    """A manifest that has tags is not deleted."""

    def rule(request: RecordedRequest) -> Reply | None:
        if request.method != "DELETE" or not by_digest(request):
            return None
        digest = request.path.rpartition("/")[2]
        pusher = Pusher(upstream, str(repository_of(request)))
        if not any(pusher.digest(tag) == digest for tag in pusher.tags()):
            return None
        words = f'"{digest}" is still referenced by one or more tags'
        return refusal(400, "GOOGLE_MANIFEST_DANGLING_TAG", words)

    return rule


def google_delete(request: RecordedRequest) -> Changed | None:
    """An empty list of errors says that all is well."""
    if request.method != "DELETE":
        return None
    return Changed(
        answer=lambda reply: reply if reply.status >= 300 else reply_json({"errors": []}, 202),
    )


def google_tags(request: RecordedRequest) -> Changed | None:
    """The list of tags tells of manifests and of repositories below."""
    if not request.path.endswith("/tags/list"):
        return None
    told = {"imageSizeBytes": "5", "tag": ["not-a-tag"], "mediaType": "", "timeUploadedMs": "1750000000000"}
    more = {"child": ["nested"], "manifest": {"sha256:" + 64 * "0": told}}
    return Changed(answer=lambda reply: with_json(reply, lambda page: {**more, **page}))


# ACR
#
# https://learn.microsoft.com/azure/container-registry/container-registry-authentication: the user
#   00000000-0000-0000-0000-000000000000 with an identity token
# POST with grant_type refresh_token: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
# GET with Basic, an answer that has access_token alone:
#   https://learn.microsoft.com/rest/api/containerregistry/access-tokens/get-from-login

ACR_NOBODY = "00000000-0000-0000-0000-000000000000"
ACR_IDENTITY = "an identity token of alice"


def _acr(upstream: str) -> Play:
    door = TokenDoor(
        f"https://{ACR.name}/oauth2/token",
        ACR.name,
        {**ACCOUNTS, ACR_NOBODY: PASSWORD},
        answer=lambda token: {"access_token": token},
        identities=frozenset([ACR_IDENTITY]),
    )
    return Play(door)


# IBM
#
# The action delete, without which it says DENIED: https://github.com/google/go-containerregistry/issues/2184


def _ibm(upstream: str) -> Play:
    door = TokenDoor(f"https://{IBM.name}/oauth/token", "registry", ACCOUNTS)

    def ibm_door(request: RecordedRequest) -> Any:
        """No challenge to a token that does not do."""
        answer = door(request)
        is_refused = isinstance(answer, Reply) and answer.status == 401 and request.path.startswith("/v2")
        if is_refused and "authorization" in request.secrets:
            return refusal(403, "DENIED", "You are not authorized to access the specified resource.")
        return answer

    return Play(door, (ibm_door,), is_last=True)


ECR = Vendor(
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    ("123456789012.dkr.ecr.eu-west-1.amazonaws.com",),
    "distribution3",
    _ecr,
    "AWS",
)
GCR, GAR = (
    Vendor(name, (name,), "distribution3", _google(name), "oauth2accesstoken")
    for name in ("gcr.io", "europe-docker.pkg.dev")
)
ACR = Vendor("team.azurecr.io", ("team.azurecr.io",), "olareg", _acr)
IBM = Vendor("us.icr.io", ("us.icr.io",), "distribution3", _ibm)
CLOUDS = (ECR, GCR, GAR, ACR, IBM)
