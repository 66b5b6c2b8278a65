# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the site of the documentation: python -m tools.docs_site FOLDER, in a collection that Ansible finds.

antsibull-docs writes a page for each module, plugin, role and guide. Markdown pages of the repository are taken as they
are, at the places that they have there; only their links are led to where their targets are on the site, or else to the
repository. What Sphinx warns of is an error, and so is a link that leads nowhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tools import docs_links

ROOT = Path(__file__).resolve().parents[1]
NAME = "regops.oci_registry"
#: Where antsibull-docs writes, below the pages.
COLLECTION = "collection"
#: The pages that are lists of plugins: their titles, and the kinds of plugins with the headings of each.
LISTS = {
    "modules": ("Modules", {"module": ""}),
    "plugins": (
        "Plugins",
        {"inventory": "Inventory", "lookup": "Lookups", "filter": "Filters", "test": "Tests"},
    ),
    "roles": ("Roles", {"role": ""}),
}
CONTENTS = re.compile(r"^\.\. contents::\n(?:   :\w+:.*\n)+", re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")


def markdown_pages() -> list[Path]:
    """The Markdown files of the repository that are pages of the site."""
    return [*sorted((ROOT / "docs").glob("*.md")), ROOT / "bench" / "README.md", ROOT / "CONTRIBUTING.md"]


def on_site(path: Path) -> Path | None:
    """Where a file of the repository is below the pages, if it is there."""
    place = path.relative_to(ROOT)
    if path in markdown_pages():
        return place
    if place.parent == Path("docs/docsite/rst"):
        return Path(COLLECTION, "docsite", place.name)
    if place == Path("README.md"):
        return Path("index.md")
    return None


def with_links(page: Path, repository: str) -> str:
    """The text of a page whose relative links lead to the site, or to the repository for what is not on the site."""

    def target(found: re.Match[str]) -> str:
        path = (page.parent / found[1]).resolve()
        if not path.exists() or ROOT not in path.parents:
            raise SystemExit(f"{page.relative_to(ROOT)}: the link to {found[1]} leads nowhere")
        place = on_site(path)
        if place is None:
            return f"{repository}/blob/main/{path.relative_to(ROOT)}"
        return os.path.relpath(place, page.relative_to(ROOT).parent)

    return LINK.sub(target, page.read_text(encoding="utf-8"))


def write_markdown(pages: Path) -> None:
    """Lay the Markdown pages where they are in the repository."""
    repository = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
    for page in markdown_pages():
        place = pages / page.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(with_links(page, repository), encoding="utf-8")


def write_collection(pages: Path) -> None:
    """Let antsibull-docs write its pages; its index gives way to LISTS, which the menu can show."""
    folder = pages / COLLECTION
    folder.mkdir(mode=0o755)
    options = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--no-add-antsibull-docs-version"]
    run("antsibull-docs", "collection", *options, "--dest-dir", str(folder), NAME)
    (folder / "index.rst").unlink()
    for file in folder.rglob("*.rst"):
        # The theme shows the contents of a page beside it, and calls a second list of them an error.
        file.write_text(CONTENTS.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    for name, (title, kinds) in LISTS.items():
        parts = [heading(title, "=")]
        for kind, words in kinds.items():
            parts += [heading(words, "-")] if words else []
            parts += [listing(folder, kind)]
        (pages / f"{name}.rst").write_text("\n".join(parts), encoding="utf-8")


def heading(text: str, line: str) -> str:
    """A heading of reStructuredText."""
    return f"{text}\n{line * len(text)}\n"


def listing(folder: Path, kind: str) -> str:
    """A list of all plugins of a kind with what each is for, and the same for the menu."""
    about = {file.stem: shorten_title(file, kind) for file in folder.glob(f"*_{kind}.rst")}
    names = {page: page[: -len(f"_{kind}")] for page in about}
    lines, menu = [], ["", ".. toctree::", "   :hidden:", ""]
    for page in sorted(about, key=names.__getitem__):
        lines += [f":doc:`{names[page]} <{COLLECTION}/{page}>`", f"   {about[page]}"]
        menu += [f"   {names[page]} <{COLLECTION}/{page}>"]
    return "\n".join([*lines, *menu, ""])


def shorten_title(file: Path, kind: str) -> str:
    """Make a plugin's short name the title of its page, with what it is for below, and return the latter.

    A title with the collection, the name and the purpose in one takes half the screen of a phone, and most of the
    search's results.
    """
    text = file.read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(NAME)}\.(\w+) {kind} -- (.+)\n\++$", text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{file.name} has no title of the form that antsibull-docs gives")
    short = heading(f"{found[1]} {kind}", "+") + f"\n.. rst-class:: purpose\n\n{found[2]}"
    file.write_text(text.replace(found[0], short), encoding="utf-8")
    return found[2]


def run(*command: str) -> None:
    """Run a program of this Python's environment, and end with its status when it fails."""
    programs = str(Path(sys.executable).parent)
    # antsibull-docs, too, calls programs that are beside it.
    environ = {**os.environ, "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])}
    status = subprocess.run([os.path.join(programs, command[0]), *command[1:]], cwd=ROOT, env=environ, check=False)
    if status.returncode:
        raise SystemExit(f"{command[0]} ended with status {status.returncode}")


def build(folder: Path) -> Path:
    """Build the site anew below `folder`, and return the path of its start page."""
    pages, site, config = folder / "pages", folder / "html", ROOT / "docs" / "site"
    for old in (pages, site):
        shutil.rmtree(old, ignore_errors=True)
    pages.mkdir(parents=True)
    shutil.copy(config / "index.md", pages)
    write_markdown(pages)
    write_collection(pages)
    run("sphinx-build", "-q", "-E", "-n", "-W", "--keep-going", "-c", str(config), "-d", str(folder / "doctrees"),
        str(pages), str(site))  # fmt: skip
    dead = docs_links.dead(site)
    if dead:
        raise SystemExit("\n".join(["these links lead nowhere:", *dead]))
    return site / "index.html"


if __name__ == "__main__":
    print(f"the documentation is in {build(Path(sys.argv[1]).resolve())}")
