# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the maintenance of one registry came to: plain data, for people and programs."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_names import (
    below,
    image_name,
    image_of,
    is_in_registry,
    repository_name,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_results import (
    errors_of,
    item_of,
    results_of,
)

#: The steps that change something, in the order of the work.
CHANGING = ("mirrors", "images", "tags", "retention")
#: All steps that can fail.
STEPS = ("registry", "mirrors", "images", "tags", "digests", "retention", "contents")

Report = Dict[str, Any]


def host_report(results: Mapping[str, Any], host: str, registry: str, check_mode: bool) -> Report:
    """The report on one registry.

    `results` has for each step what its task registered; in `expected` the digests that images shall have, in
    `on_drift` whether it is a failure (fail, report) where they have not, and in `plan` what check mode expects images
    to be (see `_maintenance_plan.planned`).
    """
    errors = list(_errors(results))
    actions = list(_actions(results))
    drift = list(_drift(results, registry))
    contents = next(iter(results_of(results.get("contents"))), {})
    return {
        "host": host,
        "registry": registry,
        "check_mode": check_mode,
        "state": _state(results, errors, drift, actions),
        "changed": bool(actions),
        "failed": bool(errors or [entry for entry in drift if entry["fails"]]),
        "actions": actions,
        "removed": list(_removed(results)),
        "kept": [kept for result in results_of(results.get("retention")) for kept in result.get("kept") or ()],
        "errors": errors,
        "drift": drift,
        "notes": list(_notes(results, registry)) if check_mode else [],
        "size": contents.get("size"),
        "repositories": contents.get("repositories") or [],
    }


def _not_reached(results: Mapping[str, Any]) -> bool:
    """Whether the registry could not be asked at all."""
    return any(result.get("failed") for result in results_of(results.get("registry")))


def _state(results: Mapping[str, Any], errors: Sequence[Any], drift: Sequence[Any], actions: Sequence[Any]) -> str:
    if _not_reached(results):
        reasons = {error["category"] for error in errors}
        return "unreachable" if reasons <= {"unreachable", "tls"} else "failed"
    if errors or [entry for entry in drift if entry["fails"]]:
        return "failed"
    return "changed" if actions else "unchanged"


def _errors(results: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
    for step in STEPS:
        for result in results_of(results.get(step)):
            item = item_of(result)
            about = str(item.get("name") or item.get("repository") or "") if isinstance(item, Mapping) else ""
            for error in errors_of(result, about):
                yield {"step": step, **error}


def _actions(results: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
    for step in CHANGING:
        for result in results_of(results.get(step)):
            for action in result.get("actions") or ():
                yield {"step": step, **action}


def _removed(results: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
    """Tags, and manifests without a tag, each with the reason why it goes."""
    for step in ("mirrors", "retention"):
        for result in results_of(results.get(step)):
            for entry in result.get("removed") or ():
                yield {"step": step, **entry}
            for entry in result.get("untagged") or ():
                yield {"step": step, "tag": None, **entry}
    for result in results_of(results.get("tags")):
        for action in result.get("actions") or ():
            image = image_of(action["name"])
            if action["action"] == "untag" and image is not None:
                yield {
                    "step": "tags",
                    "repository": image.name,
                    "tag": image.tag,
                    "digest": action["digest"],
                    "reason": "registry_tags says that it is absent",
                }


def _drift(results: Mapping[str, Any], registry: str) -> Iterator[Dict[str, Any]]:
    """Images whose digest is not the expected one; in check mode, that which they are going to have."""
    found: Dict[str, Optional[str]] = {}
    for result in results_of(results.get("digests")):
        found.update({image_name(entry["name"]): entry["digest"] for entry in result.get("manifests") or ()})
    found.update((results.get("plan") or {}).get("images") or {})
    for entry in results.get("expected") or ():
        name = image_name(below(registry, entry["name"]))
        if name in found and found[name] != entry["digest"]:
            fails = results.get("on_drift", "fail") == "fail"
            yield {"name": name, "expected": entry["digest"], "found": found[name], "fails": fails}


def _notes(results: Mapping[str, Any], registry: str) -> Iterator[str]:
    """What should be known about the prediction of check mode."""
    retained = set(_retained(results, registry))
    for image in (image for result in results_of(results.get("images")) for image in result.get("images") or ()):
        if image.get("changed") and repository_name(image["dest"]) in retained and not is_in_registry(image["src"]):
            yield f"{image['dest']}: retention was judged without it, since it comes from {image['src']}"


def _retained(results: Mapping[str, Any], registry: str) -> Iterator[Optional[str]]:
    """The repositories that retention is about."""
    for result in results_of(results.get("retention")):
        item = item_of(result) or {}
        for name in [item.get("repository"), *(item.get("repositories") or ())]:
            if name is not None:
                yield repository_name(below(registry, name))
