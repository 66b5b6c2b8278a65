# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to a server: what is asked of it, and by how many requests at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.pools import TransportOptions
from ansible_collections.regops.oci_registry.plugins.module_utils._client.routes import ENOUGH_NEARBY, Routes

LIMIT = 3


@pytest.fixture
def routes():
    found = Routes(TransportOptions(max_parallel=LIMIT, environ={"http_proxy": "http://proxy.example:3128"}))
    yield found
    found.close()


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://127.0.0.1:5000/v2/", "/v2/"),
        ("http://127.0.0.1:5000", "/"),
        ("http://127.0.0.1:5000?n=1", "/?n=1"),
        ("http://127.0.0.1:5000/v2/a?next=http://other.example/&b=1", "/v2/a?next=http://other.example/&b=1"),
        ("http://127.0.0.1:5000/v2/a#part", "/v2/a"),
        ("http://[::1]:5000/v2/a", "/v2/a"),
    ],
)
def test_a_server_is_asked_for_path_and_query(routes, url, target):
    assert routes.find(url).target(url) == target


def test_a_proxy_is_asked_for_all_of_the_url(routes):
    assert routes.find("http://far.example/v2/").target("http://far.example/v2/") == "http://far.example/v2/"


def test_a_server_has_one_route_and_another_has_another(routes):
    route = routes.find("http://127.0.0.1:5000/v2/")
    assert routes.find("http://127.0.0.1:5000/other?x") is route
    assert routes.find("http://127.0.0.1:5001/v2/") is not route
    assert routes.find("https://127.0.0.1:5000/v2/") is not route


def most_at_a_time(route, expected):
    """How many of many requests are under way at the same time; waits until `expected` are, and for one more."""
    under_way = threading.Semaphore(0)
    go_on, lock, counts = threading.Event(), threading.Lock(), [0, 0]

    def ask(_number):
        with route.slot():
            with lock:
                counts[0] += 1
                counts[1] = max(counts)
            under_way.release()
            assert go_on.wait(10)
            with lock:
                counts[0] -= 1

    with ThreadPoolExecutor(2 * expected) as pool:
        done = [pool.submit(ask, number) for number in range(2 * expected)]
        for _number in range(expected):
            assert under_way.acquire(timeout=10)
        assert not under_way.acquire(timeout=0.1)  # one more would have come by now
        go_on.set()
        for future in done:
            future.result(10)
    assert counts[0] == 0
    return counts[1]


def test_no_more_requests_at_a_time_than_are_allowed(routes):
    assert most_at_a_time(routes.find("http://127.0.0.1:5000/"), LIMIT) == LIMIT


def test_a_server_that_is_near_is_not_asked_by_more_than_it_can_answer():
    routes = Routes(TransportOptions(max_parallel=16))
    far, near = routes.find("http://127.0.0.1:5000/"), routes.find("http://127.0.0.1:5001/")
    far.took(0.02)
    for seconds in (0.02, 0.001, 0.02):
        near.took(seconds)
    assert most_at_a_time(far, 16) == 16
    assert most_at_a_time(near, ENOUGH_NEARBY) == ENOUGH_NEARBY
    routes.close()


def test_a_quick_answer_allows_no_more_than_the_user_does(routes):
    route = routes.find("http://127.0.0.1:5000/")
    route.took(0.001)
    assert most_at_a_time(route, LIMIT) == LIMIT


def test_what_is_asked_for_another_request_does_not_wait_for_it(routes):
    """An upload within one registry reads from where it writes to: all at once they would wait for each other."""
    route, all_here = routes.find("http://127.0.0.1:5000/"), threading.Barrier(LIMIT)

    def relay(_number):
        with route.slot():
            all_here.wait(10)
            with route.slot(), routes.find("http://127.0.0.1:5001/").slot():
                return True

    with ThreadPoolExecutor(LIMIT) as pool:
        assert list(pool.map(relay, range(LIMIT), timeout=10)) == [True] * LIMIT


def test_a_slot_is_free_again_after_a_failure(routes):
    route = routes.find("http://127.0.0.1:5000/")
    for _number in range(2 * LIMIT):
        with pytest.raises(ValueError), route.slot():
            raise ValueError
