# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure this collection beside crane, regctl and skopeo.

python3 run.py bench                  every row but those of load
python3 run.py bench copy-big mount   these rows only; `--list` names them
python3 run.py bench load-            thousands of tags and repositories, 8 GiB: needs 16 GiB for temporary files
python3 run.py bench --comparison     no figures of time: what playbooks use today, beside this (promote, retag, untag)
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support import install, registries
from tests.support.checkout import ROOT
from tests.support.errors import SupportError

from . import comparison, machine, report
from .data import Sizes
from .programs import PEERS
from .rows import ROWS
from .session import Session
from .sides import Sides
from .ways import JOBS

CACHE = ROOT / ".cache" / "bench"
#: Where the registries store what they get, and where layouts are written.
DISK, MEMORY = "disk", "memory"


def say(words: str) -> None:
    """Tell what happens now."""
    print(f"bench: {words}", file=sys.stderr, flush=True)


def storage(kind: str) -> str:
    """The folder for it."""
    return "/dev/shm" if kind == MEMORY else tempfile.gettempdir()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="run.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="a row (see --list), or the beginning of several names")
    parser.add_argument("--list", action="store_true", help="name the rows")
    parser.add_argument("--comparison", action="store_true", help="compare with what playbooks use; rows are its jobs")
    parser.add_argument("--runs", type=int, default=5, help="how often each program takes its turn (5)")
    parser.add_argument("--registry", choices=sorted(registries.KINDS), default="distribution2")
    parser.add_argument("--storage", choices=(DISK, MEMORY), default=DISK, help="where registries keep blobs (disk)")
    parser.add_argument("--out", type=Path, default=CACHE, help="folder for results.md and .json")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs must be 1 or more")
    if options.comparison:
        if unknown := set(options.rows) - set(JOBS):
            parser.error(f"there is no job {', '.join(sorted(unknown))}; there are {', '.join(JOBS)}")
        return options
    try:
        options.rows = list(ROWS) if options.list and not options.rows else choose(options.rows)
    except ValueError as error:
        parser.error(str(error))
    return options


def choose(names: Sequence[str]) -> list[str]:
    """The rows of these names, or whose names begin so, in the table's order; without names, all but those of load.

    Raises ValueError where there is no such row.
    """
    wanted = set() if names else {name for name, row in ROWS.items() if not row.load}
    for name in names:
        found = [name] if name in ROWS else [row for row in ROWS if row.startswith(name)]
        if not found:
            raise ValueError(f"there is no row {name!r}; there are {', '.join(ROWS)}")
        wanted.update(found)
    return [name for name in ROWS if name in wanted]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen rows, and write down what came of them."""
    options = parse(arguments)
    if options.comparison:
        return comparison.main(options.rows)
    if options.list:
        for name in options.rows:
            print(f"{name:24} {ROWS[name].about}{' (only where it is named)' if ROWS[name].load else ''}")
        return 0
    for name, failure in install.install_all([options.registry, *PEERS]).items():
        say(f"{name}: {failure}")
    # Whoever ends us by it wants the registries to end, too.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return bench(options, Sizes(), CACHE)
    except SupportError as error:
        sys.exit(f"bench: {error}")


def bench(options: argparse.Namespace, sizes: Sizes, cache: Path) -> int:
    """Measure images from the folder `cache`; the files are written anew after every row, so that nothing is lost."""
    tempfile.tempdir = storage(options.storage)
    options.out.mkdir(parents=True, exist_ok=True)
    about = machine.describe(options.registry, options.storage)
    outcomes = []
    with Sides(options.registry, sizes, cache) as sides:
        session = Session(sides, options.runs, say)
        for name in options.rows:
            say(f"{name}: {ROWS[name].about}")
            begin = time.monotonic()
            outcomes.append(session.run(ROWS[name]))
            say(f"{name}: took {time.monotonic() - begin:.0f} s")
            page = report.markdown(about, outcomes, options.runs)
            (options.out / "results.md").write_text(page, encoding="utf-8")
            (options.out / "results.json").write_text(report.document(about, outcomes), encoding="utf-8")
    print(page)
    say(f"written to {options.out}/results.md and results.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
