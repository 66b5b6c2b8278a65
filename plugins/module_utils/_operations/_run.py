# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an operation is built, and run.

An operation is one file of this folder, named as its module, with

* `ARGUMENTS`: its part of the argument spec; the connection options are added by `argument_spec`;
* `CONSTRAINTS`: keyword arguments of AnsibleModule such as `required_one_of` (may be empty);
* `run(options, context) -> dict`: `options` has every argument (None where not given), the result has plain JSON
  types only. It raises RegistryError, or ItemsFailed where some of many items failed.

`run` has three steps:

1. *Parse* (`_names.py`): every reference, tag, digest and number is checked before anything is sent. Bad input is
   an OptionError or another RegistryError.
2. *Items*: inside `with open_client(options, context) as client` (`_options.py`), one of

   * `read_items(items, read, ...)` for an operation that only looks: `read(item) -> value`;
   * `change_items(items, Steps(observe, plan, apply), ...)` for one that changes something:

     - `observe(item) -> current` sends GET and HEAD only,
     - `plan(item, current) -> Plan` is pure (`_plan.py`), and raises where what is asked for must be refused,
     - `apply(item, current, plan) -> value` does what the plan says and decides nothing; it is called neither in check
       mode nor for an item whose plan is empty,
     - `settle(current, value) -> current` is for what need not be asked before, since it shows while it is done: what
       `observe` would have found, had it asked. The result tells of the plan for that, as check mode does.

   An item is the smallest thing that can fail by itself. Both return a Report (`_report.py`).
3. *Result*: `return report.finish(more keys)` gives `changed`, `actions`, `diff` and those keys, and raises
   ItemsFailed with the same result where an item failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Generic, List, Mapping, Sequence, TypeVar

from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import Plan
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import (
    Entry,
    Failure,
    ItemsFailed,
    Report,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run_all import (
    ITEM_ERRORS,
    Outcome,
    run_all,
)

Item = TypeVar("Item")
Current = TypeVar("Current")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Steps(Generic[Item, Current, Value]):
    """The three steps of an operation that changes something; see the top of this file."""

    observe: Callable[[Item], Current]
    plan: Callable[[Item, Current], Plan]
    apply: Callable[[Item, Current, Plan], Value]
    settle: Callable[[Current, Value], Current] = lambda current, value: current


def _failures(outcomes: Sequence[Outcome[Any, Any]], describe: Callable[[Any], str]) -> List[Failure]:
    return [Failure(describe(outcome.item), outcome.error) for outcome in outcomes if outcome.error is not None]


def read_items(
    items: Sequence[Item],
    read: Callable[[Item], Value],
    *,
    options: Mapping[str, Any],
    describe: Callable[[Item], str] = str,
) -> Report[Item, Value, Value]:
    """Look at each item. `describe` gives the item's name for an error."""
    outcomes = run_all(read, items, options["max_parallel"], bool(options.get("fail_fast")))
    entries: List[Entry[Any, Any, Any]] = [
        Entry(outcome.item, outcome.value, value=outcome.value) for outcome in outcomes if outcome.good
    ]
    return Report(entries, _failures(outcomes, describe), len(items), changes=False)


def change_items(
    items: Sequence[Item],
    steps: Steps[Item, Current, Value],
    *,
    options: Mapping[str, Any],
    context: Context,
    describe: Callable[[Item], str] = str,
) -> Report[Item, Current, Value]:
    """Observe all items, plan all, then (not in check mode) apply the plans that have something to do.

    With fail_fast nothing is changed where an item cannot be observed, and nothing more after one cannot be changed.
    """
    limit, fail_fast = options["max_parallel"], bool(options.get("fail_fast"))

    def look(item: Item) -> Entry[Item, Current, Value]:
        current = steps.observe(item)
        return Entry(item, current, steps.plan(item, current))

    observed = run_all(look, items, limit, fail_fast)
    failures = _failures(observed, describe)
    planned = [outcome.value for outcome in observed if outcome.value is not None]
    if fail_fast and failures:
        return Report([entry for entry in planned if not entry.plan.changed], failures, len(items))
    if context.check_mode:
        return Report(planned, failures, len(items))
    todo = [entry for entry in planned if entry.plan.changed]
    applied = run_all(lambda entry: steps.apply(entry.item, entry.current, entry.plan), todo, limit, fail_fast)
    failures += _failures(applied, lambda entry: describe(entry.item))
    outcomes = {id(outcome.item): outcome for outcome in applied}
    entries: List[Entry[Item, Current, Value]] = []
    for entry in planned:
        outcome = outcomes.get(id(entry))
        if outcome is None:
            entries.append(entry)
        elif outcome.good:
            value: Any = outcome.value
            current = steps.settle(entry.current, value)
            plan = entry.plan if current is entry.current else steps.plan(entry.item, current)
            entries.append(Entry(entry.item, current, plan, value))
    return Report(entries, failures, len(items))


def run_operation(operation: Any, options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Run one operation (a file of this folder); the result is Ansible's, with `failed`, `msg` and `errors` on failure.

    Raises nothing that the client or an operation raises on purpose.
    """
    try:
        result: Dict[str, Any] = operation.run(options, context)
    except ItemsFailed as error:
        return dict(error.result, failed=True, msg=str(error), errors=[f.as_dict() for f in error.failures])
    except ITEM_ERRORS as error:
        failure = Failure("", error)
        entry = failure.as_dict()
        del entry["item"]
        return {"changed": False, "failed": True, "msg": failure.message, "errors": [entry]}
    return result
