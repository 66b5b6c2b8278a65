# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory does not grow with a blob. `run.py bench memory` has the figures for one of 512 MiB."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.data import Sizes
from bench.goals import MIB
from bench.programs import IDLE, OURS
from bench.rows import ROWS
from bench.session import Session
from bench.sides import Sides

WAYS = sorted(name for name in ROWS if name.startswith("memory-"))


@pytest.mark.parametrize("way", WAYS)
def test_a_hundred_times_the_blob_takes_no_more_memory(way: str, needs: Callable[..., None], tmp_path: Path) -> None:
    needs("distribution2")
    peaks = []
    for size in (MIB, 100 * MIB):
        with Sides("distribution2", Sizes(huge_bytes=size), tmp_path) as sides:
            outcome = Session(sides, 1, print).run(ROWS[way])
        assert OURS in outcome.samples, outcome.trouble
        peaks.append(outcome.samples[OURS][0].rss - outcome.samples[IDLE][0].rss)
    assert peaks[1] < 32 * MIB
    assert peaks[1] - peaks[0] < 16 * MIB
