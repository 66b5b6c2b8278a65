# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the guides runs as it is written, and does what the guide says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live.example_content import HERE, fill_upstream, index_of, push_images
from tests.live.guide_world import Site, World, start_all, world_of
from tests.live.guides import Guide
from tests.support.images import build_artifact
from tests.support.tls import Authority
from tests.unit.test_house import ROOT

PAGES = ROOT / "docs" / "docsite" / "rst"
ROBOT = {"robot": "robot's secret"}
PUBLISHER = {"publisher": "publisher's secret"}


@pytest.fixture
def world(authority: Authority, needs: Callable[..., None]) -> Iterator[World]:
    """The registries of a company, and two of the internet."""
    needs("nginx", "htpasswd", "distribution2", "distribution3", "olareg")
    with ExitStack() as stack:
        here, public, elsewhere = start_all(stack, "distribution3", "olareg", "distribution2")
        push_images(here.address, HERE)
        fill_upstream(elsewhere.address)
        sites = {
            "registry.example.com": Site(here.address, ROBOT),
            "public.example.com": Site(public.address, PUBLISHER),
            "registry-1.docker.io": Site(elsewhere.address),
            "quay.io": Site(elsewhere.address),
        }
        yield stack.enter_context(world_of(sites, authority))


@pytest.fixture
def guide(world: World, tmp_path: Path) -> Callable[..., Guide]:
    """Make a guide ready to run."""

    def make(name: str, **places: str) -> Guide:
        variables = {
            **world.variables,
            "REGISTRY_PASSWORD": ROBOT["robot"],
            "PUBLIC_REGISTRY_PASSWORD": PUBLISHER["publisher"],
        }
        return Guide(PAGES / f"{name}.rst", tmp_path, places, variables)

    return make


def test_promote(world: World, guide: Callable[..., Guide]) -> None:
    tested = index_of("staging/app:v1.4.2-rc3")[1].digest
    before = index_of("production/app:v1.4.1")[1].digest
    signature = tested.replace(":", "-") + ".sig"
    world.pusher("registry.example.com/staging/app").push(build_artifact("application/vnd.dev.cosign"), signature)
    push_images(world.sites["registry.example.com"].server, {"production/app": "v1.4.1"})
    for image in index_of("team/app:v1")[0][:2]:
        world.pusher("registry.example.com/team/app").push(image, f"v1-{(image.platform or '').split('/')[1]}")
    ran = guide("guide_promote").run()
    assert [world.digest(f"registry.example.com/production/app:{tag}") for tag in ("v1.4.2", "v1.4")] == [tested] * 2
