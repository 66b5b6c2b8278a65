# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images go out of each vendor, into each, and from each to the next, with all that these are documented to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.vendor_door import Vendor
from tests.live.vendor_world import At, at, vendors  # pylint: disable=unused-import
from tests.live.vendors import VENDORS
from tests.support.images import build_image, build_index

# Fixtures that are written elsewhere
__all__ = ["at", "vendors"]

PAIRS = [*zip(VENDORS, [*VENDORS[1:], VENDORS[0]], strict=True)]


@pytest.mark.parametrize(("vendor", "following"), PAIRS, ids=[vendor.name for vendor, _following in PAIRS])
def test_out_in_and_on(at: At, repository: str, vendor: Vendor, following: Vendor, tmp_path: Path) -> None:
    """An index of two images: to a folder, from there back under another name, and to the next vendor with each side's
    own login. The second time nothing is left to do, and check mode has said so before."""
    other, stage = at(following), at(vendor)
    images = [build_image([repository.encode()], platform=platform) for platform in ("linux/amd64", "linux/arm64")]
    for image in images:
        stage.behind(repository).push(image)
    digest = stage.behind(repository).push(build_index(images), "v1")
    folder = f"oci:{tmp_path / 'layout'}:v1"
    copies = [
        {"src": stage.name(repository, ":v1"), "dest": folder},
        {"src": folder, "dest": stage.name(f"{repository}/back", ":v1")},
        {
            "src": stage.name(repository, ":v1"),
            "dest": other.name(f"{repository}/on", ":v1"),
            "src_auth": stage.vendor.login,
            "dest_auth": other.vendor.login,
        },
    ]
    for copy in copies:
        changed = [stage.done("registry_copy", check=check, **copy)["changed"] for check in (True, False, True, False)]
        assert changed == [True, True, False, False], copy
    for place in (stage.behind(f"{repository}/back"), other.behind(f"{repository}/on")):
        assert place.digest("v1") == digest
        for image in images:
            assert place.digest(image.digest) == image.digest
            assert all(place.blob(blob) == content for blob, content in image.blobs.items())
