# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index.json of an image layout (image-spec image-layout.md): which images it holds, and what they are called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterator, Mapping, Sequence

from .descriptor import Descriptor
from .errors import ArchiveError, RegistryError
from .media_type import MediaType
from .reference import Reference
from .referrers import attached_to
from .strict_json import dump_json, load_object

REF_NAME = "org.opencontainers.image.ref.name"
CONTAINERD_NAME = "io.containerd.image.name"
LAYOUT = dump_json({"imageLayoutVersion": "1.0.0"})
"""The bytes of the file oci-layout."""


def not_there(what: str, path: str, index: LayoutIndex) -> RegistryError:
    """The error for an image that is not in the folder or archive at `path`, which holds those of `index`."""
    if not os.path.lexists(path):
        return RegistryError(f"{what} cannot be read: {path} does not exist", category="not_found")
    names = ", ".join(sorted(filter(None, index.names)))
    held = f"names that are: {names}" if names else "no image there has a name"
    return RegistryError(f"{what} is not there; {held}", category="not_found")


@dataclass(frozen=True)
class LayoutIndex:
    """The entries of an index.json, as they are there. A frozen value: `put` makes another."""

    entries: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def parse(cls, raw: bytes, what: str) -> LayoutIndex:
        """Read the bytes of an index.json. Raises ManifestError, ArchiveError."""
        entries = load_object(raw, f"index.json of {what}").get("manifests")
        if not isinstance(entries, list):
            raise ArchiveError(f"{what}: its index.json has no manifests")
        for entry in entries:
            Descriptor.from_json(entry)
        return cls(tuple(entries))

    @cached_property
    def descriptors(self) -> list[Descriptor]:
        """What the entries point at."""
        return [Descriptor.from_json(entry) for entry in self.entries]

    @cached_property
    def names(self) -> list[str]:
        """What the images are called; the empty text for one without a name."""
        return [entry.annotations.get(REF_NAME, "") for entry in self.descriptors]

    def find(self, name: str, what: str) -> Descriptor | None:
        """The image of that name; without a name, the only one. None where it is not there.

        Docker and containerd keep the full name beside the tag; either is recognised. Raises ArchiveError where it is
        not clear which of several is meant.
        """
        found = next(filter(None, self._called(name) if name else self._unnamed()), [])
        if len({entry.digest for entry in found}) > 1:
            known = ", ".join(sorted(filter(None, self.names))) or "none has a name"
            raise ArchiveError(f"{what} holds {len(found)} images that this can mean; name one of: {known}")
        return found[0] if found else None

    def _called(self, name: str) -> Iterator[list[Descriptor]]:
        yield [entry for entry in self.descriptors if entry.annotations.get(REF_NAME) == name]
        yield [entry for entry in self.descriptors if _same(entry.annotations.get(CONTAINERD_NAME), name)]

    def _unnamed(self) -> Iterator[list[Descriptor]]:
        """What no name can mean, the likeliest first. What is attached to an image is not meant where there is one."""
        images = [
            (name, entry)
            for name, entry in zip(self.names, self.descriptors)
            if entry.artifact_type is None and attached_to(name) is None
        ]
        yield [entry for name, entry in images if not name]
        yield [entry for _name, entry in images]
        yield list(self.descriptors)

    def put(self, name: str, image: Descriptor, more: Mapping[str, str] | None = None) -> LayoutIndex:
        """This index with `image` under `name`, in the place of what had that name."""
        annotations = {REF_NAME: name, **(more or {})} if name else {}
        entry = Descriptor(image.media_type, image.digest, image.size, annotations=annotations).to_json()
        replaced = [one for group in self._called(name) for one in group] if name else next(self._unnamed())
        others = [one for one, its in zip(self.entries, self.descriptors) if its not in replaced]
        return LayoutIndex((*others, entry))

    def without(self, dropped: Sequence[Descriptor]) -> LayoutIndex:
        """This index without these entries."""
        return LayoutIndex(tuple(one for one, its in zip(self.entries, self.descriptors) if its not in dropped))

    def add_referrer(self, referrer: Descriptor) -> LayoutIndex:
        """This index with a manifest that has no name because it is found by its subject."""
        if any(entry.digest == referrer.digest for entry in self.descriptors):
            return self
        return LayoutIndex((*self.entries, referrer.to_json()))

    def docker_names(self) -> list[str]:
        """What Docker calls the images: by the full name where it is told, else as `names`."""
        return [
            _familiar(entry.annotations.get(CONTAINERD_NAME)) or entry.annotations.get(REF_NAME, "")
            for entry in self.descriptors
        ]

    def dump(self) -> bytes:
        """The bytes of an index.json, the same for the same images in whatever order they came."""
        entries = sorted(zip(self.names, self.descriptors, self.entries), key=lambda one: (one[0], one[1].digest))
        return dump_json(
            {
                "schemaVersion": 2,
                "mediaType": MediaType.OCI_INDEX,
                "manifests": [entry for _name, _descriptor, entry in entries],
            }
        )


def _familiar(full: str | None) -> str | None:
    try:
        return Reference.parse(full).familiar() if full else None
    except ValueError:  # of the name, or of the digest behind it
        return None


def _same(full: str | None, name: str) -> bool:
    return _familiar(full) is not None and _familiar(full) == _familiar(name)
