# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a login is kept or forgotten, and what is said of it: pure, and without a secret."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.login_file import PRIVATE
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)

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


def plan_login(registry: str, path: str, wanted: Credential, found: Found) -> Plan:
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


def plan_logout(registry: str, path: str, found: Found) -> Plan:
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
    """Whether they are the same, wherever each comes from."""
    return replace(one, source=other.source) == other


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
