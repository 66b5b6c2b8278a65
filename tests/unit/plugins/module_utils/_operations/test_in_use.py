# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._in_use import InUse, parse_in_use

ONE, TWO, THREE = (f"sha256:{character * 64}" for character in "123")
HERE = Reference.parse_repository("r.example.com/team/app")
LIST = [
    ONE,
    f" r.example.com/team/app@{TWO} ",
    f"docker://mirror.example.com/team/app:v1@{THREE}",
    "r.example.com/team/app:v2",
    "r.example.com/team/app",
    "r.example.com/team/other:v3",
    "redis:7",
    "app:0123456789012345678901234567890123456789",
]


def test_digests_count_wherever_they_are_and_tags_only_here():
    used = parse_in_use("keep.referenced", LIST)
    assert used.digests == {ONE, TWO, THREE}
    assert used.tags(HERE) == {"v2", "latest"}
    assert used.likely_in(HERE) == {ONE, TWO}
    assert used.tags(Reference.parse_repository("docker.io/redis")) == {"7"}


def test_nothing_is_in_use():
    assert parse_in_use("x", []) == InUse()
    assert not InUse().digests


@pytest.mark.parametrize(
    "text", ["sha256:123", "sha256:" + "G" * 64, "r.example.com/Team/app", "", "https://r.example/a"]
)
def test_what_is_neither_is_refused_by_name(text):
    with pytest.raises(OptionError, match=r"keep\.referenced"):
        parse_in_use("keep.referenced", [ONE, text])


def test_every_mistake_is_named():
    with pytest.raises(OptionError) as caught:
        parse_in_use("x", ["sha256:" + "1" * 63, "A/b"])
    assert "1111" in str(caught.value)
    assert "A/b" in str(caught.value)
