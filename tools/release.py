# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release a version: python -m tools.release VERSION, in a clean checkout of main.

The fragments become the release notes, galaxy.yml gets the version, and the artifact is built to see that it holds what
git knows and nothing else. Then it is committed and tagged, and galaxy.yml gets the version that is prepared next.
Nothing leaves this machine: pushing the tag is what has the continuous integration test, build and publish it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
NAME = "regops.oci_registry"
ARTIFACT = "regops-oci_registry-{}.tar.gz"
#: The sections of fragments that need more than a patch release (semantic versioning).
BREAKING = {"breaking_changes", "removed_features"}
ADDING = {"major_changes", "minor_changes", "deprecated_features"}
#: What ansible-galaxy adds to an artifact.
ADDED = {"MANIFEST.json", "FILES.json"}


class Version(NamedTuple):
    """A version of three numbers."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        """As it is written."""
        return ".".join(map(str, self))


def parse(text: str) -> Version:
    """The version that a text is."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", text):
        raise SystemExit(f"{text} is no version of three numbers, such as 1.2.0")
    return Version(*map(int, text.split(".")))


def least(last: Version, sections: set[str]) -> Version:
    """The lowest version that may follow `last` with changes in these sections of the fragments."""
    if sections & BREAKING:
        return Version(last.major + 1, 0, 0)
    if sections & ADDING:
        return Version(last.major, last.minor + 1, 0)
    return last._replace(patch=last.patch + 1)


def changed_sections(root: Path) -> set[str]:
    """The sections that the fragments have entries in."""
    files = sorted((root / "changelogs" / "fragments").glob("*.yml"))
    return {section for file in files for section in yaml.safe_load(file.read_text(encoding="utf-8"))}


def last_release(root: Path) -> Version | None:
    """The highest version that the changelog has notes of."""
    changelog = root / "changelogs" / "changelog.yaml"
    if not changelog.exists():
        return None
    return max(map(parse, yaml.safe_load(changelog.read_text(encoding="utf-8"))["releases"]))


def check(root: Path, version: Version) -> None:
    """End with a word of why this version cannot be released from this checkout."""
    if output(root, "git", "status", "--porcelain"):
        raise SystemExit("there are changes that are not committed")
    if output(root, "git", "branch", "--show-current") != "main":
        raise SystemExit("releases are made on the branch main")
    if output(root, "git", "tag", "--list", str(version)):
        raise SystemExit(f"there is a tag {version} already")
    sections, last = changed_sections(root), last_release(root)
    if not sections:
        raise SystemExit("there is nothing to release: changelogs/fragments has no fragment")
    if last is not None and version < least(last, sections):
        raise SystemExit(f"{last} was released, and what changed since needs at least {least(last, sections)}")


def set_version(root: Path, version: Version) -> None:
    """Write a version into galaxy.yml."""
    file = root / "galaxy.yml"
    text = re.sub(r"^version: .*$", f"version: {version}", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")


def check_artifact(root: Path, artifact: Path) -> None:
    """End where the artifact holds a file that git does not know: whoever builds it from the tag has it not."""
    known = {*output(root, "git", "ls-files").splitlines(), *ADDED}
    with tarfile.open(artifact) as archive:
        strange = [member.name for member in archive if member.isfile() and member.name not in known]
    if strange:
        raise SystemExit("\n".join(["git does not know what is in the artifact:", *strange]))


def output(root: Path, *command: str) -> str:
    """What a program says; its failure ends this one."""
    answer = subprocess.run(command, cwd=root, check=False, stdout=subprocess.PIPE, text=True)
    if answer.returncode:
        raise SystemExit(f"{answer.stdout}{' '.join(command)} ended with status {answer.returncode}")
    return answer.stdout.strip()


def release(root: Path, version: Version) -> None:
    """Write the notes, look at the artifact, commit and tag."""
    check(root, version)
    following = Version(version.major, version.minor + 1, 0)
    set_version(root, version)
    output(root, "antsibull-changelog", "release")
    output(root, "git", "add", "--all", "changelogs", "CHANGELOG.md", "galaxy.yml")
    folder = root / ".cache" / "release"
    output(root, "ansible-galaxy", "collection", "build", "--force", "--output-path", str(folder))
    check_artifact(root, folder / ARTIFACT.format(version))
    output(root, "git", "commit", "--message", f"Release {version}")
    output(root, "git", "tag", "--annotate", str(version), "--message", f"{NAME} {version}")
    set_version(root, following)
    output(root, "git", "commit", "--message", f"Prepare {following}", "galaxy.yml")
    print(f"{version} is committed and tagged. Look at `git show {version}`, then publish it:")
    print(f"git push --atomic origin main {version}")


if __name__ == "__main__":
    release(ROOT, parse(sys.argv[1]))
