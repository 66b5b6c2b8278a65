# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fork of the worker, in which the items of one task run.

They have an environment, a working folder, threads, connections and temporary files of their own, and an end: none of
them may outlive the task in the worker, and a task that Ansible gives up must stop at once, whatever its threads wait
for. A process has all of that, and one that serves all items of a loop costs next to nothing. What is slow about a
module is its new interpreter and its imports, an item at a time.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.util import Finalize
from queue import SimpleQueue
from typing import IO, Any, NoReturn

#: Seconds that a process is given for removing temporary files and cancelling uploads when its task is given up.
GRACE = 2.0
#: Plain JSON types only.
Message = dict[str, Any]
Say = Callable[[Message], None]
Work = Callable[[Message, Say], Message]


class ChildFailed(Exception):
    """There is no result; says why, `trace` is the traceback where there was time for one."""

    def __init__(self, text: str, trace: str | None = None) -> None:
        super().__init__(text)
        self.trace = trace


@dataclass(frozen=True)
class _Child:
    """A process that waits for orders; it ends when nobody can send it any more."""

    number: int
    orders: IO[str]
    answers: IO[str]

    def answer(self, order: Message, listen: Say) -> Message | None:
        """What it has to say in the end; None where it has gone without a word."""
        _send(self.orders, order)
        for line in self.answers:
            message: Message = json.loads(line)
            if "news" not in message:
                return message
            listen(message["news"])
        return None

    def end(self) -> int:
        """End it: politely, and where it does not listen not. Returns its status, negative for a signal."""
        os.kill(self.number, signal.SIGTERM)
        # Its end of the pipe closes when it is gone.
        while select.select([self.answers], [], [], GRACE)[0]:
            if not os.read(self.answers.fileno(), 1 << 16):
                break
        else:
            os.kill(self.number, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(self.number, 0)[1])
        self.orders.close()
        self.answers.close()
        return status


#: The processes that have been started, by the process that has started them, and by what they do.
_children: dict[tuple[int, Work], _Child] = {}


def run_in_child(work: Work, order: Message, listen: Say) -> Message:
    """What `work` returns for `order` in a fork of this process, the same for all orders to the same `work`.

    What `work` hands to the function that it is given arrives at `listen` here, meanwhile. Raises ChildFailed, and what
    a signal's handler raises here; then the process is ended.
    """
    key = (os.getpid(), work)
    child = _children.pop(key, None)
    if child is None:
        child = _start(work)
        # multiprocessing, which has made the worker, calls this when the worker ends.
        Finalize(None, _dismiss, [key], exitpriority=0)
    try:
        message = child.answer(order, listen)
    except BaseException:
        child.end()
        raise
    if message is None or "result" not in message:
        status = child.end()
        if message is None:
            raise ChildFailed(f"its process ended by signal {-status}" if status < 0 else "its process just ended")
        raise ChildFailed(message["error"], message["trace"])
    _children[key] = child
    result: Message = message["result"]
    return result


def _dismiss(key: tuple[int, Work]) -> None:
    """End the process that there is, if there is one."""
    child = _children.pop(key, None)
    if child is not None:
        child.end()


def _start(work: Work) -> _Child:
    pipes = os.pipe(), os.pipe()
    (ordered, orders), (answers, answered) = pipes
    number = os.fork()
    if number == 0:
        os.close(orders)
        os.close(answers)
        _be_child(work, ordered, answered)
    os.close(ordered)
    os.close(answered)
    return _Child(number, os.fdopen(orders, "w", encoding="utf-8"), os.fdopen(answers, encoding="utf-8"))


def _send(pipe: IO[str], message: Message) -> None:
    pipe.write(json.dumps(message) + "\n")
    pipe.flush()


def _be_child(work: Work, ordered: int, answered: int) -> NoReturn:
    """Serve, and go: what the worker does at its own end, such as removing its files, is not for us to do."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)
        inbox: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=_receive, args=[ordered, inbox], daemon=True).start()
        with os.fdopen(answered, "w", encoding="utf-8") as out:
            while True:
                _send(out, _answer(work, json.loads(inbox.get()), lambda news: _send(out, {"news": news})))
    finally:
        os._exit(0)


def _leave(number: int, frame: object) -> NoReturn:
    """Leave by way of all that wants to clean up. What does not come to an end is ended by the alarm; no second signal
    cuts it short, such as the one for the worker's end after the one that all processes of a terminal get."""
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, GRACE)
    sys.exit(128 + number)


def _receive(ordered: int, inbox: SimpleQueue[str]) -> None:
    """Take orders, and notice when the worker is gone in the middle of one: nobody else would stop it."""
    with os.fdopen(ordered, encoding="utf-8") as orders:
        for line in orders:
            inbox.put(line)
    os.kill(os.getpid(), signal.SIGTERM)


def _answer(work: Work, order: Message, say: Say) -> Message:
    try:
        result = work(order, say)
        json.dumps(result)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
    return {"result": result}
