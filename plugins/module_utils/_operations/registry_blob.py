# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One blob: in a repository, gone from it, or in a file."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.upload import PRESENT
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._blob_downloaded import (
    Downloaded,
    destination,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._blob_states import (
    Absent,
    Mounted,
    Uploaded,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._content import (
    file_content,
    text_content,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import PROGRESS, open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Entry
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items

ARGUMENTS: Dict[str, Any] = {
    "repository": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent", "downloaded"], "default": "present"},
    "digest": {"type": "str"},
    "src": {"type": "path"},
    "content": {"type": "str"},
    "from_repository": {"type": "list", "elements": "str"},
    "dest": {"type": "path"},
    "media_type": {"type": "str", "default": "application/octet-stream"},
    "chunk_size": {"type": "str"},
    **PROGRESS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("src", "content", "from_repository", "dest")],
    "required_if": [
        ("state", "present", ("src", "content", "from_repository"), True),
        ("state", "absent", ("digest",)),
        ("state", "downloaded", ("digest", "dest")),
    ],
    "required_by": {"from_repository": ("digest",)},
    "add_file_common_args": True,
}

_UNITS = ("", "K", "M", "G")
_SIZE = re.compile(r"(?P<number>[0-9]{1,18}) *(?P<unit>[KMGkmg]?)(?:i?[Bb])?")
_SOURCES = ("src", "content", "from_repository")


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Bring the blob into its state; see the module's documentation for the result."""
    with open_client(options, context) as client:
        blob, state = _wanted(options, client, context.progress)
        steps: Steps[Reference, Any, Any] = Steps(state.observe, state.plan, state.apply)
        report = change_items([blob], steps, options=options, context=context)
    return report.finish(_result(options, state, report.entries[0]) if report.entries else {})


def _wanted(options: Mapping[str, Any], client: Client, progress: Progress) -> Tuple[Reference, Any]:
    """The blob's reference and the state that is wanted. Raises for everything that is wrong; nothing is sent."""
    target = _names.parse_one("repository", options["repository"], _names.repository)
    digest = _names.parse_optional("digest", options["digest"], Digest.parse)
    if options["state"] == "present":
        return _present(options, client, target, digest, progress)
    given = [option for option in _SOURCES if options[option] is not None]
    if given or digest is None:
        raise OptionError(f"the option {', '.join(given) or 'digest'} does not go with state={options['state']}")
    repository = client.repository(target)
    blob = target.with_digest(digest)
    if options["state"] == "absent":
        return blob, Absent(repository, digest)
    path = destination(options["dest"], digest)
    return blob, Downloaded(repository, digest, options["media_type"], path, progress)


def _present(
    options: Mapping[str, Any], client: Client, target: Reference, digest: Optional[Digest], progress: Progress
) -> Tuple[Reference, Any]:
    chunk_size = _chunk_size(options["chunk_size"])
    if options["from_repository"] is not None and digest is not None:
        origins = _names.parse_all("from_repository", options["from_repository"], lambda text: _origin(text, target))
        if not origins:
            raise OptionError("the option from_repository is an empty list: there is nowhere to take the blob from")
        repositories = [client.repository(origin) for origin in origins]
        state = Mounted(client.repository(target), repositories, digest, options["media_type"], chunk_size, progress)
        return target.with_digest(digest), state
    if options["src"] is not None:
        content = file_content(options["src"], options["media_type"], digest)
    else:
        content = text_content(options["content"], options["media_type"], digest)
    uploaded = Uploaded(client.repository(target), content, chunk_size, progress)
    return target.with_digest(content.descriptor.digest), uploaded


def _origin(text: str, target: Reference) -> Reference:
    """A repository to mount from: a full name, or a path inside the registry of `target`."""
    text = _names.strip_transport(text)
    host = text.partition("/")[0] if "/" in text else ""
    full = "." in host or ":" in host or host == "localhost" or target.registry == "docker.io"
    origin = _names.repository(text if full else f"{target.registry}/{text}")
    if origin.registry != target.registry:
        raise OptionError(
            f"{text} is not on {target.registry}: a blob can be mounted only from the same registry. "
            "Between registries, images are copied by registry_copy"
        )
    return origin


def _chunk_size(text: Optional[str]) -> Optional[int]:
    """Bytes; a unit is a power of 1024, as everywhere in Ansible."""
    if text is None:
        return None
    found = _SIZE.fullmatch(text)
    size = int(found["number"]) * 1024 ** _UNITS.index(found["unit"].upper()) if found else 0
    if size < 1:
        raise OptionError(f"chunk_size must be a number of bytes, or one with a unit such as 16M, not {text!r}")
    return size


def _result(options: Mapping[str, Any], state: Any, entry: Entry[Reference, Any, Any]) -> Dict[str, Any]:
    blob: Dict[str, Any] = {
        "repository": entry.item.name,
        "digest": str(entry.item.digest),
        "size": state.size(entry.current),
        "media_type": options["media_type"],
    }
    if options["state"] == "downloaded":
        return {"blob": blob, "dest": state.path}
    blob["exists"] = options["state"] == "present"
    if options["state"] == "absent" or (entry.plan.changed and entry.value is None):
        return {"blob": blob}
    return {"blob": blob, "how": entry.value or PRESENT}
