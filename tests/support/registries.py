# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a real registry: CNCF distribution 2 and 3, go-containerregistry's, olareg."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import install
from .errors import SupportError
from .process import LOOPBACK, RunningServer, start_server
from .wire import answers


@dataclass(frozen=True)
class Settings:
    """What a test may ask of a registry; a kind that cannot do it refuses to start.

    `auth` is distribution's own `auth` section (htpasswd, token), `relative_urls` makes its Locations relative,
    `host` is the external URL that it shall name in them.
    """

    delete: bool = True
    relative_urls: bool = False
    host: str | None = None
    auth: dict[str, Any] | None = None


@dataclass(frozen=True)
class Kind:
    """A registry program, how it is started, and what it can do (tests/live/test_support_registries.py measures it).

    tag_delete: DELETE by tag takes that tag away; otherwise it is refused.
    blob_delete: DELETE of a blob. referrers_api: GET of referrers. catalog: GET /v2/_catalog.
    can_refuse_delete: `delete=False` is possible.
    """

    name: str
    command: Callable[[Path, Settings, int, Path], Sequence[str]]
    tag_delete: bool = True
    blob_delete: bool = True
    referrers_api: bool = False
    catalog: bool = True
    can_refuse_delete: bool = True


class RunningRegistry(RunningServer):
    """A registry that answers at `address`; `kind` names the program."""

    @property
    def kind(self) -> str:
        """The name of its row in KINDS."""
        return self.name

    @property
    def url(self) -> str:
        """http://HOST:PORT"""
        return f"http://{self.address}"

    @property
    def capabilities(self) -> Kind:
        """What this kind of registry can do."""
        return KINDS[self.name]

    def crash(self) -> None:
        """Be killed, and be there again with what is on the disk, at the same address."""
        self.kill()
        self.start_again(lambda port: answers(f"http://{LOOPBACK}:{port}/v2/"))

    def open_uploads(self, repository: str) -> list[str]:
        """The upload sessions that a distribution registry has on its disk."""
        place = self.folder / "data" / "docker" / "registry" / "v2" / "repositories" / repository / "_uploads"
        # Of one that was cancelled distribution may leave a hash; `startedat` is what makes it one.
        return sorted(path.parent.name for path in place.glob("*/startedat"))


def start(kind: str, **settings: Any) -> RunningRegistry:
    """Start a registry of this kind (a key of KINDS) and return it when it answers.

    The settings are those of Settings. Raises SupportError when the program is missing or does not start.
    """
    if kind not in KINDS:
        raise SupportError(f"there is no registry {kind!r}; there are {', '.join(KINDS)}")
    chosen = Settings(**settings)
    program = install.require(kind)

    def command(port: int, folder: Path) -> Sequence[str]:
        return KINDS[kind].command(program, chosen, port, folder)

    return start_server(kind, command, lambda port: answers(f"http://{LOOPBACK}:{port}/v2/"), RunningRegistry)


def available(kind: str) -> str | None:
    """Give the path of the program of this kind where it is installed, else None."""
    program = install.find(kind)
    return str(program) if program else None


def _distribution(program: Path, settings: Settings, port: int, folder: Path) -> Sequence[str]:
    http: dict[str, Any] = {"addr": f"{LOOPBACK}:{port}", "secret": "tests", "relativeurls": settings.relative_urls}
    if settings.host:
        http["host"] = settings.host
    configuration: dict[str, Any] = {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "data")},
            "delete": {"enabled": settings.delete},
            "maintenance": {"uploadpurging": {"enabled": False}},
        },
        "http": http,
    }
    if settings.auth:
        configuration["auth"] = settings.auth
    # JSON is YAML.
    (folder / "config.yml").write_text(json.dumps(configuration, indent=2), encoding="utf-8")
    return [str(program), "serve", str(folder / "config.yml")]


def _only_delete(kind: str, settings: Settings) -> None:
    if settings != Settings(delete=settings.delete):
        raise SupportError(f"{kind} knows no setting but delete; start distribution2 or distribution3 instead")


def _ggcr(program: Path, settings: Settings, port: int, folder: Path) -> Sequence[str]:
    _only_delete("ggcr", settings)
    if not settings.delete:
        raise SupportError("ggcr always deletes; start another kind with delete=False")
    return [str(program), "--port", str(port)]


def _olareg(program: Path, settings: Settings, port: int, folder: Path) -> Sequence[str]:
    _only_delete("olareg", settings)
    switches = [
        "--api-push=true",
        f"--api-delete={str(settings.delete).lower()}",
        f"--api-blob-delete={str(settings.delete).lower()}",
        "--api-referrer=true",
    ]
    place = ["--dir", str(folder / "data"), "--store-type", "dir"]
    return [str(program), "serve", "--addr", LOOPBACK, "--port", str(port), *place, *switches]


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        # CNCF distribution 2.8, as Debian packages it
        Kind("distribution2", _distribution, tag_delete=False),
        Kind("distribution3", _distribution),
        # go-containerregistry's own, wholly in memory
        Kind("ggcr", _ggcr, can_refuse_delete=False),
        Kind("olareg", _olareg, referrers_api=True, catalog=False),
    )
}
