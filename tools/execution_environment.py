# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the execution environment of docs/ without pulling, and run the demo in it.

python -m tools.execution_environment ARTIFACT

The base image that the definition names cannot be had where only packages can. A small Debian stands in for it, and of
the definition only what goes with the base is another: the Python and how packages of the system are installed. The
collection is the artifact, not what Galaxy has.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.support import containers, install, registries
from tests.support.errors import SupportError

ROOT = Path(__file__).resolve().parents[1]
DEFINITION = ROOT / "docs" / "execution-environment.yml"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
#: Where the stand-in has its Python: Debian lets nobody install into that of the system.
PYTHON = "/opt/python"
ARTIFACT = "/tmp/collection.tar.gz"
#: Settings of pip that say where packages come from.
PIP = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST")


def on_debian(definition: dict[str, Any], base: str, artifact: Path) -> dict[str, Any]:
    """The definition for `base`, an image with Debian's python3-venv."""
    settings = {
        "PATH": f"{PYTHON}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PIP_CERT": CERTIFICATES,
        **{name: os.environ[name] for name in PIP if name in os.environ},
    }
    return {
        **definition,
        # ansible-builder wants the tag that engines give by themselves.
        "images": {"base_image": {"name": f"{base}:latest"}},
        "dependencies": {
            **definition["dependencies"],
            "python_interpreter": {"python_path": f"{PYTHON}/bin/python3"},
            "galaxy": {"collections": [{"name": ARTIFACT, "type": "file"}]},
        },
        # No package of the system is asked for; it is called to clean up.
        "options": {**definition["options"], "package_manager_path": "/usr/bin/true"},
        "additional_build_files": [
            {"src": str(artifact), "dest": "collection"},
            {"src": CERTIFICATES, "dest": "certificates"},
        ],
        "additional_build_steps": {
            "prepend_base": [
                f"COPY _build/certificates/{Path(CERTIFICATES).name} {CERTIFICATES}",
                *(f"ENV {name}={value}" for name, value in settings.items()),
                f"RUN /usr/bin/python3 -m venv {PYTHON}",
            ],
            "prepend_galaxy": [f"COPY _build/collection/{artifact.name} {ARTIFACT}"],
        },
    }


def make_base(engine: containers.Engine, folder: Path, name: str) -> None:
    """Make the image that stands in for the base: the distribution that runs here, small, with Python."""
    program, archive, system = install.require("mmdebstrap"), folder / "base.tar", platform.freedesktop_os_release()
    components = "main,universe" if system["ID"] == "ubuntu" else "main"
    options = ["--quiet", "--variant=apt", f"--components={components}", "--include=ca-certificates,python3-venv"]
    run([str(program), *options, system["VERSION_CODENAME"], str(archive)])
    engine.run("import", str(archive), name)


def build(engine: containers.Engine, folder: Path, definition: dict[str, Any], tag: str) -> None:
    """Have ansible-builder build an image; the packages come from where this machine gets them."""
    file = folder / "execution-environment.yml"
    file.write_text(yaml.safe_dump(definition), encoding="utf-8")
    options = ["--file", str(file), "--context", str(folder / "context"), "--tag", tag]
    # Podman would keep each step for another build; the engine of Docker knows by itself what it may drop.
    extra = "--network=host --layers=false" if engine.name == "podman" else "--network=host"
    options += ["--container-runtime", engine.name, f"--extra-build-cli-args={extra}"]
    run(["ansible-builder", "build", *options], {**os.environ, **engine.environment})


def run_demo(engine: containers.Engine, tag: str) -> None:
    """Run the demo's playbook in an image, on a registry beside it."""
    with registries.start("distribution2") as registry:
        options = [
            "--rm",
            "--network=host",
            f"--volume={ROOT / 'demo'}:/demo:ro,Z",
            "--env=ANSIBLE_CONFIG=/demo/ansible.cfg",
        ]
        playbook = ["ansible-playbook", "/demo/playbook.yml", "--extra-vars", f"registry={registry.address}"]
        run([engine.name, "run", *options, tag, *playbook], {**os.environ, **engine.environment})


def run(command: Sequence[str], environ: dict[str, str] | None = None) -> None:
    """Run a program that says itself what it does. Raises SupportError where it fails."""
    if status := subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, check=False).returncode:
        raise SupportError(f"{Path(command[0]).name} {command[1]} failed with status {status}, see above")


def main(artifact: Path) -> None:
    """Make, build, run, and remove the images again."""
    prefix = f"regops-{uuid.uuid4().hex[:12]}"
    base, tag = containers.image_name(prefix, "base"), containers.image_name(prefix, "environment")
    shown = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="regops-environment-") as text:
        folder = Path(text)
        engine = containers.find_engine(folder / "engine")
        try:
            make_base(engine, folder, base)
            build(engine, folder, on_debian(shown, base, artifact), tag)
            run_demo(engine, tag)
        finally:
            for image in ("environment", "base"):
                containers.remove_image(engine, prefix, image)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve())
    except SupportError as error:
        sys.exit(f"execution environment: {error}")
