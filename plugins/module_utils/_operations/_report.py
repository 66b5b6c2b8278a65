# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of the items of an operation: those that went well, those that failed, and the result that tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Generic, List, Mapping, Optional, Sequence, TypeVar

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import Plan, merge

Item = TypeVar("Item")
Current = TypeVar("Current")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Failure:
    """An item that failed: what it was, and why."""

    item: str
    error: BaseException

    @property
    def message(self) -> str:
        """The reason in words."""
        if isinstance(self.error, OSError) and self.error.strerror:
            where = f"{self.error.filename}: " if self.error.filename else ""
            return f"{where}{self.error.strerror}"
        return str(self.error)

    def as_dict(self) -> Dict[str, Any]:
        """The entry in the result `errors`."""
        entry: Dict[str, Any] = {"item": self.item, "msg": self.message}
        if isinstance(self.error, RegistryError):
            entry.update({key: getattr(self.error, key) for key in ("category", "status", "codes", "method", "url")})
        return entry


class ItemsFailed(RegistryError):
    """Some items failed; `result` has what the others did, and `failures` all that failed."""

    def __init__(self, failures: Sequence[Failure], total: int, result: Mapping[str, Any]) -> None:
        super().__init__(_failure_message(failures, total))
        self.failures = list(failures)
        self.result = dict(result)


def _failure_message(failures: Sequence[Failure], total: int) -> str:
    lines = [f"{failure.item}: {failure.message}" for failure in failures]
    if total > 1:
        return "\n".join([f"{len(failures)} of {total} failed:", *lines])
    only = failures[0]
    return only.message if only.item in only.message else lines[0]


@dataclass(frozen=True)
class Entry(Generic[Item, Current, Value]):
    """An item that went well: what was found, what was planned, and what `apply` (or `read`) returned."""

    item: Item
    current: Current
    plan: Plan = field(default_factory=Plan)
    value: Optional[Value] = None


@dataclass(frozen=True)
class Report(Generic[Item, Current, Value]):
    """All items of a run: those that went well, in their order, and those that failed."""

    entries: List[Entry[Item, Current, Value]]
    failures: List[Failure]
    total: int
    changes: bool = True

    def finish(self, more: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
        """The result of the operation; ItemsFailed where there were failures."""
        result: Dict[str, Any] = {"changed": False}
        if self.changes:
            result.update(merge(entry.plan for entry in self.entries).as_result())
        result.update(more or {})
        if self.failures:
            raise ItemsFailed(self.failures, self.total, result)
        return result
