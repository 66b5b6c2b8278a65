# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the templates of the role `maintain` show: the report on all registries in words."""

from __future__ import annotations

import html
from typing import Any, Callable, Dict, Mapping, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.redaction import clean_text
from ansible_collections.regops.oci_registry.plugins.plugin_utils import _words
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_charts import add_bars, ages
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_tags import (
    Fates,
    fates_of,
    repository_names,
    rows_of,
    short_digest,
    short_name,
)

_LONGEST_TEXT = 4000
#: What is said of a registry, by its state.
_STATES = {"unreachable": "not reached", "unchanged": "nothing to do", "waiting": "its turn has not come yet"}


def view(fleet: Mapping[str, Any], medium: str) -> Dict[str, Any]:
    """Everything that is shown in one `medium` (text, html), safe to be put there. Raises OptionError."""
    if medium not in ("text", "html"):
        raise OptionError(f"medium must be text or html, not {medium!r}")
    totals, now = fleet["totals"], fleet["generated"]
    registries = [_registry(report, now) for report in fleet["registries"]]
    add_bars(registries)
    shown: Dict[str, Any] = {
        "generated": now.replace("T", " ").replace("Z", " UTC"),
        "check_mode": fleet["check_mode"],
        "failed": fleet["failed"],
        "headline": _headline(fleet),
        "totals": {**totals, "size": _words.size(totals["size"]), "saved": _words.size(_saved_by_all(registries))},
        "registries": registries,
        "ages": ages(registries),
    }
    make_safe = _as_page if medium == "html" else _as_text
    return {key: _safe(value, make_safe) for key, value in shown.items()}


def _as_text(value: str) -> str:
    return clean_text(value, _LONGEST_TEXT)


def _as_page(value: str) -> str:
    return html.escape(clean_text(value, _LONGEST_TEXT), quote=True)


def _safe(value: Any, make_safe: Callable[[str], str]) -> Any:
    """The same data with every text in it made safe; the keys are ours."""
    if isinstance(value, str):
        return make_safe(value)
    if isinstance(value, Mapping):
        return {key: _safe(entry, make_safe) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_safe(entry, make_safe) for entry in value]
    return value


def _headline(fleet: Mapping[str, Any]) -> str:
    totals = fleet["totals"]
    good = totals["registries"] - totals["failed"]
    changes = _words.plural(totals["actions"], "change")
    parts = [f"{good} of {_words.plural(totals['registries'], 'registry', 'registries')} in order"]
    if fleet["check_mode"]:
        parts = [f"{good} of {_words.plural(totals['registries'], 'registry', 'registries')} can be brought in order"]
    parts.append(f"{changes} {'to make' if fleet['check_mode'] else 'made'}")
    if totals["failed"]:
        parts.append(f"{totals['failed']} failed")
    if totals["drift"]:
        parts.append(_words.plural(totals["drift"], "unexpected digest"))
    return ", ".join(parts)


def _registry(report: Mapping[str, Any], now: str) -> Dict[str, Any]:
    fates = fates_of(report)
    repositories = [_repository(report, name, fates, now) for name in repository_names(report)]
    return {
        "host": report["host"],
        "registry": report["registry"] or "",
        "state": report["state"],
        "check_mode": report["check_mode"],
        "headline": _state(report),
        "size": None if report["size"] is None else _words.size(report["size"]),
        "bytes": report["size"] or 0,
        "apart": sum(repository["apart"] for repository in repositories),
        "saved": _saved(report, repositories),
        "counts": _counts(report),
        "actions": [_action(report, action) for action in report["actions"]],
        "removed": [_removal(report, removed) for removed in report["removed"]],
        "sizes_known": report["size"] is not None,
        "drift": [_drift(report, entry) for entry in report["drift"]],
        "errors": [
            {"step": error["step"], "item": short_name(report, error["item"]), "msg": error["msg"]}
            for error in report["errors"]
        ],
        "notes": [short_name(report, note) for note in report["notes"]],
        "repositories": repositories,
    }


def _state(report: Mapping[str, Any]) -> str:
    if report["state"] in _STATES:
        return _STATES[report["state"]]
    changes = len(report["actions"])
    parts = []
    if changes:
        parts.append(
            f"{_words.plural(changes, 'change')} to make" if report["check_mode"] else _words.plural(changes, "change")
        )
    if report["errors"]:
        parts.append(_words.plural(len(report["errors"]), "error"))
    if report["drift"]:
        parts.append(_words.plural(len(report["drift"]), "unexpected digest"))
    return ", ".join(parts)


def _counts(report: Mapping[str, Any]) -> str:
    """How much there is."""
    if report["size"] is None:
        return ""
    there = [entry for entry in report["repositories"] if entry["tags"]]
    if not there:
        return "empty" if report["repositories"] else ""
    tags = sum(len(entry["tags"]) for entry in there)
    names = _words.plural(len(there), "repository", "repositories")
    return f"{_words.plural(tags, 'tag')} in {names}, {_words.size(report['size'])}"


def _saved(report: Mapping[str, Any], repositories: Sequence[Mapping[str, Any]]) -> str:
    apart = sum(repository["apart"] for repository in repositories)
    if report["size"] is None or apart <= report["size"]:
        return ""
    return f"{_words.size(apart - report['size'])} saved by sharing"


def _saved_by_all(registries: Sequence[Mapping[str, Any]]) -> int:
    return sum(max(registry["apart"] - registry["bytes"], 0) for registry in registries)


def _action(report: Mapping[str, Any], action: Mapping[str, Any]) -> Dict[str, Any]:
    name, tags = action["name"], action.get("tags") or []
    if tags:
        # By its tags a person knows a manifest that goes.
        name = f"{name.partition('@')[0]}:{', '.join(tags)}"
    return {
        "step": action["step"],
        "verb": action["action"],
        "removes": action["action"] in ("delete", "untag"),
        "name": short_name(report, name),
        "reason": action["reason"],
        "size": _words.size(action["bytes"]) if action.get("bytes") else "",
    }


def _removal(report: Mapping[str, Any], removed: Mapping[str, Any]) -> Dict[str, str]:
    return {
        "repository": short_name(report, removed["repository"]),
        "tag": removed["tag"] or "",
        "digest": removed["digest"],
        "short": short_digest(removed["digest"]),
        "reason": removed["reason"],
    }


def _drift(report: Mapping[str, Any], entry: Mapping[str, Any]) -> Dict[str, str]:
    there = "would be" if report["check_mode"] else "is"
    found = "it is not there" if entry["found"] is None else f"it {there} {entry['found']}"
    return {"name": short_name(report, entry["name"]), "words": f"{found}, expected {entry['expected']}"}


def _repository(report: Mapping[str, Any], name: str, fates: Fates, now: str) -> Dict[str, Any]:
    found = next((entry for entry in report["repositories"] if entry["repository"] == name), None) or {}
    rows = rows_of(report, name, found.get("tags") or (), fates, now)
    size, unique = found.get("size") or 0, found.get("unique_size") or 0
    images = {row["digest"]: row["bytes"] for row in rows if row["bytes"] is not None}
    return {
        "name": short_name(report, name),
        "size": _words.size(size),
        "unique": _words.size(unique),
        "shared": _words.size(size - unique),
        "bytes": size,
        "unique_bytes": unique,
        "apart": sum(images.values()),
        "tags": len(found.get("tags") or ()),
        "count": _words.plural(len(found.get("tags") or ()), "tag"),
        "gone": sum(row["mark"] == "gone" for row in rows),
        "new": sum(row["mark"] == "new" for row in rows),
        "rows": rows,
    }
