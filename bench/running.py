# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one step under the meter, in an environment that has nothing of the user's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.support.checkout import ROOT, collections_path
from tests.support.errors import SupportError

from .programs import Step
from .stats import Sample

METER = Path(__file__).with_name("meter.py")
#: Of one command: 8 GiB on a machine that has other things to do take minutes.
TIMEOUT = 900.0


def environment(home: Path) -> dict[str, str]:
    """What the programs see: an empty home with an empty configuration of Ansible, and where the collection is."""
    collections = str(collections_path())
    (home / "ansible.cfg").touch()
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join((str(ROOT), collections)),
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }


def measure(step: Step, home: Path) -> Sample:
    """Run a step and give its figures. Raises SupportError with the command's last words when it fails."""
    sample = _run(step.argv, home)
    if step.less is not None:
        sample = sample.without(_run(step.less, home))
    return sample.scaled(step.factor)


def _run(argv: Sequence[str], home: Path) -> Sample:
    with tempfile.TemporaryDirectory(prefix="regops-meter-") as folder:
        report = Path(folder) / "report"
        command = [sys.executable, "-I", "-S", str(METER), str(report), *argv]
        with open(Path(folder) / "output", "w+b") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(home),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status = process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                raise SupportError(f"{Path(argv[0]).name} did not end within {TIMEOUT:.0f} s") from None
            finally:
                _kill(process)
            output.seek(0)
            text = output.read().decode("utf-8", "replace").strip()
        if status or not report.exists():
            raise SupportError(f"{Path(argv[0]).name} ended with status {status}: {text[-1000:]}")
        seconds, cpu, rss = report.read_text("ascii").split()
    return Sample(float(seconds), float(cpu), int(rss), _own_seconds(text))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the meter with what it runs, unless it has ended: they are a group of their own."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _own_seconds(text: str) -> float | None:
    last = text.rpartition("\n")[2]
    return float(json.loads(last)["own_seconds"]) if last.startswith('{"own_seconds"') else None
