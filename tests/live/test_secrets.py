# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No password and no token is where it does not belong: not in what Ansible prints however much it is asked to say, in
no error, diff or result, not in what is left on the disk, and not in a cache.

A registry with a token server demands both; a second one refuses everything, and repeats in its error all that it was
told. Every module meets both.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Request,
    ScriptedServer,
    Step,
    error_answer,
    json_answer,
)

from tests.live.hostile import METHODS
from tests.live.inventories import read_inventory
from tests.live.playbooks import played
from tests.support import registries
from tests.support.images import Pusher, build_image
from tests.support.modules import ModuleRunner

USER = "robot"
PASSWORD = "correct/horse battery+staple"
OTHER_PASSWORD = "another-password-for-the-source"
PROXY_PASSWORD = "the-password-of-the-proxy"
HELPERS_PASSWORD = "what-the-helper-keeps"
IDENTITY = "an-identity-token-of-the-file"
TOKEN = "the-token.that.was-bought"
REFRESH = "the-refresh-token-that-came-along"
IMAGE = build_image()
LOOKUPS = ("registry_digest", "registry_tags")
MODULES = Path(__file__).parents[2] / "plugins" / "modules"


def forms(secret: str) -> set[str]:
    """A secret as it is, and as it travels and is kept."""
    login = f"{USER}:{secret}".encode()
    found = {secret, quote(secret), quote(secret, safe=""), secret.replace("/", "\\/")}
    for raw in (login, secret.encode()):
        # Within a longer text, base64 has one of three forms, whose ends depend on what is beside it.
        for before in range(3):
            text = base64.b64encode(bytes(before) + raw).decode().rstrip("=")
            found.add(text[4 if before else 0 : -2])
    return found


SECRETS = {
    form: secret
    for secret in (PASSWORD, OTHER_PASSWORD, PROXY_PASSWORD, HELPERS_PASSWORD, IDENTITY, TOKEN, REFRESH)
    for form in forms(secret)
}


def secrets_in(text: str) -> set[str]:
    """The secrets that are in a text, in whatever form."""
    return {secret for form, secret in SECRETS.items() if form in text}


def test_the_search_finds_what_it_looks_for() -> None:
    for text in (
        f"a {PASSWORD} b",
        base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
        base64.b64encode(b'{"x": 12, "password": "' + PASSWORD.encode() + b'"}').decode(),
        quote(PASSWORD, safe=""),
        json.dumps({"auth": PASSWORD}),
    ):
        assert secrets_in(text) == {PASSWORD}, text
    assert not secrets_in("a password that is none of ours")


@dataclass(frozen=True)
class World:
    """A registry that wants a token, the server that sells them, one that repeats what it hears, and a home folder."""

    registry: str
    echo: str
    tokens: ScriptedServer
    repeated: ScriptedServer
    home: Path


def _sells(request: Request) -> Step:
    """A token for whoever has one of the passwords, or the identity token."""
    body = request.body + request.take()
    known = request.headers.get("Authorization", "").startswith("Basic ") or b"refresh_token=" in body
    return json_answer({"token": TOKEN, "refresh_token": REFRESH}) if known else Answer(401)


def _repeats(request: Request) -> Step:
    """Everybody is asked for a password, and reads it again in the refusal."""
    told = request.headers.get("Authorization")
    if told is None:
        return Answer(401, {"WWW-Authenticate": 'Basic realm="x"'})
    plain = base64.b64decode(told.partition(" ")[2]).decode()
    words = f"you are {plain}, which is {told} or {told.partition(' ')[2]} or {plain.partition(':')[2]}"
    headers = {"Warning": f'299 - "{words}"', "X-Heard": told}
    return error_answer(403, "DENIED", words, headers)


@pytest.fixture(scope="module")
def world(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All of it, with an image in the registry."""
    needs("distribution2")
    with ScriptedServer() as tokens, ScriptedServer() as echo:
        for method in METHODS:
            tokens.on(method, "/token", _sells)
            echo.on(method, "*", _repeats)
        # The registry's controller for tests: any token will do.
        auth = {"silly": {"realm": f"{tokens.url}/token", "service": "x"}}
        with registries.start("distribution2", auth=auth) as registry:
            headers = {"Authorization": "Bearer any"}
            Pusher(registry.address, "team/app", headers=headers).push(IMAGE, "v1")
            yield World(registry.address, echo.address, tokens, echo, tmp_path_factory.mktemp("home"))


def tasks(registry: str, home: Path) -> dict[str, dict[str, Any]]:
    """Options for every module, that it can do something with."""
    app = f"{registry}/team/app"
    return {
        "registry_info": {"registry": registry},
        "registry_repositories_info": {"registry": registry},
        "registry_tags_info": {"repository": app, "details": "full"},
        "registry_manifest_info": {"name": f"{app}:v1", "config": True},
        "registry_blob_info": {"repository": app, "digest": next(iter(IMAGE.blobs))},
        "registry_referrers_info": {"name": f"{app}:v1"},
        "registry_manifest": {"name": f"{app}:composed", "manifests": [f"{app}:v1"]},
        "registry_tag": {"name": f"{app}:v1", "tags": ["latest"]},
        "registry_blob": {"repository": app, "content": "what is uploaded"},
        "registry_copy": {
            "src": f"{app}:v1",
            "dest": f"{registry}/team/copy:v1",
            "src_auth": {"username": USER, "password": OTHER_PASSWORD},
        },
        "registry_sync": {"src": app, "dest": f"{registry}/team/mirror"},
        "registry_prune": {"repository": f"{registry}/team/copy", "keep": {"newest": 1}},
        "registry_artifact": {"name": f"{app}:artifact", "artifact_type": "application/vnd.example"},
        "registry_login": {"registry": registry, "auth_file": str(home / "login.json")},
    }


def test_every_module_is_here(tmp_path: Path) -> None:
    assert set(tasks("x", tmp_path)) == {path.stem for path in MODULES.glob("registry_*.py")}


def play(world: World, home: Path, credentials: Mapping[str, Any]) -> dict[str, Any]:
    """Every module at both registries, and the lookups; what fails is part of it."""
    listed: list[dict[str, Any]] = []
    for registry in (world.registry, world.echo):
        for module, options in tasks(registry, home).items():
            given = options
            if "auth_file" in credentials and module != "registry_login":
                given = {key: value for key, value in options.items() if key != "src_auth"}
                given.update(credentials)
            elif "auth_file" in credentials:
                continue
            listed.append({"name": module, f"regops.oci_registry.{module}": given, "ignore_errors": True})
        for lookup in LOOKUPS if "password" in credentials else ():
            name = f"{registry}/team/app{':v1' if lookup == 'registry_digest' else ''}"
            call = f"lookup('regops.oci_registry.{lookup}', '{name}', username=user, password=password, retries=0)"
            listed.append(
                {"name": lookup, "ansible.builtin.debug": {"msg": f"{{{{ {call} }}}}"}, "ignore_errors": True}
            )
    defaults = {**({} if "auth_file" in credentials else {"username": "{{ user }}", "password": "{{ password }}"})}
    return {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {"group/regops.oci_registry.registry": {**defaults, "retries": 0}},
        "environment": {"http_proxy": f"http://{USER}:{PROXY_PASSWORD}@127.0.0.1:9", "no_proxy": "127.0.0.1"},
        "tasks": listed,
    }


def run(
    world: World, home: Path, verbosity: int, credentials: Mapping[str, Any], environ: Mapping[str, str]
) -> tuple[str, int]:
    """All that Ansible says of such a play, its results and diffs included, and how many tasks failed."""
    told = ["--diff", *(["-" + "v" * verbosity] if verbosity else [])]
    secrets = home / "variables.json"
    secrets.write_text(json.dumps({"user": USER, "password": credentials.get("password", "")}), encoding="utf-8")
    tasks_run, words = played(
        play(world, home, credentials),
        home,
        "-e",
        f"@{secrets}",
        *told,
        environ={"COLUMNS": "100000", "ANSIBLE_REMOTE_TMP": str(home / "remote"), **environ},
    )
    return words + json.dumps([task.result for task in tasks_run]), sum(task.failed for task in tasks_run)


#: What the user has written: they are nobody else's affair.
OURS = ("auth.json", "play.json", "registry.yml", "variables.json")


def left_behind(home: Path) -> dict[Path, set[str]]:
    """The files below a folder that have secrets in them, with these, but for the user's own."""
    found = {}
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.name not in OURS:
            secrets = secrets_in(path.read_bytes().decode("latin-1"))
            if secrets:
                found[path.relative_to(home)] = secrets
    return found


@pytest.mark.parametrize("verbosity", [0, 1, 2, 3, 4])
def test_what_ansible_says_of_what_runs_in_process(verbosity: int, world: World, tmp_path: Path) -> None:
    text, failed = run(world, tmp_path, verbosity, {"password": PASSWORD}, {"REGOPS_IN_PROCESS": "auto"})
    check_words(text, failed, world, tmp_path)
    assert secrets_in(text) == set()
    assert left_behind(tmp_path) == {Path("login.json"): {PASSWORD}}
    assert stat.S_IMODE((tmp_path / "login.json").stat().st_mode) == 0o600


def test_what_ansible_says_of_modules_and_leaves_for_debugging(world: World, tmp_path: Path) -> None:
    """Ansible hands options over in a file, and has it stay on demand. docs/security.md says so; nobody else may read
    it, and there is nothing beside it."""
    environ = {"REGOPS_IN_PROCESS": "never", "ANSIBLE_KEEP_REMOTE_FILES": "true"}
    text, failed = run(world, tmp_path, 4, {"password": PASSWORD}, environ)
    check_words(text, failed, world, tmp_path)
    # Ansible itself shows the environment of the command that runs a module.
    assert secrets_in(text) <= {PROXY_PASSWORD}
    found = left_behind(tmp_path)
    assert found.pop(Path("login.json")) == {PASSWORD}
    assert len(found) >= len(tasks("x", tmp_path))
    for path, secrets in found.items():
        assert path.name.startswith("AnsiballZ_")
        assert secrets <= {PASSWORD, OTHER_PASSWORD}
        assert stat.S_IMODE((tmp_path / path).parent.stat().st_mode) & 0o077 == 0


def check_words(text: str, failed: int, world: World, home: Path) -> None:
    """Each module and each lookup has failed once, at the registry that repeats what it hears; all were at stake."""
    modules = len(tasks("x", home))
    assert failed == modules + len(LOOKUPS), text
    assert text.count("DENIED") >= modules
    assert PASSWORD in heard(world.repeated)
    assert {PASSWORD, OTHER_PASSWORD} <= heard(world.tokens)


def heard(server: ScriptedServer) -> set[str]:
    """The passwords that a server was told: those that were at stake."""
    told = [request.headers.get("Authorization", "").partition(" ")[2] for request in server.requests]
    return secrets_in("".join(told)) | secrets_in("".join(request.body.decode() for request in server.requests))


def auth_file(world: World, home: Path) -> dict[str, Any]:
    """Credentials in a file: an identity token for the registry, a password for the other one."""
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    auths = {world.registry: {"identitytoken": IDENTITY}, world.echo: {"auth": login}}
    path = home / "auth.json"
    path.write_text(json.dumps({"auths": auths}), encoding="utf-8")
    return {"auth_file": str(path)}


@pytest.mark.parametrize("way", ["auto", "never"])
def test_credentials_of_a_file_are_not_in_what_ansible_leaves_for_debugging(
    way: str, world: World, tmp_path: Path
) -> None:
    world.tokens.requests.clear()
    environ = {"REGOPS_IN_PROCESS": way, "ANSIBLE_KEEP_REMOTE_FILES": "true"}
    text, failed = run(world, tmp_path, 4, auth_file(world, tmp_path), environ)
    assert failed == len(tasks("x", tmp_path)) - 1, text
    assert secrets_in(text) - {PROXY_PASSWORD if way == "never" else None} == set()
    assert left_behind(tmp_path) == {}
    assert bool(list(tmp_path.rglob("AnsiballZ_*.py"))) is (way == "never")
    assert IDENTITY in heard(world.tokens)


def test_a_proxy_that_wants_a_password(world: World, modules: ModuleRunner) -> None:
    environ = {"http_proxy": f"http://{USER}:{PROXY_PASSWORD}@127.0.0.1:9"}
    result = modules.run("registry_info", {"registry": "registry.invalid", "plain_http": True}, environ=environ)
    assert result.failed
    assert "127.0.0.1:9" in result.text or "proxy" in result.text
    assert secrets_in(result.text) == set()


class TestTheInventory:
    """Its options are in a file, and what it keeps in a cache."""

    @pytest.mark.parametrize("verbosity", ["-v", "-vvvv"])
    def test_what_it_says_and_keeps(self, verbosity: str, world: World, tmp_path: Path) -> None:
        cache = tmp_path / "cache"
        content = {
            "registry": world.registry,
            "username": USER,
            "password": "{{ lookup('ansible.builtin.env', 'THE_PASSWORD') }}",
            "inventory_level": "image",
            "details": "full",
            "cache": True,
            "cache_plugin": "jsonfile",
            "cache_connection": str(cache),
        }
        environ = {"THE_PASSWORD": PASSWORD}
        for _time in ("made", "read"):
            found = read_inventory(content, tmp_path, "--list", verbosity, environ=environ)
            assert found.status == 0, found.words
            assert "team/app" in found.output
            assert secrets_in(found.output + found.words) == set()
        assert any(path.is_file() for path in cache.rglob("*"))
        assert left_behind(tmp_path) == {}

    def test_what_it_says_when_it_fails(self, world: World, tmp_path: Path) -> None:
        content = {"registry": world.echo, "username": USER, "password": PASSWORD, "repositories": ["team/app"]}
        found = read_inventory(content, tmp_path, "--list", "-vvvv")
        assert found.status != 0
        assert "DENIED" in found.words
        assert secrets_in(found.output + found.words) == set()


HELPER = """#!/bin/sh
echo "$0 $#: $*" >> "{log}"
cat >> "{log}"
printf '%s' '{answer}'
exit {status}
"""


class Helper:
    """A credential helper that notes how it was called."""

    def __init__(self, home: Path, answer: str, status: int = 0) -> None:
        self.log = home / "log"
        self.folder = home / "bin"
        self.folder.mkdir()
        path = self.folder / "docker-credential-test"
        path.write_text(HELPER.format(log=self.log, answer=answer, status=status), encoding="utf-8")
        path.chmod(0o755)

    @property
    def environ(self) -> dict[str, str]:
        """Where it is found."""
        return {"PATH": f"{self.folder}:{os.environ.get('PATH', os.defpath)}"}


def helped(home: Path, registry: str, helper: str) -> dict[str, Any]:
    """A file that has a helper asked."""
    path = home / "auth.json"
    path.write_text(json.dumps({"credHelpers": {registry: helper}}), encoding="utf-8")
    return {"repository": f"{registry}/team/app", "auth_file": str(path)}


class TestAHelper:
    """A program that keeps passwords is run without a shell, and told nothing but the name of the registry."""

    def test_it_is_asked(self, world: World, modules: ModuleRunner, tmp_path: Path) -> None:
        helper = Helper(tmp_path, json.dumps({"Username": USER, "Secret": HELPERS_PASSWORD}))
        for registry, fails in ((world.registry, False), (world.echo, True)):
            result = modules.run("registry_tags_info", helped(tmp_path, registry, "test"), environ=helper.environ)
            assert result.failed is fails, result.result
            assert secrets_in(result.text) == set()
        called = f"{helper.folder}/docker-credential-test 1: get\n"
        assert helper.log.read_text() == "".join(f"{called}{name}" for name in (world.registry, world.echo))
        assert HELPERS_PASSWORD in heard(world.repeated)

    def test_what_it_prints_when_it_fails_is_not_told(
        self, world: World, modules: ModuleRunner, tmp_path: Path
    ) -> None:
        for number, answer in enumerate((HELPERS_PASSWORD, json.dumps({"Secret": [HELPERS_PASSWORD]}))):
            folder = tmp_path / str(number)
            folder.mkdir()
            helper = Helper(folder, answer, status=1 - number)
            result = modules.run("registry_tags_info", helped(folder, world.registry, "test"), environ=helper.environ)
            assert result.failed
            assert "docker-credential-test" in result.result["msg"]
            assert secrets_in(result.text) == set()

    @pytest.mark.parametrize(
        "name",
        [
            "test; touch WITNESS",
            "test$(touch WITNESS)",
            "`touch WITNESS`",
            "../bin/docker-credential-test",
            "/bin/docker-credential-test",
            "test get",
            "test\n",
            "test\0",
            "",
            "t\u00e9st",
            "n" * 300,
            ["test"],
        ],
    )
    def test_its_name_is_checked(self, name: Any, world: World, modules: ModuleRunner, tmp_path: Path) -> None:
        helper = Helper(tmp_path, "{}")
        witness = tmp_path / "witness"
        given = name.replace("WITNESS", str(witness)) if isinstance(name, str) else name
        result = modules.run("registry_tags_info", helped(tmp_path, world.registry, given), environ=helper.environ)
        assert result.failed
        assert "names a credential helper" in result.result["msg"] or name == ""
        assert not witness.exists()
        assert not helper.log.exists()
