# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files in a registry as an artifact, pushed when it is not there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    RegistryError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import (
    is_listed,
    push_manifest,
    record_referrer,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact import facts
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact_wanted import Wanted, parse
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._content import Content
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._tag_plan import why_written


@dataclass(frozen=True)
class Found:
    """The manifest that is wanted, what its name stands for now, which contents are missing, and whether the artifact
    is found by its subject."""

    manifest: Manifest
    now: Optional[Digest]
    missing: Tuple[Content, ...] = ()
    listed: bool = True

    @property
    def is_right(self) -> bool:
        """Whether the name stands for the artifact."""
        return self.now == self.manifest.digest


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Push the artifact; see the documentation of registry_artifact for the result."""
    wanted = parse(options)
    with open_client(options, context) as client, Workers(options["max_parallel"]) as workers:
        pusher = _Pusher(client.repository(wanted.repository), workers, context.progress)
        steps: Steps[Wanted, Found, None] = Steps(pusher.observe, plan_present, pusher.apply)
        report = change_items([wanted], steps, options=options, context=context)
    manifests = [entry.current.manifest for entry in report.entries]
    return report.finish({"artifact": facts(wanted.reference(manifests[0]), manifests[0])} if manifests else {})


def plan_present(wanted: Wanted, found: Found) -> Plan:
    """Push the artifact where its name is not it; where only its subject does not list it, say so there."""
    manifest = found.manifest
    name = wanted.reference(manifest)
    after: Dict[str, Any] = {"digest": str(manifest.digest)}
    if manifest.subject is not None:
        after["listed"] = True
    if found.is_right and found.listed:
        return unchanged(str(name), after)
    subject = {} if manifest.subject is None else {"subject": str(manifest.subject.digest)}
    if found.is_right:
        reason = f"the list of what refers to {wanted.subject} lacks it"
        return change(Action("attach", str(name), reason, subject), {**after, "listed": False}, after)
    details: Dict[str, Any] = {
        "digest": str(manifest.digest),
        "size": manifest.size,
        "uploads": [str(content.descriptor.digest) for content in found.missing],
        **subject,
    }
    before = None if found.now is None else {"digest": str(found.now)}
    return change(Action("push", str(name), why_written(name, found.now), details), before, after)


class _Pusher:
    """Looks, and pushes."""

    def __init__(self, repository: Repository, workers: Workers, progress: Progress) -> None:
        self.repository = repository
        self.workers = workers
        self.progress = progress

    def observe(self, wanted: Wanted) -> Found:
        """GET and HEAD only. Raises RegistryError (not_found) where there is no subject, VerificationError for a
        digest in the name that the artifact does not have."""
        manifest = wanted.manifest(self._subject(wanted.subject))
        if wanted.digest is not None and wanted.digest != manifest.digest:
            raise VerificationError(
                f"the artifact has the digest {manifest.digest}, not {wanted.digest} as its name says"
            )
        now = self.repository.head_manifest(wanted.tag or manifest.digest)
        found = Found(manifest, None if now is None else now.digest)
        if found.is_right:
            subject = manifest.subject
            return replace(found, listed=subject is None or is_listed(self.repository, subject.digest, manifest.digest))
        contents = wanted.contents
        there = self.workers.map(self._has, contents)
        return replace(found, missing=tuple(one for one, is_there in zip(contents, there) if not is_there))

    def _subject(self, subject: Optional[Reference]) -> Optional[Descriptor]:
        if subject is None:
            return None
        found = self.repository.head_manifest(subject.version)
        if found is None:
            raise RegistryError(
                f"there is no {subject} that the artifact could refer to", status=404, category="not_found"
            )
        return found

    def _has(self, content: Content) -> bool:
        return self.repository.head_blob(content.descriptor.digest) is not None

    def apply(self, wanted: Wanted, found: Found, plan: Plan) -> None:
        """Blobs first, then the manifest by its name."""
        manifest = found.manifest
        if found.is_right and manifest.subject is not None:
            record_referrer(self.repository, manifest.subject.digest, manifest.referrer())
            return
        for content in found.missing:
            self.progress.expect(content.descriptor)
        self.workers.map(lambda content: content.push(self.repository, None, self.progress), found.missing)
        push_manifest(self.repository, wanted.reference(manifest).version, manifest)
