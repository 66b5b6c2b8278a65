# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tags of a destination a sync keeps, and how little is compared for it."""

from __future__ import annotations

from ansible_collections.regops.oci_registry.plugins.module_utils._client.retention import TaggedImage
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sync_prune import _kept_by
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sync_rules import TagRules

TAGS = 200


class Compared(str):
    """A name that counts how often it is compared."""

    times = 0

    def __eq__(self, other):
        Compared.times += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_each_tag_is_looked_up_and_not_searched_for():
    wanted = [Compared(f"v{number}") for number in range(TAGS)]
    images = [TaggedImage(f"v{number}", "sha256:aa") for number in range(2 * TAGS)]
    Compared.times = 0
    kept = _kept_by(TagRules(include=("v*",)), wanted).keeps(images)
    assert kept == {f"v{number}": "the source has it" for number in range(TAGS)}
    assert Compared.times <= 4 * TAGS
