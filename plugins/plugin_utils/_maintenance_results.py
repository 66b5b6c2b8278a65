# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks have left in the variables that they register."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional


def every_result(registered: Optional[Mapping[str, Any]]) -> List[Mapping[str, Any]]:
    """The results of a task, or of each round of its loop, those that were skipped as well."""
    if not registered:
        return []
    rounds = registered.get("results")
    return list(rounds) if isinstance(rounds, list) else [registered]


def results_of(registered: Optional[Mapping[str, Any]]) -> List[Mapping[str, Any]]:
    """The results of a task, or of each round of its loop; none where it was skipped."""
    return [result for result in every_result(registered) if not result.get("skipped")]


def item_of(result: Mapping[str, Any]) -> Any:
    """What a round of a loop was about."""
    return result.get(result.get("ansible_loop_var", "item"))


def errors_of(result: Mapping[str, Any], about: str = "") -> Iterator[Dict[str, Any]]:
    """What went wrong, one by one, with what it is `about` where the module does not say so."""
    if not result.get("failed"):
        return
    errors = result.get("errors") or [{"msg": result.get("msg") or "it failed, and did not say why"}]
    for error in errors:
        yield {
            "item": error.get("item") or about,
            "msg": str(error["msg"]),
            "category": error.get("category"),
        }
