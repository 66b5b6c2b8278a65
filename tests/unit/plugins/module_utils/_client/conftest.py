# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the property tests: no files left behind, no failure because a machine is busy. And what tests share."""

from __future__ import annotations

import time
from typing import Iterator, Tuple

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import redaction
from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client, ClientOptions
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import TransportOptions
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.certificates import (
    Authority,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.fake_clock import FakeClock
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    ScriptedServer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_uploads import (
    ScriptedUploads,
)
from hypothesis import settings

settings.register_profile("collection", database=None, deadline=None)
settings.load_profile("collection")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A scripted server; at the end, all that it was asked must have been in its script."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is secret in one test is an ordinary word in another; a process has one task otherwise."""
    monkeypatch.setattr(redaction, "_known", set())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Time passes at once: nobody sleeps, but the clocks move, and what was slept is in `slept`."""
    fake = FakeClock()
    monkeypatch.setattr(time, "sleep", fake.sleep)
    monkeypatch.setattr(time, "monotonic", fake.monotonic)
    monkeypatch.setattr(time, "time", fake.time)
    return fake


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority that nobody trusts yet."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    authority.create()
    return authority


@pytest.fixture
def client() -> Iterator[Client]:
    """A client without credentials, to which loopback speaks plain HTTP."""
    with Client(ClientOptions(CredentialStore([], no_helper), TransportOptions(timeout=10, retries=3))) as made:
        yield made


@pytest.fixture
def repository(client: Client, server: ScriptedServer) -> Repository:
    """The repository `app` of the scripted server."""
    return client.repository(Reference(server.address, "app"))


@pytest.fixture
def uploads(server: ScriptedServer) -> ScriptedUploads:
    """The uploads to that repository."""
    return ScriptedUploads(server)


def no_helper(program: str, server: str) -> Tuple[int, str]:
    """There is no credential helper."""
    raise FileNotFoundError(program)
