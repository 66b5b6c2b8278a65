# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of an artifact's files never lead out of a folder."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ManifestError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.titles import safe_title, safe_titles


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("a", "a"),
        ("./a", "a"),
        ("a/b.yml", "a/b.yml"),
        ("a//./b", "a/b"),
        ("a/", "a"),
        ("..a", "..a"),
        ("a..", "a.."),
        ("\u00e4 b", "\u00e4 b"),
        ("a\\..\\b", "a\\..\\b"),
    ],
)
def test_a_name_below_the_folder(title, path):
    assert safe_title(title) == path


@pytest.mark.parametrize("title", ["..", "../a", "a/../b", "a/..", "/a", "//a", "./../a", "/"])
def test_a_name_that_leads_out(title):
    with pytest.raises(ManifestError, match="leads out"):
        safe_title(title)


@pytest.mark.parametrize("title", ["", ".", "./", "a\nb", "a\0b", "a\x1b[2J", "a\u202eb"])
def test_what_is_no_name(title):
    with pytest.raises(ManifestError, match="not the name of a file"):
        safe_title(title)


@pytest.mark.parametrize("titles", [["a", "b", "a"], ["a", "./a"], ["a/b", "a//b"]])
def test_two_files_of_one_name(titles):
    with pytest.raises(ManifestError, match="two files"):
        safe_titles(titles)


@pytest.mark.parametrize("titles", [["a", "a/b"], ["a/b/c/d", "a/b"]])
def test_a_file_that_is_a_folder_too(titles):
    with pytest.raises(ManifestError, match="cannot be a file and the folder"):
        safe_titles(titles)


def test_names_that_look_alike_are_others():
    assert safe_titles(["a", "ab/c", "a.b"]) == ["a", "ab/c", "a.b"]
