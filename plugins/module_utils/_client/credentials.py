# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which credential is for a repository, from the files and helpers that docker, podman and skopeo use."""

from __future__ import annotations

import os
import threading
from typing import Mapping, Sequence

from .auth_key import keys_for, login_key, read_key
from .credential import NO_CREDENTIAL, Credential
from .credential_helper import RunHelper, ask_helper, program_of
from .credential_sources import ConfigSource, sources_of
from .docker_config import ConfigFile, DockerConfig
from .errors import CredentialError, quoted
from .reference import Reference


class CredentialStore:
    """Looks credentials up. Thread-safe; reads each file and asks each helper once, when a lookup needs it."""

    def __init__(self, sources: Sequence[ConfigSource], run: RunHelper) -> None:
        self._sources = sources
        self._run = run
        self._lock = threading.RLock()
        self._configs: dict[int, DockerConfig | None] = {}
        self._helped: dict[tuple[str, str], Credential | None] = {}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], home: str, run_helper: RunHelper) -> CredentialStore:
        """Return a store over the files that `environ` and the folder `home` lead to; none is read yet.

        REGISTRY_AUTH_FILE stands alone; without it DOCKER_AUTH_CONFIG (the content itself), containers' files, Docker's
        file and .dockercfg are asked in this order, until one has a credential. Sources: containers-auth.json(5),
        docker/cli.
        """
        return cls(sources_of(environ, home), run_helper)

    @classmethod
    def from_file(cls, path: str, run_helper: RunHelper) -> CredentialStore:
        """Return a store over one file, which must exist when something is looked up."""
        return cls([ConfigFile(path, required=True, legacy=os.path.basename(path) == ".dockercfg")], run_helper)

    def lookup(self, reference: Reference | str) -> Credential:
        """Return the credential for a repository (or for a registry, given as text ``host[:port][/repository]``).

        Its kind is anonymous where there is none. Raises CredentialError for a file or a helper that is in trouble.
        """
        registry, repository = _split(reference)
        with self._lock:
            for position, source in enumerate(self._sources):
                if position not in self._configs:
                    self._configs[position] = source.read()
                config = self._configs[position]
                found = None if config is None else self._find(config, registry, repository)
                if found is not None:
                    return found
        return NO_CREDENTIAL

    def _find(self, config: DockerConfig, registry: str, repository: str) -> Credential | None:
        """One file's answer. A helper for the host goes before its entries, the helper for all hosts before entries
        for the host, as with docker; entries for a namespace, which only containers have, before the helper for all.
        """
        keys = keys_for(config.auths, registry, repository)
        for key, _namespace in keys_for(config.helpers, registry, ""):
            if not config.helpers[key]:  # docker's way to except a host from the helper for all
                return self._first_entry(config, keys)
            return self._ask(config, config.helpers[key], _servers(key, registry))
        found = self._first_entry(config, [item for item in keys if item[1]])
        if found is not None or config.store is None:
            return found or self._first_entry(config, keys)
        return self._ask_store(config, registry, keys)

    def _ask_store(self, config: DockerConfig, registry: str, keys: Sequence[tuple[str, str]]) -> Credential | None:
        try:
            found = self._ask(config, config.store, [login_key(registry)])
        except CredentialError:
            # Like docker: an entry that somebody wrote beside a helper that does not work counts.
            found = self._first_entry(config, keys)
            if found is None:
                raise
        return found or self._first_entry(config, keys)

    @staticmethod
    def _first_entry(config: DockerConfig, keys: Sequence[tuple[str, str]]) -> Credential | None:
        for key, _namespace in keys:
            found = config.credential(key)
            if found is not None:
                return found
        return None

    def _ask(self, config: DockerConfig, helper: object, servers: Sequence[str]) -> Credential | None:
        program = program_of(helper, config.name)
        for server in servers:
            if (program, server) not in self._helped:
                self._helped[program, server] = ask_helper(self._run, program, server, config.name)
            found = self._helped[program, server]
            if found is not None:
                return found
        return None


def _servers(key: str, registry: str) -> list[str]:
    """What to ask a helper for: the key as it is written; for Docker Hub also the one that docker stores under."""
    servers = [key]
    if login_key(registry) not in (key, registry):
        servers.append(login_key(registry))
    return servers


def _split(reference: Reference | str) -> tuple[str, str]:
    if isinstance(reference, Reference):
        return reference.registry, reference.repository
    read = read_key(reference)
    if read is None:
        raise CredentialError(f"Cannot look up credentials for {quoted(reference)}: it names no registry")
    registry, path = read
    name = path.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return registry, folder + slash + last.partition(":")[0]
