# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doing many small things at once, with a bound that all callers share."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Callable, Generic, Hashable, Sequence, TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


class Workers:
    """At most `limit` calls at a time, whoever asks. Not to be used from within one of its own calls."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None
        self.stopping = False
        """Whether the program is on its way out (Ctrl-C, SIGTERM), so that nothing long should go on."""

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *exc_info: object) -> None:
        with self._lock:
            if self._executor is not None:
                self._executor.shutdown(wait=True)

    def map(self, function: Callable[[Item], Value], items: Sequence[Item]) -> list[Value]:
        """What `function` returns for each item, in their order. The first error is raised when nothing runs any more;
        what was not started then never is."""
        if len(items) < 2:
            return [function(item) for item in items]
        futures = [self._pool().submit(function, item) for item in items]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        except BaseException:  # of this thread: those of the calls are in their futures
            self.stopping = True
            raise
        finally:
            started = [future for future in futures if not future.cancel()]
            wait(started)
        for future in started:
            future.result()
        return [future.result() for future in futures]

    def _pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(max_workers=self.limit)
            return self._executor


class Once(Generic[Value]):
    """Each key's work is done once, however many threads ask for it: the others wait for the first. A failure is
    not kept: who waited tries for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results: dict[Hashable, Future[Value]] = {}

    def put(self, key: Hashable, result: Value) -> None:
        """From now on this is the result for `key`."""
        future: Future[Value] = Future()
        future.set_result(result)
        with self._lock:
            self._results[key] = future

    def get(self, key: Hashable, work: Callable[[], Value]) -> Value:
        """The result for `key`, by `work` where there is none yet."""
        while True:
            with self._lock:
                future = self._results.get(key)
                mine = future is None
                if future is None:
                    future = self._results[key] = Future()
            if not mine:
                if future.exception() is None:
                    return future.result()
                continue
            try:
                result = work()
            except BaseException as error:
                with self._lock:
                    self._results.pop(key, None)
                future.set_exception(error)
                raise
            future.set_result(result)
            return result
