# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that hold credentials: Docker's config.json and .dockercfg, containers' auth.json. Reading them.

They are what docker/cli reads (cli/config/configfile) and containers-auth.json(5) describes.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any, Mapping

from .credential import IDENTITY_TOKEN, REGISTRY_TOKEN, Credential
from .errors import CredentialError, quoted

_LIMIT = 16 * 1024 * 1024
"""Bytes. More than any such file has; less than reading a device by mistake would take."""

_SECTIONS = ("auths", "credHelpers", "credsStore")


@dataclass(frozen=True)
class ConfigFile:
    """Where a file may be: `required` when somebody asked for it, `legacy` when it may be nothing but its ``auths``."""

    path: str
    required: bool = False
    legacy: bool = False

    def read(self) -> DockerConfig | None:
        """Return what the file holds; None where there is none. Raises CredentialError when it cannot be read."""
        raw = self.read_raw()
        return None if raw is None else parse_config(raw, self.path, self.legacy)

    def read_raw(self) -> bytes | None:
        """Return the bytes of the file; None where there is none. Raises CredentialError when it cannot be read."""
        try:
            with open(self.path, "rb") as file:
                raw = file.read(_LIMIT + 1)
        except (FileNotFoundError, NotADirectoryError) as error:
            if not self.required:
                return None
            raise CredentialError(f"Credential file {self.path} does not exist") from error
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or "not a path"
            raise CredentialError(f"Credential file {self.path} cannot be read: {what}") from error
        if len(raw) > _LIMIT:
            raise CredentialError(f"Credential file {self.path} is too large to be one")
        return raw


@dataclass(frozen=True)
class DockerConfig:
    """What a file says: entries by key, helpers by host, the helper for all other hosts. `name` is for errors."""

    name: str
    auths: Mapping[str, Any] = field(repr=False)
    helpers: Mapping[str, Any]
    store: Any

    def credential(self, key: str) -> Credential | None:
        """Return what the entry `key` holds; None when it is empty, as Docker leaves it where a helper keeps the rest.

        Raises CredentialError when it is malformed.
        """
        entry = self.auths[key]
        if entry is None:
            return None
        where = f"{self.name}, entry {quoted(key)}"
        if not isinstance(entry, dict):
            raise CredentialError(f"{where}: expected a JSON object")
        return _read_entry(entry, where)


def parse_config(raw: bytes, name: str, legacy: bool = False) -> DockerConfig:
    """Return what a file's bytes say. A file without content holds nothing, as with Docker.

    Raises CredentialError, which names the file and shows none of it.
    """
    whole = parse_document(raw, name)
    if legacy and not any(section in whole for section in _SECTIONS):
        whole = {"auths": whole}
    return DockerConfig(
        name=name,
        auths=_object(whole.get("auths"), '"auths"', name),
        helpers=_object(whole.get("credHelpers"), '"credHelpers"', name),
        store=whole.get("credsStore") or None,
    )


def parse_document(raw: bytes, name: str) -> dict[str, Any]:
    """Return a file's bytes as the JSON object that they are, empty for a file without content.

    Raises CredentialError, which names the file and shows none of it.
    """
    try:
        text = raw.decode("utf-8-sig")
        data: Any = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        # Without the cause: its text, and that of UnicodeDecodeError, may show what is in the file.
        raise CredentialError(f"Credential file {name} is not valid JSON") from None
    return _object(data, "its content", name)


def _object(value: Any, what: str, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CredentialError(f"Credential file {name}: {what} must be a JSON object")
    return value


def _read_entry(entry: Mapping[str, Any], where: str) -> Credential | None:
    """As with Docker, a registry token goes before an identity token, that before a password, `auth` before fields."""
    registry_token = _text(entry, "registrytoken", where)
    if registry_token:
        return Credential(REGISTRY_TOKEN, token=registry_token, source=where)
    auth = _text(entry, "auth", where)
    if auth:
        username, password = _decode_auth(auth, where)
    else:
        username, password = _text(entry, "username", where), _text(entry, "password", where)
    identity_token = _text(entry, "identitytoken", where)
    if identity_token:
        return Credential(IDENTITY_TOKEN, username=username or None, token=identity_token, source=where)
    return Credential.from_login(username, password, where) if username or password else None


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CredentialError(f"{where}: {quoted(key)} must be text")
    return value


def _decode_auth(auth: str, where: str) -> tuple[str, str]:
    """User name and password from base64; bytes that are no UTF-8 come through unchanged (PEP 383)."""
    try:
        raw = base64.b64decode("".join(auth.split()), validate=True)
    except (binascii.Error, ValueError):
        raise CredentialError(f'{where}: "auth" is not valid base64') from None
    username, colon, password = raw.decode("utf-8", "surrogateescape").partition(":")
    if not colon:
        raise CredentialError(f'{where}: "auth" holds no user name and password with a colon between them')
    return username, password.strip("\0")
