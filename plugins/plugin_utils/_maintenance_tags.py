# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of a repository in the report of its registry: what they are, and what became or would become of them."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.plugin_utils import _words

#: What an action does to a tag that is there afterwards.
_BRINGS = {"copy": "copied", "tag": "tagged"}

Row = Dict[str, Any]


def short_name(report: Mapping[str, Any], text: str) -> str:
    """A text without the address of the registry that the report is about anyway."""
    return text.replace(f"{report['registry']}/", "") if report["registry"] else text


def repository_names(report: Mapping[str, Any]) -> List[str]:
    """All repositories that there is something to say about."""
    names = {entry["repository"] for entry in report["repositories"] if entry["tags"]}
    names.update(entry["repository"] for entry in report["removed"])
    names.update(_split(action["name"])[0] for action in report["actions"])
    return sorted(names)


def rows_of(report: Mapping[str, Any], repository: str, tags: Iterable[Mapping[str, Any]], now: str) -> List[Row]:
    """One row for each tag that is there, is to come, or goes; then the manifests without a tag that go."""
    becomes = _becomes(report, repository)
    rows = [_row(tag, becomes.pop(tag["name"], ("", "")), now) for tag in tags]
    coming = [_row({"name": tag}, what, now) for tag, what in becomes.items()]
    return rows + coming + [_untagged(report, entry) for entry in report["removed"] if _is_untagged(entry, repository)]


def _becomes(report: Mapping[str, Any], repository: str) -> Dict[str, Tuple[str, str]]:
    """For each tag a mark (kept, new, gone) and the words for it; what is done last counts."""
    would = "would be " if report["check_mode"] else ""
    found: Dict[str, Tuple[str, str]] = {}
    for kept in report["kept"]:
        if kept["repository"] == repository:
            found[kept["tag"]] = ("kept", f"kept: {', '.join(kept['reasons'])}")
    for action in report["actions"]:
        name, tag = _split(action["name"])
        if name == repository and tag is not None and action["action"] in _BRINGS:
            found[tag] = ("new", f"{would}{_BRINGS[action['action']]}: {action['reason']}")
    for removed in report["removed"]:
        if removed["repository"] == repository and removed["tag"] is not None:
            found[removed["tag"]] = ("gone", f"{would}removed: {removed['reason']}")
    return found


def _row(tag: Mapping[str, Any], becomes: Tuple[str, str], now: str) -> Row:
    digest, created = tag.get("digest"), tag.get("created")
    days = _words.age_in_days(created, now)
    return {
        "tag": tag["name"],
        "digest": digest or "",
        "short": short_digest(digest),
        "size": _words.size(tag["total_size"]) if digest else "",
        "unique": _words.size(tag["unique_size"]) if digest else "",
        "bytes": tag.get("total_size"),
        "unique_bytes": tag.get("unique_size"),
        "platforms": ", ".join(tag.get("platforms") or ()),
        "created": (created or "").replace("T", " ").replace("Z", " UTC"),
        "age": _words.age(days) if digest else "",
        "days": days,
        "mark": becomes[0],
        "words": becomes[1],
    }


def _is_untagged(entry: Mapping[str, Any], repository: str) -> bool:
    return entry["tag"] is None and entry["repository"] == repository


def _untagged(report: Mapping[str, Any], entry: Mapping[str, Any]) -> Row:
    would = "would be " if report["check_mode"] else ""
    row = _row({"name": "without a tag"}, ("gone", f"{would}removed: {entry['reason']}"), "")
    return {**row, "digest": entry["digest"], "short": short_digest(entry["digest"])}


def short_digest(digest: Optional[str]) -> str:
    """Enough of a digest to tell it from others."""
    return "" if digest is None else digest.partition(":")[2][:12]


def _split(name: str) -> Tuple[str, Optional[str]]:
    """The repository and the tag of an image; no tag where it is named by its digest."""
    bare, at, digest = name.partition("@")
    start, slash, last = bare.rpartition("/")
    last, colon, tag = last.partition(":")
    return f"{start}/{last}", tag if colon and not at else None
