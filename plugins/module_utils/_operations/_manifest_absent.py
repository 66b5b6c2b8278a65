# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing manifests, with the tags that must go with them, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.deletion import delete_with_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    RegistryError,
    if_there,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import forget_referrer
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import (
    Steps,
    change_items,
    read_items,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._survey import (
    Surveys,
    survey,
)


@dataclass(frozen=True)
class Found:
    """What a name stands for; None where that is not there."""

    name: Reference
    manifest: Optional[Manifest]


@dataclass(frozen=True)
class Target:
    """A manifest that shall go, by all the names that were given for it; None where it is not there."""

    repository: Reference
    manifest: Optional[Manifest]
    names: Tuple[Reference, ...]

    def __str__(self) -> str:
        return ", ".join(str(name) for name in self.names)

    @property
    def tags(self) -> FrozenSet[str]:
        """The tags that are named, and so may go."""
        return frozenset(name.tag for name in self.names if name.tag is not None)

    @property
    def digest(self) -> Optional[Digest]:
        """The digest that it is addressed by: the one that was named, else what its tag points at."""
        named = [name.digest for name in self.names if name.digest is not None]
        return named[0] if named or self.manifest is None else self.manifest.digest


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Remove the manifests; see the documentation of registry_manifest for the result."""
    for option in ("manifest", "src", "manifests", "tags", "media_type"):
        if options[option] is not None:
            raise OptionError(f"the option {option} does not go with state=absent")
    names = _names.one_or_many("name", "names", options, _names.exact)
    manifests, report = remove(names, options, context)
    single = {"manifest": manifests[0]} if options["name"] is not None and manifests else {}
    return report.finish({**single, "manifests": manifests})


def remove(
    names: Sequence[Reference], options: Mapping[str, Any], context: Context
) -> Tuple[List[Dict[str, Any]], Report[Target, Sequence[str], Any]]:
    """Remove the manifests of these names, with `force` also from under other tags; what there is to say of each that
    was found or is known not to be there."""
    with open_client(options, context) as client:
        report = _remove(client, names, options, context)
    facts = {name: _facts(name, entry.item, entry.current) for entry in report.entries for name in entry.item.names}
    return [facts[name] for name in names if name in facts], report


def _facts(name: Reference, target: Target, sharing: Sequence[str]) -> Dict[str, Any]:
    digest = str(target.digest) if target.manifest is not None else None
    return {"name": str(name), "exists": False, "digest": digest, "tags": list(sharing)}


def _remove(
    client: Client, names: Sequence[Reference], options: Mapping[str, Any], context: Context
) -> Report[Target, Sequence[str], Any]:
    looked = read_items(names, lambda name: _find(client, name), options=options)
    if looked.failures and options.get("fail_fast"):
        return Report([], looked.failures, len(names))
    targets = group([entry.current for entry in looked.entries])
    repositories = list(dict.fromkeys(target.repository for target in targets if target.manifest is not None))
    surveys = survey(client, repositories, options["max_parallel"])
    steps: Steps[Target, Sequence[str], Any] = Steps(
        observe=lambda target: _sharing(target, surveys),
        plan=lambda target, sharing: plan_absent(target, sharing, options["force"]),
        apply=lambda target, sharing, plan: _delete(client.repository(target.repository), target, sharing),
    )
    report = change_items(targets, steps, options=options, context=context)
    return Report(report.entries, looked.failures + report.failures, len(names))


def _find(client: Client, name: Reference) -> Found:
    return Found(name, if_there(lambda: client.repository(name).get_manifest(name.version)))


def group(found: Sequence[Found]) -> List[Target]:
    """One target for each manifest, whatever the number of its names; one for each name of what is not there."""
    targets: Dict[Tuple[Reference, str], Target] = {}
    for item in found:
        repository = item.name.without_version()
        # By its bytes: two names may have their digests in different algorithms.
        key = (repository, str(item.name) if item.manifest is None else Digest.of(item.manifest.raw))
        names = (*targets[key].names, item.name) if key in targets else (item.name,)
        targets[key] = Target(repository, item.manifest, names)
    return list(targets.values())


def _sharing(target: Target, surveys: Surveys) -> Sequence[str]:
    """The tags that point at the manifest, in order."""
    if target.manifest is None:
        return ()
    digests = (target.digest, target.manifest.digest, Digest.of(target.manifest.raw))
    return sorted(tag for tag, digest in surveys.tags(target.repository).items() if digest in digests)


def plan_absent(target: Target, sharing: Sequence[str], force: bool) -> Plan:
    """Delete the manifest, if it is there and no tag goes with it that was not named.

    Raises RegistryError (conflict) where other tags share it, unless `force`.
    """
    if target.manifest is None or target.digest is None:
        return unchanged(str(target.names[0]), None)
    name = str(target.repository.with_digest(target.digest))
    others = [tag for tag in sharing if tag not in target.tags]
    if others and not force:
        raise RegistryError(
            f"{name} is not deleted, because the tags that point to it would go with it: {', '.join(others)}",
            category="conflict",
            hint="Name these tags, too, or use force=true, to delete them all; to remove a tag but not the manifest, "
            "use registry_tag with state=absent",
        )
    state = {"tags": list(sharing)}
    return change(Action("delete", name, "the manifest is there", state), state, None)


def _delete(repository: Repository, target: Target, sharing: Sequence[str]) -> None:
    """Delete the manifest, then the tags that a registry keeps all the same, and its entry among referrers."""
    manifest, digest = target.manifest, target.digest
    if manifest is None or digest is None:
        raise ValueError("nothing to delete")
    delete_with_tags(repository, digest, sharing)
    for tag in sharing:
        left = repository.head_manifest(tag)
        if left is not None and left.digest in (digest, manifest.digest):
            repository.delete_tag(tag)
    subject = manifest.subject
    if subject is not None and repository.referrers(subject.digest) is None:
        forget_referrer(repository, subject.digest, manifest.digest)
