# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of a copy to what shall be copied where. All that is wrong is found here, before any request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names


@dataclass(frozen=True)
class Job:
    """One image to copy."""

    src: Location
    dest: Location
    platforms: Tuple[Platform, ...] = ()

    def __str__(self) -> str:
        return f"{self.src} to {self.dest}"


def parse_jobs(options: Mapping[str, Any]) -> List[Job]:
    """The images of `images`, or the one of `src` and `dest`, each once.

    Raises OptionError, which names everything that is wrong in all of them.
    """
    default = options["platforms"]
    if options["images"] is None:
        return [_job(options["src"], options["dest"], default)]

    def parse(image: Mapping[str, Any]) -> Job:
        platforms = image.get("platforms")
        return _job(image["src"], image["dest"], default if platforms is None else platforms)

    jobs = list(dict.fromkeys(_names.parse_entries("images", "image", options["images"], parse)))
    _check_destinations(jobs)
    return jobs


def _job(src: str, dest: str, platforms: Optional[Sequence[str]]) -> Job:
    job = Job(
        _names.parse_one("src", src, Location.parse),
        _names.parse_one("dest", dest, Location.parse),
        tuple(_names.parse_all("platforms", platforms, Platform.parse)) if platforms else (),
    )
    wanted, given = _digest(job.dest), _digest(job.src)
    if wanted is not None and given is not None and wanted != given and not job.platforms:
        raise OptionError(f"{job.dest} cannot be a copy of {job.src}: the digests differ")
    return job


def _digest(location: Location) -> Optional[str]:
    return location.reference.digest if location.reference is not None else None


def _check_destinations(jobs: Sequence[Job]) -> None:
    """Refuse two images for one name: which of them it would be in the end is a matter of luck."""
    taken: Dict[Tuple[str, str], Job] = {}
    for job in jobs:
        other = taken.setdefault((job.dest.place, job.dest.version), job)
        if other is not job:
            raise OptionError(f"option images: {other.src} and {job.src} are both to be copied to {job.dest}")
