# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules that only look refuse, and what they say where a registry tells nothing."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Optional

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    RegistryError,
    error_from_response,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import parse_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import (
    registry_blob_info,
    registry_referrers_info,
    registry_repositories_info,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._catalog import catalog
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)

DIGEST = "sha256:" + 64 * "1"


@pytest.mark.parametrize(
    "operation, given, words",
    [
        (registry_repositories_info, {"registry": f"http://{NOBODY}"}, "option registry"),
        (registry_repositories_info, {"registry": f"{NOBODY}/team"}, "option registry"),
        (registry_repositories_info, {"registry": NOBODY, "include": ["~("]}, "Malformed regular expression"),
        (registry_repositories_info, {"registry": NOBODY, "exclude": [""]}, "pattern must be"),
        (registry_blob_info, {"repository": f"{NOBODY}/app:v1", "digest": DIGEST}, "option repository"),
        (registry_blob_info, {"repository": f"{NOBODY}/app", "digest": "v1"}, "option digest"),
        (registry_blob_info, {"repository": f"{NOBODY}/app", "digests": [DIGEST, "sha256:1"]}, "option digests"),
        (registry_referrers_info, {"name": f"{NOBODY}/App"}, "option name"),
        (registry_referrers_info, {"names": [f"{NOBODY}/app@sha256:1"]}, "option names"),
        (registry_referrers_info, {"name": f"{NOBODY}/app", "artifact_type": ""}, "artifact_type is empty"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(operation: Any, given: Dict[str, Any], words: str) -> None:
    assert words in refusal(operation, **given)


@pytest.mark.parametrize("operation, more", [(registry_blob_info, "digest"), (registry_referrers_info, "name")])
def test_one_or_many_and_not_both(operation: Any, more: str) -> None:
    given = {"repository": "r.example.com/app"} if operation is registry_blob_info else {}
    with pytest.raises(ValueError, match=more):
        options_of(operation, **given)
    with pytest.raises(ValueError, match=more):
        options_of(operation, **given, **{more: "a", f"{more}s": ["b"]})


class Silent:
    """A registry that answers the question for its catalog by an error."""

    address = "registry.example.com"

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.error = error_from_response("GET", f"https://{self.address}/v2/_catalog", status, {}, body)

    def repositories(self) -> Iterator[str]:
        raise self.error


@pytest.mark.parametrize("status", [400, 404, 405, 501])
def test_without_a_catalog_there_is_another_way(status: int) -> None:
    with pytest.raises(RegistryError, match="registry.example.com has no catalog.*Name the repositories") as raised:
        catalog(Silent(status))
    assert raised.value.status == status
    assert raised.value.url == "https://registry.example.com/v2/_catalog"


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_catalog_has_two_ways(status: int) -> None:
    words = "does not show its catalog.*Name the repositories.*credentials"
    with pytest.raises(RegistryError, match=words) as raised:
        catalog(Silent(status, b'{"errors": [{"code": "DENIED"}]}'))
    assert raised.value.codes == ["DENIED"]


def test_other_trouble_stays_what_it_is() -> None:
    silent = Silent(503)
    with pytest.raises(RegistryError) as raised:
        catalog(silent)
    assert raised.value is silent.error


def attached(artifact_type: Optional[str], config: str, *layers: str) -> Any:
    described = [{"mediaType": kind, "digest": DIGEST, "size": 1} for kind in (config, *layers)]
    document = {"schemaVersion": 2, "config": described[0], "layers": described[1:]}
    if artifact_type is not None:
        document["artifactType"] = artifact_type
    return parse_manifest(json.dumps(document).encode(), MediaType.OCI_MANIFEST)


@pytest.mark.parametrize(
    "manifest, kind",
    [
        (attached("application/own", MediaType.OCI_EMPTY, "text/layer"), "application/own"),
        (attached(None, "application/config", "text/layer"), "application/config"),
        (attached(None, MediaType.OCI_CONFIG, "text/layer", "text/second"), "text/layer"),
        (attached(None, MediaType.OCI_CONFIG), None),
    ],
)
def test_what_cosign_attached_is_what_it_says_or_what_its_layer_is(manifest: Any, kind: Optional[str]) -> None:
    assert registry_referrers_info.attached_type(manifest) == kind
