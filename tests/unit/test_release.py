# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version is released from a clean checkout only, and is the one that semantic versioning asks for."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

# The tools are beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools import release  # pylint: disable=wrong-import-position

LAST = release.Version(1, 2, 3)


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--message", "Something")


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    """A checkout in which 1.2.3 was released, and a bug was fixed since."""
    fragments = tmp_path / "changelogs" / "fragments"
    fragments.mkdir(parents=True)
    (tmp_path / "changelogs" / "changelog.yaml").write_text("releases: {1.2.3: {}, 1.2.0: {}}\n")
    (fragments / "bug.yml").write_text("bugfixes: [x]\n")
    (tmp_path / "galaxy.yml").write_text("name: x\nversion: 1.3.0\nauthors: [x]\n")
    git(tmp_path, "init", "--initial-branch", "main")
    commit(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"bugfixes", "security_fixes"}, "1.2.4"),
        ({"bugfixes", "minor_changes"}, "1.3.0"),
        ({"deprecated_features"}, "1.3.0"),
        ({"major_changes"}, "1.3.0"),
        ({"minor_changes", "breaking_changes"}, "2.0.0"),
        ({"removed_features"}, "2.0.0"),
    ],
)
def test_what_changed_says_which_version_it_is_at_least(sections: set[str], expected: str) -> None:
    assert str(release.least(LAST, sections)) == expected


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "1.2.3-rc1", "01.2.3", "1.2.3.4", ""])
def test_what_is_no_version_of_three_numbers_is_refused(text: str) -> None:
    with pytest.raises(SystemExit, match="three numbers"):
        release.parse(text)


def test_a_clean_checkout_may_be_released(root: Path) -> None:
    release.check(root, release.Version(1, 2, 4))


def test_numbers_are_compared_as_numbers(root: Path) -> None:
    (root / "changelogs" / "changelog.yaml").write_text("releases: {1.9.0: {}, 1.10.0: {}}\n")
    assert release.last_release(root) == release.Version(1, 10, 0)


def test_without_a_release_any_version_is_the_first(root: Path) -> None:
    (root / "changelogs" / "changelog.yaml").unlink()
    commit(root)
    release.check(root, release.Version(1, 0, 0))


def test_a_version_that_is_too_low_is_refused(root: Path) -> None:
    (root / "changelogs" / "fragments" / "new.yml").write_text("minor_changes: [x]\n")
    commit(root)
    with pytest.raises(SystemExit, match="1.2.3 was released, and what changed since needs at least 1.3.0"):
        release.check(root, release.Version(1, 2, 4))


def test_what_is_not_committed_is_in_the_way(root: Path) -> None:
    (root / "more").touch()
    with pytest.raises(SystemExit, match="not committed"):
        release.check(root, release.Version(1, 2, 4))


def test_another_branch_is_not_released(root: Path) -> None:
    git(root, "switch", "--create", "other")
    with pytest.raises(SystemExit, match="on the branch main"):
        release.check(root, release.Version(1, 2, 4))


def test_a_tag_is_set_once(root: Path) -> None:
    git(root, "tag", "1.2.4")
    with pytest.raises(SystemExit, match="a tag 1.2.4 already"):
        release.check(root, release.Version(1, 2, 4))


def test_nothing_is_not_released(root: Path) -> None:
    (root / "changelogs" / "fragments" / "bug.yml").unlink()
    commit(root)
    with pytest.raises(SystemExit, match="nothing to release"):
        release.check(root, release.Version(1, 2, 4))


def test_only_the_version_of_galaxy_yml_is_changed(root: Path) -> None:
    release.set_version(root, release.Version(2, 0, 0))
    assert (root / "galaxy.yml").read_text() == "name: x\nversion: 2.0.0\nauthors: [x]\n"


def test_an_artifact_with_what_git_does_not_know_is_noticed(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    artifact = tmp_path_factory.mktemp("artifact") / "x.tar.gz"
    with tarfile.open(artifact, "w:gz") as archive:
        for name in ("MANIFEST.json", "FILES.json", "galaxy.yml"):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    release.check_artifact(root, artifact)
    with tarfile.open(artifact, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("secret.txt"), io.BytesIO())
    with pytest.raises(SystemExit, match="secret.txt"):
        release.check_artifact(root, artifact)
