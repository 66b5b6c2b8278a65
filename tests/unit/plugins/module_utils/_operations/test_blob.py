# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One blob: its content, its states, and the file that it is saved in."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client, ClientOptions
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_helper import run_helper
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _content, registry_blob
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._blob_downloaded import Downloaded, OnDisk
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._blob_states import (
    Absent,
    Found,
    Mounted,
    Uploaded,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)

HELLO = Digest.of(b"hello")
REFERENCE = Reference.parse_repository("r.example.com/a").with_digest(HELLO)
NAME = f"r.example.com/a@{HELLO}"


@pytest.fixture
def repository():
    """A repository that nothing is asked of."""
    store = CredentialStore.from_environment({}, "/nonexistent", run_helper)
    with Client(ClientOptions(store=store)) as client:
        yield client.repository(REFERENCE)


def test_text_is_utf8_with_nothing_added():
    content = _content.text_content("h\u00e4", "text/plain", None)
    assert content.descriptor == Descriptor("text/plain", Digest.of("h\u00e4".encode()), 3)
    with content.source.open() as blocks:
        assert b"".join(blocks) == "h\u00e4".encode()


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_content_must_be_what_the_digest_says(tmp_path, algorithm):
    path = tmp_path / "file"
    path.write_bytes(b"hello")
    digest = Digest.of(b"hello", algorithm)
    assert _content.file_content(str(path), "a/b", digest).descriptor == Descriptor("a/b", digest, 5)
    with pytest.raises(OptionError, match=str(digest)):
        _content.text_content("hallo", "a/b", digest)
    path.write_bytes(b"hallo")
    with pytest.raises(OptionError, match="nothing was sent"):
        _content.file_content(str(path), "a/b", digest)


def test_plan_of_an_upload(repository):
    state = Uploaded(repository, _content.text_content("hello", "a/b", None), None)
    assert not state.plan(REFERENCE, True).changed
    assert state.plan(REFERENCE, False).as_result() == {
        "changed": True,
        "actions": [{"action": "upload", "name": NAME, "reason": "the repository does not have it", "size": 5}],
        "diff": {"before": {NAME: None}, "after": {NAME: {"size": 5}}},
    }


def test_plan_of_a_mount(repository):
    state = Mounted(repository, [repository], HELLO, "a/b", None)
    assert not state.plan(REFERENCE, Found(5)).changed
    (action,) = state.plan(REFERENCE, Found(5, repository)).actions
    assert (action.action, action.name, action.details) == ("mount", NAME, {"size": 5, "from": "r.example.com/a"})


def test_plan_of_a_deletion(repository):
    state = Absent(repository, HELLO)
    assert not state.plan(REFERENCE, None).changed
    plan = state.plan(REFERENCE, 5)
    assert [action.action for action in plan.actions] == ["delete"]
    assert (plan.before, plan.after) == ({NAME: {"size": 5}}, {NAME: None})


def test_plan_of_a_download(repository):
    state = Downloaded(repository, HELLO, "a/b", "/srv/file")
    assert not state.plan(REFERENCE, OnDisk(HELLO, 5)).changed
    for before, reason in ((None, "there is no such file"), (Digest.of(b"x"), "the file holds something else")):
        plan = state.plan(REFERENCE, OnDisk(before, 5))
        (action,) = plan.actions
        assert (action.action, action.name, action.reason) == ("download", "/srv/file", reason)
        assert plan.before == {"/srv/file": before and {"digest": before}}
        assert plan.after == {"/srv/file": {"digest": HELLO, "size": 5}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"content": "x", "repository": f"{NOBODY}/a:1"}, "option repository"),
        ({"content": "x", "chunk_size": "0"}, "chunk_size"),
        ({"content": "x", "chunk_size": "-1"}, "chunk_size"),
        ({"content": "x", "chunk_size": "16 litres"}, "chunk_size"),
        ({"content": "x", "digest": "sha256:0"}, "option digest"),
        ({"content": "x", "digest": str(HELLO)}, "nothing was sent"),
        ({"src": "/nonexistent/file"}, "/nonexistent/file: No such file"),
        ({"src": "/"}, "directory"),
        ({"from_repository": ["quay.io/b"], "digest": str(HELLO)}, "only from the same registry"),
        ({"from_repository": ["B"], "digest": str(HELLO)}, "option from_repository"),
        ({"from_repository": [], "digest": str(HELLO)}, "the option from_repository is an empty list"),
        ({"state": "absent", "digest": str(HELLO), "content": "x"}, "content does not go with state=absent"),
        ({"state": "downloaded", "digest": str(HELLO), "dest": "/nonexistent/folder/file"}, "no folder"),
        ({"state": "downloaded", "digest": str(HELLO), "dest": "/dev/null"}, "not a regular file"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(given, words):
    assert words in refusal(registry_blob, **{"repository": f"{NOBODY}/a", **given})


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"src": "/x", "content": "x"},
        {"from_repository": ["a"]},
        {"state": "absent"},
        {"state": "downloaded", "digest": str(HELLO)},
    ],
)
def test_options_that_do_not_go_together(given):
    with pytest.raises(ValueError):
        options_of(registry_blob, repository="r.example.com/a", **given)
