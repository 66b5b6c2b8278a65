# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that an answer names: where a redirect or an upload goes."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.addresses import origin, resolve_location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ProtocolError
from hypothesis import given
from hypothesis import strategies as st

PIECES = st.sampled_from(
    ["\\", " ", "\t", "/v2/", "?n=1"]
    + ["https://", "http://", "registry.example", "evil.example", "@", ":", ":443", "[", "]", "[::1]", "//"]
    + ["\\\\", "%", "\x00", "\r\n", "\xff"]
)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/v2/a/blobs/uploads/1?_state=x", "https://h/v2/a/blobs/uploads/1?_state=x"),
        ("1?_state=x", "https://h/v2/a/blobs/1?_state=x"),
        (" https://h/x ", "https://h/x"),
        ("https://other.example/x", "https://other.example/x"),
        ("https://h:8443/x", "https://h:8443/x"),
    ],
)
def test_location_is_resolved_against_the_url_that_answered(location, url):
    assert resolve_location("https://h/v2/a/blobs/uploads", location) == url


@pytest.mark.parametrize(
    ("asked", "location", "words"),
    [
        ("https://h/v2/", "http://h/v2/x", "from https to"),
        ("https://h/v2/", "http://other.example/x", "from https to"),
        ("https://h/v2/", "https://127.0.0.1/x", "an address of this machine"),
        ("http://10.0.0.1/v2/", "http://127.0.0.1/x", "an address of this machine"),
        ("https://h/v2/", "https://localhost:8080/x", "an address of this machine"),
        ("http://h/v2/", "http://169.254.169.254/latest/meta-data/", "an address of this machine"),
        ("http://h/v2/", "http://[::1]/x", "an address of this machine"),
        ("http://h/v2/", "http://0.0.0.0/x", "an address of this machine"),
        ("http://h/v2/", "http://[::ffff:127.0.0.1]/x", "an address of this machine"),
        ("http://h/v2/", "http://[::ffff:169.254.169.254]/x", "an address of this machine"),
        # What listens on a port of this machine may well be a tunnel to a registry elsewhere.
        ("http://localhost:5000/v2/", "http://169.254.169.254/latest/meta-data/", "an address of this machine"),
        ("https://h/v2/", "file:///etc/passwd", "not the URL of a server"),
        ("https://h/v2/", "https://user:secret@h/x", "not the URL of a server"),
        ("https://h/v2/", "https://[::1/x", "https://h/v2/ names .* not the URL of a server"),
    ],
)
def test_location_that_is_unsafe_is_refused(asked, location, words):
    with pytest.raises(ProtocolError, match=words) as caught:
        resolve_location(asked, location)
    assert "secret" not in str(caught.value)


def test_location_from_loopback_to_loopback_is_followed():
    assert resolve_location("http://127.0.0.1:5000/v2/", "http://localhost:5001/x") == "http://localhost:5001/x"


def test_location_on_the_same_link_local_host_is_followed():
    assert resolve_location("http://169.254.1.1:5000/v2/", "http://169.254.1.1/x") == "http://169.254.1.1/x"


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_location_of_anything_is_http(location):
    try:
        target = resolve_location("https://registry.example/v2/", location)
    except ProtocolError:
        return
    assert origin(target)[0] == "https"
