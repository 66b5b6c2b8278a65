# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one command, and write down what it took. A program of its own, which imports next to nothing:

python3 -I -S meter.py REPORT COMMAND [ARGUMENT...]

Linux counts what a process held before it became another program to that program's peak, so whoever starts the
command must be small. CPU time and peak memory are those of the command and of what it waited for, never of the
registries, which others started. The peak is that of the largest process, not of all together.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> int:
    """Run the command with our own input, output and environment, and give its exit status."""
    report, command = sys.argv[1], sys.argv[2:]
    begin = time.monotonic()
    number = os.posix_spawn(command[0], command, os.environ)
    _number, status, usage = os.wait4(number, 0)
    seconds = time.monotonic() - begin
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    with open(report, "w", encoding="ascii") as file:
        file.write(f"{seconds} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss * unit}\n")
    return os.waitstatus_to_exitcode(status) & 0xFF


if __name__ == "__main__":
    sys.exit(main())
