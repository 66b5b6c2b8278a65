# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of images: many at once, each digest brought once, tags last."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_jobs import parse_jobs
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copying import (
    WHAT,
    breadth,
    copy_images,
    image_result,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import LISTS, PROGRESS
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sides import SIDE, open_stores

ARGUMENTS: Dict[str, Any] = {
    "src": {"type": "str"},
    "dest": {"type": "str"},
    "images": {
        "type": "list",
        "elements": "dict",
        "options": {
            "src": {"type": "str", "required": True},
            "dest": {"type": "str", "required": True},
            "platforms": {"type": "list", "elements": "str"},
        },
    },
    **WHAT,
    "src_auth": SIDE,
    "dest_auth": SIDE,
    **LISTS,
    **PROGRESS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("src", "images"), ("dest", "images")],
    "required_one_of": [("src", "images")],
    "required_together": [("src", "dest")],
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Copy the images; see the module's documentation for the result."""
    jobs = parse_jobs(options)
    limit = breadth(((job.src, job.dest) for job in jobs), options)
    with Workers(limit) as workers, open_stores(options, context, [job.dest for job in jobs]) as stores:
        session = CopySession(workers, options["foreign_layers"], context.progress)
        report = copy_images(jobs, stores, session, options, context)
    return report.finish({"images": [image_result(entry) for entry in report.entries]})
