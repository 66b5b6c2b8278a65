# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_login on registries that demand a password: Basic behind nginx, and Bearer with a token server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import need
from tests.live.logins import ALICE, WRONG, encoded, failure
from tests.support import install, tls
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.nginx import RunningNginx
from tests.support.registries import RunningRegistry

#: A credential helper that keeps one file a server, as docker's own helpers answer.
HELPER = """\
import json, os, sys, pathlib
folder, words = pathlib.Path(os.environ["HELPER_FOLDER"]), sys.stdin.read()
if sys.argv[1:] == ["store"]:
    (folder / json.loads(words)["ServerURL"].replace("/", "_")).write_text(words)
elif (folder / words.replace("/", "_")).exists():
    place = folder / words.replace("/", "_")
    print(place.read_text()) if sys.argv[1:] == ["get"] else place.unlink()
else:
    print("credentials not found in native keychain")
    raise SystemExit(1)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file with credentials; it is not there yet."""
    return tmp_path / "docker" / "config.json"


@pytest.fixture
def login(modules: ModuleRunner, file: Path) -> Callable[..., ModuleRun]:
    """Run registry_login."""

    def run(
        registry: str, *, check_mode: bool = False, environ: dict[str, str] | None = None, **options: Any
    ) -> ModuleRun:
        given = {"registry": registry, "auth_file": str(file), **options}
        return modules.run("registry_login", given, check=check_mode, environ=environ)

    return run


Login = Callable[..., ModuleRun]


class TestBasic:
    """A registry behind nginx, with TLS and Basic."""

    @pytest.fixture
    def door(self, basic_registry: RunningNginx, authority: tls.Authority) -> dict[str, Any]:
        return {"ca_path": str(authority.certificate), "plain_http": False}

    def test_right(self, basic_registry: RunningNginx, door: dict[str, Any], login: Login, file: Path) -> None:
        run = login(basic_registry.address, **door, **ALICE)
        assert not run.failed, run.result
        assert "warnings" not in run.result
        assert json.loads(file.read_text())["auths"] == {basic_registry.address: {"auth": encoded(**ALICE)}}
        assert ALICE["password"] not in run.text
        assert encoded(**ALICE) not in run.text

    def test_wrong(self, basic_registry: RunningNginx, door: dict[str, Any], login: Login, file: Path) -> None:
        for check in (True, False):
            run = login(basic_registry.address, check_mode=check, **door, **WRONG)
            assert "options username and password" in failure(run)
            assert run.result["errors"][0]["category"] == "unauthorized"
        assert not file.exists()

    def test_wrong_and_not_asked(self, basic_registry: RunningNginx, login: Login, file: Path) -> None:
        run = login(basic_registry.address, check=False, **WRONG)
        assert not run.failed, run.result
        assert list(json.loads(file.read_text())["auths"]) == [basic_registry.address]

    def test_a_login_that_has_been_revoked_is_noticed(
        self, basic_registry: RunningNginx, door: dict[str, Any], login: Login, file: Path
    ) -> None:
        """The file has it already; the registry takes it no longer."""
        file.parent.mkdir()
        file.write_text(json.dumps({"auths": {basic_registry.address: {"auth": encoded(**WRONG)}}}))
        file.chmod(0o600)
        failure(login(basic_registry.address, **door, **WRONG))


class TestBearer:
    """A registry with a token server, and a program that others wrote."""

    def test_another_program_is_let_in(
        self, token_registry: RunningRegistry, login: Login, file: Path, repository: str, modules: ModuleRunner
    ) -> None:
        need("oras")
        name = f"{token_registry.address}/{repository}:v1"
        command = [str(install.require("oras")), "push", "--plain-http", "--registry-config", str(file), name]
        environ = {"PATH": os.environ["PATH"], "HOME": str(file.parent)}

        def push() -> subprocess.CompletedProcess[str]:
            return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

        assert push().returncode != 0
        run = login(token_registry.address, **ALICE)
        assert not run.failed, run.result
        done = push()
        assert done.returncode == 0, done.stderr
        options = {"name": name, "auth_file": str(file)}
        found = modules.run("registry_manifest_info", options)
        assert found.result["manifests"][0]["exists"], found.result
        assert not login(token_registry.address, state="absent").failed
        assert modules.run("registry_manifest_info", options).failed

    def test_wrong(self, token_registry: RunningRegistry, login: Login, file: Path) -> None:
        failure(login(token_registry.address, **WRONG))
        assert not file.exists()


class TestTheFile:
    """Whose file it is, and where; these runs ask no registry."""

    def test_the_default_is_docker_s(self, modules: ModuleRunner, tmp_path: Path) -> None:
        options = {"registry": "docker.io", "check": False, **ALICE}
        run = modules.run("registry_login", options, environ={"HOME": str(tmp_path)})
        assert run.result["auth_file"] == str(tmp_path / ".docker" / "config.json")
        assert list(json.loads((tmp_path / ".docker" / "config.json").read_text())["auths"]) == [
            "https://index.docker.io/v1/"
        ]
        run = modules.run("registry_login", options, environ={"REGISTRY_AUTH_FILE": str(tmp_path / "own")})
        assert run.result["auth_file"] == str(tmp_path / "own")

    def test_a_link_stays_one(self, login: Login, file: Path, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "file").write_text("{}")
        file.parent.mkdir()
        file.symlink_to(tmp_path / "real" / "file")
        assert not login("r.example.com", check=False, **ALICE).failed
        assert file.is_symlink()
        assert list(json.loads((tmp_path / "real" / "file").read_text())["auths"]) == ["r.example.com"]
        assert os.listdir(tmp_path / "real") == ["file"]

    def test_a_file_that_is_broken_is_left_alone(self, login: Login, file: Path) -> None:
        file.parent.mkdir()
        file.write_text('{"auths": ')
        assert "is not valid JSON" in failure(login("r.example.com", check=False, **ALICE))
        assert file.read_text() == '{"auths": '


class TestHelper:
    """A program keeps the passwords."""

    @pytest.fixture
    def environ(self, tmp_path: Path) -> dict[str, str]:
        (tmp_path / "bin").mkdir()
        (tmp_path / "kept").mkdir()
        program = tmp_path / "bin" / "docker-credential-own"
        program.write_text(f"#!{os.path.realpath(sys.executable)}\n{HELPER}")
        program.chmod(0o755)
        return {"PATH": str(tmp_path / "bin"), "HELPER_FOLDER": str(tmp_path / "kept")}

    @pytest.mark.parametrize("config", [{"credsStore": "own"}, {"credHelpers": {"r.example.com": "own"}}])
    def test_in_and_out(
        self, login: Login, file: Path, tmp_path: Path, environ: dict[str, str], config: dict[str, Any]
    ) -> None:
        """What the file had is the helper's now, and check mode tells all of it."""
        file.parent.mkdir()
        file.write_text(json.dumps({"auths": {"r.example.com": {"auth": encoded(**WRONG)}, "b": {}}, **config}))
        for state in ("present", "absent"):
            who = {**ALICE, "check": False} if state == "present" else {}
            runs = [login("r.example.com", check_mode=True, environ=environ, state=state, **who)]
            runs += [login("r.example.com", environ=environ, state=state, **who) for _number in range(2)]
            assert [run.failed for run in runs] == [False] * 3, runs
            assert [run.result["changed"] for run in runs] == [True, True, False]
            assert runs[0].result["diff"] == runs[1].result["diff"]
            assert all(run.result["helper"] == "docker-credential-own" for run in runs)
            assert ALICE["password"] not in "".join(run.text for run in runs)
            kept = [json.loads(path.read_text()) for path in (tmp_path / "kept").iterdir()]
            wanted = {"ServerURL": "r.example.com", "Username": "alice", "Secret": ALICE["password"]}
            assert kept == ([wanted] if state == "present" else [])
            assert json.loads(file.read_text()) == {"auths": {"b": {}}, **config}

    def test_a_helper_that_is_not_there(self, login: Login, file: Path) -> None:
        file.parent.mkdir()
        file.write_text('{"credsStore": "nowhere"}')
        run = login("r.example.com", check=False, **ALICE)
        assert "docker-credential-nowhere" in failure(run)
        assert file.read_text() == '{"credsStore": "nowhere"}'


def test_a_registry_that_asks_nobody_cannot_tell(olareg: RunningRegistry, login: Login) -> None:
    run = login(olareg.address, **ALICE)
    assert not run.failed, run.result
    assert "asks for no credentials" in str(run.result["warnings"])
