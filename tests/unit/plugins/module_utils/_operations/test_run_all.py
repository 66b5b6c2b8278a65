# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same work for many items at once."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run_all import run_all


def half(number: int) -> int:
    if number % 2:
        raise RegistryError(f"{number} is odd")
    return number // 2


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_one_bad_item_does_not_stop_the_rest(limit: int) -> None:
    outcomes = run_all(half, [4, 3, 2, 1], limit)
    assert [outcome.item for outcome in outcomes] == [4, 3, 2, 1]
    assert [outcome.value for outcome in outcomes] == [2, None, 1, None]
    assert [str(outcome.error) for outcome in outcomes if outcome.error] == ["3 is odd", "1 is odd"]
    assert not any(outcome.skipped for outcome in outcomes)


def test_with_fail_fast_nothing_is_started_after_a_failure() -> None:
    done = []

    def note(number: int) -> int:
        done.append(number)
        return half(number)

    outcomes = run_all(note, [4, 3, 2, 1], 1, fail_fast=True)
    assert done == [4, 3]
    assert [outcome.good for outcome in outcomes] == [True, False, False, False]
    assert [outcome.skipped for outcome in outcomes] == [False, False, True, True]


def test_with_fail_fast_what_is_under_way_is_finished() -> None:
    started = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            started.wait(10)
            raise RegistryError("bad")
        started.set()
        return number

    outcomes = run_all(work, [0, 1], 2, fail_fast=True)
    assert [outcome.value for outcome in outcomes] == [None, 1]


def test_items_run_at_the_same_time_but_no_more_than_the_limit() -> None:
    together = threading.Barrier(3)
    running = 0
    most = 0
    lock = threading.Lock()

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        # Breaks unless three of them are here at once.
        together.wait(10)
        with lock:
            running -= 1
        return number

    outcomes = run_all(work, list(range(6)), 3)
    assert [outcome.value for outcome in outcomes] == list(range(6))
    assert most == 3


def test_a_file_that_cannot_be_read_is_the_failure_of_its_item() -> None:
    def work(path: str) -> int:
        with open(path, "rb"):
            return 1

    outcomes = run_all(work, ["/does/not/exist", "/dev/null"], 2)
    assert isinstance(outcomes[0].error, FileNotFoundError)
    assert outcomes[1].value == 1


@pytest.mark.parametrize("limit", [1, 4])
def test_a_mistake_in_the_program_ends_the_run(limit: int) -> None:
    def work(number: int) -> float:
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        run_all(work, [1, 0, 2], limit)


def test_no_items_are_no_outcomes() -> None:
    assert run_all(half, [], 8) == []
