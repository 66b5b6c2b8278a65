# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each registry really does where they differ, beyond what tests/support/registries.py says of all kinds.

A registry that joins needs a row here: each field is asserted, in both directions, by a test.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Behaviour:
    """One kind's answers. The fields are true where the registry follows the specification."""

    #: POST with `digest=` and the whole blob (end-4b) stores it; else it answers with a session.
    takes_whole_post: bool
    #: GET of an upload session (end-13) tells how much has come.
    tells_upload_status: bool
    #: DELETE of an upload session (end-14) ends it.
    cancels_uploads: bool
    #: After a broken connection an upload session goes on with the bytes that came, in the middle of a chunk.
    resumes: bool
    #: A chunk that does not begin where the last one ended is refused with 416.
    refuses_wrong_chunk: bool
    #: POST with `mount=` and `from=` mounts; else it answers with a session.
    mounts: bool
    #: Manifests can be put by a sha512 digest (end-7b).
    sha512_manifests: bool
    #: `tag=` parameters of a PUT by digest tag it, and OCI-Tag says so.
    puts_many_tags: bool
    #: `n` and Link give the tags in pages; "ignored": all come at once; "lost": no Link leads to the second page.
    tag_pages: str
    #: The catalog comes in linked pages, too.
    catalog_pages: bool
    #: A manifest whose blobs are missing is refused.
    checks_blobs: bool
    #: A Range without an end is served.
    open_ranges: bool
    #: Deleting a manifest takes the tags on it along; else they stay, pointing at it.
    delete_takes_tags: bool
    #: The tags of a repository that is not there are a 404; else an empty list.
    unknown_repository_is_404: bool
    #: What DELETE says of a blob that is not there.
    status_of_absent_blob: int = 404


BEHAVIOUR: dict[str, Behaviour] = {
    "distribution2": Behaviour(
        takes_whole_post=False,
        tells_upload_status=True,
        cancels_uploads=True,
        resumes=False,
        refuses_wrong_chunk=False,
        mounts=True,
        sha512_manifests=False,
        puts_many_tags=False,
        tag_pages="ignored",
        catalog_pages=True,
        checks_blobs=True,
        open_ranges=True,
        delete_takes_tags=True,
        unknown_repository_is_404=True,
    ),
    "distribution3": Behaviour(
        takes_whole_post=False,
        tells_upload_status=True,
        cancels_uploads=True,
        resumes=True,
        refuses_wrong_chunk=True,
        mounts=True,
        sha512_manifests=False,
        puts_many_tags=False,
        tag_pages="linked",
        catalog_pages=True,
        checks_blobs=True,
        open_ranges=True,
        delete_takes_tags=True,
        unknown_repository_is_404=True,
    ),
    "ggcr": Behaviour(
        takes_whole_post=True,
        tells_upload_status=False,
        cancels_uploads=False,
        resumes=False,
        refuses_wrong_chunk=True,
        mounts=False,
        sha512_manifests=True,
        puts_many_tags=False,
        tag_pages="lost",
        catalog_pages=False,
        checks_blobs=False,
        open_ranges=False,
        delete_takes_tags=False,
        unknown_repository_is_404=True,
        status_of_absent_blob=500,
    ),
    "olareg": Behaviour(
        takes_whole_post=True,
        tells_upload_status=True,
        cancels_uploads=True,
        resumes=True,
        refuses_wrong_chunk=True,
        mounts=True,
        sha512_manifests=True,
        puts_many_tags=True,
        tag_pages="linked",
        catalog_pages=False,
        checks_blobs=True,
        open_ranges=True,
        delete_takes_tags=True,
        unknown_repository_is_404=False,
    ),
}
