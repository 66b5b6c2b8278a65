# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifact that shall be there, as the options of registry_artifact say it; the same files give the same digest
(image-spec manifest.md, "Guidelines for Artifact Usage")."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    RegistryError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    Manifest,
    build_image_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest_build import EMPTY, EMPTY_JSON
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.sources import BytesSource
from ansible_collections.regops.oci_registry.plugins.module_utils._client.titles import TITLE, safe_titles
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._artifact import media_type
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._content import Content, file_content
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._manifest_input import text_annotations

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
