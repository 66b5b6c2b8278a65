# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that the role maintain writes, looked at in a browser."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.maintenance import Maintained, inventory_of, maintain
from tests.support.browser import Browser
from tests.support.images import Pusher, build_image, push_image
from tests.support.recorder import RecordedRequest, Recorder, Reply
from tests.support.registries import RunningRegistry

PHONE, DESKTOP = 390, 1280
BASE, OWN = b"b" * 60_000, b"o" * 20_000
LONG_TAG = "nightly-" + "x" * 100
HOSTILE = "<img src=x onerror=document.title=1>{{ 7 * 7 }}"
#: Elements that reach beyond the window, or whose text does beyond them.
OVERFLOWING = """
[...document.querySelectorAll('main *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 0.5 || box.left < -0.5);
}).map(one => one.outerHTML.slice(0, 200))
"""
#: For each registry the share of its bar that is solid.
BARS = """
[...document.querySelectorAll('#registries svg.bar')].map(bar =>
  bar.querySelector('.solid').getBoundingClientRect().width / bar.getBoundingClientRect().width)
"""


@pytest.fixture(scope="module")
def browser(needs: Callable[..., None]) -> Iterator[Browser]:
    """Chromium, or what is called so."""
    needs("chromium")
    with Browser() as running_browser:
        yield running_browser


@pytest.fixture
def fleet(start_registry: Callable[..., RunningRegistry]) -> dict[str, Any]:
    """Two registries and one that is not there. The first has what the second has, and as much again."""
    first, second = start_registry("distribution3"), start_registry("olareg")
    for registry, versions in ((first, 4), (second, 1)):
        for number in range(versions):
            created = f"2025-0{number + 1}-01T00:00:00Z"
            push_image(registry.address, "team/app", f"v{number}", [BASE, OWN + b"%d" % number], created=created)
    app = Pusher(first.address, "team/app")
    app.push(build_image([BASE, b"long"], created="2020-01-01T00:00:00Z"), LONG_TAG)
    app.push(build_image([BASE, b"undated"], created="not set"), "undated")
    push_image(first.address, "mirror/base", "v1", [BASE])
    return inventory_of(
        {
            "<b>first</b>": {
                "registry_address": first.address,
                "registry_retention": [
                    {"repository": "team/app", "order": "version", "keep": {"newest": 3, "matching": ["undated"]}}
                ],
                "registry_tags": [{"name": "mirror/base:v1", "tags": ["v1.0"]}],
            },
            "second": {
                "registry_address": second.address,
                "registry_retention": [{"repository": "team/app", "keep": {"newest": 5}}],
            },
            "third": {"registry_address": "127.0.0.1:1"},
        }
    )


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Where it is written."""
    return tmp_path / "report.html"


@pytest.fixture
def plan(fleet: dict[str, Any], page: Path, tmp_path: Path) -> Maintained:
    """What check mode says; the page is written."""
    return maintain(fleet, tmp_path, "--check", "-e", f"registry_report_file={page}")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_asks_for_nothing(
    browser: Browser, plan: Maintained, page: Path, width: int, scheme: str, tmp_path: Path
) -> None:
    """Nothing sticks out, with every repository opened; nothing but the page itself is loaded, and it has no script."""
    browser.open(page, width, scheme=scheme)
    browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.ask("document.querySelectorAll('details').length") == 3
    assert browser.ask("innerWidth") == width
    assert browser.ask("document.documentElement.scrollWidth") == width
    assert browser.ask(OVERFLOWING) == []
    assert browser.requests == [page.as_uri()]
    assert browser.ask("document.scripts.length + document.images.length") == 0
    assert browser.ask("[...document.links].every(one => one.getAttribute('href').startsWith('#'))")
    assert (browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 28)") == (scheme == "dark")
    picture = browser.screenshot(tmp_path / "page.png")
    shown_width, shown_height = struct.unpack(">II", picture[16:24])
    assert shown_width == width
    assert shown_height >= browser.ask("document.querySelector('main').offsetHeight")


def test_it_says_what_there_is_and_what_would_go(browser: Browser, plan: Maintained, page: Path) -> None:
    browser.open(page, DESKTOP)
    text = browser.ask("document.body.innerText")
    totals = plan.fleet["totals"]
    assert "Plan: nothing was changed" in text
    assert "2 of 3 registries can be brought in order" in text
    assert f"{totals['tags']}\ntags" in text
    assert totals["tags"] == 4 + 1 + 2 + 1
    assert "refused the connection" in text
    gone = browser.ask("[...document.querySelectorAll('details tr.gone .name')].map(one => one.innerText)")
    assert sorted(gone) == [LONG_TAG, "v0"]
    assert text.count("would be removed: no rule keeps it") == 2
    assert "would be tagged: the tag is not there" in text
    assert "v1.0" in text
    # Ages are shown by columns, those without a date, too; what is to come has none.
    counts = browser.ask("[...document.querySelectorAll('#ages b')].map(one => +one.innerText)")
    assert sum(counts) == totals["tags"]
    assert counts[-1] == 1


def test_bars_are_as_long_as_the_sizes_say(browser: Browser, plan: Maintained, page: Path) -> None:
    """What is shared counts once: the first registry has the same base in six images of two repositories."""
    browser.open(page, DESKTOP)
    first, second = (plan.reports[host] for host in ("<b>first</b>", "second"))
    small = 20_000
    assert len(BASE) + 4 * len(OWN) < first["size"] < len(BASE) + 4 * len(OWN) + small
    assert second["size"] < len(BASE) + len(OWN) + small
    apart = sum(
        sum({tag["digest"]: tag["total_size"] for tag in repository["tags"]}.values())
        for repository in first["repositories"]
    )
    shares = browser.ask(BARS)
    assert shares == pytest.approx([first["size"] / apart, second["size"] / apart, 0], abs=0.01)
    names = browser.ask("[...document.querySelectorAll('#registries svg.bar')].map(bar => bar.ariaLabel)")
    assert names[2] == "third: size unknown"


def test_what_comes_from_registries_and_inventories_stays_text(
    browser: Browser, fleet: dict[str, Any], page: Path, tmp_path: Path
) -> None:
    """A registry that lists what is no tag, and whose words are markup and a template."""
    address = fleet["registries"]["hosts"]["second"]["registry_address"]

    def intercept(request: RecordedRequest) -> Reply | None:
        if request.path.endswith("/evil/tags/list"):
            return Reply(200, {}, json.dumps({"name": "evil", "tags": [HOSTILE]}).encode())
        if "/evil/manifests/" in request.path:
            return Reply(403, {}, json.dumps({"errors": [{"code": "DENIED", "message": HOSTILE}]}).encode())
        return None

    with Recorder(address, intercept) as recorder:
        hosts = fleet["registries"]["hosts"]
        hosts["second"] = {
            "registry_address": recorder.address,
            "registry_tags": [{"name": "evil:v1", "tags": ["v2"]}],
            "registry_retention": [{"repository": "evil", "keep": {"newest": 1}}],
        }
        run = maintain(fleet, tmp_path, "-e", f"registry_report_file={page}")
    browser.open(page, DESKTOP)
    browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
    text = browser.ask("document.body.innerText")
    for shown in (text, run.summary):
        assert HOSTILE in shown
        assert "<b>first</b>" in shown
    assert browser.ask("document.title").startswith("Registry maintenance: ")
    assert browser.ask("document.images.length") == 0


def test_it_says_what_was_done(browser: Browser, fleet: dict[str, Any], page: Path, tmp_path: Path) -> None:
    """After the real run what is gone is told from what the run did, and writing the page is no change."""
    # Seen from the folder of the user, which is that of no playbook.
    run = maintain(fleet, tmp_path, "-e", f"registry_report_file={page.name}")
    assert run.recap["<b>first</b>"] == (2, 0)
    browser.open(page, DESKTOP)
    text = browser.ask("document.body.innerText")
    assert "Done, with failures" in text
    assert "What was removed, and why" in text
    assert "tagged: the tag is not there" in text
    assert sorted(browser.ask("[...document.querySelectorAll('details tr.gone .name')].map(one => one.innerText)")) == [
        LONG_TAG,
        "v0",
    ]
    again = maintain(fleet, tmp_path, "-e", f"registry_report_file={page}")
    assert again.recap["<b>first</b>"] == (0, 0)
    browser.open(page, PHONE)
    assert "nothing to do" in browser.ask("document.body.innerText")
