# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison with what playbooks use: what it says of what Ansible counted, and that its page has all of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# The benchmark is beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.comparison import RECAP, Outcome, Phase, table  # pylint: disable=wrong-import-position
from bench.ways import JOBS, OURS, WAYS  # pylint: disable=wrong-import-position

ROOT = Path(__file__).resolve().parents[2]
FAILED = Phase(1, 1, 1, 0, 0, 0, 0, "no engine")


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase(1, 1, 0, 0, 12, 7, 2724), "changed, 7 sent"),
        (Phase(1, 0, 0, 0, 4, 0, 10), "ok"),
        (Phase(0, 0, 0, 1, 0, 0, 0), "skipped"),
        (FAILED, "fails"),
    ],
)
def test_words_of_a_run(phase, words):
    assert phase.words == words


def test_line_of_ours_stands_out_and_has_figures():
    real = Phase(1, 1, 0, 0, 12, 7, 2724)
    lines = list(table([Outcome("promote", "distribution3", OURS, real, real, real, "all")]))
    assert lines[2].startswith("| **regops.oci_registry** |")
    assert lines[2].endswith("| all | 12 | 2,724 |")


def test_what_could_not_begin_has_no_figures():
    lines = list(table([Outcome("promote", "distribution3", WAYS[-1], FAILED, FAILED, FAILED, "nothing")]))
    assert lines[2].endswith("| nothing |  |  |")


def test_what_ansible_counts_is_read():
    line = "localhost : ok=1    changed=2    unreachable=0    failed=3    skipped=4    rescued=0    ignored=0"
    assert RECAP.search(line).groups() == ("1", "2", "3", "4")


def test_page_has_every_job_and_way():
    page = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    assert not [about for about in JOBS.values() if f"## {about}\n" not in page]
    assert not [way.name for way in WAYS if page.count(way.name) < len(JOBS)]
