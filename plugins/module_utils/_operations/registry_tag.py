# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags of a repository: on the same manifest as a source, or gone."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    RegistryError,
    if_there,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.untag import untag
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    LISTS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import Plan
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._tag_plan import plan_tag, plan_untag

ARGUMENTS: Dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "tags": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "planned_digest": {"type": "str"},
    **LISTS,
}

CONSTRAINTS: Dict[str, Any] = {}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Bring the tags to their state; see the module's documentation for the result."""
    tags = _names.parse_all("tags", options["tags"], _names.tag)
    present = options["state"] == "present"
    # To take tags away, a name with a tag of its own is refused: it would leave open which tag is meant.
    name = _names.parse_one("name", options["name"], _names.image if present else _names.repository)
    planned = _planned(options, name)
    with open_client(options, context) as client:
        repository = client.repository(name)
        digest: Optional[Digest] = None
        if not present:
            steps = _absent(repository)
        elif planned is not None and context.check_mode:
            digest, steps = planned, _present(repository, planned, None)
        else:
            source = _source(repository, name)
            digest, steps = source.digest, _present(repository, source.digest, source)
        report: Report[str, Any, Any] = change_items(
            tags,
            steps,
            options=options,
            context=context,
            describe=lambda tag: str(repository.reference(tag)),
        )
    return report.finish(
        {
            "repository": name.name,
            "digest": None if digest is None else str(digest),
            "tags": [entry.item for entry in report.entries],
        }
    )


def _planned(options: Mapping[str, Any], name: Reference) -> Optional[Digest]:
    """The digest that the image will have. Raises OptionError where that cannot be."""
    planned = _names.parse_optional("planned_digest", options["planned_digest"], Digest.parse)
    if planned is not None and name.digest not in (None, planned):
        raise OptionError(f"planned_digest is {planned}, which is not the digest in the name {name}")
    return planned


def _source(repository: Repository, name: Reference) -> Manifest:
    found = if_there(lambda: repository.get_manifest(name.version))
    if found is None:
        raise RegistryError(
            f"there is no {name}, so nothing can be tagged as it",
            category="not_found",
            hint=f"The module registry_tags_info lists what there is in {name.name}",
        )
    return found


def _present(
    repository: Repository, digest: Digest, source: Optional[Manifest]
) -> Steps[str, Optional[Descriptor], Any]:
    """On `digest`, which is that of `source`; None in check mode, where the image need not be there yet."""

    def put(tag: str, current: Optional[Descriptor], plan: Plan) -> None:
        if source is not None:
            repository.put_manifest(tag, source)

    return Steps(
        observe=repository.head_manifest,
        plan=lambda tag, current: plan_tag(repository.reference(tag), current, digest),
        apply=put,
    )


def _absent(repository: Repository) -> Steps[str, Optional[Descriptor], Any]:
    return Steps(
        observe=repository.head_manifest,
        plan=lambda tag, current: plan_untag(repository.reference(tag), current),
        apply=lambda tag, current, plan: untag(repository, tag),
    )
