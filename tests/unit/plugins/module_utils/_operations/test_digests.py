# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digests of images, as the lookup asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _digests
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    ScriptedServer,
    error_answer,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)

DIGEST = "sha256:" + 64 * "a"
MANIFEST = {
    "Content-Type": "application/vnd.oci.image.manifest.v1+json",
    "Docker-Content-Digest": DIGEST,
    "Content-Length": "2",
}


def digests(server: ScriptedServer, *names: str, **given: Any) -> Any:
    options = options_of(_digests, _terms=[f"{server.address}/{name}" for name in names], retries=0, **given)
    return _digests.run(options, Context(home="/nonexistent"))["digests"]


def test_each_name_has_its_digest_and_is_asked_for_once() -> None:
    with ScriptedServer() as server:
        server.on("HEAD", "/v2/team/app/manifests/v1", Answer(headers=MANIFEST))
        server.on("HEAD", "/v2/team/app/manifests/none", Answer(404))
        found = digests(server, "team/app:v1", "team/app:none", "team/app:v1", max_parallel=1)
        assert found == [DIGEST, None, DIGEST]
        assert server.lines == ["HEAD /v2/team/app/manifests/v1", "HEAD /v2/team/app/manifests/none"]


def test_trouble_with_one_is_an_error_that_names_it() -> None:
    with ScriptedServer() as server:
        server.on("HEAD", "/v2/team/app/manifests/v1", Answer(headers=MANIFEST))
        for method in ("HEAD", "GET"):
            server.on(method, "/v2/team/db/manifests/v1", error_answer(403, "DENIED"))
        with pytest.raises(RegistryError, match="team/db:v1"):
            digests(server, "team/app:v1", "team/db:v1")


@pytest.mark.parametrize("given", [{"_terms": ["Team/app"]}, {"_terms": [f"{NOBODY}/a"], "platform": "toaster/"}])
def test_bad_input_is_refused_before_anything_is_asked(given: Any) -> None:
    assert refusal(_digests, **given)
