# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs as credential helpers."""

from __future__ import annotations

import functools
import json
import os
import sys

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_helper import (
    ERASE,
    STORE,
    erase_from_helper,
    run_helper,
    store_in_helper,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import CredentialError

ECHOING = """\
import json, os, sys
server = sys.stdin.read()
print("words for people", file=sys.stderr)
print(json.dumps({"ServerURL": server, "Username": " ".join(sys.argv[1:]), "Secret": os.environ.get("SECRET", "")}))
"""


KEEPING = """\
import os, sys
path = os.path.join(os.path.dirname(os.path.realpath(__file__)), "kept")
words = sys.stdin.read()
if sys.argv[1] == "store":
    open(path, "w").write(words)
elif sys.argv[1:] != ["erase"] or words not in open(path).read():
    raise SystemExit(3)
else:
    os.unlink(path)
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put programs in a folder that is all of PATH; return a function that writes one."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name, code):
        path = tmp_path / name
        # A virtual environment may lie in a folder with a space in its name, which a first line cannot have.
        path.write_text(f"#!{os.path.realpath(sys.executable)}\n{code}")
        path.chmod(0o755)
        return path

    return write


def test_a_helper_gets_the_server_on_standard_input(install):
    install("docker-credential-own", ECHOING)
    status, output = run_helper("docker-credential-own", "https://index.docker.io/v1/")
    assert status == 0
    assert output.strip() == '{"ServerURL": "https://index.docker.io/v1/", "Username": "get", "Secret": ""}'


def test_the_environment_of_a_helper(install, monkeypatch):
    path = install("docker-credential-own", ECHOING)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError):
        run_helper("docker-credential-own", "quay.io")
    status, output = run_helper("docker-credential-own", "quay.io", {"PATH": str(path.parent), "SECRET": "pw"})
    assert (status, '"Secret": "pw"' in output) == (0, True)


def test_a_helper_that_fails(install):
    install("docker-credential-own", "print('credentials not found in native keychain'); raise SystemExit(1)")
    assert run_helper("docker-credential-own", "quay.io") == (1, "credentials not found in native keychain\n")


def test_a_helper_that_reads_nothing(install):
    install("docker-credential-own", "print('{}')")
    assert run_helper("docker-credential-own", "quay.io" * 100_000) == (0, "{}\n")


def test_a_lookup_through_a_real_helper(install, tmp_path):
    install("docker-credential-own", ECHOING)
    config = tmp_path / "config.json"
    config.write_text('{"credsStore": "own"}')
    environ = {"PATH": os.environ["PATH"], "SECRET": "pw"}
    store = CredentialStore.from_file(str(config), functools.partial(run_helper, environ=environ))
    found = store.lookup("quay.io/app")
    assert (found.kind, found.username, found.password) == ("basic", "get", "pw")
    assert "docker-credential-own" in found.source and str(config) in found.source


@pytest.mark.parametrize(("mode", "words"), [(0o755, "it cannot be run"), (None, "no such program")])
def test_a_helper_that_cannot_be_run(tmp_path, monkeypatch, mode, words):
    monkeypatch.setenv("PATH", str(tmp_path))
    if mode is not None:
        (tmp_path / "docker-credential-own").write_bytes(b"\x7fELF no program")
        (tmp_path / "docker-credential-own").chmod(mode)
    config = tmp_path / "config.json"
    config.write_text('{"credHelpers": {"quay.io": "own"}}')
    with pytest.raises(CredentialError, match=words):
        CredentialStore.from_file(str(config), run_helper).lookup("quay.io/app")


@pytest.mark.parametrize(
    ("credential", "username", "secret"),
    [
        (Credential("basic", username="alice", password="pw"), "alice", "pw"),
        (Credential("identity_token", token="t0ken"), "", "t0ken"),
    ],
)
def test_a_helper_keeps_and_forgets(install, tmp_path, credential, username, secret):
    install("docker-credential-own", KEEPING)
    store = functools.partial(run_helper, action=STORE)
    store_in_helper(store, "docker-credential-own", "quay.io", credential, "config.json")
    kept = json.loads((tmp_path / "kept").read_text())
    assert kept == {"ServerURL": "quay.io", "Username": username, "Secret": secret}
    erase_from_helper(functools.partial(run_helper, action=ERASE), "docker-credential-own", "quay.io", "config.json")
    assert not (tmp_path / "kept").exists()


def test_a_helper_that_does_not_keep(install):
    install("docker-credential-own", "raise SystemExit(3)")
    credential = Credential("basic", username="alice", password="p4ssw0rd")
    with pytest.raises(CredentialError, match="failed with status 3; the file was not changed") as caught:
        store = functools.partial(run_helper, action=STORE)
        store_in_helper(store, "docker-credential-own", "quay.io", credential, "config.json")
    assert "p4ssw0rd" not in str(caught.value)
