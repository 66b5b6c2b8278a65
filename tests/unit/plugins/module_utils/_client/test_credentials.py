# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import os
import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.auth_key import login_key
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_sources import sources_of
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import CredentialError, RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SECRET = "s3cr3t:with:colons"
HUB_KEY = "https://index.docker.io/v1/"
NULL_GUID = "00000000-0000-0000-0000-000000000000"
NOT_FOUND = (1, "credentials not found in native keychain\n")


def auth(text):
    return base64.b64encode(text.encode()).decode()


def entry(username, password=SECRET):
    return {"auth": auth(username + ":" + password)}


def no_helper(program, server):
    raise FileNotFoundError(program)


class Helpers:
    """Programs by name, each with what it keeps by server; anything else is not there. Remembers what was asked."""

    def __init__(self, **kept):
        self.kept = kept
        self.asked = []

    def __call__(self, program, server):
        self.asked.append((program, server))
        name = program.replace("docker-credential-", "")
        if name not in self.kept:
            raise FileNotFoundError(program)
        answer = self.kept[name].get(server, NOT_FOUND)
        return answer if isinstance(answer, tuple) else (0, json.dumps(answer))


def keeps(username, secret=SECRET):
    return {"ServerURL": "any", "Username": username, "Secret": secret}


class Home:
    """A home folder and an environment that leads to nothing outside of it."""

    def __init__(self, path):
        self.path = path
        self.environ = {"XDG_RUNTIME_DIR": str(path / "run")}

    def write(self, name, content):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(file)

    def docker(self, **content):
        return self.write(".docker/config.json", content)

    def containers(self, **content):
        return self.write("run/containers/auth.json", content)

    def store(self, helpers=no_helper):
        return CredentialStore.from_environment(self.environ, str(self.path), helpers)

    def user(self, reference, helpers=no_helper):
        return self.store(helpers).lookup(reference).username


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


# Which key is for whom


@pytest.mark.parametrize("reference", ["docker.io", "index.docker.io", "registry-1.docker.io", HUB_KEY])
@pytest.mark.parametrize(
    "key",
    [HUB_KEY, "docker.io", "index.docker.io", "registry-1.docker.io", "https://registry-1.docker.io", "docker.io/"],
)
def test_docker_hubs_names_are_one_host(home, key, reference):
    home.docker(auths={key: entry("hub")})
    assert home.user(reference) == "hub"


@pytest.mark.parametrize(
    "reference",
    [Reference.parse("redis"), Reference.parse("docker.io/team/app:v1"), "docker.io/library/redis", "docker.io/a:1"],
)
def test_a_repository_on_docker_hub(home, reference):
    home.docker(auths={HUB_KEY: entry("hub")})
    assert home.user(reference) == "hub"


@pytest.mark.parametrize(
    ("key", "reference"),
    [
        ("ghcr.io", "ghcr.io"),
        ("ghcr.io", "ghcr.io/org/app"),
        ("ghcr.io", "ghcr.io/org/app:v1"),
        ("ghcr.io/", "ghcr.io/org/app"),
        ("https://ghcr.io", "ghcr.io/org/app"),
        ("https://ghcr.io/", "ghcr.io/org/app"),
        ("https://ghcr.io/v1/", "ghcr.io/org/app"),
        ("http://ghcr.io/v2/", "ghcr.io/org/app"),
        ("https://ghcr.io/some/path", "ghcr.io/org/app"),
        ("ghcr.io/v1/", "ghcr.io/org/app"),
        ("ghcr.io/v2", "ghcr.io/org/app"),
        ("GHCR.io", "ghcr.io/org/app"),
        ("ghcr.io", "GHCR.IO/org/app"),
        ("localhost:5000", "localhost:5000/app"),
        ("localhost:5000", "localhost:5000/app:v1"),
        ("localhost:5000", "localhost:5000/app@sha256:" + 64 * "0"),
        ("https://localhost:5000/v1/", "localhost:5000/app"),
        ("[::1]:5000", "[::1]:5000/app"),
        ("registry", "registry"),
        ("ghcr.io/org", "ghcr.io/org/app"),
        ("ghcr.io/org/app", "ghcr.io/org/app"),
        ("ghcr.io/org/app", "ghcr.io/org/app:v1"),
    ],
)
def test_a_key_that_is_for_a_reference(home, key, reference):
    home.docker(auths={key: entry("me")})
    assert home.user(reference) == "me"


@pytest.mark.parametrize(
    ("key", "reference"),
    [
        ("localhost", "localhost:5000/app"),
        ("localhost:5000", "localhost/app"),
        ("localhost:5000", "localhost:5001/app"),
        ("ghcr.io", "ghcr.io:443/app"),
        ("ghcr.io", "sub.ghcr.io/app"),
        ("ghcr.io", "ghcr.io.example.com/app"),
        ("ghcr.io/org", "ghcr.io/organisation/app"),
        ("ghcr.io/org", "ghcr.io"),
        ("ghcr.io/org/app", "ghcr.io/org/other"),
        ("ghcr.io/app", "ghcr.io/org/app"),
        ("ghcr.io/Org", "ghcr.io/org/app"),
        ("docker.io/team", "docker.io/library/redis"),
        ("docker.io", "quay.io/app"),
        ("", "quay.io/app"),
        ("*", "quay.io/app"),
        ("https://", "quay.io/app"),
        ("user@quay.io", "quay.io/app"),
    ],
)
def test_a_key_that_is_not(home, key, reference):
    home.docker(auths={key: entry("me")})
    assert home.store().lookup(reference) == Credential("anonymous")


def test_the_longest_namespace_counts(home):
    home.containers(
        auths={"quay.io": entry("host"), "quay.io/org": entry("org"), "quay.io/org/repo": entry("repo")},
    )
    found = [
        home.user("quay.io/" + name) for name in ("org/repo", "org/repo/deeper", "org/other", "other", "orgs/repo")
    ]
    assert found == ["repo", "repo", "org", "host", "host"]
    assert home.user("quay.io") == "host"


def test_a_namespace_on_docker_hub_under_any_of_its_names(home):
    home.containers(auths={HUB_KEY: entry("host"), "index.docker.io/library": entry("library")})
    assert home.user(Reference.parse("redis")) == "library"
    assert home.user("docker.io/team/app") == "host"


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_keys_for_one_host_that_which_docker_writes_counts(home, order):
    keys = [HUB_KEY, "index.docker.io", "https://registry-1.docker.io/v2/"][::order]
    home.docker(auths={key: entry("me", key) for key in keys})
    assert home.store().lookup("docker.io").password == HUB_KEY
    home.docker(auths={key: entry("me", key) for key in ["quay.io", "https://quay.io/v1/"][::order]})
    assert home.store().lookup("quay.io").password == "quay.io"


def test_an_empty_entry_hides_no_other(home):
    home.containers(auths={"quay.io/org": {}, "quay.io": entry("host")})
    assert home.user("quay.io/org/app") == "host"


@pytest.mark.parametrize("reference", ["", "/app", "ho st/app", "https:///x", "a_b/c"])
def test_a_reference_without_a_registry(home, reference):
    with pytest.raises(CredentialError, match="names no registry"):
        home.store().lookup(reference)


def test_login_key():
    assert login_key("docker.io") == HUB_KEY
    assert login_key("localhost:5000") == "localhost:5000"


# What an entry holds


def found_in(home, content):
    home.docker(auths={"quay.io": content})
    return home.store().lookup("quay.io")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"auth": auth("me:" + SECRET)}, ("basic", "me", SECRET, None)),
        ({"auth": auth("me:")}, ("basic", "me", "", None)),
        ({"auth": auth(":" + SECRET)}, ("basic", "", SECRET, None)),
        ({"auth": auth("me:\0pw\0\0")}, ("basic", "me", "pw", None)),
        ({"auth": auth("me:p\u00e4ss")[:6] + "\n" + auth("me:p\u00e4ss")[6:]}, ("basic", "me", "p\u00e4ss", None)),
        ({"username": "me", "password": SECRET}, ("basic", "me", SECRET, None)),
        ({"username": "other", "password": "other", **entry("me")}, ("basic", "me", SECRET, None)),
        ({"auth": "", "username": "me", "password": "pw"}, ("basic", "me", "pw", None)),
        ({"auth": auth("me:pw"), "identitytoken": "ref"}, ("identity_token", "me", None, "ref")),
        ({"auth": auth(NULL_GUID + ":"), "identitytoken": "ref"}, ("identity_token", NULL_GUID, None, "ref")),
        ({"identitytoken": "ref"}, ("identity_token", None, None, "ref")),
        ({"auth": auth(NULL_GUID + ":ref")}, ("identity_token", NULL_GUID, None, "ref")),
        ({"registrytoken": "bearer"}, ("registry_token", None, None, "bearer")),
        ({"registrytoken": "bearer", "identitytoken": "ref", **entry("me")}, ("registry_token", None, None, "bearer")),
        ({"auth": auth("me:pw"), "email": "me@example.com", "serveraddress": 5}, ("basic", "me", "pw", None)),
        ({"auth": auth(":")}, ("anonymous", None, None, None)),
        ({"auth": None, "username": None, "password": None}, ("anonymous", None, None, None)),
        ({}, ("anonymous", None, None, None)),
        (None, ("anonymous", None, None, None)),
    ],
)
def test_entry(home, content, expected):
    found = found_in(home, content)
    assert (found.kind, found.username, found.password, found.token) == expected


def test_a_password_that_is_no_utf8_goes_out_as_it_came(home):
    found = found_in(home, {"auth": base64.b64encode(b"me:p\xe4ss").decode()})
    assert found.password.encode("utf-8", "surrogateescape") == b"p\xe4ss"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"auth": "not base64: " + SECRET}, "base64"),
        ({"auth": auth("me:pw").rstrip("=")}, "base64"),
        ({"auth": "!" + auth("me:pw")}, "base64"),
        ({"auth": auth(SECRET.replace(":", ""))}, "colon"),
        ({"auth": 5}, '"auth" must be text'),
        ({"username": ["me"]}, '"username" must be text'),
        ({"identitytoken": {"a": 1}}, '"identitytoken" must be text'),
        (SECRET, "expected a JSON object"),
        ([SECRET], "expected a JSON object"),
    ],
)
def test_a_malformed_entry_is_named_and_not_shown(home, content, words):
    path = home.docker(auths={"quay.io": content, "ghcr.io": entry("me")})
    with pytest.raises(CredentialError) as caught:
        home.store().lookup("quay.io/app")
    assert path in str(caught.value) and "quay.io" in str(caught.value) and words in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert home.user("ghcr.io") == "me"


def test_a_credential_shows_no_secret(home):
    found = found_in(home, entry("hidden-user"))
    assert "s3cr3t" not in repr(found) and "hidden-user" not in repr(found)
    assert "s3cr3t" not in repr(found_in(home, {"identitytoken": SECRET}))


def test_a_credential_says_where_it_is_from(home):
    path = home.docker(auths={"https://quay.io/v1/": entry("me")})
    source = home.store().lookup("quay.io").source
    assert path in source and "https://quay.io/v1/" in source


# Helpers


def test_a_hosts_helper_goes_before_its_entries(home):
    home.docker(auths={"quay.io": entry("file"), "quay.io/org": entry("org")}, credHelpers={"quay.io": "own"})
    helpers = Helpers(own={"quay.io": keeps("helper")})
    assert home.user("quay.io/org/app", helpers) == "helper"
    assert helpers.asked == [("docker-credential-own", "quay.io")]


def test_a_helper_is_for_its_host_only(home):
    home.docker(auths={"ghcr.io": entry("file")}, credHelpers={"quay.io": "own", "localhost:5000": "own"})
    helpers = Helpers(own={})
    assert home.user("ghcr.io/app", helpers) == "file"
    assert home.user("localhost/app", helpers) is None
    assert helpers.asked == []


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (HUB_KEY, [HUB_KEY]),
        ("docker.io", ["docker.io", HUB_KEY]),
        ("index.docker.io", ["index.docker.io", HUB_KEY]),
    ],
)
def test_a_helper_for_docker_hub_is_asked_for_the_key_and_for_dockers_own(home, key, asked):
    home.docker(credHelpers={key: "own"})
    helpers = Helpers(own={HUB_KEY: keeps("hub")})
    assert home.user(Reference.parse("redis"), helpers) == "hub"
    assert [server for _program, server in helpers.asked] == asked


def test_where_a_hosts_helper_has_nothing_its_entries_do_not_count_but_other_files_do(home):
    home.containers(auths={"quay.io": entry("file")}, credHelpers={"quay.io": "own"})
    assert home.store(Helpers(own={})).lookup("quay.io").kind == "anonymous"
    home.docker(auths={"quay.io": entry("docker")})
    assert home.user("quay.io", Helpers(own={})) == "docker"


@pytest.mark.parametrize(("reference", "server"), [("quay.io/app", "quay.io"), (Reference.parse("redis"), HUB_KEY)])
def test_the_helper_for_all_hosts_behind_empty_entries(home, reference, server):
    home.docker(auths={server: {}}, credsStore="desktop.exe")
    helpers = Helpers(**{"desktop.exe": {server: keeps("helper")}})
    assert home.user(reference, helpers) == "helper"
    assert helpers.asked == [("docker-credential-desktop.exe", server)]


def test_the_helper_for_all_hosts_goes_before_a_hosts_entry_and_behind_a_namespaces(home):
    home.docker(auths={"quay.io": entry("file"), "quay.io/org": entry("org")}, credsStore="all")
    helpers = Helpers(all={"quay.io": keeps("helper")})
    assert home.user("quay.io/app", helpers) == "helper"
    assert home.user("quay.io/org/app", helpers) == "org"
    assert home.user("quay.io/app", Helpers(all={})) == "file"


def test_a_host_can_be_excepted_from_the_helper_for_all(home):
    home.docker(auths={"quay.io": entry("file")}, credsStore="all", credHelpers={"quay.io": ""})
    helpers = Helpers(all={"quay.io": keeps("helper")})
    assert home.user("quay.io/app", helpers) == "file"


def test_not_found_in_a_helper_means_anonymous(home):
    home.docker(credsStore="all")
    assert home.store(Helpers(all={})).lookup("quay.io/app") == Credential("anonymous")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (keeps("me"), ("basic", "me", SECRET, None)),
        (keeps("<token>"), ("identity_token", "<token>", None, SECRET)),
        (keeps(NULL_GUID), ("identity_token", NULL_GUID, None, SECRET)),
        (keeps("me", ""), ("basic", "me", "", None)),
        ({"username": "me", "secret": "pw"}, ("basic", "me", "pw", None)),
        (keeps("", ""), ("anonymous", None, None, None)),
        ({}, ("anonymous", None, None, None)),
        ((0, json.dumps(keeps("me")).encode()), ("basic", "me", SECRET, None)),
    ],
)
def test_what_a_helper_answers(home, answer, expected):
    home.docker(credsStore="all")
    found = home.store(Helpers(all={"quay.io": answer})).lookup("quay.io/app")
    assert (found.kind, found.username, found.password, found.token) == expected


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((0, "junk " + SECRET), "no JSON"),
        ((0, ""), "no JSON"),
        ((0, json.dumps([SECRET])), "no JSON object"),
        ((0, "[" * 100_000 + SECRET), "no JSON"),
        ((0, b"\xff" + SECRET.encode()), "no JSON"),
        (keeps(["me"]), "no text"),
        (keeps("me", {"a": SECRET}), "no text"),
        ((1, "locked, and the password is " + SECRET), "status 1"),
        ((2, ""), "status 2"),
        ((-9, ""), "status -9"),
    ],
)
@pytest.mark.parametrize("section", [{"credsStore": "own"}, {"credHelpers": {"quay.io": "own"}}])
def test_a_helper_in_trouble_is_named_and_its_words_are_not_shown(home, section, answer, words):
    path = home.docker(**section)
    with pytest.raises(CredentialError) as caught:
        home.store(Helpers(own={"quay.io": answer})).lookup("quay.io/app")
    for word in (path, "docker-credential-own", "quay.io", words):
        assert word in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("section", [{"credsStore": "gone"}, {"credHelpers": {"quay.io": "gone"}}])
def test_a_helper_that_is_not_there(home, section):
    home.docker(**section)
    with pytest.raises(CredentialError, match=r"docker-credential-gone .* no such program"):
        home.store(no_helper).lookup("quay.io/app")


def test_a_helper_that_may_not_be_run(home):
    def forbidden(program, server):
        raise PermissionError(13, SECRET)

    home.docker(credsStore="own")
    with pytest.raises(CredentialError, match="PermissionError") as caught:
        home.store(forbidden).lookup("quay.io/app")
    assert "s3cr3t" not in str(caught.value)


def test_an_entry_beside_a_helper_that_is_not_there_counts(home):
    home.docker(auths={"quay.io": entry("file")}, credsStore="gone")
    assert home.user("quay.io/app", no_helper) == "file"


@pytest.mark.parametrize(
    "name", ["../evil", "/bin/sh", "a/b", "a b", "a;b", "a\n", "$(a)", "\u00e9", 5, ["a"], {"a": 1}]
)
@pytest.mark.parametrize("section", ["credsStore", "credHelpers"])
def test_what_can_be_no_helpers_name_is_not_run(home, section, name):
    path = home.docker(**{section: name if section == "credsStore" else {"quay.io": name}})
    helpers = Helpers()
    with pytest.raises(CredentialError, match="credential helper") as caught:
        home.store(helpers).lookup("quay.io/app")
    assert path in str(caught.value)
    assert helpers.asked == []


def test_a_helper_is_asked_once_also_by_many_threads(home):
    home.docker(credsStore="all")
    helpers = Helpers(all={"quay.io": keeps("me")})
    store = home.store(helpers)
    found = []
    threads = [threading.Thread(target=lambda: found.append(store.lookup("quay.io/app").username)) for _i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["me"] * 8
    assert helpers.asked == [("docker-credential-all", "quay.io")]


# Which files, and what is wrong with them


def test_the_order_of_the_files(home):
    places = [
        ("run/containers/auth.json", {"auths": {"quay.io": entry("runtime")}}),
        (".config/containers/auth.json", {"auths": {"quay.io": entry("config")}}),
        (".docker/config.json", {"auths": {"quay.io": entry("docker")}}),
        (".dockercfg", {"quay.io": entry("legacy")}),
    ]
    for name, content in places:
        home.write(name, content)
    found = []
    for name, _content in places:
        found.append(home.user("quay.io/app"))
        (home.path / name).unlink()
    assert found == ["runtime", "config", "docker", "legacy"]
    assert home.user("quay.io/app") is None


def test_the_environment_moves_the_files(home):
    home.write("xdg/containers/auth.json", {"auths": {"quay.io": entry("config")}})
    home.write("moved/config.json", {"auths": {"ghcr.io": entry("docker")}})
    home.docker(auths={"ghcr.io": entry("unmoved"), "registry.example.com": entry("unmoved")})
    home.environ.update(XDG_CONFIG_HOME=str(home.path / "xdg"), DOCKER_CONFIG=str(home.path / "moved"))
    assert home.user("quay.io") == "config"
    assert home.user("ghcr.io") == "docker"
    assert home.user("registry.example.com") is None


def test_a_file_that_the_environment_names_stands_alone(home):
    home.docker(auths={"quay.io": entry("docker"), "ghcr.io": entry("docker")})
    home.environ["REGISTRY_AUTH_FILE"] = home.write("my.json", {"auths": {"quay.io": entry("mine")}})
    assert home.user("quay.io") == "mine"
    assert home.user("ghcr.io") is None


def test_empty_variables_are_as_good_as_none(home):
    home.docker(auths={"quay.io": entry("docker")})
    names = ("REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG", "DOCKER_CONFIG", "XDG_CONFIG_HOME")
    home.environ.update(dict.fromkeys(names, ""))
    assert home.user("quay.io") == "docker"


def test_without_a_session_podmans_file_for_the_user_is_read(home):
    paths = [source.path for source in sources_of({}, str(home.path))]
    assert paths[0] == f"/run/containers/{os.getuid()}/auth.json"
    assert paths[0] not in [source.path for source in sources_of(home.environ, str(home.path))]


def test_the_content_of_a_file_in_the_environment(home):
    home.docker(auths={"quay.io": entry("docker"), "ghcr.io": entry("docker")})
    home.environ["DOCKER_AUTH_CONFIG"] = json.dumps({"auths": {"quay.io": entry("variable")}})
    assert home.user("quay.io") == "variable"
    assert home.user("ghcr.io") == "docker"
    home.environ["DOCKER_AUTH_CONFIG"] = "{" + SECRET
    with pytest.raises(CredentialError, match="DOCKER_AUTH_CONFIG") as caught:
        home.user("quay.io")
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        {"quay.io": entry("legacy")},
        {"https://quay.io/v1/": entry("legacy")},
        {"auths": {"quay.io": entry("legacy")}},
        {"quay.io": {"username": "legacy", "password": "pw", "email": "me@example.com"}},
    ],
)
def test_dockercfg(home, content):
    path = home.write(".dockercfg", content)
    assert home.user("quay.io/app") == "legacy"
    assert CredentialStore.from_file(path, no_helper).lookup("quay.io/app").username == "legacy"


def test_one_file(home):
    path = home.write("my.json", {"auths": {"quay.io": entry("mine")}})
    home.docker(auths={"ghcr.io": entry("docker")})
    store = CredentialStore.from_file(path, no_helper)
    assert store.lookup("quay.io/app").username == "mine"
    assert store.lookup("ghcr.io/app").kind == "anonymous"


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"null", b"{}", b'{"auths": null, "credHelpers": null, "credsStore": null}']
)
def test_a_file_without_anything(home, content):
    home.write(".docker/config.json", content)
    assert home.store().lookup("quay.io/app") == Credential("anonymous")


def test_a_byte_order_mark_is_no_trouble(home):
    home.write(".docker/config.json", b"\xef\xbb\xbf" + json.dumps({"auths": {"quay.io": entry("me")}}).encode())
    assert home.user("quay.io") == "me"


@pytest.mark.parametrize(
    "content",
    [
        b"{" + SECRET.encode(),
        b'{"auths": {"quay.io": {"auth": "' + SECRET.encode(),
        b'"' + SECRET.encode() + b'"',
        b"[]",
        b"5",
        b'{"auths": []}',
        b'{"auths": "' + SECRET.encode() + b'"}',
        b'{"credHelpers": ["' + SECRET.encode() + b'"]}',
        b"\xff\xfe" + SECRET.encode(),
        b"[" * 200_000,
        b'{"auths":' * 100_000,
        b"1" * 10_000,
    ],
)
@pytest.mark.parametrize("name", [".docker/config.json", "run/containers/auth.json", ".dockercfg"])
def test_a_malformed_file_is_named_and_not_shown(home, name, content):
    path = home.write(name, content)
    with pytest.raises(CredentialError) as caught:
        home.store().lookup("quay.io/app")
    assert path in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert isinstance(caught.value, RegistryError) and isinstance(caught.value, ValueError)


def test_a_folder_in_the_place_of_a_file(home):
    (home.path / ".docker/config.json").mkdir(parents=True)
    with pytest.raises(CredentialError, match="config.json cannot be read: Is a directory"):
        home.store().lookup("quay.io/app")


def test_a_file_in_the_place_of_a_folder_means_that_there_is_no_file(home):
    home.write(".docker", b"")
    assert home.store().lookup("quay.io/app").kind == "anonymous"


def test_a_file_that_was_asked_for_has_to_be_there(home):
    path = str(home.path / "gone.json")
    home.environ["REGISTRY_AUTH_FILE"] = path
    for store in (home.store(), CredentialStore.from_file(path, no_helper)):
        with pytest.raises(CredentialError, match=r"gone\.json does not exist"):
            store.lookup("quay.io/app")


def test_a_file_without_end_is_not_read_to_the_end():
    with pytest.raises(CredentialError, match="too large"):
        CredentialStore.from_file("/dev/zero", no_helper).lookup("quay.io/app")


def test_a_file_is_read_at_the_first_lookup_and_once(home):
    store = home.store()
    path = home.docker(auths={"quay.io": entry("first")})
    assert store.lookup("quay.io/app").username == "first"
    os.unlink(path)
    assert store.lookup("quay.io/other").username == "first"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
KEYS = st.sampled_from(["quay.io", "https://quay.io/v1/", "quay.io/org", "", "docker.io", "://", "quay.io/org/app"])
FIELDS = st.sampled_from(["auth", "username", "password", "identitytoken", "registrytoken", "email"])
VALUES = st.one_of(JSON, st.binary(max_size=12).map(lambda raw: base64.b64encode(raw).decode()))
FILES = st.fixed_dictionaries(
    {},
    optional={
        "auths": st.one_of(JSON, st.dictionaries(KEYS, st.one_of(JSON, st.dictionaries(FIELDS, VALUES)))),
        "credHelpers": st.one_of(JSON, st.dictionaries(KEYS, VALUES)),
        "credsStore": VALUES,
    },
)
RAW = st.one_of(
    FILES.map(lambda content: json.dumps(content).encode()),
    JSON.map(lambda content: json.dumps(content).encode()),
    st.binary(max_size=40),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=RAW, name=st.sampled_from([".docker/config.json", ".dockercfg"]), status=st.integers(-2, 2), output=st.text()
)
def test_whatever_is_in_a_file_the_answer_is_a_credential_or_a_credential_error(home, raw, name, status, output):
    path = home.write(name, raw)
    try:
        found = home.store(lambda program, server: (status, output)).lookup("quay.io/org/app")
        assert found.kind in ("basic", "identity_token", "registry_token", "anonymous")
    except CredentialError as error:
        assert path in str(error)
    finally:
        os.unlink(path)
