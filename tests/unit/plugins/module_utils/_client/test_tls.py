# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the connections of many threads share is not changed by any of them. Certificates are in the live tests."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tls import tls_context
from urllib3.util import ssl_wrap_socket


def test_a_connection_does_not_change_what_openssl_copies_into_others(monkeypatch: pytest.MonkeyPatch) -> None:
    context = tls_context(True, None, None, None, {})
    lists = []
    monkeypatch.setattr(ssl.SSLContext, "set_alpn_protocols", lambda _context, protocols: lists.append(protocols))
    for _number in range(2):
        here, there = socket.socketpair()
        there.close()
        with here, suppress(OSError):  # Nobody answers; the context was set up before.
            ssl_wrap_socket(here, ssl_context=context, server_hostname="localhost")
    assert not lists


def test_servers_are_told_the_protocol() -> None:
    context = tls_context(True, None, None, None, {})
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    assert b"\x08http/1.1" in outgoing.read()
