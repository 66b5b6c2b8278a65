# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observe, plan, apply: who is called when, and what the result says."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError, ResponseError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    unchanged,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import ItemsFailed, Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import (
    Steps,
    change_items,
    read_items,
    run_operation,
)


class Shelf:
    """Things with a number each, and a record of what was asked for: what an operation would have a registry for."""

    def __init__(self, numbers: Dict[str, int], unreadable: str = "", unwritable: str = "") -> None:
        self.numbers = numbers
        self.unreadable = unreadable
        self.unwritable = unwritable
        self.calls: List[str] = []

    def observe(self, name: str) -> Optional[int]:
        self.calls.append(f"look {name}")
        if name == self.unreadable:
            raise RegistryError("the shelf is locked")
        return self.numbers.get(name)

    def apply(self, name: str, current: Optional[int], plan: Plan) -> str:
        self.calls.append(f"put {name}")
        if name == self.unwritable:
            raise RegistryError("the shelf is full")
        self.numbers[name] = 7
        return f"{name} was {current}, because {plan.actions[0].reason}"

    @staticmethod
    def plan(name: str, current: Optional[int]) -> Plan:
        if current == 7:
            return unchanged(name, 7)
        if current == 13:
            raise RegistryError("13 is not touched")
        return change(Action("set", name, f"it is {current}"), current, 7)

    def run(self, names: List[str], check_mode: bool = False, fail_fast: bool = False) -> Report[str, Any, Any]:
        return change_items(
            names,
            Steps(self.observe, self.plan, self.apply),
            options={"max_parallel": 1, "fail_fast": fail_fast},
            context=Context(check_mode=check_mode),
        )


def test_only_what_differs_is_changed() -> None:
    shelf = Shelf({"a": 7, "b": 1})
    report = shelf.run(["a", "b", "c"])
    assert shelf.calls == ["look a", "look b", "look c", "put b", "put c"]
    assert [entry.value for entry in report.entries] == [
        None,
        "b was 1, because it is 1",
        "c was None, because it is None",
    ]
    assert report.finish({"more": 1}) == {
        "changed": True,
        "actions": [
            {"action": "set", "name": "b", "reason": "it is 1"},
            {"action": "set", "name": "c", "reason": "it is None"},
        ],
        "diff": {"before": {"a": 7, "b": 1, "c": None}, "after": {"a": 7, "b": 7, "c": 7}},
        "more": 1,
    }


def test_check_mode_only_looks_and_predicts_the_result() -> None:
    shelf = Shelf({"a": 7, "b": 1})
    predicted = shelf.run(["a", "b"], check_mode=True).finish()
    assert shelf.calls == ["look a", "look b"]
    assert predicted == shelf.run(["a", "b"]).finish()


def test_the_second_run_changes_nothing() -> None:
    shelf = Shelf({})
    assert shelf.run(["a", "b"]).finish()["changed"] is True
    assert shelf.run(["a", "b"]).finish()["changed"] is False


def test_failures_of_every_step_are_reported_and_the_rest_is_done() -> None:
    shelf = Shelf({"refused": 13}, unreadable="locked", unwritable="full")
    with pytest.raises(ItemsFailed) as caught:
        shelf.run(["locked", "refused", "full", "good"]).finish({"more": 1})
    assert str(caught.value).splitlines() == [
        "3 of 4 failed:",
        "locked: the shelf is locked",
        "refused: 13 is not touched",
        "full: the shelf is full",
    ]
    assert caught.value.result == {
        "changed": True,
        "actions": [{"action": "set", "name": "good", "reason": "it is None"}],
        "diff": {"before": {"good": None}, "after": {"good": 7}},
        "more": 1,
    }


@pytest.mark.parametrize("check_mode", [True, False])
def test_with_fail_fast_nothing_is_changed_when_something_cannot_be_seen(check_mode: bool) -> None:
    shelf = Shelf({"a": 1}, unreadable="locked")
    with pytest.raises(ItemsFailed) as caught:
        shelf.run(["a", "locked", "b"], check_mode, fail_fast=True).finish()
    assert shelf.calls == ["look a", "look locked"]
    assert caught.value.result["changed"] is False


def test_with_fail_fast_nothing_is_changed_after_a_failed_change() -> None:
    shelf = Shelf({}, unwritable="full")
    with pytest.raises(ItemsFailed) as caught:
        shelf.run(["a", "full", "b"], fail_fast=True).finish()
    assert shelf.calls[3:] == ["put a", "put full"]
    assert [action["name"] for action in caught.value.result["actions"]] == ["a"]


def test_reading_gives_values_in_the_order_of_the_items() -> None:
    shelf = Shelf({"a": 1, "b": 2})
    report = read_items(["b", "a"], shelf.observe, options={"max_parallel": 4})
    assert [(entry.item, entry.current) for entry in report.entries] == [("b", 2), ("a", 1)]
    assert report.finish() == {"changed": False}


class Operation:
    """What run_operation is given."""

    def __init__(self, error: Optional[BaseException] = None) -> None:
        self.error = error

    def run(self, options: Dict[str, Any], context: Context) -> Dict[str, Any]:
        if self.error is not None:
            raise self.error
        return {"changed": False, "seen": options["x"]}


def test_a_result_is_passed_on() -> None:
    assert run_operation(Operation(), {"x": 1}, Context()) == {"changed": False, "seen": 1}


def test_one_error_becomes_a_failed_result() -> None:
    error = ResponseError(
        "HEAD https://h/v2/: 403 Forbidden", method="HEAD", url="https://h/v2/", status=403, category="denied"
    )
    result = run_operation(Operation(error), {}, Context())
    assert result == {
        "changed": False,
        "failed": True,
        "msg": "HEAD https://h/v2/: 403 Forbidden",
        "errors": [
            {
                "msg": "HEAD https://h/v2/: 403 Forbidden",
                "category": "denied",
                "status": 403,
                "codes": [],
                "method": "HEAD",
                "url": "https://h/v2/",
            }
        ],
    }


def test_failed_items_become_a_failed_result_with_what_was_done() -> None:
    shelf = Shelf({}, unwritable="full")
    operation = Operation()
    operation.run = lambda options, context: shelf.run(["full", "a"]).finish()  # type: ignore[method-assign]
    result = run_operation(operation, {}, Context())
    assert result["failed"] is True
    assert result["changed"] is True
    assert [(error["item"], error["msg"]) for error in result["errors"]] == [("full", "the shelf is full")]


def test_a_single_item_is_named_where_its_message_does_not() -> None:
    shelf = Shelf({}, unreadable="box")
    with pytest.raises(ItemsFailed, match="^box: the shelf is locked$"):
        shelf.run(["box"]).finish()


def test_a_file_error_says_which_file() -> None:
    result = run_operation(Operation(FileNotFoundError(2, "No such file or directory", "/srv/x")), {}, Context())
    assert result["msg"] == "/srv/x: No such file or directory"
