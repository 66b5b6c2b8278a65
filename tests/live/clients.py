# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's client for the tests: fixtures, and digests and images as its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client, ClientOptions
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_helper import run_helper
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest, parse_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import TransportOptions

from tests.live.behaviour import BEHAVIOUR, Behaviour
from tests.support.images import Image, Pusher
from tests.support.modules import ModuleRunner
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry


@contextmanager
def new_client(
    credential: Credential | None = None,
    store: CredentialStore | None = None,
    plain_http: bool | None = None,
    **transport: Any,
) -> Iterator[Client]:
    """A client that knows nothing of the user's credential files and environment; `transport` as TransportOptions."""
    nothing: Mapping[str, str] = {}
    options = ClientOptions(
        store=store or CredentialStore.from_environment(dict(nothing), "/nonexistent", run_helper),
        transport=TransportOptions(**transport),
        plain_http=plain_http,
        credential=credential,
    )
    with Client(options) as client:
        yield client


def repository_at(client: Client, address: str, name: str) -> Repository:
    """The repository of that name on the registry at HOST:PORT."""
    return client.repository(Reference.parse_repository(f"{address}/{name}"))


def digest_of(content: bytes, algorithm: str = "sha256") -> Digest:
    """The digest of some bytes."""
    return Digest.of(content, algorithm)


def manifest_of(image: Image, algorithm: str = "sha256") -> Manifest:
    """An image's manifest as the client sees it."""
    return parse_manifest(image.raw, image.media_type, Digest.of(image.raw, algorithm))


@dataclass
class Place:
    """A repository of its own for one test on a shared registry: by our client, and by plain requests."""

    registry: RunningRegistry
    client: Client
    name: str

    @property
    def address(self) -> str:
        """HOST:PORT of the registry."""
        return self.registry.address

    @property
    def behaviour(self) -> Behaviour:
        """What is known of this kind of registry."""
        return BEHAVIOUR[self.registry.kind]

    @property
    def content(self) -> bytes:
        """A blob that no other test has: some registries keep the blobs of all repositories in one place."""
        return f"This is a blob of {self.name}.".encode()

    @property
    def repository(self) -> Repository:
        """The repository by our client."""
        return repository_at(self.client, self.address, self.name)

    @property
    def pusher(self) -> Pusher:
        """The repository by plain requests."""
        return Pusher(self.address, self.name)

    def pushed(self) -> Digest:
        """`content` put there by plain requests."""
        return Digest.parse(self.pusher.push_blob(self.content))

    def via(self, recorder: Recorder) -> Repository:
        """The repository by our client and by way of a recorder."""
        return repository_at(self.client, recorder.address, self.name)

    def elsewhere(self, name: str) -> Pusher:
        """Another repository of this test by plain requests."""
        return Pusher(self.address, f"{self.name}/{name}")


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    """A client that does not try again: on these registries nothing fails by chance."""
    with new_client(retries=0) as session_client:
        yield session_client


@pytest.fixture
def place(registry: RunningRegistry, repository: str, client: Client) -> Place:
    """A repository of this test's own on each kind of registry."""
    return Place(registry, client, repository)


@pytest.fixture(scope="session")
def modules() -> Iterator[ModuleRunner]:
    """Runs the collection's modules, as processes of their own."""
    with ModuleRunner() as runner:
        yield runner
