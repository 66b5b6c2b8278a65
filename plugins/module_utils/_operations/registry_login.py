# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials for a registry in the file that every tool of a host reads, or gone from there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Dict, Mapping, Optional, Tuple

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
    PRIVATE,
    LoginFile,
    helper_for,
    keys_of,
    login_of,
    with_login,
    without_logins,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import open_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items

ARGUMENTS: Dict[str, Any] = {
    "registry": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "check": {"type": "bool", "default": True},
}

CONSTRAINTS: Dict[str, Any] = {"required_if": [("state", "present", ("username", "password"))]}

#: Stand for a password in a diff, which has to differ when the passwords do.
_AS_GIVEN = "as given"
_ANOTHER = "another"


@dataclass(frozen=True)
class Found:
    """What is kept for a registry: the credential (under the key that docker writes, or in the helper), the keys of the
    file that are for it, those of them that hold a secret, and the permissions of the file (None: there is none)."""

    credential: Optional[Credential]
    keys: Tuple[str, ...] = ()
    secrets: Tuple[str, ...] = ()
    mode: Optional[int] = None
    helper: Optional[str] = None

    @property
    def is_private(self) -> bool:
        """Whether nobody but the owner may read the file."""
        return self.mode is None or not self.mode & 0o077


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
            lambda item, found: plan_present(item, path, wanted, found),
            lambda item, found, plan: logins.keep(wanted, found),
        )
    else:
        steps = Steps(
            lambda item: logins.look(),
            lambda item, found: plan_absent(item, path, found),
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


def plan_present(registry: str, path: str, wanted: Credential, found: Found) -> Plan:
    """Keep what is not kept yet, and keep it from others."""
    before = _state(path, wanted, found)
    reason = _reason(wanted, found)
    if reason is None:
        return unchanged(registry, before)
    after: Dict[str, Any] = {"username": wanted.username, "password": _AS_GIVEN, "kept_in": found.helper or path}
    if found.helper is None:
        after["mode"] = _octal(PRIVATE)
    elif found.secrets:
        after["also_in"] = None
    return change(Action("login", registry, reason, {"kept_in": found.helper or path}), before, after)


def plan_absent(registry: str, path: str, found: Found) -> Plan:
    """Forget what is kept."""
    if found.credential is None and not found.keys:
        return unchanged(registry, None)
    where = path if found.helper is None or found.credential is None else found.helper
    username = found.credential.username if found.credential is not None else None
    before = {"username": username, "kept_in": where}
    return change(Action("logout", registry, "there are credentials for it", {"kept_in": where}), before, None)


def _reason(wanted: Credential, found: Found) -> Optional[str]:
    if found.credential is None:
        return "there are no credentials for it"
    if found.credential.username != wanted.username:
        return "the user name is another"
    if not _same(found.credential, wanted):
        return "the password is another"
    if found.helper is not None:
        return f"the file has credentials that {found.helper} keeps" if found.secrets else None
    return None if found.is_private else "others may read the file"


def _same(one: Credential, other: Credential) -> bool:
    return (one.kind, one.username, one.password, one.token) == (
        other.kind,
        other.username,
        other.password,
        other.token,
    )


def _state(path: str, wanted: Credential, found: Found) -> Optional[Dict[str, Any]]:
    """What a diff shows of the login: no secret."""
    if found.credential is None:
        return None
    password = _AS_GIVEN if _same(found.credential, wanted) else _ANOTHER
    state: Dict[str, Any] = {"username": found.credential.username, "password": password}
    state["kept_in"] = found.helper or path
    if found.helper is None:
        state["mode"] = None if found.mode is None else _octal(found.mode)
    elif found.secrets:
        state["also_in"] = path
    return state


def _octal(mode: int) -> str:
    return f"{mode:04o}"
