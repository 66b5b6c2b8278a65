# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run rows: every program in its turn, each run in a place of its own, and each result checked."""

from __future__ import annotations

import contextlib
import http.client
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.errors import SupportError
from tests.support.images import Pusher
from tests.support.recorder import Recorder

from .programs import IDLE, OURS, PEERS, Place, Proof, present
from .rows import Row
from .running import measure
from .sides import Sides, delayed, scratch
from .stats import Sample, turns


@dataclass
class Outcome:
    """What came of a row: the samples or the numbers of requests by program, and the trouble of those without."""

    row: Row
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)
    #: What the machine had to do in the minute before the row began, in processes.
    load: float = 0.0


class Session:
    """Runs rows between the registries of `sides`, and says so through `say`."""

    def __init__(self, sides: Sides, runs: int, say: Callable[[str], None]) -> None:
        self.sides = sides
        self.runs = runs
        self.say = say
        self._number = 0

    def run(self, row: Row) -> Outcome:
        """Run one row. A program that fails or is missing is left out from then on, and named."""
        outcome = Outcome(row, load=os.getloadavg()[0])
        there = present()
        outcome.trouble.update({name: "missing" for name in PEERS if name not in there})
        programs = [name for name in row.programs() if name not in outcome.trouble]
        for program in turns(programs, min(self.runs, row.turns or self.runs)):
            self._try(outcome, program, row.counted and not row.load)
        if row.counted and row.load:
            self._try(outcome, OURS, True)
        return outcome

    def _try(self, outcome: Outcome, program: str, counted: bool) -> None:
        if program in outcome.trouble:
            return
        try:
            self._turn(outcome, program, counted)
        except (SupportError, OSError, http.client.HTTPException) as error:
            outcome.trouble[program] = str(error)
            self.say(f"{outcome.row.name}: {program}: {error}")

    def _turn(self, outcome: Outcome, program: str, counted: bool) -> None:
        row = outcome.row
        with self._place(row, counted) as (place, recorders):
            job = row.job(place, self.sides.layout(row.data), self.sides.sizes)
            if program not in job.steps:
                outcome.trouble[program] = job.unable.get(program, "has nothing for it")
                return
            sample = measure(job.steps[program], place.folder)
            requests = sum(len(recorder.requests) for recorder in recorders)
            if program != IDLE:
                for proof in job.proofs:
                    prove(proof)
            if counted:
                outcome.requests[program] = requests
            else:
                outcome.samples.setdefault(program, []).append(sample)

    @contextlib.contextmanager
    def _place(self, row: Row, counted: bool) -> Iterator[tuple[Place, list[Recorder]]]:
        """Registries as the row wants them, with what delays or counts before them, and an empty folder."""
        self._number += 1
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(scratch()))
            source = self.sides.source(row.data)
            dest = stack.enter_context(self.sides.destination(row))
            fronts, recorders = {}, []
            for address in dict.fromkeys((source, dest)):
                if counted:
                    recorders.append(stack.enter_context(Recorder(address)))
                    fronts[address] = recorders[-1].address
                else:
                    fronts[address] = stack.enter_context(delayed(address, row.delay))
            yield Place(fronts[source], fronts[dest], folder, self._number), recorders


def prove(proof: Proof) -> None:
    """Raise SupportError where what should be there is not."""
    if proof.folder is not None:
        there = (proof.folder / "blobs" / "sha256" / proof.digest.partition(":")[2]).exists()
        found, where = (proof.digest if there else None), str(proof.folder)
    else:
        address, _slash, repository = proof.repository.partition("/")
        found, where = Pusher(address, repository).digest(proof.tag), f"{proof.repository}:{proof.tag}"
    if found != proof.digest:
        raise SupportError(f"afterwards {where} has {found} and not {proof.digest}")
