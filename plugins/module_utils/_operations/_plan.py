# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operation is about to do, and why.

The plan is the only place where it is decided whether something changes: check mode returns it, diff mode shows
it, and the real run carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Tuple


@dataclass(frozen=True)
class Action:
    """One change, in words that stand in the result `actions`."""

    #: A verb: tag, untag, push, delete, upload, mount, download, copy.
    action: str
    #: What it is done to, as the user would write it: a reference, a repository, a file.
    name: str
    #: Why it is needed, one clause: "the tag is not there".
    reason: str
    #: More keys of the result: plain JSON types only.
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> Dict[str, Any]:
        """The entry in the result."""
        entry: Dict[str, Any] = {"action": self.action, "name": self.name, "reason": self.reason}
        entry.update(self.details)
        return entry


@dataclass(frozen=True)
class Plan:
    """The actions for one item (or, merged, for all), and the state before and after them.

    `before` and `after` map what is looked at (a reference, a file) to its state in plain JSON types; None stands
    for "not there". They name the same keys, so that a diff shows each thing on both sides.
    """

    actions: Tuple[Action, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.actions)

    def as_result(self) -> Dict[str, Any]:
        """The keys `changed`, `actions` and `diff` of a result."""
        return {
            "changed": self.changed,
            "actions": [action.as_dict() for action in self.actions],
            "diff": {"before": dict(self.before), "after": dict(self.after)},
        }


def unchanged(name: str, state: Any) -> Plan:
    """The plan for a thing that is already as it should be."""
    return Plan(before={name: state}, after={name: state})


def change(action: Action, before: Any, after: Any) -> Plan:
    """The plan with one action, which takes the thing that it names from one state to the other."""
    return Plan(actions=(action,), before={action.name: before}, after={action.name: after})


def merge(plans: Iterable[Plan]) -> Plan:
    """One plan out of many, in their order."""
    actions: List[Action] = []
    before: Dict[str, Any] = {}
    after: Dict[str, Any] = {}
    for plan in plans:
        actions.extend(plan.actions)
        before.update(plan.before)
        after.update(plan.after)
    return Plan(actions=tuple(actions), before=before, after=after)
