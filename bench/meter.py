# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one command, and write down what it took. A program of its own, which imports next to nothing:

python3 -I -S meter.py REPORT COMMAND [ARGUMENT...]

Linux counts what a process held before it became another program to that program's peak, so whoever starts the
command must be small. CPU time and peak memory are those of the command and of all that it started, also of what it did
not wait for, and never of the registries, which others started. The peak is that of the largest process, not of all
together. The seconds end when the command does.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import time

#: linux/prctl.h: whoever loses its parent becomes our child.
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Be the one who waits for what the command leaves behind; Linux alone can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def main() -> int:
    """Run the command with our own input, output and environment, and give its exit status."""
    report, command = sys.argv[1], sys.argv[2:]
    adopt_orphans()
    begin = time.monotonic()
    number = os.posix_spawn(command[0], command, os.environ)
    _number, status = os.waitpid(number, 0)
    seconds = time.monotonic() - begin
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    with open(report, "w", encoding="ascii") as file:
        file.write(f"{seconds} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss * unit}\n")
    return os.waitstatus_to_exitcode(status) & 0xFF


if __name__ == "__main__":
    sys.exit(main())
