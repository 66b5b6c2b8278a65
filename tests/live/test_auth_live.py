# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords and tokens at the doors of real registries.

Modules are run as Ansible runs them, so options, files and environment variables are read as they are for users.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential

from tests.live.clients import new_client, repository_at
from tests.live.logins import ALICE, WRONG, Tags, docker_config, encoded, failure
from tests.support import registries, tls
from tests.support.accounts import basic
from tests.support.images import Pusher, build_image, push_image
from tests.support.modules import ModuleRunner
from tests.support.nginx import RunningNginx, start_nginx
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry
from tests.support.token_server import SERVICE, RunningTokenServer, start_token_server
from tests.support.wire import exchange


class TestBasic:
    """A user name and a password, over TLS, at nginx's door."""

    @pytest.fixture
    def door(self, basic_registry: RunningNginx, distribution2: RunningRegistry, repository: str) -> RunningNginx:
        push_image(distribution2.address, repository, "v1")
        return basic_registry

    @pytest.fixture
    def trust(self, authority: tls.Authority) -> dict[str, str]:
        return {"ca_path": str(authority.certificate)}

    def test_by_options(self, door: RunningNginx, trust: dict[str, str], tags: Tags) -> None:
        run = tags(door, **trust, **ALICE)
        assert run.result["tags"] == ["v1"], run.result

    def test_the_module_says_what_is_asked_for(
        self, door: RunningNginx, trust: dict[str, str], modules: ModuleRunner
    ) -> None:
        for options, access in ((ALICE, True), ({}, False)):
            run = modules.run("registry_info", {"registry": door.address, "plain_http": False, **trust, **options})
            assert not run.failed, run.result
            assert (run.result["registry"]["auth"], run.result["registry"]["access"]) == ("basic", access)

    def test_writes(
        self,
        door: RunningNginx,
        trust: dict[str, str],
        modules: ModuleRunner,
        repository: str,
        authority: tls.Authority,
    ) -> None:
        run = modules.run(
            "registry_tag",
            {"name": f"{door.address}/{repository}:v1", "tags": ["v2"], "plain_http": False, **trust, **ALICE},
        )
        assert not run.failed, run.result
        pusher = Pusher(door.url, repository, headers=basic(*ALICE.values()), tls=authority.context())
        assert pusher.tags() == ["v1", "v2"]

    @pytest.mark.parametrize("place", ["auth_file", "REGISTRY_AUTH_FILE", "DOCKER_CONFIG", "home"])
    def test_by_a_file(self, place: str, door: RunningNginx, trust: dict[str, str], tags: Tags, tmp_path: Path) -> None:
        path = tmp_path / (".docker" if place == "home" else "") / "config.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(docker_config(door.address, auth=encoded(**ALICE)))
        options, environ = dict(trust), {}
        if place == "auth_file":
            options["auth_file"] = str(path)
        elif place == "home":
            environ["HOME"] = str(tmp_path)
        else:
            environ[place] = str(path if place == "REGISTRY_AUTH_FILE" else tmp_path)
        run = tags(door, environ=environ, **options)
        assert run.result["tags"] == ["v1"], run.result

    def test_by_a_credential_helper(
        self, door: RunningNginx, trust: dict[str, str], tags: Tags, tmp_path: Path
    ) -> None:
        helper = tmp_path / "docker-credential-tests"
        answer = json.dumps({"ServerURL": door.address, "Username": "alice", "Secret": ALICE["password"]})
        helper.write_text(f"#!/bin/sh\nread server\n[ \"$1 $server\" = 'get {door.address}' ] && echo '{answer}'\n")
        helper.chmod(helper.stat().st_mode | stat.S_IXUSR)
        (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {door.address: "tests"}}))
        environ = {"DOCKER_CONFIG": str(tmp_path), "PATH": f"{tmp_path}:/usr/bin:/bin"}
        run = tags(door, environ=environ, **trust)
        assert run.result["tags"] == ["v1"], run.result

    def test_a_wrong_password_names_its_options(self, door: RunningNginx, trust: dict[str, str], tags: Tags) -> None:
        text = failure(tags(door, **trust, **WRONG))
        assert "options username and password" in text
        assert "401" in text

    def test_a_wrong_password_names_its_file(
        self, door: RunningNginx, trust: dict[str, str], tags: Tags, tmp_path: Path
    ) -> None:
        path = tmp_path / "auth.json"
        path.write_text(docker_config(door.address, auth=encoded(**WRONG)))
        text = failure(tags(door, auth_file=str(path), **trust))
        assert str(path) in text
        assert door.address in text

    def test_without_credentials_it_says_what_to_do(
        self, door: RunningNginx, trust: dict[str, str], tags: Tags
    ) -> None:
        text = failure(tags(door, **trust))
        assert "401" in text
        assert "username and password" in text
        assert "auth_file" in text


class TestTheWire:
    """What is sent, and what never is; over plain HTTP, so that a recorder can look."""

    @pytest.fixture
    def door(
        self, distribution2: RunningRegistry, repository: str, accounts: dict[str, str], needs: Callable[..., None]
    ) -> Iterator[RunningNginx]:
        needs("nginx", "htpasswd")
        push_image(distribution2.address, repository, "v1")
        cookie = {"Set-Cookie": "session=42; Path=/"}
        with start_nginx(distribution2.address, accounts=accounts, headers=cookie) as server:
            yield server

    @pytest.fixture
    def wire(self, door: RunningNginx) -> Iterator[Recorder]:
        with Recorder(door.address) as recorder:
            yield recorder

    def test_a_password_is_sent_when_it_is_asked_for_and_then_always(self, wire: Recorder, tags: Tags) -> None:
        run = tags(wire, details="digest", **ALICE)
        assert run.result["tags"] == ["v1"], run.result
        assert [request.status for request in wire.requests] == [401, 200, 200]
        assert ["authorization" in request.headers for request in wire.requests] == [False, True, True]

    def test_no_cookie_is_kept(self, wire: Recorder, tags: Tags) -> None:
        tags(wire, details="digest", **ALICE)
        assert all("set-cookie" in request.response_headers for request in wire.requests)
        assert not any("cookie" in request.headers for request in wire.requests)

    def test_netrc_is_not_read(self, wire: Recorder, tags: Tags, tmp_path: Path) -> None:
        netrc = tmp_path / ".netrc"
        netrc.write_text(f"machine 127.0.0.1 login alice password {ALICE['password']}\n")
        netrc.chmod(0o600)
        failure(tags(wire, environ={"HOME": str(tmp_path), "NETRC": str(netrc)}))
        assert [request.status for request in wire.requests] == [401]
        assert not any("authorization" in request.headers for request in wire.requests)

    def test_a_wrong_password_is_tried_once(self, wire: Recorder, tags: Tags) -> None:
        failure(tags(wire, **WRONG))
        assert [request.status for request in wire.requests] == [401, 401]


class TestTokens:
    """Bearer tokens of a real token server."""

    @pytest.fixture
    def asked(self, tokens: RunningTokenServer) -> Iterator[Recorder]:
        """The token server by way of a recorder."""
        with Recorder(tokens.address) as recorder:
            yield recorder

    @pytest.fixture(params=["distribution2", "distribution3"])
    def door(
        self,
        request: pytest.FixtureRequest,
        tokens: RunningTokenServer,
        asked: Recorder,
        needs: Callable[..., None],
    ) -> Iterator[RunningRegistry]:
        """A registry that sends its clients to the recorder for tokens."""
        needs(request.param)
        auth = tokens.auth(realm=f"{asked.url}/token/")
        with registries.start(request.param, auth=auth) as server:
            yield server

    @pytest.fixture
    def pusher(self, door: RunningRegistry, tokens: RunningTokenServer, repository: str) -> Pusher:
        """Plain requests with a token for everything."""
        scope = f"repository:{repository}:pull,push,delete"
        return Pusher(door.address, repository, headers=tokens.token(*ALICE.values(), scope))

    def test_one_token_for_many_requests(
        self, door: RunningRegistry, asked: Recorder, pusher: Pusher, repository: str, modules: ModuleRunner
    ) -> None:
        image = build_image([repository.encode()])
        pusher.push(image, "v1")
        tags = ["v2", "v3", "v4"]
        run = modules.run("registry_tag", {"name": f"{door.address}/{repository}:v1", "tags": tags, **ALICE})
        assert not run.failed, run.result
        assert pusher.tags() == ["v1", *tags]
        scopes = [parse_qs(request.query)["scope"] for request in asked.requests]
        assert [request.method for request in asked.requests] == ["GET"] * len(scopes)
        # One to read with, one to write with; what has been got is used again.
        assert scopes == [[f"repository:{repository}:pull"], [f"repository:{repository}:pull,push"]]
        assert all(parse_qs(request.query)["service"] == [SERVICE] for request in asked.requests)

    def test_the_module_says_that_tokens_are_asked_for(
        self, door: RunningRegistry, modules: ModuleRunner, repository: str
    ) -> None:
        run = modules.run("registry_info", {"registry": door.address, "repository": repository, **ALICE})
        assert not run.failed, run.result
        assert run.result["registry"]["auth"] == "bearer"
        assert run.result["registry"]["supports"]["catalog"] is True

    def test_an_identity_token_buys_tokens_by_oauth2(
        self,
        door: RunningRegistry,
        asked: Recorder,
        tokens: RunningTokenServer,
        pusher: Pusher,
        tags: Tags,
        tmp_path: Path,
    ) -> None:
        pusher.push(build_image(), "v1")
        path = tmp_path / "config.json"
        path.write_text(docker_config(door.address, identitytoken=self.refresh_token(tokens)))
        run = tags(door, auth_file=str(path))
        assert run.result["tags"] == ["v1"], run.result
        assert [(request.method, request.query) for request in asked.requests] == [("POST", "")]

    @staticmethod
    def refresh_token(tokens: RunningTokenServer) -> str:
        query = urlencode({"service": SERVICE, "offline_token": "true", "client_id": "tests"})
        answer = exchange("GET", f"{tokens.realm}?{query}", headers=basic(*ALICE.values()))
        token: str = json.loads(answer.body)["refresh_token"]
        return token

    def test_a_wrong_identity_token(self, door: RunningRegistry, tags: Tags, tmp_path: Path) -> None:
        path = tmp_path / "config.json"
        path.write_text(docker_config(door.address, identitytoken="not-a-real-token"))
        run = tags(door, auth_file=str(path))
        assert str(path) in failure(run)
        assert "not-a-real-token" not in run.text

    def test_a_wrong_password(self, door: RunningRegistry, asked: Recorder, tags: Tags) -> None:
        text = failure(tags(door, **WRONG))
        assert "options username and password" in text
        assert asked.address in text
        assert len(asked.requests) == 1

    def test_without_credentials(self, door: RunningRegistry, tags: Tags) -> None:
        text = failure(tags(door))
        assert "username and password" in text

    def test_what_is_somebody_elses(
        self, door: RunningRegistry, pusher: Pusher, modules: ModuleRunner, repository: str, accounts: dict[str, str]
    ) -> None:
        pusher.push(build_image(), "v1")
        bob = {"username": "bob", "password": accounts["bob"]}
        run = modules.run("registry_tag", {"name": f"{door.address}/{repository}:v1", "tags": ["stolen"], **bob})
        assert run.failed
        assert accounts["bob"] not in run.text
        assert run.result["errors"][0]["category"] in ("unauthorized", "denied")
        assert pusher.tags() == ["v1"]

    def test_a_copy_between_repositories_mounts(
        self, door: RunningRegistry, pusher: Pusher, modules: ModuleRunner, repository: str
    ) -> None:
        image = build_image([repository.encode()])
        pusher.push(image, "v1")
        name = f"{door.address}/{repository}"
        run = modules.run("registry_copy", {"src": f"{name}:v1", "dest": f"{name}/copy:v1", **ALICE})
        assert not run.failed, run.result
        assert run.result["images"][0]["mounted_blobs"] == len(image.blobs)

    def test_a_large_upload_with_a_token(
        self, door: RunningRegistry, pusher: Pusher, modules: ModuleRunner, repository: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "blob"
        path.write_bytes(repository.encode() * 100_000)
        options = {"repository": f"{door.address}/{repository}", "src": str(path), "chunk_size": "200K", **ALICE}
        run = modules.run("registry_blob", options)
        assert not run.failed, run.result
        assert pusher.blob(run.result["blob"]["digest"]) == path.read_bytes()


class TestATokenThatEnds:
    """The registry's keys are changed while a client is at work: the token that it has is none any more."""

    @pytest.fixture(params=["distribution2", "distribution3"])
    def two(
        self, request: pytest.FixtureRequest, accounts: dict[str, str], repository: str, needs: Callable[..., None]
    ) -> Iterator[tuple[Recorder, Recorder, Callable[[], None]]]:
        """A registry and its token server by way of recorders, and what replaces both by others with another key."""
        needs(request.param, "token-server", "htpasswd", "openssl")
        with ExitStack() as stack:
            tokens = [stack.enter_context(start_token_server(accounts)) for unused in range(2)]
            asked = stack.enter_context(Recorder(tokens[0].address))
            doors = []
            for server in tokens:
                auth = server.auth(realm=f"{asked.url}/token/")
                door = stack.enter_context(registries.start(request.param, auth=auth))
                token = server.token(*ALICE.values(), f"repository:{repository}:pull,push")
                Pusher(door.address, repository, headers=token).push(build_image(), "v1")
                doors.append(door)
            wire = stack.enter_context(Recorder(doors[0].address))

            def change_keys() -> None:
                asked.upstream, wire.upstream = tokens[1].address, doors[1].address

            yield wire, asked, change_keys

    def test_it_is_refreshed_once(self, two: tuple[Recorder, Recorder, Callable[[], None]], repository: str) -> None:
        wire, asked, change_keys = two
        with new_client(credential=Credential("basic", **ALICE, source="the test")) as client:
            images = repository_at(client, wire.address, repository)
            assert images.head_manifest("v1") is not None
            change_keys()
            # The connections that are open lead to the old servers.
            client.transport.close()
            wire.clear()
            asked.clear()
            assert images.head_manifest("v1") is not None
            assert [request.status for request in wire.requests] == [401, 200]
            assert len(asked.requests) == 1

    def test_when_the_new_one_is_none_either_it_is_an_error(
        self, two: tuple[Recorder, Recorder, Callable[[], None]], repository: str
    ) -> None:
        wire, asked, change_keys = two
        old = asked.upstream
        with new_client(credential=Credential("basic", **ALICE, source="the test")) as client:
            images = repository_at(client, wire.address, repository)
            assert images.head_manifest("v1") is not None
            change_keys()
            asked.upstream = old
            client.transport.close()
            wire.clear()
            asked.clear()
            with pytest.raises(Exception, match="401") as error:
                images.head_manifest("v1")
            assert ALICE["password"] not in str(error.value)
            assert len(asked.requests) == 1
            assert [request.status for request in wire.requests] == [401, 401]
