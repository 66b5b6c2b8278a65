# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the files are that docker, podman and skopeo keep credentials in, by the environment."""

from __future__ import annotations

import os
from typing import Mapping, Protocol

from .docker_config import ConfigFile, DockerConfig, parse_config


class ConfigSource(Protocol):
    """Where a configuration comes from."""

    def read(self) -> DockerConfig | None:
        """Return it, None where there is none. Raises CredentialError."""


class ConfigVariable:
    """A configuration in the environment, which docker and GitLab runners read from DOCKER_AUTH_CONFIG."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def read(self) -> DockerConfig | None:
        return parse_config(self._value.encode("utf-8", "surrogateescape"), "environment variable " + self._name)


def sources_of(environ: Mapping[str, str], home: str) -> list[ConfigSource]:
    """Return where credentials may be, in the order in which podman and skopeo, and docker, look."""
    explicit = environ.get("REGISTRY_AUTH_FILE")
    if explicit:
        return [ConfigFile(explicit, required=True)]
    sources: list[ConfigSource] = []
    inline = environ.get("DOCKER_AUTH_CONFIG")
    if inline:
        sources.append(ConfigVariable("DOCKER_AUTH_CONFIG", inline))
    # Where there is no session, as under sudo or cron, podman has a folder for each user instead.
    runtime = environ.get("XDG_RUNTIME_DIR")
    containers = [
        os.path.join(runtime, "containers") if runtime else f"/run/containers/{os.getuid()}",
        os.path.join(environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "containers"),
    ]
    sources.extend(ConfigFile(os.path.join(folder, "auth.json")) for folder in containers)
    sources.append(ConfigFile(_docker_path(environ, home)))
    sources.append(ConfigFile(os.path.join(home, ".dockercfg"), legacy=True))
    return sources


def login_path(environ: Mapping[str, str], home: str) -> str:
    """Return the file that logins go to: the one that REGISTRY_AUTH_FILE names, as then no other is read; else
    Docker's, which all programs read."""
    return environ.get("REGISTRY_AUTH_FILE") or _docker_path(environ, home)


def _docker_path(environ: Mapping[str, str], home: str) -> str:
    return os.path.join(environ.get("DOCKER_CONFIG") or os.path.join(home, ".docker"), "config.json")
