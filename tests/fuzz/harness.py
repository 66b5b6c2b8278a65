# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand what atheris finds to the targets: python -m ...tests.fuzz.harness [TARGET...] [-runs=N and more of libFuzzer].

One process a target, one after the other. What made one fail is kept as crash-... in the working directory, or where
-artifact_prefix= says.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import atheris

#: Of each target: inputs, and seconds for all, whichever ends first; seconds for one input, its bytes, and memory.
BOUNDS = ("-runs=20000", "-max_total_time=10", "-timeout=10", "-max_len=8192", "-rss_limit_mb=1024")
MODULE = "ansible_collections.regops.oci_registry.tests.fuzz.harness"
ONE = "--one"

with atheris.instrument_imports(include=["ansible_collections.regops.oci_registry.plugins"]):
    from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.fuzz_targets import TARGETS


def fuzz(name: str, options: Sequence[str]) -> None:
    """Fuzz one target; libFuzzer ends the process."""
    atheris.Setup([name, *options], TARGETS[name].run)
    atheris.Fuzz()


def found_nothing(name: str, options: Sequence[str]) -> bool:
    """Fuzz one target from its seeds in a process of its own."""
    print(f"fuzzing {name}", flush=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(TARGETS[name].seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        command = [sys.executable, "-m", MODULE, ONE, name, corpus, "-verbosity=0", *BOUNDS, *options]
        return subprocess.run(command, check=False).returncode == 0


def main(arguments: Sequence[str]) -> int:
    """Fuzz the targets that are named, or all; the status is 1 where one failed."""
    if arguments[:1] == [ONE]:
        fuzz(arguments[1], arguments[2:])
    options = [argument for argument in arguments if argument.startswith("-")]
    names = [argument for argument in arguments if not argument.startswith("-")] or sorted(TARGETS)
    failed = [name for name in names if not found_nothing(name, options)]
    print(f"failed: {', '.join(failed)}" if failed else f"nothing was found in {', '.join(names)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
