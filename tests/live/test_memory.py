# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory does not grow with a blob. bench/memory.py prints the figures for one of 2 GiB."""

from __future__ import annotations

from pathlib import Path

from bench import memory
from tests.support.modules import ModuleRunner
from tests.support.registries import RunningRegistry


def test_a_hundred_times_the_blob_takes_no_more_memory(
    distribution2: RunningRegistry, distribution3: RunningRegistry, modules: ModuleRunner, tmp_path: Path
) -> None:
    peaks = []
    for size in (memory.MIB, 100 * memory.MIB):
        bench = memory.Bench(modules, size)
        memory.run_all(bench, tmp_path, distribution2.address, distribution3.address)
        (tmp_path / "restored").unlink()
        peaks.append(bench.worst)
    assert peaks[1] < memory.LIMIT
    assert peaks[1] - peaks[0] < 16 * memory.MIB
