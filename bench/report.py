# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as one Markdown page and as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .goals import MIB, Goal, Verdict
from .programs import CONTROL, IDLE, OURS, PEERS, PLAYBOOK
from .session import Outcome
from .stats import spread

OWN = "own"
#: How a figure of each measure is written.
_FORMATS: dict[str, Callable[[float], str]] = {
    "seconds": lambda value: f"{value:.3g}" if value < 100 else f"{value:.0f}",
    "cpu": lambda value: f"{value:.2f}",
    "rss": lambda value: f"{value / MIB:.0f}",
    "requests": lambda value: f"{value:.0f}",
}
_UNITS = {"seconds": "s", "cpu": "CPU s", "rss": "MiB", "requests": "requests"}


def figures(outcome: Outcome, measure: str) -> dict[str, list[float]]:
    """Every figure of a measure by program; the seconds of the module itself are those of the program OWN."""
    if measure == "requests":
        return {program: [float(number)] for program, number in outcome.requests.items()}
    found = {
        program: [float(getattr(sample, measure)) for sample in samples] for program, samples in outcome.samples.items()
    }
    if measure == "seconds":
        own = [sample.own for sample in outcome.samples.get(OURS, ()) if sample.own is not None]
        found.update({OWN: own} if own else {})
    return found


def verdict(outcome: Outcome, goal: Goal, mine: str = OURS) -> Verdict:
    """Judge the medians; `mine` is whose figure of ours it is about."""
    spreads = {program: spread(values) for program, values in figures(outcome, goal.measure).items()}
    return goal.judge({program: found.median for program, found in spreads.items() if found}, mine)


def markdown(about: Mapping[str, str], outcomes: Sequence[Outcome], runs: int) -> str:
    """The page: what it was measured with, the goals, and every figure."""
    lines = ["# Benchmark", "", *(f"- {name}: {value}" for name, value in about.items())]
    lines += [f"- runs: {runs} of each program, in turns", "", "## Goals", ""]
    lines += table(_GOAL_HEADS, _goal_lines(outcomes))
    loads = [_load_line(outcome) for outcome in outcomes if outcome.row.load]
    lines += ["", "## Load", "", *table(_LOAD_HEADS, loads)] if loads else []
    for measure, title in _TITLES.items():
        found = {outcome.row.name: figures(outcome, measure) for outcome in outcomes}
        programs = [name for name in _COLUMNS if any(name in row for row in found.values())]
        rows = [[name, *(_cell(row.get(column), measure) for column in programs)] for name, row in found.items() if row]
        if rows:
            heads = [_HEADS.get(program, program) for program in programs]
            lines += ["", f"## {title}", "", *table(("row", *heads), rows)]
    lines += _trouble(outcomes)
    return "\n".join(lines) + "\n"


_TITLES = {
    "seconds": "Seconds: median (least–greatest)",
    "cpu": "CPU seconds of the client",
    "rss": "Peak RSS of the client's largest process, MiB",
    "requests": "Requests, both sides",
}
_COLUMNS = (OWN, OURS, PLAYBOOK, *PEERS, IDLE, CONTROL)
_HEADS = {OWN: "ours: module", OURS: "ours: process", PLAYBOOK: "ours: ansible-playbook"}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table; a bar within a cell is escaped."""
    whole = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in whole]


_GOAL_HEADS = ("work", "row", "of", "process", "module alone", "against", "goal", "met")


def _goal_lines(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """What was reached with the whole process of ours, and with the module's own time of it."""
    lines = []
    for outcome in outcomes:
        for goal in outcome.row.goals:
            found, alone = verdict(outcome, goal), verdict(outcome, goal, OWN)
            against = found.rival or goal.against or (f"above {goal.above}" if goal.above else "")
            reached = [_reached(goal, value) for value in (found.reached, alone.reached, goal.limit)]
            row = [outcome.row.about, outcome.row.name, _UNITS[goal.measure]]
            lines.append([*row, *reached[:2], against, f"≤ {reached[2]}", _met(found, alone)])
    return lines


_LOAD_HEADS = ("work", "row", "module, s", "process, s", "ansible-playbook, s", "CPU, s", "MiB above idle", "requests")


def _load_line(outcome: Outcome) -> list[str]:
    """All that a load took; memory and CPU time are those of the process."""
    found = {measure: figures(outcome, measure) for measure in _TITLES}
    rss = verdict(outcome, Goal("rss", 0, above=IDLE)).reached
    return [
        outcome.row.about,
        outcome.row.name,
        *(_cell(found["seconds"].get(program), "seconds") for program in (OWN, OURS, PLAYBOOK)),
        _cell(found["cpu"].get(OURS), "cpu"),
        "" if rss is None else _FORMATS["rss"](rss),
        _cell(found["requests"].get(OURS), "requests"),
    ]


def _met(found: Verdict, alone: Verdict) -> str:
    if found.met is None:
        return "not known"
    return "yes" if found.met else "by the module alone" if alone.met else "NO"


def _reached(goal: Goal, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if goal.against else f"{_FORMATS[goal.measure](value)}"


def _cell(values: Sequence[float] | None, measure: str) -> str:
    found = spread(values or ())
    if found is None:
        return ""
    write = _FORMATS[measure]
    if len(values or ()) == 1 or measure != "seconds":
        return write(found.median)
    return f"{write(found.median)} ({write(found.least)}–{write(found.greatest)})"


def _trouble(outcomes: Sequence[Outcome]) -> list[str]:
    """Who took no part in which rows, and why; those of one reason together."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for outcome in outcomes:
        for program, why in outcome.trouble.items():
            rows = reasons.setdefault(" ".join(why.split())[:300], {})
            rows.setdefault(outcome.row.name, []).append(program)
    lines = [
        f"- {name}: {', '.join(programs)}: {why}" for why, rows in reasons.items() for name, programs in rows.items()
    ]
    return ["", "## Left out", "", *lines] if lines else []


def document(about: Mapping[str, str], outcomes: Sequence[Outcome]) -> str:
    """Everything as JSON: each sample, each goal with what was reached, and what was left out and why."""
    return json.dumps({"about": dict(about), "rows": [_row(outcome) for outcome in outcomes]}, indent=2) + "\n"


def _row(outcome: Outcome) -> dict[str, Any]:
    row = outcome.row
    return {
        "name": row.name,
        "about": row.about,
        "load": outcome.load,
        "samples": {name: [vars(sample) for sample in samples] for name, samples in outcome.samples.items()},
        "requests": outcome.requests,
        "goals": [
            {**vars(goal), **vars(verdict(outcome, goal)), "reached_alone": verdict(outcome, goal, OWN).reached}
            for goal in row.goals
        ],
        "left_out": outcome.trouble,
    }
