# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list of images that are in use, as it comes from clusters and hosts, says of one repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import FrozenSet, Sequence, Tuple, Union

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names


@dataclass(frozen=True)
class InUse:
    """Digests without a repository, and images by name; those of other repositories are in it, too."""

    bare: FrozenSet[Digest] = frozenset()
    images: Tuple[Reference, ...] = ()

    @property
    def digests(self) -> FrozenSet[Digest]:
        """Every digest that is named, in whatever repository: the same image may be known by a mirror's name."""
        return self.bare | {image.digest for image in self.images if image.digest is not None}

    def tags(self, repository: Reference) -> FrozenSet[str]:
        """The tags of this very repository that are named."""
        return frozenset(
            image.tag for image in self.images if image.tag is not None and image.without_version() == repository
        )

    def likely_in(self, repository: Reference) -> FrozenSet[Digest]:
        """The digests that may be in this repository: those named without a repository, and with this one."""
        return self.bare | {
            image.digest for image in self.images if image.digest is not None and image.without_version() == repository
        }


def parse_in_use(option: str, texts: Sequence[str]) -> InUse:
    """Read digests and names of images. Raises OptionError, which names every text that is neither."""
    found = _names.parse_all(option, texts, _parse)
    return InUse(
        frozenset(item for item in found if isinstance(item, Digest)),
        tuple(item for item in found if isinstance(item, Reference)),
    )


def _parse(text: str) -> Union[Digest, Reference]:
    stripped = text.strip()
    return Digest.parse(stripped) if _names.is_meant_as_digest(stripped) else _names.image(stripped)
