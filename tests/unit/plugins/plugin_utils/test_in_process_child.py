# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process in which the items of a task run: it serves, speaks, fails, and ends."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.regops.oci_registry.plugins.plugin_utils import _in_process_child as process
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_child import (
    ChildFailed,
    Message,
    Say,
    run_in_child,
)


class Interrupted(BaseException):
    """As Ansible's time limit: nothing that is caught on the way."""


@pytest.fixture(autouse=True)
def dismissed() -> Iterator[None]:
    """Let no process outlive its test."""
    yield
    for key in list(process._children):
        process._dismiss(key)


def work(order: Message, say: Say) -> Message:
    """Do one of the things that can happen."""
    for text in order.get("say", []):
        say({"text": text})
    if "fail" in order:
        raise ValueError(order["fail"])
    if "kill" in order:
        os.kill(os.getpid(), order["kill"])
    if "leave" in order:
        os._exit(3)
    if order.get("hang"):
        with clean_up(order["hang"]):
            say({"text": "hanging"})
            if order.get("deaf"):
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                say({"text": "deaf"})
            threading.Event().wait()
    os.environ["LEFT_BY_A_CHILD"] = "yes"
    return {"pid": os.getpid(), "type": {"odd": {1}} if order.get("odd") else None}


@contextlib.contextmanager
def clean_up(path: str) -> Iterator[None]:
    """As an operation that has a temporary file."""
    Path(path).touch()
    try:
        yield
    finally:
        Path(path).unlink()


def ignore(news: Message) -> None:
    """Nobody listens."""


def alive(number: int) -> bool:
    """Whether there is such a process, which is no zombie."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_is_one_process_for_all_orders_and_another_than_ours() -> None:
    first, second = run_in_child(work, {}, ignore), run_in_child(work, {}, ignore)
    assert first == second
    assert first["pid"] != os.getpid()
    assert "LEFT_BY_A_CHILD" not in os.environ


def test_it_is_dismissed_when_its_maker_ends() -> None:
    number = run_in_child(work, {}, ignore)["pid"]
    assert alive(number)
    process._dismiss((os.getpid(), work))
    assert not alive(number)


def test_what_it_says_arrives_before_the_result() -> None:
    heard: list[Message] = []
    run_in_child(work, {"say": ["a", "ä\n"]}, heard.append)
    assert heard == [{"text": "a"}, {"text": "ä\n"}]


def test_an_error_is_told_with_its_traceback_and_the_next_order_is_served() -> None:
    with pytest.raises(ChildFailed, match="^ValueError: no good$") as raised:
        run_in_child(work, {"fail": "no good"}, ignore)
    assert raised.value.trace is not None
    assert 'raise ValueError(order["fail"])' in raised.value.trace
    assert run_in_child(work, {}, ignore)["type"] is None


def test_a_result_that_is_no_json_is_an_error() -> None:
    with pytest.raises(ChildFailed, match="^TypeError: .*set"):
        run_in_child(work, {"odd": True}, ignore)


@pytest.mark.parametrize(
    ("order", "words"),
    [({"kill": signal.SIGKILL}, "its process ended by signal 9"), ({"leave": True}, "its process just ended")],
    ids=["killed", "gone"],
)
def test_a_process_that_ends_by_itself(order: Message, words: str) -> None:
    with pytest.raises(ChildFailed, match=words) as raised:
        run_in_child(work, order, ignore)
    assert raised.value.trace is None
    assert run_in_child(work, {}, ignore)["type"] is None


def test_a_process_whose_maker_is_gone_ends(tmp_path: Path) -> None:
    """In the middle of an order, too; and after it has cleaned up."""
    reading, writing = os.pipe()
    maker = os.fork()
    if maker == 0:
        with contextlib.suppress(BaseException):
            run_in_child(work, {"hang": str(tmp_path / "file")}, lambda news: os._exit(0))
        os._exit(1)
    os.close(writing)
    # Closed by the last one that has it.
    assert os.read(reading, 1) == b""
    os.close(reading)
    assert os.waitstatus_to_exitcode(os.waitpid(maker, 0)[1]) == 0
    assert not (tmp_path / "file").exists()


def test_a_process_that_does_not_come_to_its_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself, for there may be nobody else: its alarm is not what the worker does at an alarm."""
    monkeypatch.setattr(process, "GRACE", 0.2)

    def stay(order: Message, say: Say) -> Message:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            threading.Event().wait()
        return {}

    with pytest.raises(ChildFailed, match=f"ended by signal {signal.SIGALRM.value}"):
        run_in_child(stay, {}, ignore)


@pytest.mark.parametrize("deaf", [False, True], ids=["polite", "deaf"])
def test_a_task_that_is_given_up_ends_the_process(deaf: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has time to clean up; where it does not listen it is ended all the same."""
    monkeypatch.setattr(process, "GRACE", 0.2 if deaf else 60)
    number = run_in_child(work, {}, ignore)["pid"]

    def give_up(news: Message) -> None:
        if news["text"] == ("deaf" if deaf else "hanging"):
            raise Interrupted

    with pytest.raises(Interrupted):
        run_in_child(work, {"hang": str(tmp_path / "file"), "deaf": deaf}, give_up)
    assert not alive(number)
    assert (tmp_path / "file").exists() == deaf
