# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real registries for the tests. A program that is missing is skipped by name, unless CI demands it.

Registries live as long as the session, so a test works in a repository of its own (the fixture `repository`).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# The tests run from the checkout and from a copy of it under ansible_collections: `tests` is beside this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.live.clients import client, modules, place  # pylint: disable=unused-import
from tests.live.logins import tags
from tests.support import images, install, nginx, registries, tls, token_server
from tests.support.recorder import Recorder

# Fixtures that are written elsewhere
__all__ = ["client", "modules", "place", "tags"]

# alice may work in the repositories alice/... of a registry with a token server.
ACCOUNTS = {"alice": "correct horse", "bob": "battery staple"}
REQUIRED = "REGOPS_REQUIRE_REGISTRIES"
DOORS = ("nginx", "htpasswd", "openssl", "token-server", "tinyproxy", "toxiproxy")
PEERS = ("crane", "oras", "regctl", "skopeo")
BROWSER = "chromium"
MEMORY_NEEDED = 1 << 30
_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the registries' many small files in memory where there is room: it halves the time that the tests take."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > MEMORY_NEEDED:
        tempfile.tempdir = str(memory)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI both kinds of tag delete and of referrers have to be met: refuse to pass by skipping."""
    if os.environ.get(REQUIRED) != "1":
        return
    there = [kind for kind in registries.KINDS if registries.available(kind)]
    lacking = [name for name in ("distribution2", *DOORS, *PEERS, BROWSER) if install.find(name) is None]
    if len(there) < 3:
        lacking.append(f"three registries (there is {', '.join(there) or 'none'})")
    if lacking:
        raise pytest.UsageError(f"{REQUIRED}=1 demands {', '.join(lacking)}: python3 -m tests.support.install")


def need(*names: str) -> None:
    """Skip the test when a tool is missing, by name."""
    for name in names:
        if install.find(name) is None:
            pytest.skip(f"{name} is missing: python3 -m tests.support.install {name}")


@pytest.fixture(scope="session")
def needs() -> Callable[..., None]:
    """Skip the test when one of these tools is missing, by name."""
    return need


@pytest.fixture(scope="session")
def running() -> Iterator[Callable[[str], registries.RunningRegistry]]:
    """Give the session's registry of a kind, starting it when it is asked for first."""
    with contextlib.ExitStack() as stack:
        started: dict[str, registries.RunningRegistry] = {}

        def get(kind: str) -> registries.RunningRegistry:
            if kind not in started:
                need(kind)
                started[kind] = stack.enter_context(registries.start(kind))
            return started[kind]

        yield get


@pytest.fixture
def start_registry() -> Iterator[Callable[..., registries.RunningRegistry]]:
    """Start registries with settings of their own, for one test: start_registry("distribution2", delete=False)."""
    with contextlib.ExitStack() as stack:

        def start(kind: str, **settings: Any) -> registries.RunningRegistry:
            need(kind)
            return stack.enter_context(registries.start(kind, **settings))

        yield start


@pytest.fixture(scope="session", params=list(registries.KINDS))
def registry(
    request: pytest.FixtureRequest, running: Callable[[str], registries.RunningRegistry]
) -> registries.RunningRegistry:
    """Every kind of registry in turn."""
    return running(request.param)


@pytest.fixture(scope="session")
def distribution2(running: Callable[[str], registries.RunningRegistry]) -> registries.RunningRegistry:
    """CNCF distribution 2.8: deletes by digest only, has no referrers API."""
    return running("distribution2")


@pytest.fixture(scope="session")
def distribution3(running: Callable[[str], registries.RunningRegistry]) -> registries.RunningRegistry:
    """CNCF distribution 3: deletes by tag, has no referrers API."""
    return running("distribution3")


@pytest.fixture(scope="session")
def ggcr(running: Callable[[str], registries.RunningRegistry]) -> registries.RunningRegistry:
    """go-containerregistry's in-memory registry."""
    return running("ggcr")


@pytest.fixture(scope="session")
def olareg(running: Callable[[str], registries.RunningRegistry]) -> registries.RunningRegistry:
    """olareg: deletes by tag, has the referrers API."""
    return running("olareg")


@pytest.fixture
def repository() -> str:
    """A repository name that no other test of the session uses; it begins with alice/."""
    return f"alice/app{next(_numbers)}"


@pytest.fixture
def pusher(registry: registries.RunningRegistry, repository: str) -> images.Pusher:
    """Plain requests to this test's repository on each kind of registry, past our own client."""
    return images.Pusher(registry.address, repository)


@pytest.fixture
def recorder(registry: registries.RunningRegistry) -> Iterator[Recorder]:
    """A recorder in front of each kind of registry."""
    with Recorder(registry.address) as running_recorder:
        yield running_recorder


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tls.Authority:
    """The certificate authority that has signed the servers' certificates."""
    need("openssl")
    return tls.create_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def accounts() -> dict[str, str]:
    """user -> password of everything that demands one."""
    return dict(ACCOUNTS)


@pytest.fixture(scope="session")
def tls_registry(distribution2: registries.RunningRegistry, authority: tls.Authority) -> Iterator[nginx.RunningNginx]:
    """distribution 2 behind nginx with TLS."""
    need("nginx")
    with nginx.start_nginx(distribution2.address, server=authority.server("tls")) as server:
        yield server


@pytest.fixture(scope="session")
def basic_registry(
    distribution2: registries.RunningRegistry, authority: tls.Authority, accounts: dict[str, str]
) -> Iterator[nginx.RunningNginx]:
    """distribution 2 behind nginx with TLS that demands a user name and a password."""
    need("nginx", "htpasswd")
    with nginx.start_nginx(distribution2.address, server=authority.server("basic"), accounts=accounts) as server:
        yield server


@pytest.fixture(scope="session")
def mutual_tls_registry(
    distribution2: registries.RunningRegistry, authority: tls.Authority
) -> Iterator[nginx.RunningNginx]:
    """distribution 2 behind nginx with TLS that demands a client certificate of the same authority."""
    need("nginx")
    pair = authority.server("mutual")
    with nginx.start_nginx(distribution2.address, server=pair, client_authority=authority.certificate) as server:
        yield server


@pytest.fixture(scope="session")
def tokens(accounts: dict[str, str]) -> Iterator[token_server.RunningTokenServer]:
    """The token server that `token_registry` trusts."""
    need("token-server", "htpasswd", "openssl")
    with token_server.start_token_server(accounts) as server:
        yield server


@pytest.fixture(scope="session", params=["distribution2", "distribution3"])
def token_registry(
    request: pytest.FixtureRequest, tokens: token_server.RunningTokenServer
) -> Iterator[registries.RunningRegistry]:
    """distribution 2 and 3 that demand a Bearer token."""
    need(request.param)
    with registries.start(request.param, auth=tokens.auth()) as server:
        yield server
