# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two sides of a copy: how each is reached, and whose the credentials of the task are.

No password goes to a registry that it may not be for.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import Any, Dict, FrozenSet, Iterable, Iterator, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.host import host_name
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    CONNECTION,
    CREDENTIALS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._stores import Stores

#: What can differ between the sides: who one is, and how the other is reached and known.
SIDE: Dict[str, Any] = {
    "type": "dict",
    "options": {
        **CREDENTIALS,
        "validate_certs": {"type": "bool", "aliases": ["tls_verify"]},
        **{key: CONNECTION[key] for key in ("ca_path", "client_cert", "client_key", "plain_http")},
    },
    "required_together": [("username", "password")],
    "required_by": {"client_key": ("client_cert",)},
}


@contextmanager
def open_stores(options: Mapping[str, Any], context: Context, destinations: Iterable[Location]) -> Iterator[Stores]:
    """The Stores of both sides, each with its client."""
    src_auth, dest_auth = options["src_auth"], options["dest_auth"]
    hosts = credential_hosts(src_auth, dest_auth, destinations)
    with ExitStack() as stack:
        destination = stack.enter_context(open_client(options, context, dest_auth))
        if src_auth == dest_auth and hosts is None:
            source = destination
        else:
            source = stack.enter_context(open_client(options, context, src_auth, hosts))
        yield stack.enter_context(Stores(source, destination))


def credential_hosts(
    src_auth: Optional[Mapping[str, Any]],
    dest_auth: Optional[Mapping[str, Any]],
    destinations: Iterable[Location],
) -> Optional[FrozenSet[str]]:
    """The hosts that the task's own username and password may be shown to as sources; None for all.

    They are those of the destination, unless `dest_auth` says who one is there; then they are the sources'. A source on
    the destination's host gets them, too. Where the destination is no registry, only the sources can be meant.
    """
    if _says_who(src_auth) or _says_who(dest_auth):
        return None
    hosts = frozenset(host_name(one.reference.registry) for one in destinations if one.reference is not None)
    return hosts or None


def _says_who(side: Optional[Mapping[str, Any]]) -> bool:
    return any((side or {}).get(key) is not None for key in CREDENTIALS)
