# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let ansible-test set up its virtual environments where the host of its get-pip script is out of reach.

`ansible-test --venv` fetches a script that installs pip from ci-files.testing.ansible.com, and takes it from its cache
when it is there. Behind a firewall that lets only PyPI through, a script that does the same from pip's own wheel is
put into that cache. A machine that reaches the host gets the genuine script, from ansible-test itself.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

GENUINE = "https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
REACH_TIMEOUT = 10.0

SCRIPT = '''\
# Stands in for get-pip {version}, whose host was out of reach; made by the tests of regops.oci_registry.
import base64
import os
import shutil
import sys
import tempfile

WHEEL = """{wheel}"""


def main():
    folder = tempfile.mkdtemp(prefix="get-pip-")
    wheel = os.path.join(folder, "{name}")
    with open(wheel, "wb") as file:
        file.write(base64.b64decode(WHEEL))
    sys.path.insert(0, wheel)
    from pip._internal.cli.main import main as pip

    # The genuine script would install these two on request; ansible-test names what it wants by itself.
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
    try:
        return pip(["install", "--upgrade", "--force-reinstall"] + arguments)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
'''


def provide(version: str, cache: Path | None = None) -> Path | None:
    """Put the script for this release of pip into ansible-test's cache, unless it is there or its host answers.

    Returns its path where a script is in the cache afterwards. Raises CalledProcessError when PyPI has no such pip.
    """
    cache = cache or Path.home() / ".ansible" / "test" / "cache"
    path = cache / f"get_pip_{version.replace('.', '_')}.py"
    if path.exists():
        return path
    if _answers(GENUINE.format(version=version)):
        return None
    cache.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    scratch.write_text(_script(version), encoding="ascii")
    scratch.replace(path)
    return path


def _answers(url: str) -> bool:
    request = urllib.request.Request(url, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=REACH_TIMEOUT).close()
    except OSError:
        return False
    return True


def _script(version: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        download = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, f"pip=={version}"]
        subprocess.run([sys.executable, "-m", "pip", *download], check=True)
        (wheel,) = Path(folder).glob("pip-*.whl")
        content = base64.encodebytes(wheel.read_bytes()).decode("ascii")
        return SCRIPT.format(version=version, wheel=content, name=wheel.name)
