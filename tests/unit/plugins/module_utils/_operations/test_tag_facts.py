# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a tag is named in an error."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._tag_facts import Tag


@pytest.mark.parametrize("name", ["../../x", "\x1b[31mred", "", "two words"])
def test_what_a_registry_lists_that_is_no_tag_can_be_named_in_an_error(name: str) -> None:
    said = str(Tag(Reference.parse_repository("r.example/team/app"), name))
    assert said.startswith("r.example/team/app:")
    assert said.isprintable()
