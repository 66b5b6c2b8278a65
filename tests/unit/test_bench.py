# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's arithmetic, its turns, its goals, its page and its command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# The benchmark is beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench import __main__ as command_line  # pylint: disable=wrong-import-position
from bench import ours, report, stats  # pylint: disable=wrong-import-position
from bench.data import Sizes, fill_up, layout  # pylint: disable=wrong-import-position
from bench.goals import MIB, Goal, Verdict  # pylint: disable=wrong-import-position
from bench.programs import BEST, IDLE, OURS, PLAYBOOK, Task, each  # pylint: disable=wrong-import-position
from bench.rows import ROWS, Row  # pylint: disable=wrong-import-position
from bench.session import Outcome  # pylint: disable=wrong-import-position
from bench.stats import Sample, Spread, spread, turns  # pylint: disable=wrong-import-position

METER = Path(stats.__file__).with_name("meter.py")


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([3.0], Spread(3.0, 3.0, 3.0)),
        ([9.0, 1.0, 2.0], Spread(2.0, 1.0, 9.0)),
        ([1.0, 2.0, 4.0, 100.0], Spread(3.0, 1.0, 100.0)),
        ([], None),
    ],
)
def test_spread(figures: list[float], expected: Spread | None) -> None:
    assert spread(figures) == expected


def test_everyone_has_every_place_in_turn() -> None:
    assert list(turns("abc", 4)) == list("abcbcacababc")
    assert list(turns((), 3)) == []


def test_a_sample_is_extrapolated_but_not_its_memory() -> None:
    sample = Sample(2.0, 1.0, 5 * MIB, 1.5)
    assert sample.scaled(10) == Sample(20.0, 10.0, 5 * MIB, 15.0)
    assert sample.without(Sample(0.5, 0.25, 9 * MIB)) == Sample(1.5, 0.75, 5 * MIB)


@pytest.mark.parametrize(
    ("goal", "medians", "expected"),
    [
        (Goal("seconds", 0.5, BEST), {OURS: 1.0, "crane": 4.0, "skopeo": 2.0}, Verdict(0.5, "skopeo", True)),
        (Goal("seconds", 0.4, BEST), {OURS: 1.0, "crane": 4.0, "skopeo": 2.0}, Verdict(0.5, "skopeo", False)),
        (Goal("seconds", 0.4, "crane"), {OURS: 1.0, "crane": 4.0, "skopeo": 2.0}, Verdict(0.25, "crane", True)),
        (Goal("seconds", 0.4, BEST), {OURS: 1.0, PLAYBOOK: 0.1, IDLE: 0.1}, Verdict(None, None, None)),
        (Goal("seconds", 0.4, BEST), {"crane": 1.0}, Verdict(None, None, None)),
        (Goal("requests", 39), {OURS: 39.0, "crane": 50.0}, Verdict(39.0, None, True)),
        (Goal("requests", 39), {OURS: 40.0}, Verdict(40.0, None, False)),
        (Goal("rss", 32, above=IDLE), {OURS: 59.0, IDLE: 27.0}, Verdict(32.0, None, True)),
        (Goal("rss", 32, above=IDLE), {OURS: 59.0}, Verdict(None, None, None)),
    ],
)
def test_judge(goal: Goal, medians: dict[str, float], expected: Verdict) -> None:
    assert goal.judge(medians) == expected


def outcome() -> Outcome:
    """Ours reaches the goal with the module's own time only; regctl failed and skopeo is missing."""
    row = Row("copy-x", "copy of | x", "x", "new", ROWS["copy-big"].job, (Goal("seconds", 0.5, BEST),))
    samples = {
        OURS: [Sample(1.2, 0.5, 40 * MIB, 0.8), Sample(1.0, 0.5, 42 * MIB, 0.6), Sample(9.0, 0.7, 41 * MIB, 0.7)],
        "crane": [Sample(2.0, 0.25, 12 * MIB)],
    }
    return Outcome(row, samples, {}, {"regctl": "ended with\nstatus 1", "skopeo": "missing"})


def test_the_page_has_every_figure() -> None:
    lines = report.markdown({"date": "today"}, [outcome()], 3).splitlines()
    assert "- date: today" in lines
    assert "| copy of \\| x | copy-x | s | 0.60 | 0.35 | crane | ≤ 0.50 | by the module alone |" in lines
    assert "| row | ours: module | ours: process | crane |" in lines
    assert "| copy-x | 0.7 (0.6–0.8) | 1.2 (1–9) | 2 |" in lines
    assert "| copy-x | 0.50 | 0.25 |" in lines
    assert "| copy-x | 41 | 12 |" in lines
    assert "- copy-x: regctl: ended with status 1" in lines
    assert "- copy-x: skopeo: missing" in lines


def test_the_page_has_a_table_of_loads() -> None:
    """Of ours alone, and memory above that of an interpreter."""
    samples = {
        OURS: [Sample(1.2, 0.5, 40 * MIB, 0.8), Sample(1.0, 0.5, 42 * MIB, 0.6)],
        PLAYBOOK: [Sample(2.0, 1.5, 90 * MIB)],
        IDLE: [Sample(0.1, 0.1, 30 * MIB)],
    }
    found = Outcome(ROWS["load-tags"], samples, {OURS: 7})
    lines = report.markdown({}, [outcome(), found], 2).splitlines()
    assert [line for line in lines if line.startswith("| list of 20 000 tags")] == [
        "| list of 20 000 tags | load-tags | 0.7 (0.6–0.8) | 1.1 (1–1.2) | 2 | 0.50 | 11 | 7 |"
    ]
    assert "## Load" not in report.markdown({}, [outcome()], 2)


@pytest.mark.parametrize(
    ("status", "result", "expected", "exit_status"),
    [
        (0, {}, {"gives": {}, "fails": ""}, 0),
        (1, {"msg": "no"}, {"gives": {}, "fails": ""}, 1),
        (0, {"tags": ["a", "b"]}, {"gives": {"tags": 2}, "fails": ""}, 0),
        (0, {"tags": ["a"]}, {"gives": {"tags": 2}, "fails": ""}, 1),
        (0, {}, {"gives": {"tags": 2}, "fails": ""}, 1),
        (1, {"msg": "it is too large"}, {"gives": {}, "fails": "too large"}, 0),
        (1, {"msg": "no"}, {"gives": {}, "fails": "too large"}, 1),
        (0, {}, {"gives": {}, "fails": "too large"}, 1),
    ],
)
def test_a_module_of_ours_must_do_what_is_expected(
    status: int, result: dict[str, Any], expected: dict[str, Any], exit_status: int
) -> None:
    assert ours.judge(status, result, expected) == exit_status


def test_a_manifest_is_filled_up_to_the_byte() -> None:
    filled = fill_up({"schemaVersion": 2, "annotations": {"turn": "1"}}, 5000)
    assert len(filled) == 5000
    assert json.loads(filled)["annotations"]["turn"] == "1"


def test_the_document_has_every_sample() -> None:
    (row,) = json.loads(report.document({}, [outcome()]))["rows"]
    assert [sample["seconds"] for sample in row["samples"][OURS]] == [1.2, 1.0, 9.0]
    (goal,) = row["goals"]
    assert (goal["reached"], goal["rival"], goal["met"]) == (0.6, "crane", False)
    assert goal["reached_alone"] == pytest.approx(0.35)
    assert row["left_out"]["skopeo"] == "missing"


def test_rows_are_chosen_by_their_names_and_by_beginnings() -> None:
    assert command_line.choose([]) == [name for name in ROWS if not name.startswith("load-")]
    assert command_line.choose(["load-"]) == [name for name in ROWS if name.startswith("load-")]
    assert command_line.choose(["retag", "copy-big"]) == ["copy-big", "retag"]
    assert command_line.choose(["copy-big-"]) == ["copy-big-20ms"]
    with pytest.raises(ValueError, match="no row 'push'"):
        command_line.choose(["push"])


@pytest.mark.parametrize("arguments", [["push"], ["--runs", "0"], ["--registry", "quay"]])
def test_a_command_line_that_means_nothing_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line.parse(arguments)
    assert "error: " in capsys.readouterr().err


def test_a_command_is_repeated_with_its_number() -> None:
    command = each(["/bin/echo", "an image's tag:{}"], 3)
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout == "an image's tag:1\nan image's tag:2\nan image's tag:3\n"


def test_a_task_of_a_loop() -> None:
    task = Task("registry_tag", {"tags": ["{{ item }}"]}, 3).as_ansible()
    assert task["regops.oci_registry.registry_tag"] == {"tags": ["{{ item }}"]}
    assert task["loop"] == "{{ range(3) | list }}"
    assert "ansible.builtin.command" in Task("ansible.builtin.command", {}).as_ansible()


def test_data_is_made_once_and_the_same_every_time(tmp_path: Path) -> None:
    sizes = Sizes(small_layers=2, small_bytes=1000, platforms=2)
    first, again = (layout(tmp_path / place, "index", sizes) for place in ("one", "two"))
    assert first.digest("v1") == again.digest("v1")
    assert len(first.manifest("v1")["manifests"]) == 2
    # Two layers and a configuration for each platform, their manifests, and the index
    assert len(list((first.folder / "blobs" / "sha256").iterdir())) == 2 * (2 + 1) + 2 + 1
    made = first.folder.stat().st_mtime_ns
    assert layout(tmp_path / "one", "index", sizes).folder.stat().st_mtime_ns == made


def test_the_meter_counts_all_that_the_command_started(tmp_path: Path) -> None:
    """Also the memory of a process that nobody waited for; and the meter ends as the command does."""
    hungry = "data = b'x' * (99 << 20)"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {hungry!r}]); sys.exit(3)"
    command = [sys.executable, "-I", "-S", str(METER), str(tmp_path / "report"), sys.executable, "-c", code]
    assert subprocess.run(command, check=False).returncode == 3
    seconds, cpu, rss = (tmp_path / "report").read_text("ascii").split()
    assert float(seconds) > 0
    assert float(cpu) > 0
    assert int(rss) > 99 * MIB
