# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a registry is and can do, as far as reading tells."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from itertools import islice
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.host import DOCKER_HUB
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import validate_repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.registry import RateLimit, Registry
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._catalog import CLOSED, MISSING
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client

ARGUMENTS: Dict[str, Any] = {
    "registry": {"type": "str", "required": True},
    "repository": {"type": "str"},
    "probe_delete": {"type": "bool", "default": False},
}

CONSTRAINTS: Dict[str, Any] = {}

#: Asked for where no repository is known: there is hardly one of this name.
_MADE_UP = "regops-oci-registry-probe/none"

#: Registries that are known to refuse every DELETE of the registry API, which reading alone cannot find out.
_NEVER_DELETE = (DOCKER_HUB, "ghcr.io")

#: The image that Docker has made for this question (https://docs.docker.com/docker-hub/usage/pulls/).
_LIMIT_PREVIEW = ("ratelimitpreview/test", "latest")


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Ask the registry; see the module's documentation for the result."""
    address = _names.parse_one("registry", options["registry"], _names.registry)
    known = _names.parse_optional("repository", options["repository"], validate_repository)
    probe = options["probe_delete"] and not context.check_mode
    with open_client(options, context) as client:
        registry = client.registry(address)
        ping = registry.ping()
        limit = ping.rate_limit or _pull_limit(registry)
        catalog, names = _catalog(registry)
        known = known or next(iter(names), None)
        deletes = _deletes(registry, known, probe)
        supports = {"catalog": catalog, "referrers": _referrers(registry, known), **deletes}
    return {
        "changed": False,
        "registry": {
            "address": address,
            "api_version": ping.api_version,
            "auth": ping.auth,
            "access": ping.status == 200,
            "server": ping.server,
            "rate_limit": asdict(limit) if limit is not None else None,
            "supports": supports,
        },
    }


def _allowed(ask: Callable[[], Any], known: bool) -> Tuple[Optional[bool], Any]:
    """Whether the registry does what `ask` asks for, and its answer.

    Without a repository that is known to be there, a refusal may be meant for the made-up name, and tells nothing.
    """
    try:
        return True, ask()
    except RegistryError as error:
        if error.category in CLOSED:
            return (False if known else None), None
        if error.category in MISSING:
            return False, None
        raise


def _pull_limit(registry: Registry) -> Optional[RateLimit]:
    """What Docker Hub says of it: only manifests are answered with that."""
    if registry.address != DOCKER_HUB:
        return None
    found: Optional[RateLimit] = _allowed(lambda: registry.pull_limit(*_LIMIT_PREVIEW), known=True)[1]
    return found


def _catalog(registry: Registry) -> Tuple[Optional[bool], List[str]]:
    """Whether the catalog can be read, and the first repository in it."""
    offered, names = _allowed(lambda: list(islice(registry.repositories(page_size=1), 1)), known=True)
    return offered, names or []


def _referrers(registry: Registry, known: Optional[str]) -> Optional[bool]:
    """Whether there is a referrers API: it answers 200 for any digest (distribution spec, "Listing Referrers")."""
    repository = registry.repository(known or _MADE_UP)
    offered, found = _allowed(lambda: repository.referrers(_no_such_digest()), known is not None)
    if offered and found is None:
        return False if known else None
    return offered


def _deletes(registry: Registry, known: Optional[str], probe: bool) -> Dict[str, Optional[bool]]:
    """Whether manifests and single tags can be deleted; found out by deleting what is not there, or not at all."""
    if registry.address in _NEVER_DELETE:
        return {"delete": False, "tag_delete": False}
    if not probe:
        return {"delete": None, "tag_delete": None}
    repository = registry.repository(known or _MADE_UP)
    digest, tag = _no_such_digest(), f"regops-probe-{uuid.uuid4().hex}"
    return {
        "delete": _allowed(lambda: repository.delete_manifest(digest), known is not None)[0],
        "tag_delete": _allowed(lambda: repository.delete_tag(tag), known is not None)[0],
    }


def _no_such_digest() -> Digest:
    """A digest that nothing in the world has."""
    return Digest.of(uuid.uuid4().bytes)
