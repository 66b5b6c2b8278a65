# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token permits (CNCF distribution, "Token Scope Documentation")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

_ORDER = {"pull": 0, "push": 1, "delete": 2, "*": 4}
_OTHER_ACTION = 3


@dataclass(frozen=True)
class Scope:
    """Actions on one resource: ``Scope("repository", "team/app", frozenset(["pull"]))``.

    A scope that a server names in a form of its own has all of its text in `resource_type`, and goes back as it came.
    """

    resource_type: str
    name: str
    actions: frozenset[str]

    def __str__(self) -> str:
        if not self.name and not self.actions:
            return self.resource_type
        actions = sorted(self.actions, key=lambda action: (_ORDER.get(action, _OTHER_ACTION), action))
        return ":".join((self.resource_type, self.name, ",".join(actions)))

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Return the scope that `text` is, such as ``repository:team/app:pull,push``. Never raises."""
        resource_type, first, rest = text.partition(":")
        name, second, actions = rest.rpartition(":")  # a name may hold a host and its port
        if not (first and second and name):
            return cls(text, "", frozenset())
        return cls(resource_type, name, frozenset(action for action in actions.split(",") if action))


def repository_scope(name: str, *actions: str) -> Scope:
    """Return the scope of ``actions`` on the repository of that name."""
    return Scope("repository", name, frozenset(actions))


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """Return the scopes in a challenge's `scope` parameter: separated by spaces, merged."""
    return merge_scopes(Scope.parse(word) for word in text.split())


def merge_scopes(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Return one scope for each resource, with the actions of all, in the order in which resources first come."""
    merged: dict[tuple[str, str], Scope] = {}
    for scope in scopes:
        key = (scope.resource_type, scope.name)
        before = merged.get(key)
        merged[key] = scope if before is None else Scope(*key, before.actions | scope.actions)
    return tuple(merged.values())


def covers(granted: Iterable[Scope], wanted: Iterable[Scope]) -> bool:
    """Return whether who has the `granted` scopes has all that is `wanted`. ``*`` counts as an action of its own."""
    held = {(scope.resource_type, scope.name): scope.actions for scope in granted}
    for scope in wanted:
        actions = held.get((scope.resource_type, scope.name))
        if actions is None or not scope.actions <= actions:
            return False
    return True
