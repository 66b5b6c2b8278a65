# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doing many small things at once."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Once, Workers


def test_results_come_in_the_order_of_the_items():
    last = threading.Event()

    def work(number):
        if number == 0:
            assert last.wait(10)  # the first ends after the last
        if number == 3:
            last.set()
        return number * number

    with Workers(4) as workers:
        assert workers.map(work, [0, 1, 2, 3]) == [0, 1, 4, 9]


@pytest.mark.parametrize("items", [[], ["one"]])
def test_one_item_needs_no_thread(items):
    with Workers(4) as workers:
        assert workers.map(lambda item: (item, threading.current_thread()), items) == [
            (item, threading.current_thread()) for item in items
        ]


def test_two_items_are_done_at_once():
    together = threading.Barrier(2, timeout=10)
    with Workers(2) as workers:
        assert sorted(workers.map(lambda _item: together.wait(), "ab")) == [0, 1]


def test_no_more_than_the_limit_run_at_once():
    lock = threading.Lock()
    running, most = [0], [0]
    together = threading.Barrier(2, timeout=10)

    def work(number):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait()  # passes only where two are at it
        with lock:
            running[0] -= 1

    with Workers(2) as workers:
        threads = [threading.Thread(target=workers.map, args=(work, range(4))) for _caller in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert most == [2]


def test_first_error_is_raised_and_nothing_more_is_begun():
    begun, ended = [], []
    failed = threading.Event()

    def work(number):
        begun.append(number)
        if number == 1:
            failed.set()
            raise KeyError(number)
        assert failed.wait(10)
        ended.append(number)

    with Workers(2) as workers, pytest.raises(KeyError):
        workers.map(work, range(50))
    assert 0 in ended  # what was begun is waited for
    assert begun[:2] in ([0, 1], [1, 0])
    assert len(begun) < 50
    assert set(begun) - {1} == set(ended)


def test_workers_go_on_after_an_error():
    def fail(item):
        raise ValueError(item)

    with Workers(2) as workers:
        with pytest.raises(ValueError, match="1|2"):
            workers.map(fail, [1, 2])
        assert workers.map(str, [1, 2]) == ["1", "2"]


def test_once_does_the_work_once_for_all():
    once = Once()
    begun, go_on = threading.Event(), threading.Event()
    calls, results = [], []

    def work():
        calls.append(1)
        begun.set()
        assert go_on.wait(10)
        return "done"

    threads = [threading.Thread(target=lambda: results.append(once.get("key", work))) for _number in range(8)]
    threads[0].start()
    assert begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    assert once.get("other", lambda: "other") == "other"  # which waits for nobody
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert (results, calls) == (["done"] * 8, [1])
    assert once.get("key", work) == "done"


def test_once_keeps_no_failure():
    once = Once()
    begun, go_on = threading.Event(), threading.Event()
    results = []

    def fail():
        begun.set()
        assert go_on.wait(10)
        raise ValueError("the first")

    def first():
        with pytest.raises(ValueError, match="the first"):
            once.get("key", fail)
        results.append("failed")

    def second():
        results.append(once.get("key", lambda: "second"))

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert sorted(results) == ["failed", "second"]
    assert once.get("key", lambda: "third") == "second"


def test_result_that_is_known_by_now_replaces_the_one_before():
    once = Once()
    assert once.get("key", lambda: False) is False
    once.put("key", True)
    assert once.get("key", lambda: False) is True
