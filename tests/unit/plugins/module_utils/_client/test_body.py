# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bodies of requests: what is sent, and whether it can be sent again."""

from __future__ import annotations

from ansible_collections.regops.oci_registry.plugins.module_utils._client.body import BlocksBody, BytesBody


def test_bytes_body_is_sent_and_may_be_sent_again():
    body = BytesBody(b"abc")
    assert (body.length, body.replayable) == (3, True)
    assert [list(body), list(body), list(BytesBody(b""))] == [[b"abc"], [b"abc"], []]


def test_blocks_body_is_sent_once():
    assert BlocksBody(iter([b"ab", b"c"]), 3).replayable is False
