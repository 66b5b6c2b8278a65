# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of the documentation leads to every guide, and no link on it leads nowhere. Building it is a session."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

# The tools are beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools import docs_links, docs_site  # pylint: disable=wrong-import-position

ROOT = docs_site.ROOT
REPOSITORY = "https://git.example.com/team/project"


def test_the_start_page_leads_to_every_guide() -> None:
    """In the order that the collection's own documentation has."""
    (section,) = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    start = (ROOT / "docs" / "site" / "index.md").read_text(encoding="utf-8")
    for pattern in (r"^\[.+\]\(collection/docsite/(\w+)\.rst\)$", r"^collection/docsite/(\w+)$"):
        assert re.findall(pattern, start, re.MULTILINE) == section["toctree"]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("faults.md", "faults.md"),
        ("faults.md#top", "faults.md#top"),
        ("../bench/README.md", "../bench/README.md"),
        ("../README.md", "../index.md"),
        ("docsite/rst/guide_mirror.rst", "../collection/docsite/guide_mirror.rst"),
        ("../run.py", f"{REPOSITORY}/blob/main/run.py"),
        ("https://www.example.com/a.md", "https://www.example.com/a.md"),
        ("#here", "#here"),
    ],
)
def test_links_of_a_page_lead_to_the_site_or_to_the_repository(
    link: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *unused, **also: f"See [it]({link}), and that.")
    page = ROOT / "docs" / "security.md"
    assert docs_site.with_links(page, REPOSITORY) == f"See [it]({expected}), and that."


@pytest.mark.parametrize("link", ["nothing.md", "../../outside"])
def test_a_link_that_leads_nowhere_ends_it(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *unused, **also: f"[it]({link})")
    with pytest.raises(SystemExit, match="docs/security.md"):
        docs_site.with_links(ROOT / "docs" / "security.md", REPOSITORY)


def test_dead_links_of_a_site_are_found(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "style.css").touch()
    (tmp_path / "below" / "page.html").write_text('<h1 id="top">Page</h1><a href="../index.html#a%20b">up</a>')
    (tmp_path / "index.html").write_text(
        '<link href="style.css"><img src="no.png"><b id="a b"></b><a href="https://www.example.com/">out</a>'
        '<a href="below/page.html#top">well</a><a href="below/page.html#no">no place</a>'
        '<a href="#no">none here</a><a href="no.html">no page</a>'
    )
    assert docs_links.dead(tmp_path) == [
        "index.html: no.png",
        "index.html: below/page.html#no",
        "index.html: #no",
        "index.html: no.html",
    ]
