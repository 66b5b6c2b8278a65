# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what is in a result, and that several become one."""

from __future__ import annotations

from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
    merge,
    unchanged,
)


def test_a_plan_without_actions_changes_nothing() -> None:
    plan = unchanged("reg/app:v1", "sha256:aa")
    assert plan.as_result() == {
        "changed": False,
        "actions": [],
        "diff": {"before": {"reg/app:v1": "sha256:aa"}, "after": {"reg/app:v1": "sha256:aa"}},
    }


def test_a_change_says_what_why_and_from_where_to_where() -> None:
    plan = change(Action("tag", "reg/app:v1", "the tag is not there", {"digest": "sha256:aa"}), None, "sha256:aa")
    assert plan.as_result() == {
        "changed": True,
        "actions": [
            {"action": "tag", "name": "reg/app:v1", "reason": "the tag is not there", "digest": "sha256:aa"},
        ],
        "diff": {"before": {"reg/app:v1": None}, "after": {"reg/app:v1": "sha256:aa"}},
    }


def test_merging_keeps_the_order_and_every_state() -> None:
    first = change(Action("tag", "b", "why"), None, 1)
    second = unchanged("a", 2)
    third = change(Action("untag", "c", "why"), 3, None)
    merged = merge([first, second, third])
    assert [action.name for action in merged.actions] == ["b", "c"]
    assert merged.before == {"b": None, "a": 2, "c": 3}
    assert merged.after == {"b": 1, "a": 2, "c": None}


class Counted(tuple):  # type: ignore[type-arg]
    """Actions that count how many elements an addition to a tuple copies."""

    copied = 0

    def __radd__(self, other: tuple) -> tuple:  # type: ignore[type-arg]
        Counted.copied += len(other) + len(self)
        return (*other, *self)


def test_merging_thousands_copies_no_action_twice() -> None:
    Counted.copied = 0
    actions = [Action("tag", str(number), "why") for number in range(1000)]
    merged = merge(Plan(actions=Counted([action])) for action in actions)
    assert list(merged.actions) == actions
    assert Counted.copied <= len(actions)


def test_merging_nothing_is_an_empty_plan() -> None:
    assert merge([]) == Plan()
