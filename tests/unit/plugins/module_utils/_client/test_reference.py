# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    DigestError,
    ReferenceError_,
    RegistryError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.host import is_host
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import (
    Reference,
    parse_registry,
    validate_repository,
    validate_tag,
)
from hypothesis import assume, given
from hypothesis import strategies as st

SHA256 = "sha256:" + "0123456789abcdef" * 4
SHA512 = "sha512:" + "0123456789abcdef" * 8


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        # Docker Hub, in all its spellings
        ("redis", "docker.io", "library/redis", "latest", None),
        ("redis:7", "docker.io", "library/redis", "7", None),
        ("library/redis", "docker.io", "library/redis", "latest", None),
        ("user/app", "docker.io", "user/app", "latest", None),
        ("user/team/app:v1", "docker.io", "user/team/app", "v1", None),
        ("docker.io/redis", "docker.io", "library/redis", "latest", None),
        ("docker.io/library/redis:7", "docker.io", "library/redis", "7", None),
        ("docker.io/user/app", "docker.io", "user/app", "latest", None),
        ("index.docker.io/redis:7", "docker.io", "library/redis", "7", None),
        ("registry-1.docker.io/user/app", "docker.io", "user/app", "latest", None),
        ("registry.hub.docker.com/redis", "docker.io", "library/redis", "latest", None),
        ("Docker.IO/redis", "docker.io", "library/redis", "latest", None),
        ("test_com/foo", "docker.io", "test_com/foo", "latest", None),
        ("docker/migrator", "docker.io", "docker/migrator", "latest", None),
        ("docker.io/" + "a" * 64, "docker.io", "library/" + "a" * 64, "latest", None),
        # one component is never a host
        ("localhost", "docker.io", "library/localhost", "latest", None),
        ("localhost:5000", "docker.io", "library/localhost", "5000", None),
        ("example.com", "docker.io", "library/example.com", "latest", None),
        ("192.168.1.1:5000", "docker.io", "library/192.168.1.1", "5000", None),
        # hosts
        ("localhost/app", "localhost", "app", "latest", None),
        ("localhost:5000/app", "localhost:5000", "app", "latest", None),
        ("LOCALHOST/app", "localhost", "app", "latest", None),
        ("LocalHost:5000/team/app:V1", "localhost:5000", "team/app", "V1", None),
        ("test:5000/repo", "test:5000", "repo", "latest", None),
        ("test-com:8080/foo", "test-com:8080", "foo", "latest", None),
        ("ghcr.io/team/app", "ghcr.io", "team/app", "latest", None),
        ("GHCR.io/team/app:v1", "ghcr.io", "team/app", "v1", None),
        ("registry.example.com:443/a/b/c/d:x", "registry.example.com:443", "a/b/c/d", "x", None),
        ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", "xn--n3h.com", None),
        ("b.gcr.io/test.example.com/my-app:t.e", "b.gcr.io", "test.example.com/my-app", "t.e", None),
        ("192.168.1.1/repo", "192.168.1.1", "repo", "latest", None),
        ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050", None),
        ("h.io:65535/x", "h.io:65535", "x", "latest", None),
        ("redis:7/x", "redis:7", "x", "latest", None),
        # IPv6
        ("[2001:db8::1]/repo", "[2001:db8::1]", "repo", "latest", None),
        ("[2001:DB8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]", "repo", "tag", None),
        ("[::1]:5000/repo", "[::1]:5000", "repo", "latest", None),
        ("[::]:5000/repo:1@" + SHA256, "[::]:5000", "repo", "1", SHA256),
        # digests
        ("redis@" + SHA256, "docker.io", "library/redis", None, SHA256),
        ("redis:7@" + SHA256, "docker.io", "library/redis", "7", SHA256),
        ("h.io/app@" + SHA512, "h.io", "app", None, SHA512),
        ("h.io:5000/app:v1@" + SHA512, "h.io:5000", "app", "v1", SHA512),
        # names
        ("h.io/a__b/c-d/e.f/g---h/0", "h.io", "a__b/c-d/e.f/g---h/0", "latest", None),
        ("h.io/app:_x", "h.io", "app", "_x", None),
        ("h.io/app:a.-_", "h.io", "app", "a.-_", None),
        ("h.io/app:" + "t" * 128, "h.io", "app", "t" * 128, None),
        ("h.io/" + "a" * 255, "h.io", "a" * 255, "latest", None),
        ("a." * 126 + "b/x", "a." * 126 + "b", "x", "latest", None),
        ("a" * 247, "docker.io", "library/" + "a" * 247, "latest", None),
        ("sha256", "docker.io", "library/sha256", "latest", None),
    ],
)
def test_parse(text, registry, repository, tag, digest):
    reference = Reference.parse(text)
    assert (reference.registry, reference.repository, reference.tag, reference.digest) == (
        registry,
        repository,
        tag,
        digest,
    )
    assert reference.version == (digest or tag)
    assert Reference.parse(reference.format()) == reference
    assert Reference.parse(reference.familiar()) == reference


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "reference is empty"),
        (" ", "blank"),
        (" redis", "blank"),
        ("redis ", "blank"),
        ("redis\n", "blank, a line end"),
        ("redis:7\n", "blank, a line end"),
        ("redis\x00", "line end"),
        ("redis\u200b", "ASCII"),
        ("r\u00e9dis", "ASCII"),
        ("\u212aubernetes.io/x", "ASCII"),  # the Kelvin sign, k in lower case
        ("h.io/\u212a", "ASCII"),
        ("redis:\u0661", "ASCII"),
        ("red\ud800is", "ASCII"),
        # upper case
        ("Redis", "lower-case: library/redis"),
        ("h.io/Team/app", "lower-case: team/app"),
        ("localhost:5000/App:v1", "lower-case: app"),
        ("Team/app", "lower-case: team/app"),
        ("user/App@" + SHA256, "lower-case"),
        # names
        ("/", "malformed"),
        ("/redis", "malformed"),
        ("redis/", "malformed"),
        ("h.io/", "empty"),
        ("h.io/:tag", "empty"),
        ("h.io//x", "malformed"),
        ("h.io/x//y", "malformed"),
        ("h.io/../x", "malformed"),
        ("h.io/x/..", "malformed"),
        ("h.io/./x", "malformed"),
        ("h.io/a..b", "malformed"),
        ("h.io/a___b", "malformed"),
        ("h.io/a_-b", "malformed"),
        ("h.io/-a", "malformed"),
        ("h.io/a-", "malformed"),
        ("h.io/_a", "malformed"),
        ("h.io/.a", "malformed"),
        ("-redis", "malformed"),
        ("aa/asdf$$^/aa", "malformed"),
        ("h.io/a%2fb", "malformed"),
        ("h.io/a\\b", "malformed"),
        ("h.io/a?b", "malformed"),
        ("h.io/a#b", "malformed"),
        ("h.io/" + "a" * 256, "too long: 256 characters"),
        ("a/" * 128 + "a", "too long"),
        ("a" * 248, "too long"),
        ("a" * 5000, "too long"),
        # tags
        (":justtag", "empty"),
        ("redis:", "Tag.* is empty"),
        ("redis::7", "Tag"),
        ("redis:7:8", "Tag"),
        ("redis:-7", "Tag"),
        ("redis:.7", "Tag"),
        ("redis:7+1", "Tag"),
        ("redis:" + "t" * 129, "too long: 129 characters"),
        ("redis:@" + SHA256, "Tag.* is empty"),
        # hosts and ports
        ("h.io:/x", "port"),
        ("h.io:0/x", "port"),
        ("h.io:65536/x", "port"),
        ("h.io:99999999999999999999/x", "port"),
        ("h.io:port/x", "port"),
        ("h.io:80x/x", "port"),
        (":5000/x", "host"),
        ("-h.io/x", "host"),
        ("h-.io/x", "host"),
        ("h..io/x", "host"),
        (".h.io/x", "host"),
        ("h.io./x", "host"),
        ("h_1.io/x", "host"),
        ("./x", "host"),
        ("../x", "host"),
        ("a." * 126 + "bc/x", "host"),
        ("fc00::1:5000/x", "port"),
        ("[fe80::1%eth0]:5000/x", "host"),
        ("[2001:db8::192.0.2.33]/x", "host"),
        ("[]/x", "host"),
        ("[:]/x", "host"),
        ("[:::]/x", "host"),
        ("[1::2::3]/x", "host"),
        ("[1:2:3:4:5:6:7]/x", "host"),
        ("[1:2:3:4:5:6:7:8:9]/x", "host"),
        ("[12345::1]/x", "host"),
        ("[::1]5000/x", "host"),
        ("[::1/x", "host"),
        ("[::1]:0/x", "port"),
        # URLs
        ("https://h.io/x", "scheme: leave out https://"),
        ("docker://redis", "scheme: leave out docker://"),
        ("oci-archive://x", "scheme"),
        # digests
        ("a" * 64, "digest without a repository"),
        (SHA256, "digest without a repository"),
        ("@" + SHA256, "empty"),
        ("redis:7@" + SHA256 + "/x", "user and a password"),
    ],
)
def test_malformed_references_are_refused(text, words):
    with pytest.raises(ReferenceError_, match=words) as caught:
        Reference.parse(text)
    assert isinstance(caught.value, RegistryError)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "latest",
        "sha256",
        "sha256:",
        "sha256:abc",
        SHA256[:-1],
        SHA256 + "0",
        SHA256.upper(),
        "sha256:" + "A" * 64,
        "sha512:" + "a" * 64,
        "sha384:" + "a" * 96,
        "md5:" + "a" * 32,
        SHA256 + "@" + SHA256,
        SHA256 + ":tag",
    ],
)
def test_malformed_digests_are_refused(digest):
    for name in ("h.io/app@", "redis:7@"):
        with pytest.raises(DigestError) as caught:
            Reference.parse(name + digest)
        assert isinstance(caught.value, ValueError)
        assert name in str(caught.value)


@pytest.mark.parametrize("value", [None, 7, 7.2, True, b"redis", ["redis"], {"name": "redis"}, object()])
def test_what_is_no_text_is_refused(value):
    for parse in (Reference.parse, Reference.parse_repository, parse_registry, validate_tag, validate_repository):
        with pytest.raises(ReferenceError_, match=type(value).__name__):
            parse(value)


@pytest.mark.parametrize(
    "text",
    [
        "https://user:s3cret@h.io/app:v1",
        "user:s3cret@h.io/app",
        "user:s3cret@h.io",
        "user:s3/cret@h.io/app",
        "user:s3cret@h.io:5000/app",
        "https://user:s3cret@h.io/app with a blank",
        "user:s3cret@h.io/app\n",
        "user:s3cret@h.io/" + "a" * 5000,
        "https://h.io/x?token=s3cret",
    ],
)
def test_no_error_repeats_a_password(text):
    for parse in (Reference.parse, Reference.parse_repository, parse_registry):
        with pytest.raises(RegistryError) as caught:
            parse(text)
        assert "s3" not in str(caught.value)


def test_parse_repository():
    assert Reference.parse_repository("redis") == Reference("docker.io", "library/redis")
    assert Reference.parse_repository("h.io:5000/team/app") == Reference("h.io:5000", "team/app")
    with pytest.raises(ReferenceError_, match="without a tag"):
        Reference.parse_repository("h.io/app:v1")
    with pytest.raises(ReferenceError_, match="without a digest"):
        Reference.parse_repository("h.io/app:v1@" + SHA256)
    for host in ("127.0.0.1:5000", "localhost:5000", "h.io:443"):
        with pytest.raises(ReferenceError_, match=f"without a tag. If {host} is a registry, say which repository"):
            Reference.parse_repository(host)
    with pytest.raises(ReferenceError_, match="without a tag$"):
        Reference.parse_repository("redis:7")


def test_a_repository_has_no_version():
    with pytest.raises(ReferenceError_, match="neither a tag nor a digest"):
        assert Reference.parse_repository("h.io/app").version


@pytest.mark.parametrize(
    ("text", "registry"),
    [
        ("h.io", "h.io"),
        ("H.io:5000", "h.io:5000"),
        ("registry", "registry"),
        ("localhost", "localhost"),
        ("127.0.0.1:5000", "127.0.0.1:5000"),
        ("[::1]:5000", "[::1]:5000"),
        ("docker.io", "docker.io"),
        ("index.docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
        ("registry.hub.docker.com", "docker.io"),
    ],
)
def test_parse_registry(text, registry):
    assert parse_registry(text) == registry


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "A registry is text"),
        ("https://h.io", "leave out https://"),
        ("h.io/", "leave out the path"),
        ("h.io/v2", "leave out the path"),
        ("h.io:port", "port"),
        ("h.io\n", "host"),
        ("h .io", "host"),
        ("::1", "host|port"),
        ("user@h.io", "host"),
        ("h_1", "host"),
    ],
)
def test_malformed_registries_are_refused(text, words):
    with pytest.raises(ReferenceError_, match=words):
        parse_registry(text)


def test_with_and_without():
    both = Reference.parse("h.io/app:v1@" + SHA256)
    assert str(both) == "h.io/app:v1@" + SHA256
    assert both.name == "h.io/app"
    assert both.version == SHA256
    assert both.with_tag("v2") == Reference("h.io", "app", "v2")
    assert both.with_digest(SHA512) == Reference("h.io", "app", None, Digest.parse(SHA512))
    assert both.without_version() == Reference("h.io", "app")
    assert str(both.without_version()) == "h.io/app"
    with pytest.raises(ReferenceError_):
        both.with_tag("v 2")
    with pytest.raises(DigestError):
        both.with_digest("v2")


def test_references_are_values():
    assert {Reference.parse("redis"): 1}[Reference.parse("docker.io/library/redis:latest")] == 1
    with pytest.raises(AttributeError):
        Reference.parse("redis").tag = "7"


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("docker.io/library/redis:7", "redis:7"),
        ("docker.io/user/app", "user/app:latest"),
        ("docker.io/library/a/b:1", "library/a/b:1"),
        ("redis@" + SHA256, "redis@" + SHA256),
        ("h.io/library/redis:7", "h.io/library/redis:7"),
        ("docker.io/localhost/app:1", "docker.io/localhost/app:1"),
        ("docker.io/a.b/app:1", "docker.io/a.b/app:1"),
    ],
)
def test_familiar(text, familiar):
    assert Reference.parse(text).familiar() == familiar


def test_validate_tag_and_repository():
    assert validate_tag("v1.2") == "v1.2"
    assert validate_repository("team/app") == "team/app"
    for tag in ("", "a b", "-a", "a/b", "a\n", "t" * 129, "a:b"):
        with pytest.raises(ReferenceError_):
            validate_tag(tag)
    for repository in ("", "A", "a:b", "a//b", "a\n", "h.io:5000/a", "a" * 256):
        with pytest.raises(ReferenceError_):
            validate_repository(repository)


def test_texts_of_another_type_become_plain_ones():
    class Text(str):
        """As templating engines have them, with more to them than the text."""

    # pylint: disable=unidiomatic-typecheck; a subclass is what must not come out
    reference = Reference.parse(Text("h.io:5000/team/app:v1@" + SHA256))
    for part in (reference.registry, reference.repository, reference.tag, validate_tag(Text("v1"))):
        assert type(part) is str
    assert type(validate_repository(Text("team/app"))) is str
    assert type(parse_registry(Text("h.io"))) is str


component = st.from_regex(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*", fullmatch=True).filter(lambda text: len(text) < 30)
hosts = st.sampled_from(["", "localhost/", "h.io/", "h.io:5000/", "[::1]:5000/", "10.0.0.1:80/", "docker.io/"])
tags = st.one_of(st.just(""), st.from_regex(r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True))
digests = st.sampled_from(["", "@" + SHA256, "@" + SHA512])


@given(hosts, st.lists(component, min_size=1, max_size=5), tags, digests)
def test_whatever_the_grammar_makes_is_read_and_written_back(host, components, tag, digest):
    assume(host or len(components) == 1 or not is_host(components[0]))
    text = host + "/".join(components) + tag + digest
    reference = Reference.parse(text)
    assert reference.format().endswith(text[len(host) :] if tag or digest else text[len(host) :] + ":latest")
    assert Reference.parse(reference.format()) == reference
    assert Reference.parse(reference.familiar()) == reference
    assert validate_repository(reference.repository) == reference.repository
    assert parse_registry(reference.registry) == reference.registry


@given(st.one_of(st.text(), st.text(alphabet="aZ0.:/@-_[]% \n" + "sha256", max_size=80)))
def test_any_text_is_a_reference_or_a_documented_error(text):
    try:
        reference = Reference.parse(text)
    except (ReferenceError_, DigestError) as error:
        assert str(error).isprintable()
        assert len(str(error)) < 1000
    else:
        assert Reference.parse(str(reference)) == reference


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10**6,
        "a-" * 10**6,
        "-" * 10**6,
        "a/" * 10**6,
        "[" + ":" * 10**6,
        "@" * 10**6,
        ":" * 10**6,
        "a.-" * 300 + "!",
    ],
)
def test_hostile_texts_cost_no_time(text):
    start = time.process_time()
    for parse in (Reference.parse, parse_registry, validate_tag, validate_repository):
        with pytest.raises(RegistryError):
            parse(text)
    assert time.process_time() - start < 20  # CPU seconds: a wrong turn takes hours
