# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy of names leads where it should, with a certificate for the name, and nowhere else."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.support import tls
from tests.support.names import NameProxy
from tests.support.nginx import start_nginx
from tests.support.registries import RunningRegistry


def status_at(proxy: NameProxy, host: str, port: int, context: ssl.SSLContext) -> int:
    """GET /v2/ of a name by way of the proxy."""
    connection = http.client.HTTPSConnection(urlsplit(proxy.url).netloc, context=context, timeout=10)
    connection.set_tunnel(host, port)
    with contextlib.closing(connection):
        connection.request("GET", "/v2/")
        return connection.getresponse().status


def test_names_lead_to_servers(
    distribution2: RunningRegistry, authority: tls.Authority, needs: Callable[..., None]
) -> None:
    needs("nginx")
    pair = authority.server("names", names="DNS:docker.example.com,DNS:other.example.com")
    context = authority.context()
    with start_nginx(distribution2.address, server=pair) as door:
        servers = {"docker.example.com": door.address, "other.example.com:5000": door.address, "liar": door.address}
        with NameProxy(servers) as proxy:
            assert status_at(proxy, "docker.example.com", 443, context) == 200
            assert status_at(proxy, "other.example.com", 5000, context) == 200
            for host, port in (
                ("docker.example.com", 5000),
                ("other.example.com", 443),
                ("elsewhere.example.com", 443),
            ):
                with pytest.raises(OSError, match="502"):
                    status_at(proxy, host, port, context)
            with pytest.raises(ssl.SSLCertVerificationError):
                status_at(proxy, "liar", 443, context)
            assert proxy.asked[:2] == ["docker.example.com", "other.example.com:5000"]
