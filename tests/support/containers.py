# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images of the programs that are installed here, and a container engine that may run them.

The tests pull nothing: each image is FROM scratch, and has a program, the libraries that it loads, and a configuration.

python3 -m tests.support.containers build FOLDER PREFIX TOOL [TOOL...]   gives the engine that works as JSON
python3 -m tests.support.containers remove FOLDER PREFIX TOOL [TOOL...]  removes the token server, too
python3 -m tests.support.containers token-server FOLDER PREFIX           takes accounts, gives `auth.token` (JSON)
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import install
from .accounts import write_htpasswd
from .command import run
from .errors import SupportError
from .process import LOOPBACK, START_TIMEOUT, reserved_port
from .tls import self_signed
from .token_server import TokenServer, server_arguments
from .wire import answers

NAMES = ("podman", "docker")
#: Seconds.
TIMEOUT = 120.0
#: Of a program and its libraries, what an image runs; the registries are given another configuration after it.
ENTRY_POINTS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "distribution2": (("/program", "serve"), ("/config.yml",)),
    "distribution3": (("/program", "serve"), ("/config.yml",)),
    "token-server": (("/program",), ()),
}
CONFIGURATION = {
    "version": "0.1",
    "storage": {"filesystem": {"rootdirectory": "/var/lib/registry"}, "delete": {"enabled": True}},
    "http": {"addr": f"{LOOPBACK}:0"},
}
_LIBRARY = re.compile(r"/\S+")


@dataclass(frozen=True)
class Engine:
    """A container engine that works, and the environment that it wants."""

    name: str
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """Run it and give its standard output. Raises SupportError with its own words."""
        environ = {**os.environ, **self.environment}
        return run([self.name, *arguments], f"{self.name} {arguments[0]} failed", timeout=TIMEOUT, environ=environ)


class ContainedTokenServer(TokenServer):
    """A token server in a container."""

    def __init__(self, address: str, folder: Path) -> None:
        self.folder = folder
        self._address = address

    @property
    def address(self) -> str:
        """HOST:PORT"""
        return self._address


def find_engine(folder: Path) -> Engine:
    """Give the first engine that works, with settings in `folder` that it may use in a container, too.

    Raises SupportError that says of each engine why it does not work.
    """
    environment = {"CONTAINERS_CONF": str(_write_settings(folder)), "HOME": str(Path.home())}
    reasons = []
    for name in NAMES:
        if shutil.which(name) is None:
            reasons.append(f"{name} is not installed")
            continue
        try:
            engine = Engine(name, environment)
            engine.run("info")
            return engine
        except SupportError as error:
            reasons.append(str(error))
    raise SupportError(f"no container engine works here: {'; '.join(reasons)}")


def image_name(prefix: str, tool: str) -> str:
    """The name of the image of a tool; `localhost` keeps engines from looking elsewhere."""
    return f"localhost/{prefix}-{tool}"


def build_image(engine: Engine, prefix: str, tool: str) -> str:
    """Make an image of an installed tool (a key of ENTRY_POINTS), and give its name."""
    program, (entry_point, arguments) = install.require(tool), ENTRY_POINTS[tool]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "root"
        root.mkdir()
        shutil.copy(program, root / "program")
        for library in _libraries(program):
            (root / library[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, root / library[1:])
        (root / "config.yml").write_text(json.dumps(CONFIGURATION), encoding="ascii")
        lines = ["FROM scratch", "COPY root /"]
        # distribution 3 would send traces to this machine, where nobody waits for them.
        lines += ["ENV OTEL_TRACES_EXPORTER=none"]
        lines += [f"ENTRYPOINT {json.dumps(entry_point)}", f"CMD {json.dumps(arguments)}"]
        (Path(name) / "Containerfile").write_text("\n".join(lines) + "\n", encoding="ascii")
        engine.run("build", "--quiet", "--tag", image_name(prefix, tool), "--file", f"{name}/Containerfile", name)
    return image_name(prefix, tool)


def remove_image(engine: Engine, prefix: str, tool: str) -> None:
    """Remove the image of a tool; it is no error where there is none."""
    if engine.run("images", "--quiet", image_name(prefix, tool)).strip():
        engine.run("rmi", "--force", image_name(prefix, tool))


def token_server_name(prefix: str) -> str:
    """The name of the token server's container."""
    return f"{prefix}-token-server"


def start_token_server(engine: Engine, prefix: str, folder: Path, accounts: Mapping[str, str]) -> ContainedTokenServer:
    """Start a token server that knows these accounts (user -> password), and return it when it answers.

    Its files are in `folder`. Raises SupportError when it does not answer in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pair, htpasswd = self_signed(folder, "signing"), write_htpasswd(folder / "htpasswd", accounts)
    # Where a run was broken off, its server is there still.
    remove_container(engine, token_server_name(prefix))
    with reserved_port() as port:
        engine.run(
            *("run", "--detach", "--pull=never", "--network=host", f"--name={token_server_name(prefix)}"),
            *(f"--volume={folder}:{folder}:ro,Z", image_name(prefix, "token-server")),
            *server_arguments(port, pair, htpasswd),
        )
        server = ContainedTokenServer(f"{LOOPBACK}:{port}", folder)
        deadline = time.monotonic() + START_TIMEOUT
        while not answers(server.realm):
            if time.monotonic() > deadline:
                raise SupportError(f"the token server does not answer: {engine.run('logs', token_server_name(prefix))}")
            time.sleep(0.05)
    server.write_jwks(*next(iter(accounts.items())))
    return server


def remove_container(engine: Engine, name: str) -> None:
    """Remove a container and its data; it is no error where there is none."""
    if engine.run("ps", "--all", "--quiet", "--filter", f"name=^{name}$").strip():
        engine.run("rm", "--force", "--volumes", name)


def _libraries(program: Path) -> list[str]:
    """The shared libraries that a program loads; none where it is linked statically."""
    answer = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=60, check=False)
    return _LIBRARY.findall(answer.stdout) if answer.returncode == 0 else []


def _write_settings(folder: Path) -> Path:
    """Limits that Podman may set in a container, and runc where there is one: crun wants more rights there."""
    lines = ["[containers]", 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]']
    if shutil.which("runc"):
        lines += ["[engine]", 'runtime = "runc"']
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "containers.conf"
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.support.containers", description="Images without pulling.")
    parser.add_argument("action", choices=["build", "remove", "token-server"])
    parser.add_argument("folder", type=Path, help="where settings are, which have to stay as long as the containers")
    parser.add_argument("prefix", help="what the names of images and containers begin with")
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=f"one of {', '.join(ENTRY_POINTS)}")
    chosen = parser.parse_args(arguments)
    try:
        engine = find_engine(chosen.folder)
        found: object = {"engine": engine.name, "environment": dict(engine.environment)}
        if chosen.action == "build":
            for tool in chosen.tools:
                build_image(engine, chosen.prefix, tool)
        elif chosen.action == "remove":
            remove_container(engine, token_server_name(chosen.prefix))
            for tool in chosen.tools:
                remove_image(engine, chosen.prefix, tool)
        else:
            folder = chosen.folder.resolve() / "token-server"
            found = start_token_server(engine, chosen.prefix, folder, json.load(sys.stdin)).auth()["token"]
    except SupportError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
