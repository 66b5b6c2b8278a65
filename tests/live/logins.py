# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the tests are to the registries that ask for it, and a module run to see who is let in."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from tests.support.modules import ModuleRun, ModuleRunner

ALICE = {"username": "alice", "password": "correct horse"}
WRONG = {"username": "alice", "password": "not my password"}


def docker_config(host: str, **entry: str) -> str:
    """Docker's config.json with one registry in it."""
    return json.dumps({"auths": {host: entry}})


def encoded(username: str, password: str) -> str:
    """A user name and a password as Docker's file has them."""
    return base64.b64encode(f"{username}:{password}".encode()).decode()


def failure(run: ModuleRun) -> str:
    """The error's text, which never has a password in it."""
    assert run.failed, run.result
    for password in (ALICE["password"], WRONG["password"]):
        assert password not in run.text
        assert encoded("alice", password) not in run.text
    text: str = run.result["msg"]
    return text


class Door(Protocol):
    """What stands before a registry, or the registry itself."""

    @property
    def address(self) -> str:
        """HOST:PORT"""

    @property
    def url(self) -> str:
        """SCHEME://HOST:PORT"""


Tags = Callable[..., ModuleRun]


@pytest.fixture
def tags(modules: ModuleRunner, repository: str) -> Tags:
    """List the tags of this test's repository behind a door, by the module."""

    def run(door: Door, *, environ: dict[str, str] | None = None, **options: Any) -> ModuleRun:
        # Loopback is plain unless one says otherwise.
        scheme = {"plain_http": False} if door.url.startswith("https:") else {}
        options = {"repository": f"{door.address}/{repository}", "retries": 0, **scheme, **options}
        return modules.run("registry_tags_info", options, environ=environ)

    return run
