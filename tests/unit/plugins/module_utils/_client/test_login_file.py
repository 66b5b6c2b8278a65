# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written into files with credentials, and what stays."""

from __future__ import annotations

import functools
import json
import os
import stat
import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_helper import run_helper
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_sources import login_path
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.docker_config import parse_config
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import CredentialError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.login_file import (
    LoginFile,
    helper_for,
    keys_of,
    login_of,
    with_login,
    without_logins,
)

ROBOT = Credential.from_login("robot", "b\u00e9ep:1", "test")
HUB = "https://index.docker.io/v1/"


def config_of(document):
    return parse_config(json.dumps(document).encode(), "file")


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({}, "/home/a/.docker/config.json"),
        ({"DOCKER_CONFIG": "/etc/d"}, "/etc/d/config.json"),
        ({"DOCKER_CONFIG": "/etc/d", "REGISTRY_AUTH_FILE": "/x/auth.json"}, "/x/auth.json"),
        ({"DOCKER_CONFIG": "", "REGISTRY_AUTH_FILE": ""}, "/home/a/.docker/config.json"),
    ],
)
def test_where_logins_go(environ, path):
    assert login_path(environ, "/home/a") == path


@pytest.mark.parametrize(("registry", "key"), [("docker.io", HUB), ("r.example.com:5000", "r.example.com:5000")])
def test_what_is_written_is_what_is_found(tmp_path, registry, key):
    path = tmp_path / "config.json"
    LoginFile(str(path)).change(lambda document: with_login(document, registry, ROBOT))
    assert list(json.loads(path.read_text())["auths"]) == [key]
    found = CredentialStore.from_file(str(path), run_helper).lookup(registry + "/library/app")
    assert (found.username, found.password) == ("robot", "b\u00e9ep:1")


def test_a_token_is_found_as_one(tmp_path):
    path = tmp_path / "config.json"
    token = Credential.from_login("<token>", "secret", "test")
    LoginFile(str(path)).change(lambda document: with_login(document, "r.example.com", token))
    found = CredentialStore.from_file(str(path), run_helper).lookup("r.example.com/app")
    assert (found.kind, found.token) == (token.kind, "secret")


def test_everything_else_stays_in_its_order():
    before = {"z": [1, {"b": 1, "a": 2}], "auths": {"z": {}, "r.example.com": {"email": "e"}, "a": None}, "a": "\u20ac"}
    after = with_login(before, "r.example.com", ROBOT)
    assert list(after) == ["z", "auths", "a"]
    assert list(after["auths"]) == ["z", "r.example.com", "a"]
    assert after["auths"]["r.example.com"]["email"] == "e"
    assert without_logins(after, ["r.example.com"]) == {**before, "auths": {"z": {}, "a": None}}
    assert before["auths"]["r.example.com"] == {"email": "e"}


def test_what_would_go_before_the_password_is_taken_out():
    entry = {"identitytoken": "t", "registrytoken": "r", "username": "u", "password": "p", "email": "e"}
    after = with_login({"auths": {"r.example.com": entry}}, "r.example.com", ROBOT)
    found = config_of(after).credential("r.example.com")
    assert (found.username, found.password) == ("robot", "b\u00e9ep:1")
    assert list(after["auths"]["r.example.com"]) == ["auth", "email"]


@pytest.mark.parametrize("entry", ["text", {"auth": "no base64"}, {"auth": 1}, None, []])
def test_what_nobody_can_read_is_overwritten(entry):
    before = {"auths": {"r.example.com": entry}}
    assert login_of(config_of(before), "r.example.com") is None
    found = login_of(config_of(with_login(before, "r.example.com", ROBOT)), "r.example.com")
    assert (found.username, found.password) == ("robot", "b\u00e9ep:1")


def test_a_user_name_that_no_file_can_hold():
    with pytest.raises(CredentialError, match="colon"):
        with_login({}, "r.example.com", Credential.from_login("a:b", "secret", "test"))


def test_all_spellings_of_a_registry():
    keys = ["https://r.example.com/v1/", "r.example.com", "http://r.example.com", "R.example.com"]
    others = ["r.example.com/team", "r.example.com:443", "example.com", HUB]
    config = config_of({"auths": {key: {} for key in keys + others}})
    assert sorted(keys_of(config, "r.example.com")) == sorted(keys)
    assert keys_of(config, "docker.io") == [HUB]


@pytest.mark.parametrize(
    ("document", "program"),
    [
        ({}, None),
        ({"credsStore": ""}, None),
        ({"credsStore": "own"}, "docker-credential-own"),
        ({"credHelpers": {"r.example.com": "own"}}, "docker-credential-own"),
        ({"credHelpers": {"other.example.com": "own"}}, None),
        ({"credHelpers": {"r.example.com": "own"}, "credsStore": "all"}, "docker-credential-own"),
        ({"credHelpers": {"r.example.com": ""}, "credsStore": "all"}, None),
    ],
)
def test_who_keeps_the_password(document, program):
    assert helper_for(config_of(document), "r.example.com") == program


def test_a_helper_from_anywhere_is_refused():
    with pytest.raises(CredentialError, match="credential helper"):
        helper_for(config_of({"credsStore": "../../tmp/x"}), "r.example.com")


def test_permissions(tmp_path):
    path = tmp_path / "new" / "config.json"
    file = LoginFile(str(path))
    assert file.mode() is None
    for mode in (None, 0o644, 0o400):
        if mode is not None:
            path.chmod(mode)
            assert file.mode() == mode
        file.change(lambda document: with_login(document, "r.example.com", ROBOT))
        assert file.mode() == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(str(path.parent)) == ["config.json"]


@pytest.mark.parametrize("content", ["{", "[]", '{"auths": []}', "\udcff"])
def test_what_cannot_be_read_is_not_written(tmp_path, content):
    path = tmp_path / "config.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CredentialError):
        LoginFile(str(path)).change(lambda document: {})
    assert path.read_bytes() == content.encode("utf-8", "surrogateescape")


def test_a_file_of_the_old_kind_is_refused(tmp_path):
    with pytest.raises(CredentialError, match="given up"):
        LoginFile(str(tmp_path / ".dockercfg")).read()


def test_a_link_to_a_file_that_is_not_there_yet(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "sub" / "file")
    LoginFile(str(link)).change(lambda document: with_login(document, "r.example.com", ROBOT))
    assert link.is_symlink()
    assert "r.example.com" in json.loads((tmp_path / "sub" / "file").read_text())["auths"]


def test_nobody_s_login_is_lost(tmp_path):
    """Many at once, as when many hosts delegate the task to one."""
    file = LoginFile(str(tmp_path / "config.json"))
    begin = threading.Barrier(8)

    def login(number):
        begin.wait()
        for turn in range(5):
            file.change(functools.partial(with_login, registry=f"r{number}-{turn}.example.com", credential=ROBOT))

    threads = [threading.Thread(target=login, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(file.read().auths) == 40
