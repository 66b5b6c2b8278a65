# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fork of the worker, for the time of one task.

The task has an environment, a working folder, threads, connections and temporary files of its own, and an end: none of
them may outlive it in the worker, and a task that Ansible gives up must stop at once, whatever its threads wait for. A
process has all of that for a few milliseconds; what is slow about a module is the new interpreter and its imports.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from typing import IO, Any, NoReturn

#: Seconds that a process is given for removing temporary files and cancelling uploads when its task is given up.
GRACE = 2.0
_SIGNALS = (signal.SIGINT, signal.SIGALRM)

Message = dict[str, Any]
Say = Callable[[Message], None]


class ChildFailed(Exception):
    """The process ended without a result; says how, `trace` is its traceback where it had time for one."""

    def __init__(self, text: str, trace: str | None = None) -> None:
        super().__init__(text)
        self.trace = trace


def run_in_child(work: Callable[[Say], Message], listen: Say) -> Message:
    """What `work` returns when it runs in a fork of this process; plain JSON types only.

    What `work` hands to the function that it is given arrives at `listen` here, meanwhile. Raises ChildFailed, and what
    a signal's handler raises here: then the process is ended first.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(work, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as lines:
        try:
            last = _last(lines, listen)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        except BaseException:
            _end(child, lines)
            raise
    return _result(last, status)


def _last(lines: IO[str], listen: Say) -> Message | None:
    """The message that is no news: the result, or how it failed."""
    for line in lines:
        message: Message = json.loads(line)
        if "news" not in message:
            return message
        listen(message["news"])
    return None


def _result(last: Message | None, status: int) -> Message:
    if last is None:
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        raise ChildFailed(f"its process ended {how}")
    if "error" in last:
        raise ChildFailed(last["error"], last["trace"])
    result: Message = last["result"]
    return result


def _end(child: int, lines: IO[str]) -> None:
    """End the process: politely, and where it does not listen at once not."""
    os.kill(child, signal.SIGTERM)
    # Its end of the pipe closes when it is gone.
    while select.select([lines], [], [], GRACE)[0]:
        if not os.read(lines.fileno(), 1 << 16):
            break
    else:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _be_child(work: Callable[[Say], Message], writing: int) -> NoReturn:
    """Run, tell, and go: what the worker would do at its own end, such as removing its files, is not for us to do."""
    try:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(number))
        with os.fdopen(writing, "w", encoding="utf-8") as out:

            def say(message: Message) -> None:
                out.write(json.dumps(message) + "\n")
                out.flush()

            try:
                last = {"result": work(lambda news: say({"news": news}))}
                say(last)
            except Exception as error:
                say({"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()})
    finally:
        os._exit(0)
