# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that every operation has, and the client that they make."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import Any, Dict, FrozenSet, Iterator, Mapping, Optional

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import (
    Client,
    ClientOptions,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_helper import run_helper
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credentials import CredentialStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import TransportOptions
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context

#: Documented by the fragment `regops.oci_registry.registry`, as CONNECTION is.
CREDENTIALS: Dict[str, Any] = {
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "auth_file": {"type": "path", "aliases": ["authfile"]},
}

CONNECTION: Dict[str, Any] = {
    **CREDENTIALS,
    "validate_certs": {"type": "bool", "default": True, "aliases": ["tls_verify"]},
    "ca_path": {"type": "path", "aliases": ["ca_cert"]},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "plain_http": {"type": "bool"},
    "timeout": {"type": "float", "default": 60},
    "retries": {"type": "int", "default": 3},
    "max_parallel": {"type": "int", "default": 16},
}

#: For operations that take lists; documented by `regops.oci_registry.registry.lists`.
LISTS: Dict[str, Any] = {"fail_fast": {"type": "bool", "default": False}}

#: For operations that transfer blobs; documented by `regops.oci_registry.registry.progress`.
PROGRESS: Dict[str, Any] = {"progress": {"type": "bool", "default": True}}

#: Seconds: one day. More is a mistake, and sockets take no infinity.
_LONGEST_TIMEOUT = 86400

_CONSTRAINTS: Dict[str, Any] = {
    "required_together": [("username", "password")],
    "required_by": {"client_key": ("client_cert",)},
}


def argument_spec(operation: Any) -> Dict[str, Any]:
    """The whole argument spec of an operation (a file of this folder)."""
    return {**CONNECTION, **operation.ARGUMENTS}


def constraints(operation: Any) -> Dict[str, Any]:
    """The keyword arguments of AnsibleModule that say which options go together."""
    merged: Dict[str, Any] = dict(_CONSTRAINTS)
    for key, value in operation.CONSTRAINTS.items():
        if key in merged:
            merged[key] = {**merged[key], **value} if isinstance(value, dict) else [*merged[key], *value]
        else:
            merged[key] = value
    return merged


def _check(options: Mapping[str, Any]) -> None:
    """Refuse numbers and files that cannot be meant."""
    if not 0 < options["timeout"] <= _LONGEST_TIMEOUT:
        raise OptionError(f"timeout must be more than 0 and at most {_LONGEST_TIMEOUT} s, not {options['timeout']}")
    if options["retries"] < 0:
        raise OptionError(f"retries must be 0 or more, not {options['retries']}")
    if options["max_parallel"] < 1:
        raise OptionError(f"max_parallel must be 1 or more, not {options['max_parallel']}")
    if options.get("username") == "":
        raise OptionError("username is empty: leave username and password out to be anonymous")


def _credential(options: Mapping[str, Any]) -> Optional[Credential]:
    if options.get("username") is None:
        return None
    return Credential.from_login(options["username"], options["password"], "options username and password")


def _store(options: Mapping[str, Any], context: Context) -> CredentialStore:
    # The task's environment, not that of this process, is the helpers'.
    helper = partial(run_helper, environ=context.environ)
    if options.get("auth_file"):
        return CredentialStore.from_file(options["auth_file"], helper)
    return CredentialStore.from_environment(dict(context.environ), context.home, helper)


def with_override(options: Mapping[str, Any], override: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """The options for one side of a copy: what `src_auth` or `dest_auth` gives wins.

    A credential of any kind in the override replaces all credential options, so that a password is never sent to
    the registry that it is not for.
    """
    given = {key: value for key, value in (override or {}).items() if value is not None}
    merged = dict(options)
    if any(key in given for key in CREDENTIALS):
        merged.update(dict.fromkeys(CREDENTIALS))
    merged.update(given)
    return merged


def build_client(
    options: Mapping[str, Any],
    context: Context,
    override: Optional[Mapping[str, Any]] = None,
    credential_hosts: Optional[FrozenSet[str]] = None,
) -> Client:
    """A client for these options, whose username and password are for `credential_hosts` only (None: for all).

    Raises OptionError; reads no file and sends nothing.
    """
    options = with_override(options, override)
    _check(options)
    transport = TransportOptions(
        timeout=options["timeout"],
        retries=options["retries"],
        validate_certs=options["validate_certs"],
        ca_path=options.get("ca_path"),
        client_cert=options.get("client_cert"),
        client_key=options.get("client_key"),
        max_parallel=options["max_parallel"],
        environ=context.environ,
    )
    return Client(
        ClientOptions(
            transport=transport,
            plain_http=options.get("plain_http"),
            credential=_credential(options),
            credential_hosts=credential_hosts,
            store=_store(options, context),
        )
    )


@contextmanager
def open_client(
    options: Mapping[str, Any],
    context: Context,
    override: Optional[Mapping[str, Any]] = None,
    credential_hosts: Optional[FrozenSet[str]] = None,
) -> Iterator[Client]:
    """A client for the time of a `with` block; at its end what the registry warned of goes to the user."""
    client = build_client(options, context, override, credential_hosts)
    try:
        yield client
    finally:
        client.close()
        for warning in client.warnings:
            context.warn(warning)
