# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand what atheris finds to the targets: python -m ...tests.fuzz.harness [TARGET...] [-runs=N and more of libFuzzer].

One process a target, one after the other. What made one fail is printed, and kept as crash-... in this folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import atheris

#: Of each target: inputs, whichever ends first; seconds that one input may take; bytes that one has at most, MiB.
BOUNDS = ("-runs=20000", "-max_total_time=20", "-timeout=10", "-max_len=8192", "-rss_limit_mb=1024")
ONE = "--one"

with atheris.instrument_imports(include=["ansible_collections.regops.oci_registry.plugins"]):
    from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.fuzz_targets import TARGETS


def fuzz(name: str, options: Sequence[str]) -> None:
    """Fuzz one target from its seeds; libFuzzer ends the process."""
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([name, corpus, *BOUNDS, *options], target.run)
        atheris.Fuzz()


def main(arguments: Sequence[str]) -> int:
    """Fuzz the targets that are named, or all; the status is 1 where one failed."""
    if arguments[:1] == [ONE]:
        fuzz(arguments[1], arguments[2:])
    options = [argument for argument in arguments if argument.startswith("-")]
    names = [argument for argument in arguments if not argument.startswith("-")] or sorted(TARGETS)
    failed = []
    for name in names:
        print(f"fuzzing {name}", flush=True)
        command = [sys.executable, "-m", "ansible_collections.regops.oci_registry.tests.fuzz.harness", ONE, name]
        if subprocess.run([*command, *options], check=False).returncode:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else f"nothing was found in {', '.join(names)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
