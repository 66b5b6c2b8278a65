# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manifest under a name and more tags, pushed when everything that it refers to is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import AbstractSet, Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy import run_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import CopyPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_planner import plan_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    available_platforms,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import push_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import RegistryStore
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _image
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._composed import (
    Member,
    ambiguous_platforms,
    compose,
    read_member,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_jobs import Job
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_plan import plan_image
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copying import announce
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_wanted import Wanted, parse
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    merge,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._stores import Stores
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._tag_plan import plan_tag, why_written


@dataclass(frozen=True)
class Found:
    """The manifest, what the versions are now, whether the registry has it under any name, and what it still lacks:
    children that come from elsewhere, and what is missing for good."""

    manifest: Manifest
    now: Mapping[str, Optional[Descriptor]]
    stored: bool = True
    copies: Sequence[Tuple[Job, CopyPlan]] = ()
    missing: Sequence[Descriptor] = ()

    def is_right(self, version: str) -> bool:
        """Whether a version is the manifest already."""
        now = self.now[version]
        # A registry tells a tag's digest in SHA-256, whatever the algorithm of the name.
        return now is not None and now.digest in (self.manifest.digest, Digest.of(self.manifest.raw))


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Push the manifest; see the documentation of registry_manifest for the result."""
    wanted = parse(options)
    with open_client(options, context) as client, Workers(options["max_parallel"]) as workers:
        pusher = _Pusher(client, client.repository(wanted.name), workers, context)
        steps: Steps[Wanted, Found, None] = Steps(pusher.observe, plan_present, pusher.apply)
        report = change_items([wanted], steps, options=options, context=context)
    manifests = [_facts(entry.item, entry.current.manifest) for entry in report.entries]
    return report.finish({"manifest": manifests[0], "manifests": manifests} if manifests else {})


def plan_present(wanted: Wanted, found: Found) -> Plan:
    """Bring the children, push the manifest under the first version that is not it, then give it the other tags.

    Raises OptionError when the manifest refers to something that the repository does not have.
    """
    stale = [version for version in wanted.versions if not found.is_right(version)]
    if stale and found.missing:
        raise OptionError(
            f"{wanted.name} is not pushed, because {wanted.name.name} lacks what the manifest refers to: "
            + ", ".join(f"{one.digest} ({one.media_type}, {one.size} bytes)" for one in found.missing),
            hint="Upload that first; some registries want the repository itself created before",
        )
    plans = [plan_image(job, copy) for job, copy in found.copies]
    for version in wanted.versions:
        push = not found.stored and version == stale[0]
        plans.append(_plan_version(wanted.reference(version), found, found.now[version], push))
    return merge(plans)


def _plan_version(name: Reference, found: Found, now: Optional[Descriptor], push: bool) -> Plan:
    if not push:
        same = name.tag is not None and found.is_right(name.tag)
        return plan_tag(name, found.manifest.descriptor() if same else now, found.manifest.digest)
    before = str(now.digest) if now is not None else None
    digest = str(found.manifest.digest)
    details = {"digest": digest, "media_type": found.manifest.media_type, "size": found.manifest.size}
    return change(Action("push", str(name), why_written(name, before), details), before, digest)


class _Pusher:
    """Looks, and pushes."""

    def __init__(self, client: Client, repository: Repository, workers: Workers, context: Context) -> None:
        self.client = client
        self.repository = repository
        self.workers = workers
        self.session = CopySession(workers, progress=context.progress)
        self.warn = context.warn

    def observe(self, wanted: Wanted) -> Found:
        """GET and HEAD only. Raises VerificationError when the manifest is not what its name says."""
        members = self.workers.map(lambda name: read_member(self.client, name), wanted.members)
        manifest = wanted.given or self._compose(wanted, members)
        versions = wanted.versions
        now = dict(zip(versions, self.workers.map(self.repository.head_manifest, versions)))
        found = Found(manifest, now)
        if any(found.is_right(version) for version in versions) or self._is_stored(manifest, now):
            return found
        target = wanted.name.without_version()
        copies = self._copies(target, members)
        accounted = {copy.digest for _job, copy in copies}
        accounted |= {member.digest for member in members if member.name.without_version() == target}
        return replace(found, stored=False, copies=copies, missing=self._missing(manifest, accounted))

    def _is_stored(self, manifest: Manifest, asked: Mapping[str, Any]) -> bool:
        """Whether the registry has the manifest, though none of the versions is it."""
        return manifest.digest not in asked and self.repository.head_manifest(manifest.digest) is not None

    def _compose(self, wanted: Wanted, members: Sequence[Member]) -> Manifest:
        index = compose(members, wanted.annotations, wanted.media_type)
        if wanted.name.digest is not None and wanted.name.digest != index.digest:
            raise VerificationError(f"the index that was composed for {wanted.name} has the digest {index.digest}")
        for platform in ambiguous_platforms(index):
            self.warn(f"{wanted.name} has more than one image for {platform}: clients take the first of them")
        return index

    def _copies(self, target: Reference, members: Sequence[Member]) -> List[Tuple[Job, CopyPlan]]:
        """What has to come from other repositories."""
        jobs = [
            Job(Location.of(member.name.with_digest(child.digest)), Location.of(target.with_digest(child.digest)))
            for member in members
            if member.name.without_version() != target
            for child in member.descriptors
        ]
        return [(job, self._plan_copy(job)) for job in jobs]

    def _plan_copy(self, job: Job) -> CopyPlan:
        source, target = Stores(self.client, self.client).source(job.src), RegistryStore(self.repository)
        plan = plan_copy(self.session, source, job.src.version, target, job.dest.version)
        announce(self.session, plan)
        return plan

    def _missing(self, manifest: Manifest, accounted: AbstractSet[Digest]) -> List[Descriptor]:
        """What the manifest refers to and the repository lacks, but for what may be elsewhere, and the subject.

        `accounted` has been seen there, or is copied.
        """
        needed = [one for one in manifest.manifests if one.digest not in accounted]
        needed += [blob for blob in manifest.blobs if not blob.is_foreign]
        return [one for one, there in zip(needed, self.workers.map(self._is_there, needed)) if not there]

    def _is_there(self, descriptor: Descriptor) -> bool:
        if descriptor.is_manifest or descriptor.is_index:
            return self.repository.head_manifest(descriptor.digest) is not None
        return self.repository.head_blob(descriptor.digest) is not None

    def apply(self, wanted: Wanted, found: Found, plan: Plan) -> None:
        """Children first, tags last."""
        for _job, copy in found.copies:
            run_copy(self.session, copy)
        manifest = found.manifest
        stale = [version for version in wanted.versions if not found.is_right(version)]
        push_manifest(self.repository, stale[0], manifest)
        self.workers.map(lambda version: self.repository.put_manifest(version, manifest), stale[1:])


def _facts(wanted: Wanted, manifest: Manifest) -> Dict[str, Any]:
    platforms = [str(platform) for platform in available_platforms(manifest)] if manifest.is_index else None
    return {
        "name": str(wanted.name),
        "exists": True,
        "digest": str(manifest.digest),
        "media_type": manifest.media_type,
        "artifact_type": _image.artifact_type(manifest),
        "size": manifest.size,
        "manifest": manifest.data,
        "platforms": platforms,
        "annotations": dict(manifest.annotations),
        "tags": [version for version in wanted.versions if ":" not in version],
    }
