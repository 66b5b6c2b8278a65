# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials for a registry in the file that every tool of a host reads, or gone from there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Dict, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._client.auth_key import login_key
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential, basic_header
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_helper import (
    ERASE,
    STORE,
    ask_helper,
    erase_from_helper,
    run_helper,
    store_in_helper,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential_sources import login_path
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.login_file import (
    LoginFile,
    helper_for,
    keys_of,
    login_of,
    with_login,
    without_logins,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._login_plan import (
    Found,
    plan_login,
    plan_logout,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items

ARGUMENTS: Dict[str, Any] = {
    "registry": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "check": {"type": "bool", "default": True},
}

CONSTRAINTS: Dict[str, Any] = {"required_if": [("state", "present", ("username", "password"))]}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Log in or out; see the module's documentation for the result."""
    registry = _names.parse_one("registry", options["registry"], _names.registry)
    path = options["auth_file"] or login_path(context.environ, context.home)
    logins = _Logins(LoginFile(path), registry, context)
    if options["state"] == "present":
        wanted = _credential(options)
        if options["check"]:
            _ask_registry(registry, options, context)
        steps: Steps[str, Found, None] = Steps(
            lambda item: logins.look(),
            lambda item, found: plan_login(item, path, wanted, found),
            lambda item, found, plan: logins.keep(wanted, found),
        )
    else:
        steps = Steps(
            lambda item: logins.look(),
            lambda item, found: plan_logout(item, path, found),
            lambda item, found, plan: logins.forget(found),
        )
    report = change_items([registry], steps, options=options, context=context)
    more: Dict[str, Any] = {"registry": registry, "auth_file": path, "exists": options["state"] == "present"}
    if report.entries:
        more["helper"] = report.entries[0].current.helper
    return report.finish(more)


def _credential(options: Mapping[str, Any]) -> Credential:
    """What is to be kept. Raises OptionError, or CredentialError for what no file can hold."""
    for option in ("username", "password"):
        if not options[option]:
            raise OptionError(f"the option {option} is empty: that is no login")
    wanted = Credential.from_login(options["username"], options["password"], "options username and password")
    basic_header(wanted)  # for its errors
    return wanted


def _ask_registry(registry: str, options: Mapping[str, Any], context: Context) -> None:
    """Have the registry say whether it takes the credentials. Raises AuthError when it does not."""
    with open_client(options, context) as client:
        if client.registry(registry).ping().auth == "none":
            context.warn(f"{registry} asks for no credentials, so it has not been seen whether they are right")


@dataclass(frozen=True)
class _Logins:
    """The file, or the helper that it names, for one registry."""

    file: LoginFile
    registry: str
    context: Context

    @property
    def key(self) -> str:
        """The key that docker writes."""
        return login_key(self.registry)

    def look(self) -> Found:
        """What is kept. Reads the file, and asks the helper that it names for this registry."""
        config = self.file.read()
        keys = tuple(keys_of(config, self.registry))
        secrets = tuple(key for key in keys if config.auths[key])
        mode = self.file.mode()
        helper = helper_for(config, self.registry)
        if helper is None:
            return Found(login_of(config, self.key), keys, secrets, mode)
        ask = partial(run_helper, environ=self.context.environ)
        return Found(ask_helper(ask, helper, self.key, self.file.path), keys, secrets, mode, helper)

    def keep(self, wanted: Credential, found: Found) -> None:
        """Keep the credential. What a helper has, the file has no longer."""
        if found.helper is None:
            self.file.change(lambda document: with_login(document, self.registry, wanted))
            return
        run = partial(run_helper, environ=self.context.environ, action=STORE)
        store_in_helper(run, found.helper, self.key, wanted, self.file.path)
        if found.secrets:
            self.file.change(lambda document: without_logins(document, found.secrets))

    def forget(self, found: Found) -> None:
        """Keep nothing for the registry."""
        if found.helper is not None and found.credential is not None:
            run = partial(run_helper, environ=self.context.environ, action=ERASE)
            erase_from_helper(run, found.helper, self.key, self.file.path)
        if found.keys:
            self.file.change(lambda document: without_logins(document, found.keys))
