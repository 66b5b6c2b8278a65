# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What registry_tag refuses before anything is sent."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_tag
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context

OLD, NEW = Digest.of(b"old"), Digest.of(b"new")
NAME = "registry.example.com/team/app:v1"


@pytest.mark.parametrize(
    "given, words",
    [
        ({"name": "registry.example.com/Team/app:v1"}, "option name: .*must be lower-case"),
        ({"tags": ["ok", "sha256:" + "a" * 64]}, "option tags: .*is a digest, not a tag"),
        ({"name": "registry.example.com/team/app:v1", "state": "absent"}, "option name: .*without a tag"),
        ({"name": "registry.example.com/team/app@" + NEW, "state": "absent"}, "option name: .*without a digest"),
    ],
)
def test_bad_input_is_refused_before_there_is_a_client(given: Dict[str, Any], words: str) -> None:
    options = {"name": NAME, "tags": ["v2"], "state": "present", **given}
    # There are no connection options in here: a client could not even be made.
    with pytest.raises(OptionError, match=words):
        registry_tag.run(options, Context())


@pytest.mark.parametrize(
    "planned, words",
    [
        ("v1", "option planned_digest: "),
        (str(OLD), "planned_digest is sha256:.*which is not the digest in the name"),
    ],
)
def test_a_planned_digest_must_be_one_and_may_not_contradict_the_name(planned: str, words: str) -> None:
    name = f"registry.example.com/team/app@{NEW}"
    with pytest.raises(OptionError, match=words):
        registry_tag.run({"name": name, "tags": ["v2"], "state": "present", "planned_digest": planned}, Context())
