# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Platforms of images: ``os/architecture[/variant][:os.version]`` (OCI image-spec image-index.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from .errors import ManifestError, PlatformError, quoted

_GRAMMAR = re.compile(
    r"(?P<os>[A-Za-z0-9_.-]{1,64})/(?P<architecture>[A-Za-z0-9_.-]{1,64})"
    r"(?:/(?P<variant>[A-Za-z0-9_.-]{1,64}))?(?::(?P<os_version>[A-Za-z0-9_.+-]{1,64}))?",
)
_SYSTEMS = {"macos": "darwin"}
# What people and `uname -m` call architectures: what the image-spec, after Go, calls them, and the variant implied.
_ARCHITECTURES: dict[str, tuple[str, str | None]] = {
    "x86_64": ("amd64", None),
    "x86-64": ("amd64", None),
    "aarch64": ("arm64", None),
    "i386": ("386", None),
    "i486": ("386", None),
    "i586": ("386", None),
    "i686": ("386", None),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
    "armv6l": ("arm", "v6"),
    "armv7l": ("arm", "v7"),
}
# The variant that an architecture has when none is named (containerd's rules).
_DEFAULT_VARIANTS = {"arm64": "v8", "arm": "v7", "amd64": "v1"}
_BARE_VARIANT = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Platform:
    """What an image needs to run: a frozen value, in the words of the image-spec, its names those of Go."""

    os: str
    architecture: str
    variant: str | None = None
    os_version: str | None = None
    os_features: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Platform:
        """Return ``text``, such as ``linux/arm64/v8`` or ``windows/amd64:10.0.17763.1``, in the usual names.

        ``x86_64`` becomes ``amd64``, ``aarch64`` ``arm64``, ``armhf`` ``arm/v7`` and so on; letters become lower case.
        Raises :class:`PlatformError` for anything else.
        """
        match = _GRAMMAR.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise PlatformError(
                f"Malformed platform {quoted(text)}: expected os/architecture[/variant], such as linux/amd64 or "
                "linux/arm/v7",
            )
        return cls(match["os"], match["architecture"], match["variant"], match["os_version"])._normalized()

    @classmethod
    def from_json(cls, obj: Any) -> Platform:
        """Return the platform object of a descriptor. Raises ManifestError when it is not one."""
        if not isinstance(obj, dict):
            raise ManifestError("A platform in the index is not an object")
        features = obj.get("os.features") or []
        if not isinstance(features, list) or not all(isinstance(feature, str) for feature in features):
            raise ManifestError("os.features of a platform in the index is not a list of texts")
        return cls(
            _member(obj, "os") or "",
            _member(obj, "architecture") or "",
            _member(obj, "variant") or None,
            _member(obj, "os.version") or None,
            tuple(features),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the platform object of a descriptor, with only what is set."""
        optional = {
            "os.version": self.os_version,
            "os.features": list(self.os_features),
            "variant": self.variant,
        }
        required = {"architecture": self.architecture, "os": self.os}
        return {**required, **{key: value for key, value in optional.items() if value}}

    @property
    def is_unknown(self) -> bool:
        """Whether this is ``unknown/unknown``, BuildKit's mark for children that are no images but attestations."""
        return self.os == "unknown" and self.architecture == "unknown"

    def matches(self, candidate: Platform) -> bool:
        """Return whether ``candidate`` is what this, a wish in the usual names, asks for.

        A wish without variant takes any; with one, ``arm64`` is ``arm64/v8``, ``arm`` is ``arm/v7`` and ``amd64`` is
        ``amd64/v1``. A wish without os.version takes any; ``10.0.17763`` takes ``10.0.17763.1``, too.
        """
        candidate = candidate._normalized()
        if (self.os, self.architecture) != (candidate.os, candidate.architecture):
            return False
        if self.variant is not None and self.full_variant != candidate.full_variant:
            return False
        if self.os_version is not None and not f"{candidate.os_version}.".startswith(f"{self.os_version}."):
            return False
        return set(self.os_features) <= set(candidate.os_features)

    @property
    def full_variant(self) -> str | None:
        """The variant, or the one that the architecture has when none is named."""
        return self.variant or _DEFAULT_VARIANTS.get(self.architecture)

    def _normalized(self) -> Platform:
        system = self.os.lower()
        named = self.architecture.lower()
        architecture, implied = _ARCHITECTURES.get(named, (named, None))
        variant = self.variant.lower() if self.variant else implied
        if variant and architecture in _DEFAULT_VARIANTS and _BARE_VARIANT.fullmatch(variant):
            variant = "v" + variant
        return replace(self, os=_SYSTEMS.get(system, system), architecture=architecture, variant=variant)

    def __str__(self) -> str:
        variant = f"/{self.variant}" if self.variant else ""
        version = f":{self.os_version}" if self.os_version else ""
        return f"{self.os}/{self.architecture}{variant}{version}"


def _member(obj: dict[str, Any], key: str) -> str | None:
    value = obj.get(key)
    if value is not None and not isinstance(value, str):
        raise ManifestError(f"{key} of a platform in the index is not a text")
    return value
