# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that hold credentials: Docker's config.json and containers' auth.json. Changing what they say of one registry.

Everything else in them stays, in its order. They are written as docker/cli writes them (cli/config/configfile).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from .auth_key import keys_for, login_key
from .credential import Credential, basic_header
from .credential_helper import program_of
from .docker_config import ConfigFile, DockerConfig, parse_config, parse_document
from .errors import CredentialError
from .files import only_one, write_atomically

PRIVATE = 0o600
_PRIVATE_FOLDER = 0o700

#: What an entry may say of who one is; its other members are nobody's secret.
_IDENTITY = ("auth", "username", "password", "identitytoken", "registrytoken")

Document = Mapping[str, Any]


@dataclass(frozen=True)
class LoginFile:
    """A file, or a link to one, that holds credentials or shall hold some."""

    path: str

    def read(self) -> DockerConfig:
        """What it holds: nothing where there is no file. Raises CredentialError when it cannot be read."""
        return parse_config(self._raw(), self.path)

    def mode(self) -> int | None:
        """Its permissions; None where there is no file. Raises OSError."""
        try:
            return os.stat(self.path).st_mode & 0o7777
        except (FileNotFoundError, NotADirectoryError):
            return None

    def change(self, changed: Callable[[Document], Document]) -> None:
        """Write what `changed` makes of the file's content; only its owner can read it afterwards.

        The file that a link leads to is written, beside its place and renamed. Others of us who change it at the same
        time wait. Raises CredentialError when it cannot be read, OSError when it cannot be written.
        """
        target = os.path.realpath(self.path)
        folder = os.path.dirname(target)
        os.makedirs(folder, mode=_PRIVATE_FOLDER, exist_ok=True)
        with only_one(folder):
            raw = self._raw()
            parse_config(raw, self.path)
            text = json.dumps(changed(parse_document(raw, self.path)), indent="\t", ensure_ascii=False)
            write_atomically(target, [text.encode("utf-8", "surrogatepass")], PRIVATE)

    def _raw(self) -> bytes:
        if os.path.basename(self.path) == ".dockercfg":
            raise CredentialError(
                f"{self.path} has the name of a file that Docker has given up, and is not changed",
                hint="Name a file such as ~/.docker/config.json",
            )
        return ConfigFile(self.path).read_raw() or b""


def helper_for(config: DockerConfig, registry: str) -> str | None:
    """The program that keeps the credentials of a registry in place of the file; None where the file does.

    Raises CredentialError for a name that can be no helper's.
    """
    for key, _namespace in keys_for(config.helpers, registry, ""):
        # An empty name is docker's way to except a host from the helper for all.
        return program_of(config.helpers[key], config.name) if config.helpers[key] else None
    return None if config.store is None else program_of(config.store, config.name)


def keys_of(config: DockerConfig, registry: str) -> list[str]:
    """The keys of the entries for a registry as a whole; those for a namespace in it are somebody else's."""
    return [key for key, _namespace in keys_for(config.auths, registry, "")]


def login_of(config: DockerConfig, key: str) -> Credential | None:
    """What the entry `key` holds; None where there is none, or one that nobody can read and that may be overwritten."""
    try:
        return config.credential(key) if key in config.auths else None
    except CredentialError:
        return None


def with_login(document: Document, registry: str, credential: Credential) -> Document:
    """The file's content with a credential for a registry. Raises CredentialError for one that it cannot hold."""
    auths = dict(document.get("auths") or {})
    key = login_key(registry)
    before = auths.get(key)
    kept = {name: before[name] for name in before if name not in _IDENTITY} if isinstance(before, dict) else {}
    auths[key] = {"auth": basic_header(credential).partition(" ")[2], **kept}
    return {**document, "auths": auths}


def without_logins(document: Document, keys: Sequence[str]) -> Document:
    """The file's content without these entries."""
    auths = document.get("auths") or {}
    return {**document, "auths": {key: entry for key, entry in auths.items() if key not in keys}}
