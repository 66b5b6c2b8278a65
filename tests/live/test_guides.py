# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the guides runs as it is written, and does what the guide says."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.example_content import HERE, fill_upstream, index_of, push_images
from tests.live.guide_blocks import Block, Command, blocks_of, commands_of, matches
from tests.live.guide_world import Site, World, start_all, world_of
from tests.live.guides import Guide
from tests.support.images import Image, build_artifact, build_image
from tests.support.tls import Authority
from tests.unit.test_house import ROOT, load_yaml

PAGES = ROOT / "docs" / "docsite" / "rst"
ROBOT = {"robot": "correct horse"}
PUBLISHER = {"publisher": "publisher's secret"}
IMPORTER = {"importer": "importer's secret"}
COMPANY = "registry.example.com"
ONE, TWO = (f"sha256:{64 * letter}" for letter in "ab")

Guides = Callable[..., Guide]


@pytest.fixture
def world(authority: Authority, needs: Callable[..., None]) -> Iterator[World]:
    """The registries of a company, and two of the internet."""
    needs("nginx", "htpasswd", "distribution2", "distribution3", "olareg")
    with ExitStack() as stack:
        here, elsewhere, public, internal = start_all(stack, "distribution3", "distribution2", "olareg", "olareg")
        edges = start_all(stack, "distribution3", "olareg")
        fill_upstream(elsewhere.address)
        push_images(elsewhere.address, {"team/app": "v1.4.2"})
        sites = {
            COMPANY: Site(here.address, ROBOT),
            **{f"edge{number}.example.com:5000": Site(edge.address, ROBOT) for number, edge in enumerate(edges, 1)},
            "build.example.com": Site(elsewhere.address),
            "public.example.com": Site(public.address, PUBLISHER),
            "registry.internal.example.com": Site(internal.address, IMPORTER),
            "registry-1.docker.io": Site(elsewhere.address),
            "quay.io": Site(elsewhere.address),
        }
        yield stack.enter_context(world_of(sites, authority))


@pytest.fixture
def guide(world: World, tmp_path: Path) -> Guides:
    """Make a guide ready to run, with folders in place of those that it names."""

    def make(name: str, *folders: str) -> Guide:
        places = {folder: str(tmp_path / folder.strip("/")) for folder in folders}
        for place in places.values():
            Path(place).mkdir(parents=True)
        secrets = {
            "REGISTRY_PASSWORD": ROBOT["robot"],
            "PUBLIC_REGISTRY_PASSWORD": PUBLISHER["publisher"],
            "INTERNAL_REGISTRY_PASSWORD": IMPORTER["importer"],
        }
        return Guide(PAGES / f"{name}.rst", tmp_path, places, world.variables, secrets)

    return make


def sign(world: World, name: str, digest: str) -> str:
    """Give an image a signature as cosign does; return the signature's tag."""
    tag = digest.replace(":", "-") + ".sig"
    world.pusher(name).push(build_artifact("application/vnd.dev.cosign", digest.encode()), tag)
    return tag


def aged(content: str, days: int) -> Image:
    """An image that was made so many days ago."""
    created = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return build_image([content.encode()], created=created)


def test_promote(world: World, guide: Guides) -> None:
    app = f"{COMPANY}/production/app"
    push_images(world.sites[COMPANY].server, {**HERE, "production/app": "v1.4.1"})
    for image in index_of("team/app:v1")[0][:2]:
        world.pusher(f"{COMPANY}/team/app").push(image, f"v1-{(image.platform or '').split('/')[1]}")
    tested = index_of("staging/app:v1.4.2-rc3")[1].digest
    signature = sign(world, f"{COMPANY}/staging/app", tested)
    # Another candidate on the same digest: it has to survive.
    world.pusher(f"{COMPANY}/staging/app").push(index_of("staging/app:v1.4.2-rc3")[1], "nightly")
    told = guide("guide_promote").run()

    release = "Release it under every tag that people follow"
    plan, done = told.of("promote.yml", check=True).result(release), told.of("promote.yml").result(release)
    assert plan["actions"] == done["actions"]
    assert sum(image["transferred_blobs"] for image in done["images"]) == 0
    assert world.digest(f"{app}:v1.4.2") == world.digest(f"{app}:v1.4") == tested
    assert world.digest(f"{app}:{signature}")
    assert world.digest(f"{app}:latest") == world.digest(f"{app}:v1.4.1") == index_of("production/app:v1.4.1")[1].digest
    followed = {world.digest(f"{COMPANY}/team/app:{tag}") for tag in ("v1.4.2", "v1.4", "stable")}
    assert followed == {index_of("team/app:v1.4.2")[1].digest}
    assert world.pusher(f"{COMPANY}/staging/app").tags() == sorted(["nightly", signature])
    composed = json.loads(world.pusher(f"{COMPANY}/team/app").manifest("v1").body)
    assert [child["platform"]["architecture"] for child in composed["manifests"]] == ["amd64", "arm64"]
    assert world.digest("public.example.com/app:v1.4.2") == tested


def test_mirror(world: World, guide: Guides) -> None:
    push_images(world.sites[COMPANY].server, {**HERE, "mirror/redis": "7.0-alpine own"})
    told = guide("guide_mirror", "/media/usb").run()
    told.give(
        "cd media/usb && mv bundle.tar first.tar && ansible-playbook ../../export.yml && cmp bundle.tar first.tar"
    )

    plan, done = (told.of("mirror.yml", check=check).result("Follow the sources") for check in (True, False))
    assert plan["actions"] == done["actions"]
    prometheus = index_of("prometheus/prometheus:v3.1.0")[1].digest
    signature = prometheus.replace(":", "-") + ".sig"
    assert world.pusher(f"{COMPANY}/mirror/redis").tags() == ["7.2-alpine", "7.4-alpine", "own"]
    assert world.pusher(f"{COMPANY}/mirror/prometheus").tags() == sorted([signature, "v3.0.0", "v3.1.0"])
    assert world.digest(f"{COMPANY}/mirror/prometheus:v3.1.0") == prometheus
    postgres = world.pusher(f"{COMPANY}/mirror/postgres")
    assert postgres.tags() == ["16.1", "17.0-alpine"]
    platforms = [child["platform"]["architecture"] for child in json.loads(postgres.manifest("16.1").body)["manifests"]]
    assert platforms == ["amd64", "arm64"]

    inside = "registry.internal.example.com"
    for name in ("team/app:v1.4.2", "mirror/redis:7.4-alpine", f"mirror/prometheus:{signature}"):
        digest = world.digest(f"{COMPANY}/{name}")
        assert digest is not None, name
        assert world.digest(f"{inside}/{name}") == digest, name
    asked = world.proxy.asked
    first, last = asked.index(inside), len(asked) - 1 - asked[::-1].index(inside)
    assert set(asked[first:last]) == {inside}, "nothing but the registry inside is asked on that side"
    with tarfile.open(told.folder / "media/usb/app.tar") as archive:
        listed = archive.extractfile("manifest.json")
        assert listed is not None
        (image,) = json.load(listed)
    assert image["RepoTags"] == ["team/app:v1.4.2"]


def test_retention(world: World, guide: Guides) -> None:
    ages = {
        "team/app": {"v1.0.0": 400, "v1.1.0": 300, "main-1": 90, "main-2": 80, "main-3": 70, "mr-7": 2, "mr-6": 40},
        "team/api": {"v7": 400, "v8": 300, "build-1": 200, "build-2": 180, "build-3": 150},
        "team/db": {"v8": 300, "mr-1": 20, "mr-2": 5},
        "other/tool": {"mr-1": 100},
    }
    images = {}
    for repository, tags in ages.items():
        for tag, days in tags.items():
            images[f"{repository}:{tag}"] = image = aged(f"{repository}:{tag}", days)
            world.pusher(f"{COMPANY}/{repository}").push(image, tag)
    signed = [images[f"team/app:{tag}"].digest for tag in ("v1.0.0", "main-1")]
    for digest in signed:
        sign(world, f"{COMPANY}/team/app", digest)
    told = guide("guide_retention").run()

    rule = "Keep releases, what is young, and the three newest images"
    plan, done = told.of("retention.yml", check=True).result(rule), told.of("retention.yml").result(rule)
    assert plan["actions"] == done["actions"]
    kept, gone = (tag.replace(":", "-") + ".sig" for tag in signed)
    expected = sorted([kept, "main-3", "mr-7", "v1.0.0", "v1.1.0"])
    assert world.pusher(f"{COMPANY}/team/app").tags() == expected
    assert gone in {removed["tag"] for removed in done["removed"]}
    assert world.pusher(f"{COMPANY}/team/api").tags() == ["build-1", "build-2", "v8"]
    assert world.pusher(f"{COMPANY}/team/db").tags() == ["mr-2", "v8"]
    assert world.pusher(f"{COMPANY}/other/tool").tags() == ["mr-1"]


def test_inventory(world: World, guide: Guides) -> None:
    content = {"team/app": "v1.4.2 v1.10.0 nightly", "team/db": "v7", "staging/app": "v1.4.2-rc3"}
    push_images(world.sites[COMPANY].server, content)
    edges = [f"edge{number}.example.com:5000" for number in (1, 2)]
    for tag, days in (("v1.4.1", 100), ("main-17", 90), ("main-18", 3)):
        world.pusher(f"{edges[0]}/team/app").push(aged(tag, days), tag)
    told = guide("guide_inventory").run()

    plan, done = (told.of("regops.oci_registry.maintain", check=check).changed for check in (True, False))
    assert sorted(plan) == sorted(done)
    released = index_of("team/app:v1.4.2")[1].digest
    for edge in edges:
        assert world.pusher(f"{edge}/mirror/redis").tags() == ["7.2-alpine", "7.4-alpine"]
        assert world.digest(f"{edge}/team/app:v1.4.2") == world.digest(f"{edge}/team/app:stable") == released
    assert world.pusher(f"{edges[0]}/team/app").tags() == ["main-18", "stable", "v1.4.1", "v1.4.2"]
    page = (told.folder / "report.html").read_text(encoding="utf-8")
    # It is of the second run, which had nothing to do any more.
    assert "main-18" in page and "main-17" not in page
    assert not re.findall(r"<script|<link|(?:src|href)=[\"']?https?:", page)
    assert world.digest(f"{COMPANY}/team/app:stable") == index_of("team/app:v1.10.0")[1].digest
    assert world.digest(f"{COMPANY}/team/db:stable") == index_of("team/db:v7")[1].digest
    assert world.digest(f"{COMPANY}/staging/app:stable") is None
    assert released in (told.folder / "image.yml").read_text(encoding="utf-8")

    # A registry that is down: the other one is looked after, and the play says so.
    del world.proxy.servers[edges[0]]
    world.pusher(f"{edges[1]}/team/app").push(aged("another", 9), "stable")
    command = "ansible-playbook -i registries.yml regops.oci_registry.maintain -e registry_retries=0"
    failed = told.give(f"! {command}")
    assert "1 of 2 registries in order" in failed.output
    assert world.digest(f"{edges[1]}/team/app:stable") == released


def test_every_guide_is_run() -> None:
    """And each is in the table of contents, and in the README."""
    pages = {path.stem for path in PAGES.iterdir()}
    here = Path(__file__).parent
    tests = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_guides*.py"))
    assert {page for page in pages if re.search(rf'"{page}(?:\.rst)?"', tests)} == pages
    (section,) = load_yaml("docs", "docsite", "extra-docs.yml")["sections"]
    assert sorted(section["toctree"]) == sorted(pages)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {page for page in pages if f"docs/docsite/rst/{page}.rst" in readme} == pages


class TestTheReader:
    """What reads the guides must not overlook anything, or take anything for what it is not."""

    @pytest.mark.parametrize(
        "text",
        [
            "Like this::\n\n   $ rm -r /\n",
            ".. code:: yaml\n\n   a: b\n",
            "- In a list\n\n  .. literalinclude:: x\n",
            ".. code-block:: bash\n\n   ls\n",
            ".. code-block::\n\n   ls\n",
            ".. code-block:: yaml\n   :name: x\n\n   a: b\n",
            ".. code-block:: console\n   :caption: x\n\n   $ ls\n",
            ".. code-block:: yaml\n",
        ],
    )
    def test_what_it_cannot_run_it_refuses(self, text: str) -> None:
        with pytest.raises(AssertionError, match="page:"):
            blocks_of(text, "page")

    def test_what_it_reads(self) -> None:
        text = "- A list:\n\n  .. code-block:: yaml\n     :caption: a.yml\n\n     a:\n\n       b: c\n\n  more\n"
        assert blocks_of(text, "page") == [Block("page:3", "yaml", "a.yml", "a:\n\n  b: c\n")]
        block = Block("page:1", "console", None, "$ a \\\n  b\nsaid\n\n$ c\n")
        assert list(commands_of(block)) == [Command("a \\\n  b", "said\n"), Command("c", None)]

    @pytest.mark.parametrize(
        ("shown", "real", "expected"),
        [
            ("a\n...\nd", "a\nb\nc\nd\n", True),
            ("a\n...\nd", "a\nd\n", True),
            ("a\nd", "a\nb\nd\n", False),
            ("a ... z", "a to z\n", True),
            ("TASK [x] ***", "TASK [x] *******\n", True),
            (f"{ONE} {ONE}", f"{TWO} {TWO}\n", True),
            (f"{ONE} {ONE}", f"{TWO} {ONE}\n", False),
            ("a.c", "abc\n", False),
        ],
    )
    def test_what_is_shown_has_to_be_what_is_printed(self, shown: str, real: str, expected: bool) -> None:
        assert matches(shown, real) is expected

    @pytest.mark.parametrize(
        ("page", "error"),
        [
            (".. code-block:: json\n   :caption: a.json\n\n   {}\n", "nothing uses a.json"),
            (".. code-block:: console\n\n   $ echo one\n   two\n", "shown:\ntwo"),
            (".. code-block:: console\n\n   $ false\n", "false"),
            (".. code-block:: console\n\n   $ echo hidden\n", "hidden"),
            (".. code-block:: yaml\n\n   - name: Change\n     ansible.builtin.command: echo\n", "changed something"),
            (".. code-block:: yaml\n   :caption: ../up.yml\n\n   - hosts: all\n", "elsewhere"),
        ],
    )
    def test_what_does_not_hold_fails(self, page: str, error: str, tmp_path: Path) -> None:
        path = tmp_path / "page.rst"
        path.write_text(page, encoding="utf-8")
        with pytest.raises(AssertionError, match=error):
            Guide(path, tmp_path, secrets={"SECRET": "hidden"}).run()
