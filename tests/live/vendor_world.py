# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All vendors at their own names, over TLS: each a recorder with rules in front of a real registry."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.guide_world import Site, World, world_of
from tests.live.vendor_door import Play, Rule, TokenDoor, Vendor, by_rules
from tests.live.vendors import VENDORS
from tests.support.images import Pusher, build_image
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.recorder import Recorder
from tests.support.registries import RunningRegistry
from tests.support.tls import Authority

At = Callable[..., "Stage"]


@dataclass(frozen=True)
class Stage:
    """A vendor in one test: `record` has what came to it."""

    vendor: Vendor
    record: Recorder
    play: Play
    world: World
    modules: ModuleRunner

    @property
    def door(self) -> TokenDoor:
        """Who was let in, and with what, where tokens are wanted."""
        assert isinstance(self.play.door, TokenDoor)
        return self.play.door

    def run(
        self, module: str, *, check: bool = False, environ: dict[str, str] | None = None, **options: Any
    ) -> ModuleRun:
        """Run a module with the vendor's login, unless the options have another, or none (username=None)."""
        login = {} if {"username", "auth_file"} & set(options) else self.vendor.login
        given = {name: value for name, value in {**login, **options}.items() if value is not None}
        return self.modules.run(module, given, check=check, environ={**self.world.variables, **(environ or {})})

    def done(self, module: str, **options: Any) -> dict[str, Any]:
        """What a module returns that ends well."""
        run = self.run(module, **options)
        assert not run.failed, run.result
        return run.result

    def refused(self, module: str, *words: str, **options: Any) -> str:
        """The message of a module that fails, with these words in it, and with no secret in anything it says."""
        run = self.run(module, **options)
        assert run.failed, run.result
        text = str(run.result["msg"])
        for word in words:
            assert word in text, text
        assert self.vendor.login["password"] not in run.text
        assert "Traceback" not in run.text
        return text

    def name(self, repository: str, version: str = "") -> str:
        """The name of a repository, or with :TAG or @DIGEST of an image, at this vendor."""
        return f"{self.vendor.name}/{repository}{version}"

    def behind(self, repository: str) -> Pusher:
        """Plain requests to a repository of the registry behind, past all rules."""
        return Pusher(self.record.upstream, repository)

    def push(self, repository: str, *tags: str) -> str:
        """An image that no other repository has, with these tags, there already; its digest."""
        image = build_image([f"an image of {repository}".encode()])
        return [self.behind(repository).push(image, tag) for tag in tags or (None,)][0]

    def sent(self, method: str, containing: str = "") -> list[str]:
        """The lines of the requests of this method that have a text in them."""
        return [line for line in self.record.lines if line.startswith(f"{method} ") and containing in line]

    @property
    def writes(self) -> list[str]:
        """The lines of the requests to the registry that are neither GET nor HEAD."""
        return [one.line for one in self.record.writes if one.path.startswith("/v2/")]


def auth_file(path: Path, key: str, login: dict[str, str]) -> str:
    """Docker's file with one login under a key, as `docker login` writes it; its path."""
    auth = base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode()
    path.write_text(json.dumps({"auths": {key: {"auth": auth}}}), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def vendors(
    running: Callable[[str], RunningRegistry], authority: Authority, needs: Callable[..., None]
) -> Iterator[tuple[World, dict[str, Recorder]]]:
    """The world of the vendors, and what stands in front of each registry by the vendor's name."""
    needs("nginx", "openssl")
    with ExitStack() as stack:
        records = {one.name: stack.enter_context(Recorder(running(one.kind).address)) for one in VENDORS}
        sites = {host: Site(records[one.name].address) for one in VENDORS for host in one.hosts}
        yield stack.enter_context(world_of(sites, authority)), records


@pytest.fixture
def at(vendors: tuple[World, dict[str, Recorder]], modules: ModuleRunner) -> Iterator[At]:
    """Give a vendor with all that it does, and before that what is added for the test."""
    world, records = vendors
    used: list[Recorder] = []

    def enter(vendor: Vendor, *rules: Rule) -> Stage:
        record = records[vendor.name]
        used.append(record)
        play = vendor.play(record.upstream)
        record.clear()
        record.intercept = by_rules(*rules, *play.all)
        return Stage(vendor, record, play, world, modules)

    yield enter
    for record in used:
        record.intercept = None
