# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files in a registry as an artifact: the same files give the same digest (image-spec manifest.md, "Guidelines for
Artifact Usage")."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    RegistryError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    build_image_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest_build import EMPTY, EMPTY_JSON
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import (
    is_listed,
    push_manifest,
    record_referrer,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.titles import TITLE, safe_titles
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact import facts, media_type
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._content import Content, file_content
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_input import text_annotations
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._tag_plan import why_written

_NOTHING = Content(EMPTY, BytesSource(EMPTY_JSON))


@dataclass(frozen=True)
class Wanted:
    """An artifact that shall be there: under a tag, or without one by its digest; its contents are hashed."""

    repository: Reference
    tag: Optional[str]
    digest: Optional[Digest]
    artifact_type: Optional[str]
    config: Content
    files: Tuple[Content, ...]
    annotations: Optional[Mapping[str, str]]
    subject: Optional[Reference]

    def __str__(self) -> str:
        if self.tag is not None:
            return str(self.repository.with_tag(self.tag))
        return str(self.repository if self.digest is None else self.repository.with_digest(self.digest))

    @property
    def contents(self) -> List[Content]:
        """Everything that is uploaded, each digest once."""
        return list({content.descriptor.digest: content for content in (self.config, *self.files)}.values())

    def manifest(self, subject: Optional[Descriptor]) -> Manifest:
        """The artifact's manifest."""
        layers = [content.descriptor for content in self.files]
        return build_image_manifest(
            self.config.descriptor, layers, self.annotations, self.artifact_type, subject, MediaType.OCI_MANIFEST
        )

    def reference(self, manifest: Manifest) -> Reference:
        """The name that the artifact gets."""
        return self.repository.with_digest(manifest.digest) if self.tag is None else self.repository.with_tag(self.tag)


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


def parse(options: Mapping[str, Any]) -> Wanted:
    """What is wanted. All that can be wrong in the options is found here, and the files are hashed."""
    name = _names.parse_one("name", options["name"], _names.image)
    if options["subject"] is not None and not _names.says_version(options["name"]):
        name = replace(name, tag=None)
    subject = _subject(options["subject"], name)
    kind = options["artifact_type"]
    given = options["config"]
    annotations = text_annotations(options["annotations"])
    config = file_content(given["src"], media_type(given["media_type"]), None) if given is not None else _NOTHING
    return Wanted(
        repository=name.without_version(),
        tag=name.tag,
        digest=name.digest,
        artifact_type=None if kind is None else media_type(kind),
        config=config,
        files=_files(options["files"] or []) or (_NOTHING,),
        annotations=annotations,
        subject=subject,
    )


def _subject(text: Optional[str], name: Reference) -> Optional[Reference]:
    """The manifest that is referred to: by its digest alone, or by its name in the same repository."""
    if text is None:
        return None
    if _names.is_meant_as_digest(text):
        return name.with_digest(_names.parse_one("subject", text, Digest.parse))
    subject = _names.parse_one("subject", text, _names.exact)
    if subject.without_version() != name.without_version():
        raise OptionError(
            f"the subject {subject} is not in {name.without_version()}: an artifact refers to something in its own "
            "repository"
        )
    if subject == name:
        raise OptionError(f"{name} cannot refer to itself: give the artifact another tag than its subject, or none")
    return subject


def _files(files: List[Dict[str, Any]]) -> Tuple[Content, ...]:
    titles: List[str] = []
    notes: List[Dict[str, str]] = []
    for file in files:
        note = text_annotations(file["annotations"]) or {}
        notes.append(note)
        titles.append(file["title"] or note.get(TITLE) or os.path.basename(file["src"].rstrip("/")))
    try:
        paths = safe_titles(titles)
    except RegistryError as error:
        raise OptionError(f"option files: {error}") from error
    return tuple(_file(file, {**note, TITLE: path}) for file, note, path in zip(files, notes, paths))


def _file(file: Mapping[str, Any], annotations: Mapping[str, str]) -> Content:
    if os.path.isdir(file["src"]):
        raise OptionError(f"option files: {file['src']} is a folder: pack it into an archive first, or name its files")
    content = file_content(file["src"], media_type(file["media_type"]), None)
    return replace(content, descriptor=replace(content.descriptor, annotations=annotations))


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
