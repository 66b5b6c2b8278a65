# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the links within a folder of HTML pages that lead nowhere. Sphinx checks its own kind of links, not HTML's."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Where elements name what they need or lead to.
LINKS = ("href", "src")


class Page(HTMLParser):
    """The links of a page, and the names of its places."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in LINKS and value:
                self.links.append(value)
            elif name == "id" and value:
                self.places.add(value)


def dead(site: Path) -> list[str]:
    """The links that lead to no file of the site, or to no place of a page; each with the page that it is on."""
    pages = {path: Page(path) for path in sorted(site.resolve().rglob("*.html"))}
    found = []
    for path, page in pages.items():
        for link in dict.fromkeys(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            there = target.is_file() and (not place or target not in pages or place in pages[target].places)
            if not there:
                found.append(f"{path.relative_to(site.resolve())}: {link}")
    return found
