# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the registries of the world really do. HABITS is the table; each of its rows has a play, with the whole dialogue
that the habit must lead to."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.deletion import delete_with_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    AuthError,
    ProtocolError,
    RegistryError,
    ResponseError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import list_referrers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.registry import RateLimit
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import (
    BytesSource,
    ForeignSource,
    RegistrySource,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.untag import untag
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import MISSING, push_blob
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_manifests import (
    ScriptedManifests,
    by_tag,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    error_answer,
    json_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    Fault,
    ScriptedUploads,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_world import (
    World,
    bearer,
    config_file,
    guarded,
    unauthorized,
)

HABITS: Dict[str, List[str]] = {
    "Docker Hub": [
        "docker.io is served by registry-1.docker.io",
        "the key of its credentials is https://index.docker.io/v1/",
        "no catalog",
        "no delete",
        "a missing repository answers 401",
        "429 may be plain text",
        "ratelimit headers",
        "a mount from an unauthorised repository answers 400",
    ],
    "GHCR": [
        "any user name, the password is the token",
        "delete answers 405",
        "no catalog",
        "referrers redirect to a web page",
    ],
    "ECR": [
        "user AWS",
        "n over 1000 fails",
        "201 on PATCH, and later chunks are lost",
        "a bad token answers 400",
        "no Docker-Content-Digest sometimes",
        "repositories must exist beforehand",
        "404 for the deletion of what is there",
    ],
    "GCR and Artifact Registry": [
        "user oauth2accesstoken",
        "the challenge may lack service",
        "a DELETE that succeeded may carry an empty list of errors",
        "tags must go before their manifest",
        "the tag list carries manifest and child",
    ],
    "ACR": [
        "the token answer has access_token only",
        "the null GUID as user means an identity token",
        "OAuth2 POST that is refused falls back to GET",
    ],
    "Quay": ["mount needs from", "opaque next_page cursors", "n over 100 fails", "delete wants the scope *"],
    "Harbor": ["cookies", "401 on mounting from a repository that is not there", "Basic after Bearer"],
    "GitLab and IBM": ["a delete action in the scope", "a tag that looks like a digest is taken for it"],
    "Artifactory": ["HEAD without a digest", "realm with the default port"],
    "Nexus": ["null in lists"],
    "distribution 2": [
        "delete is off",
        "DELETE by tag is 400",
        "delete by digest removes every tag on it",
        "Location carries _state",
    ],
    "distribution 3": ["DELETE by tag untags", "a bad n is an error", "no referrers API"],
    "zot and olareg": ["native referrers", "unquoted rel=next", "relative realm"],
    "nobody": [
        "is trusted with a Location",
        "is trusted with a Link",
        "is trusted with a realm",
        "is shown the credentials at a foreign layer's URL",
    ],
}

PLAYS: Dict[Tuple[str, str], Callable[..., None]] = {}

LAYER = b"layer"
BLOB = Descriptor(MediaType.OCI_LAYER, Digest.of(LAYER), len(LAYER))
IMAGE = build_image_manifest(Descriptor(MediaType.OCI_CONFIG, Digest.of(b"{}"), 2), [BLOB])
FOUND = Answer(
    200,
    {"Content-Type": IMAGE.media_type, "Docker-Content-Digest": IMAGE.digest, "Content-Length": str(IMAGE.size)},
    IMAGE.raw,
)
TOKEN = json_answer({"token": "t"})
STARTED = Answer(202, {"Location": "1?_state=s"})
UNSUPPORTED = error_answer(405, "UNSUPPORTED", "The operation is unsupported.")
USER = Credential("basic", username="user", password="pw", source="the test")
HUB = "registry-1.docker.io/v2"
HUB_TOKEN = "auth.docker.io/token?service=registry.docker.io&scope="


def row(vendor: str, habit: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def add(play: Callable[..., None]) -> Callable[..., None]:
        assert (vendor, habit) not in PLAYS
        PLAYS[vendor, habit] = play
        return play

    return add


def hub_challenge(scope: str) -> str:
    return bearer("http://auth.docker.io/token", scope, "registry.docker.io")


def push(repository: Any, **kwargs: Any) -> str:
    return push_blob(repository, BLOB, BytesSource(LAYER), known=MISSING, **kwargs)


def head(repository, version="v1"):
    found = repository.head_manifest(version)
    return None if found is None else found.digest


@pytest.fixture
def world(server, clock):
    made = World(server)
    yield made
    made.close()


def test_table_and_plays_agree():
    assert set(PLAYS) == {(vendor, habit) for vendor, habits in HABITS.items() for habit in habits}


@pytest.mark.parametrize(
    ("vendor", "habit"), [(vendor, habit) for vendor, habits in HABITS.items() for habit in habits]
)
def test_habit(vendor, habit, world, tmp_path):
    PLAYS[vendor, habit](world, tmp_path)


# Docker Hub


@row("Docker Hub", "docker.io is served by registry-1.docker.io")
def hub_host(world, tmp_path):
    world.on("HEAD", "/v2/library/redis/manifests/7", guarded(hub_challenge("repository:library/redis:pull"), FOUND))
    world.on("GET", "/token", TOKEN)
    repository = world.repository("redis")
    assert head(repository, "7") == IMAGE.digest
    assert str(repository.reference("7")) == "docker.io/library/redis:7"
    asked = f"HEAD {HUB}/library/redis/manifests/7"
    assert world.dialogue == [asked + " -", f"GET {HUB_TOKEN}repository:library/redis:pull -", asked + " Bearer t"]


@row("Docker Hub", "the key of its credentials is https://index.docker.io/v1/")
def hub_key(world, tmp_path):
    world.on("HEAD", "/v2/user/app/manifests/v1", guarded(hub_challenge("repository:user/app:pull"), FOUND))
    world.on("GET", "/token", TOKEN)
    config = config_file(tmp_path / "config.json", {"https://index.docker.io/v1/": "me:secret", "other.example": "a:b"})
    assert head(world.repository("user/app", config=config)) == IMAGE.digest
    assert world.dialogue[1] == f"GET {HUB_TOKEN}repository:user/app:pull Basic me:secret"


@row("Docker Hub", "no catalog")
def hub_catalog(world, tmp_path):
    world.on("GET", "/v2/_catalog", lambda request: unauthorized(hub_challenge("registry:catalog:*")))
    world.on("GET", "/token", TOKEN)
    with pytest.raises(AuthError) as caught:
        list(world.registry("docker.io", USER).repositories())
    assert (caught.value.category, caught.value.status) == ("unauthorized", 401)
    asked = f"GET {HUB}/_catalog"
    assert world.dialogue == [asked + " -", f"GET {HUB_TOKEN}registry:catalog:* Basic user:pw", asked + " Bearer t"]


@row("Docker Hub", "no delete")
def hub_delete(world, tmp_path):
    world.on("DELETE", "/v2/user/app/manifests/*", UNSUPPORTED)
    with pytest.raises(
        ResponseError, match="Deletion is switched off on registry-1.docker.io, or not offered"
    ) as caught:
        untag(world.repository("user/app"), "v1")
    assert caught.value.category == "unsupported"
    assert [line.split()[0] for line in world.dialogue] == ["DELETE", "DELETE"]  # nothing was written


@row("Docker Hub", "a missing repository answers 401")
def hub_missing(world, tmp_path):
    world.on("GET", "/v2/no/one/manifests/v1", lambda request: unauthorized(hub_challenge("repository:no/one:pull")))
    world.on("GET", "/token", TOKEN)
    with pytest.raises(AuthError, match="Docker Hub answers the same for a repository that does not exist") as caught:
        world.repository("no/one").get_manifest("v1")
    assert caught.value.category == "unauthorized"  # which is not "not there"
    asked = f"GET {HUB}/no/one/manifests/v1"
    assert world.dialogue == [asked + " -", f"GET {HUB_TOKEN}repository:no/one:pull -", asked + " Bearer t"]


@row("Docker Hub", "429 may be plain text")
def hub_limit(world, tmp_path):
    words = b"toomanyrequests: You have reached your pull rate limit.\n"
    world.on("GET", "/v2/library/redis/manifests/7", Answer(429, {"Retry-After": "21600"}, words))
    with pytest.raises(ResponseError, match="You have reached your pull rate limit") as caught:
        world.repository("redis").get_manifest("7")
    assert (caught.value.category, caught.value.codes) == ("rate_limited", ["TOOMANYREQUESTS"])
    assert "in 21600 seconds" in caught.value.hint
    assert len(world.dialogue) == 1


@row("Docker Hub", "ratelimit headers")
def hub_ratelimit(world, tmp_path):
    headers = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76;w=21600"}
    world.on("GET", "/v2/", Answer(200, {"Docker-Distribution-Api-Version": "registry/2.0"}, b"{}"))
    world.on("HEAD", "/v2/some/app/manifests/v1", Answer(429, headers))
    registry = world.registry("docker.io")
    ping = registry.ping()
    assert (ping.status, ping.auth, ping.api_version, ping.rate_limit) == (200, "none", "registry/2.0", None)
    assert registry.pull_limit("some/app", "v1") == RateLimit(limit=100, remaining=76, window=21600)
    assert world.dialogue == [f"GET {HUB}/ -", f"HEAD {HUB}/some/app/manifests/v1 -"]


@row("Docker Hub", "a mount from an unauthorised repository answers 400")
def hub_mount(world, tmp_path):
    refusal = error_answer(400, "UNSUPPORTED", "unsupported")
    world.on("POST", "/v2/user/app/blobs/uploads/", lambda asked: refusal if "mount" in asked.query else STARTED)
    world.on("PUT", "/v2/user/app/blobs/uploads/1", Answer(201))
    assert push(world.repository("user/app"), mount_from=["library/redis"]) == "uploaded"
    assert world.dialogue == [
        f"POST {HUB}/user/app/blobs/uploads/?mount={BLOB.digest}&from=library/redis -",
        f"POST {HUB}/user/app/blobs/uploads/ -",
        f"PUT {HUB}/user/app/blobs/uploads/1?_state=s&digest={BLOB.digest} -",
    ]


# GHCR


@row("GHCR", "any user name, the password is the token")
def ghcr_login(world, tmp_path):
    challenge = bearer("http://ghcr.io/token", "repository:team/app:pull", "ghcr.io")
    world.on("HEAD", "/v2/team/app/manifests/v1", guarded(challenge, FOUND))
    world.on("GET", "/token", TOKEN)
    credential = Credential("basic", username="anything", password="ghp_x", source="the test")
    assert head(world.repository("ghcr.io/team/app", credential)) == IMAGE.digest
    wanted = "GET ghcr.io/token?service=ghcr.io&scope=repository:team/app:pull Basic anything:ghp_x"
    assert world.dialogue[1] == wanted


@row("GHCR", "delete answers 405")
def ghcr_delete(world, tmp_path):
    world.on("DELETE", "/v2/team/app/manifests/*", UNSUPPORTED)
    with pytest.raises(ResponseError, match="Deletion is switched off on ghcr.io, or not offered there") as caught:
        world.repository("ghcr.io/team/app").delete_manifest(IMAGE.digest)
    assert caught.value.category == "unsupported"


@row("GHCR", "no catalog")
def ghcr_catalog(world, tmp_path):
    world.on("GET", "/v2/_catalog", error_answer(404, "NAME_UNKNOWN"))
    with pytest.raises(ResponseError) as caught:
        list(world.registry("ghcr.io").repositories())
    assert caught.value.category == "not_found"


@row("GHCR", "referrers redirect to a web page")
def ghcr_referrers(world, tmp_path):
    page = "http://github.com/-/v2/packages/container/app/referrers"
    world.on("GET", f"/v2/team/app/referrers/{IMAGE.digest}", Answer(303, {"Location": page}))
    world.on("GET", "/-/v2/packages/container/app/referrers", Answer(200, {"Content-Type": "text/html"}, b"<html>"))
    ScriptedManifests(world.server, "team/app")
    assert list_referrers(world.repository("ghcr.io/team/app"), IMAGE.digest) == []
    assert world.dialogue[2] == f"GET ghcr.io/v2/team/app/manifests/sha256-{IMAGE.digest.encoded} -"


# ECR

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


@row("ECR", "user AWS")
def ecr_login(world, tmp_path):
    world.on("HEAD", "/v2/app/manifests/v1", guarded(f'Basic realm="http://{ECR}/",service="ecr.amazonaws.com"', FOUND))
    credential = Credential("basic", username="AWS", password="eyJwYXlsb2FkIjoi", source="the test")
    repository = world.repository(ECR + "/app", credential)
    assert [head(repository), head(repository)] == [IMAGE.digest] * 2
    asked = f"HEAD {ECR}/v2/app/manifests/v1"
    assert world.dialogue == [asked + " -", *[asked + " Basic AWS:eyJwYXlsb2FkIjoi"] * 2]


@row("ECR", "n over 1000 fails")
def ecr_page_size(world, tmp_path):
    def tags(request):
        if int(request.query.get("n", ["100"])[0]) > 1000:
            return error_answer(400, "INVALID_PARAMETER", "Invalid parameter at 'maxResults'")
        return json_answer({"name": "app", "tags": ["v1"]})

    world.on("GET", "/v2/app/tags/list", tags)
    repository = world.repository(ECR + "/app")
    assert list(repository.tags()) == ["v1"]  # without n, unless the caller knows one that is good
    assert list(repository.tags(1000)) == ["v1"]
    with pytest.raises(ResponseError, match="maxResults"):
        list(repository.tags(1001))


@row("ECR", "201 on PATCH, and later chunks are lost")
def ecr_chunks(world, tmp_path):
    uploads = ScriptedUploads(world.server)
    uploads.faults["PATCH"] = [Fault(Answer(201, {"Range": "0-1"}), keep=2)]
    repository = world.repository(ECR + "/app")
    assert push(repository, chunk_size=2) == "uploaded"
    assert uploads.blobs == {BLOB.digest: LAYER}
    assert uploads.said == ["POST", "PATCH 0-1 +2", "DELETE", "HEAD", "POST", "PUT +5"]
    uploads.blobs.clear()
    assert push(repository) == "uploaded"
    assert uploads.said[-2:] == ["POST", "PUT +5"]  # one PUT, unless chunks are asked for


@row("ECR", "a bad token answers 400")
def ecr_bad_token(world, tmp_path):
    refusal = error_answer(400, "DENIED", "Your authorization token is invalid.")
    world.on("GET", "/v2/app/manifests/v1", guarded('Basic realm="x"', refusal))
    with pytest.raises(ResponseError, match="Your authorization token is invalid") as caught:
        world.repository(ECR + "/app", USER).get_manifest("v1")
    assert "credentials" in caught.value.hint
    assert not caught.value.retryable


@row("ECR", "no Docker-Content-Digest sometimes")
def ecr_no_digest(world, tmp_path):
    bare = Answer(200, {"Content-Type": IMAGE.media_type, "Content-Length": str(IMAGE.size)}, IMAGE.raw)
    world.on("HEAD", "/v2/app/manifests/*", bare)
    world.on("GET", "/v2/app/manifests/*", bare)
    world.on("PUT", "/v2/app/manifests/*", Answer(201))
    repository = world.repository(ECR + "/app")
    assert head(repository) == IMAGE.digest
    assert repository.get_manifest("v1").digest == IMAGE.digest
    assert repository.put_manifest("v2", IMAGE).digest == IMAGE.digest
    assert [line.split()[0] for line in world.dialogue] == ["HEAD", "GET", "GET", "PUT"]


@row("ECR", "repositories must exist beforehand")
def ecr_repository(world, tmp_path):
    words = "The repository with name 'app' does not exist in the registry with id '123456789012'"
    world.on("POST", "/v2/app/blobs/uploads/", error_answer(404, "NAME_UNKNOWN", words))
    with pytest.raises(ResponseError, match="does not exist in the registry") as caught:
        push(world.repository(ECR + "/app"))
    assert "some registries want it created before the first push" in caught.value.hint


@row("ECR", "404 for the deletion of what is there")
def ecr_delete(world, tmp_path):
    manifests = ScriptedManifests(world.server, "app")
    manifests.store(IMAGE.raw, IMAGE.media_type, "v1")
    manifests.refuse("DELETE", error_answer(404, "MANIFEST_UNKNOWN", "Requested image not found"))
    with pytest.raises(
        RegistryError, match="is not deleted: the registry says that it is not there, but it is"
    ) as caught:
        delete_with_tags(world.repository(ECR + "/app"), IMAGE.digest, ["v1"])
    assert caught.value.category == "unsupported"
    assert manifests.tags == {"v1": IMAGE.digest}


# GCR and Artifact Registry

PKG = "europe-docker.pkg.dev"


@row("GCR and Artifact Registry", "user oauth2accesstoken")
def google_login(world, tmp_path):
    challenge = bearer(f"http://{PKG}/v2/token", "repository:project/app:pull", PKG)
    world.on("HEAD", "/v2/project/app/manifests/v1", guarded(challenge, FOUND))
    world.on("GET", "/v2/token", TOKEN)
    credential = Credential("basic", username="oauth2accesstoken", password="ya29.x", source="the test")
    assert head(world.repository(PKG + "/project/app", credential)) == IMAGE.digest
    assert world.dialogue[1].endswith(" Basic oauth2accesstoken:ya29.x")


@row("GCR and Artifact Registry", "the challenge may lack service")
def google_service(world, tmp_path):
    challenge = bearer("http://gcr.io/v2/token", "repository:project/app:pull", "")
    world.on("HEAD", "/v2/project/app/manifests/v1", guarded(challenge, FOUND))
    world.on("GET", "/v2/token", TOKEN)
    assert head(world.repository("gcr.io/project/app")) == IMAGE.digest
    assert world.dialogue[1] == "GET gcr.io/v2/token?scope=repository:project/app:pull -"


@row("GCR and Artifact Registry", "a DELETE that succeeded may carry an empty list of errors")
def google_delete(world, tmp_path):
    world.on("DELETE", "/v2/project/app/manifests/*", json_answer({"errors": []}, 202))
    repository = world.repository("gcr.io/project/app")
    assert repository.delete_tag("v1") is True
    assert repository.delete_manifest(IMAGE.digest) is True


@row("GCR and Artifact Registry", "tags must go before their manifest")
def google_dangling(world, tmp_path):
    manifests = ScriptedManifests(world.server, "project/app")
    manifests.store(IMAGE.raw, IMAGE.media_type, "v1")
    refusal = error_answer(400, "GOOGLE_MANIFEST_DANGLING_TAG", "Manifest is still referenced by one or more tags")
    manifests.refuse("DELETE", refusal, lambda version: version in manifests.tags.values())
    repository = world.repository("gcr.io/project/app")
    with pytest.raises(ResponseError, match="still referenced by one or more tags"):
        repository.delete_manifest(IMAGE.digest)
    assert untag(repository, "v1") is True
    assert repository.delete_manifest(IMAGE.digest) is True
    assert manifests.manifests == {}


@row("GCR and Artifact Registry", "the tag list carries manifest and child")
def google_tags(world, tmp_path):
    details = {"imageSizeBytes": "5", "tag": ["v1"], "timeUploadedMs": "1750000000000"}
    listing = {"child": ["nested"], "manifest": {IMAGE.digest: details}, "name": "project/app", "tags": ["v1"]}
    world.on("GET", "/v2/project/app/tags/list", json_answer(listing))
    assert list(world.repository("gcr.io/project/app").tags()) == ["v1"]


# ACR

ACR = "team.azurecr.io"
ACR_CHALLENGE = bearer(f"http://{ACR}/oauth2/token", "repository:app:pull", ACR)
ACR_USER = "00000000-0000-0000-0000-000000000000"
ACR_GET = f"GET {ACR}/oauth2/token?service={ACR}&scope=repository:app:pull"


@row("ACR", "the token answer has access_token only")
def acr_answer(world, tmp_path):
    world.on("HEAD", "/v2/app/manifests/v1", guarded(ACR_CHALLENGE, FOUND))
    world.on("GET", "/oauth2/token", json_answer({"access_token": "a"}))
    assert head(world.repository(ACR + "/app", USER)) == IMAGE.digest
    assert world.dialogue[1:] == [ACR_GET + " Basic user:pw", f"HEAD {ACR}/v2/app/manifests/v1 Bearer a"]


@row("ACR", "the null GUID as user means an identity token")
def acr_identity_token(world, tmp_path):
    world.on("HEAD", "/v2/app/manifests/v1", guarded(ACR_CHALLENGE, FOUND))
    world.on("POST", "/oauth2/token", json_answer({"access_token": "a"}))
    credential = Credential.from_login(ACR_USER, "refresh", "the test")
    assert head(world.repository(ACR + "/app", credential)) == IMAGE.digest
    assert world.dialogue[1] == f"POST {ACR}/oauth2/token -"
    form = world.server.requests[1].body.decode()
    assert "grant_type=refresh_token&" in form
    assert "refresh_token=refresh" in form
    assert "scope=repository%3Aapp%3Apull" in form


@row("ACR", "OAuth2 POST that is refused falls back to GET")
def acr_fallback(world, tmp_path):
    for status in (400, 401, 404, 405):
        world.server.requests.clear()
        world.on("HEAD", "/v2/app/manifests/v1", guarded(ACR_CHALLENGE, FOUND))
        world.on("POST", "/oauth2/token", Answer(status))
        world.on("GET", "/oauth2/token", json_answer({"access_token": "a"}))
        credential = Credential.from_login(ACR_USER, "secret", "the test")
        assert head(world.repository(ACR + "/app", credential)) == IMAGE.digest
        assert world.dialogue[1:3] == [f"POST {ACR}/oauth2/token -", f"{ACR_GET} Basic {ACR_USER}:secret"]


# Quay


@row("Quay", "mount needs from")
def quay_mount(world, tmp_path):
    def post(request):
        if "mount" in request.query and "from" not in request.query:
            return error_answer(400, "INVALID_REQUEST", "mount needs from")
        return Answer(201) if "mount" in request.query else STARTED

    world.on("POST", "/v2/team/app/blobs/uploads/", post)
    assert push(world.repository("quay.io/team/app"), mount_from=["team/base"]) == "mounted"
    assert world.dialogue == [f"POST quay.io/v2/team/app/blobs/uploads/?mount={BLOB.digest}&from=team/base -"]


@row("Quay", "opaque next_page cursors")
def quay_pages(world, tmp_path):
    cursor = "gAAAAABk_Zt-%3D%3D"
    following = f'</v2/team/app/tags/list?next_page={cursor}&n=50>; rel="next"'
    world.on(
        *("GET", "/v2/team/app/tags/list"),
        *(json_answer({"tags": ["a"]}, headers={"Link": following}), json_answer({"tags": ["b"]})),
    )
    assert list(world.repository("quay.io/team/app").tags()) == ["a", "b"]
    assert world.dialogue[1] == f"GET quay.io/v2/team/app/tags/list?next_page={cursor}&n=50 -"


@row("Quay", "n over 100 fails")
def quay_page_size(world, tmp_path):
    def tags(request):
        number = int(request.query.get("n", ["50"])[0])
        return json_answer({"tags": ["a"]}) if number <= 100 else Answer(400, None, b"n must be at most 100")

    world.on("GET", "/v2/team/app/tags/list", tags)
    assert list(world.repository("quay.io/team/app").tags()) == ["a"]
    with pytest.raises(ResponseError, match="n must be at most 100"):
        list(world.repository("quay.io/team/app").tags(200))


@row("Quay", "delete wants the scope *")
def quay_delete(world, tmp_path):
    wanted = "repository:team/app:*"

    def delete(request):
        allowed = request.headers.get("Authorization") == "Bearer all"
        return Answer(202) if allowed else unauthorized(bearer("http://quay.io/v2/auth", wanted, "quay.io"))

    def token(request):
        (scope,) = request.query["scope"]
        return json_answer({"token": "all" if "*" in scope else "little"})

    world.on("DELETE", "/v2/team/app/manifests/v1", delete)
    world.on("GET", "/v2/auth", token)
    world.on("GET", "/v2/team/app/tags/list", guarded(bearer("http://quay.io/v2/auth"), json_answer({"tags": ["v1"]})))
    repository = world.repository("quay.io/team/app", USER)
    assert list(repository.tags()) == ["v1"]
    assert repository.delete_tag("v1") is True
    assert world.dialogue[-2:] == [
        "GET quay.io/v2/auth?service=quay.io&scope=repository:team/app:pull,delete,* Basic user:pw",
        "DELETE quay.io/v2/team/app/manifests/v1 Bearer all",
    ]


# Harbor


@row("Harbor", "cookies")
def harbor_cookies(world, tmp_path):
    cookie = {"Set-Cookie": "sid=0123; Path=/; HttpOnly"}
    world.on("GET", "/v2/", Answer(200, cookie))
    manifests = ScriptedManifests(world.server, "team/app")
    # With a session of the web interface, a write without its CSRF token is refused.
    world.on(
        "PUT",
        "/v2/team/app/manifests/v1",
        lambda request: Answer(403) if "Cookie" in request.headers else manifests.put(request),
    )
    registry = world.registry("harbor.example")
    registry.ping()
    assert registry.repository("team/app").put_manifest("v1", IMAGE).digest == IMAGE.digest


@row("Harbor", "401 on mounting from a repository that is not there")
def harbor_mount(world, tmp_path):
    challenge = bearer("http://harbor.example/service/token", "", "harbor-registry")

    def post(request):
        if "Authorization" in request.headers and "mount" not in request.query:
            return STARTED
        return unauthorized(challenge)

    world.on("POST", "/v2/team/app/blobs/uploads/", post)
    world.on("PUT", "/v2/team/app/blobs/uploads/1", Answer(201))
    world.on("GET", "/service/token", TOKEN)
    assert push(world.repository("harbor.example/team/app", USER), mount_from=["no/where"]) == "uploaded"
    assert [line.split()[0] for line in world.dialogue][-2:] == ["POST", "PUT"]


@row("Harbor", "Basic after Bearer")
def harbor_basic(world, tmp_path):
    def tags(request):
        shown = request.headers.get("Authorization", "")
        if not shown:
            return unauthorized(bearer("http://harbor.example/service/token"))
        return json_answer({"tags": ["v1"]}) if shown.startswith("Basic ") else unauthorized('Basic realm="harbor"')

    world.on("GET", "/v2/team/app/tags/list", tags)
    world.on("GET", "/service/token", TOKEN)
    assert list(world.repository("harbor.example/team/app", USER).tags()) == ["v1"]
    asked = "GET harbor.example/v2/team/app/tags/list"
    assert [world.dialogue[0], *world.dialogue[2:]] == [asked + " -", asked + " Bearer t", asked + " Basic user:pw"]


# GitLab, IBM


@row("GitLab and IBM", "a delete action in the scope")
def gitlab_delete(world, tmp_path):
    challenge = bearer("http://gitlab.example/jwt/auth", "", "container_registry")

    def token(request):
        (scope,) = request.query["scope"]
        return json_answer({"token": "d" if "delete" in scope.rpartition(":")[2].split(",") else "p"})

    def delete(request):
        return Answer(202) if request.headers["Authorization"] == "Bearer d" else error_answer(403, "DENIED")

    world.on("DELETE", "/v2/group/app/manifests/v1", guarded(challenge, delete))
    world.on("GET", "/jwt/auth", token)
    assert world.repository("registry.gitlab.example/group/app", USER).delete_tag("v1") is True
    wanted = "service=container_registry&scope=repository:group/app:pull,delete"
    assert world.dialogue[1] == f"GET gitlab.example/jwt/auth?{wanted} Basic user:pw"


@row("GitLab and IBM", "a tag that looks like a digest is taken for it")
def gitlab_dashes(world, tmp_path):
    index = build_index([Descriptor(IMAGE.media_type, IMAGE.digest, IMAGE.size)])
    found = Answer(200, {"Content-Type": index.media_type, "Docker-Content-Digest": index.digest}, index.raw)
    world.on("GET", f"/v2/group/app/referrers/{index.digest}", error_answer(404, "NOT_FOUND"))
    world.on("GET", f"/v2/group/app/manifests/sha256-{index.digest.encoded}", found)
    assert list_referrers(world.repository("registry.gitlab.example/group/app"), index.digest) == []


# Artifactory, Nexus


@row("Artifactory", "HEAD without a digest")
def artifactory_head(world, tmp_path):
    world.on("HEAD", "/v2/docker/app/manifests/v1", Answer(200, {"Content-Type": IMAGE.media_type}))
    world.on("GET", "/v2/docker/app/manifests/v1", FOUND)
    assert head(world.repository("art.example/docker/app")) == IMAGE.digest
    assert [line.split()[0] for line in world.dialogue] == ["HEAD", "GET"]


@row("Artifactory", "realm with the default port")
def artifactory_realm(world, tmp_path):
    # For https that is :443; here everything is in plain HTTP.
    challenge = bearer("http://art.example:80/v2/token", "", "art.example:80")
    world.on("HEAD", "/v2/docker/app/manifests/v1", guarded(challenge, FOUND))
    world.on("GET", "/v2/token", TOKEN)
    assert head(world.repository("art.example/docker/app", USER)) == IMAGE.digest
    wanted = "/v2/token?service=art.example:80&scope=repository:docker/app:pull Basic user:pw"
    assert world.dialogue[1] in ("GET art.example" + wanted, "GET art.example:80" + wanted)


@row("Nexus", "null in lists")
def nexus_null(world, tmp_path):
    world.on(
        "GET", "/v2/app/tags/list", json_answer({"name": "app", "tags": None}), json_answer({"tags": [None, "v1"]})
    )
    world.on("GET", "/v2/_catalog", json_answer({"repositories": None}))
    repository = world.repository("nexus.example/app")
    assert [list(repository.tags()), list(repository.tags())] == [[], ["v1"]]
    assert list(world.registry("nexus.example").repositories()) == []


# CNCF distribution


def distribution(world):
    """Two tags on one image; tags cannot be deleted."""
    ScriptedUploads(world.server)
    manifests = ScriptedManifests(world.server)
    manifests.store(IMAGE.raw, IMAGE.media_type, "v1", "latest")
    return manifests


@row("distribution 2", "delete is off")
def distribution2_off(world, tmp_path):
    manifests = distribution(world)
    manifests.refuse("DELETE", UNSUPPORTED)
    repository = world.repository("registry.example/app")
    for delete in (lambda: repository.delete_manifest(IMAGE.digest), lambda: untag(repository, "v1")):
        with pytest.raises(ResponseError, match="REGISTRY_STORAGE_DELETE_ENABLED=true") as caught:
            delete()
        assert caught.value.category == "unsupported"
    assert manifests.tags == {"v1": IMAGE.digest, "latest": IMAGE.digest}


@row("distribution 2", "DELETE by tag is 400")
def distribution2_untag(world, tmp_path):
    manifests = distribution(world)
    manifests.refuse("DELETE", error_answer(400, "DIGEST_INVALID", "provided digest did not match"), by_tag)
    assert untag(world.repository("registry.example/app"), "v1") is True
    assert manifests.tags == {"latest": IMAGE.digest}
    assert list(manifests.manifests) == [IMAGE.digest]


@row("distribution 2", "delete by digest removes every tag on it")
def distribution2_siblings(world, tmp_path):
    manifests = distribution(world)
    assert manifests.tags == {"v1": IMAGE.digest, "latest": IMAGE.digest}
    assert world.repository("registry.example/app").delete_manifest(IMAGE.digest) is True
    assert manifests.tags == {}


@row("distribution 2", "Location carries _state")
def distribution2_state(world, tmp_path):
    uploads = ScriptedUploads(world.server)  # which takes the newest state only
    push(world.repository("registry.example/app"), chunk_size=2)
    assert uploads.blobs == {BLOB.digest: LAYER}
    states = [line.partition("_state=")[2] for line in world.dialogue if "_state" in line]
    assert states == ["1 -", "2 -", "3 -", f"4&digest={BLOB.digest} -"]


@row("distribution 3", "DELETE by tag untags")
def distribution3_untag(world, tmp_path):
    manifests = distribution(world)
    assert untag(world.repository("registry.example/app"), "v1") is True
    assert manifests.tags == {"latest": IMAGE.digest}
    assert world.dialogue == ["DELETE registry.example/v2/app/manifests/v1 -"]


@row("distribution 3", "a bad n is an error")
def distribution3_page_size(world, tmp_path):
    def tags(request):
        good = request.query.get("n", ["1"])[0].isdigit()
        return json_answer({"tags": ["v1"]}) if good else error_answer(400, "PAGINATION_NUMBER_INVALID")

    world.on("GET", "/v2/app/tags/list", tags)
    repository = world.repository("registry.example/app")
    assert [list(repository.tags()), list(repository.tags(0)), list(repository.tags(5))] == [["v1"]] * 3
    with pytest.raises(ResponseError, match="PAGINATION_NUMBER_INVALID"):
        list(repository.tags(-1))


@row("distribution 3", "no referrers API")
def distribution3_referrers(world, tmp_path):
    manifests = distribution(world)
    world.on(
        "GET", f"/v2/app/referrers/{IMAGE.digest}", Answer(404, {"Content-Type": "text/plain"}, b"404 page not found")
    )
    signature = Descriptor(MediaType.OCI_MANIFEST, Digest.of(b"s"), 1, artifact_type="application/vnd.example")
    manifests.store(build_index([signature]).raw, MediaType.OCI_INDEX, "sha256-" + IMAGE.digest.encoded)
    assert list_referrers(world.repository("registry.example/app"), IMAGE.digest) == [signature]


# zot, olareg


@row("zot and olareg", "native referrers")
def zot_referrers(world, tmp_path):
    signature = Descriptor(MediaType.OCI_MANIFEST, Digest.of(b"s"), 1, artifact_type="application/vnd.example")
    index = build_index([signature])
    headers = {"Content-Type": MediaType.OCI_INDEX, "OCI-Filters-Applied": "artifactType"}
    world.on("GET", f"/v2/app/referrers/{IMAGE.digest}", Answer(200, headers, index.raw))
    repository = world.repository("zot.example/app")
    assert list_referrers(repository, IMAGE.digest, "application/vnd.example") == [signature]
    assert len(world.dialogue) == 1


@row("zot and olareg", "unquoted rel=next")
def zot_pages(world, tmp_path):
    following = {"Link": "</v2/app/tags/list?n=1&last=a>; rel=next"}
    world.on("GET", "/v2/app/tags/list", json_answer({"tags": ["a"]}, headers=following), json_answer({"tags": ["b"]}))
    assert list(world.repository("zot.example/app").tags(1)) == ["a", "b"]


@row("zot and olareg", "relative realm")
def zot_realm(world, tmp_path):
    world.on("HEAD", "/v2/app/manifests/v1", guarded(bearer("/zot/auth/token", "repository:app:pull", "zot"), FOUND))
    world.on("GET", "/zot/auth/token", TOKEN)
    assert head(world.repository("zot.example:5000/app", USER)) == IMAGE.digest
    assert (
        world.dialogue[1] == "GET zot.example:5000/zot/auth/token?service=zot&scope=repository:app:pull Basic user:pw"
    )


# What none of them decides


@row("nobody", "is trusted with a Location")
def location_is_not_trusted(world, tmp_path):
    world.on("HEAD", "/v2/app/manifests/v1", guarded('Basic realm="x"', FOUND))
    world.on("GET", f"/v2/app/blobs/{BLOB.digest}", Answer(307, {"Location": "http://storage.example/layer?sig=x"}))
    world.on("GET", "/layer", Answer(200, None, LAYER))
    world.on("POST", "/v2/app/blobs/uploads/", Answer(202, {"Location": "http://storage.example/upload?sig=x"}))
    world.on("PUT", "/upload", lambda request: unauthorized('Basic realm="give"'))
    world.on("DELETE", "/upload", Answer(204))
    repository = world.repository("registry.example/app", USER)
    head(repository)
    with repository.open_blob(BLOB.digest) as reader:
        assert b"".join(reader) == LAYER
    with pytest.raises(ResponseError, match="401"):
        push(repository)
    strangers = [line for line in world.dialogue if "storage.example" in line]
    assert [line.split()[0] for line in strangers] == ["GET", "PUT", "DELETE"]
    assert all(line.endswith(" -") for line in strangers)


@row("nobody", "is trusted with a Link")
def link_is_not_trusted(world, tmp_path):
    for target in (
        "http://evil.example/v2/app/tags/list",
        "https://registry.example/x",
        "http://u:p@registry.example/x",
    ):
        listing = json_answer({"tags": ["a"]}, headers={"Link": f"<{target}>; rel=next"})
        world.on("GET", "/v2/app/tags/list", guarded('Basic realm="x"', listing))
        with pytest.raises(ProtocolError):
            list(world.repository("registry.example/app", USER).tags())
    assert all(line.startswith("GET registry.example/v2/app/tags/list") for line in world.dialogue)


@row("nobody", "is trusted with a realm")
def realm_is_not_trusted(world, tmp_path):
    for realm in (
        "file:///etc/passwd",
        "http://user:pw@token.example/",
        "http://169.254.169.254/token",
        "http://127.0.0.1/",
    ):
        world.server.requests.clear()
        world.on("HEAD", "/v2/app/manifests/v1", guarded(bearer(realm), FOUND))
        world.on("GET", "/v2/app/manifests/v1", guarded(bearer(realm), FOUND))
        with pytest.raises(AuthError):
            head(world.repository("registry.example/app", USER))
        assert world.dialogue == ["HEAD registry.example/v2/app/manifests/v1 -"]


@row("nobody", "is shown the credentials at a foreign layer's URL")
def foreign_layer_is_asked_for_by_nobody(world, tmp_path):
    world.on("GET", f"/v2/app/blobs/{BLOB.digest}", guarded('Basic realm="x"', error_answer(404, "BLOB_UNKNOWN")))

    def elsewhere(request):
        return unauthorized('Basic realm="give"') if "again" in request.query else Answer(200, None, LAYER)

    world.on("GET", "/layer", elsewhere)
    urls = ("http://vendor.example/layer?again", "http://vendor.example/layer")
    layer = Descriptor(MediaType.DOCKER_FOREIGN_LAYER, BLOB.digest, BLOB.size, urls=urls)
    repository = world.repository("registry.example/app", USER)
    with ForeignSource(RegistrySource(repository, layer), repository, layer).open() as blocks:
        assert b"".join(blocks) == LAYER
    assert [line for line in world.dialogue if "vendor" in line] == [
        f"GET vendor.example/layer{end} -" for end in ("?again", "")
    ]
