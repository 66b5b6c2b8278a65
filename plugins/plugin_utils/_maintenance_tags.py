# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of a repository in the report of its registry: what they are, and what became or would become of them."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from ansible_collections.regops.oci_registry.plugins.plugin_utils import _words
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_names import image_of, repository_name

#: What an action does to a tag that is there afterwards.
_BRINGS = {"copy": "copied", "tag": "tagged"}

Row = Dict[str, Any]
#: What becomes of tags, by their repositories and their names: a mark, and the words for it.
Fates = Dict[str, Dict[str, Tuple[str, str]]]


def short_name(report: Mapping[str, Any], text: str) -> str:
    """A text without the address of the registry that the report is about anyway."""
    return text.replace(f"{report['registry']}/", "") if report["registry"] else text


def fates_of(report: Mapping[str, Any]) -> Fates:
    """A mark (kept, new, gone) and words for each tag that something is done to; what is done last counts."""
    would = "would be " if report["check_mode"] else ""
    fates: Fates = {}
    for kept in report["kept"]:
        fates.setdefault(kept["repository"], {})[kept["tag"]] = ("kept", f"kept: {', '.join(kept['reasons'])}")
    for action in report["actions"]:
        image = image_of(action["name"])
        if image is not None and image.digest is None and image.tag is not None and action["action"] in _BRINGS:
            words = f"{would}{_BRINGS[action['action']]}: {action['reason']}"
            fates.setdefault(image.name, {})[image.tag] = ("new", words)
    for removed in report["removed"]:
        if removed["tag"] is not None:
            words = f"{would}removed: {removed['reason']}"
            fates.setdefault(removed["repository"], {})[removed["tag"]] = ("gone", words)
    return fates


def repository_names(report: Mapping[str, Any]) -> List[str]:
    """All repositories that there is something to say about."""
    names = {entry["repository"] for entry in report["repositories"] if entry["tags"]}
    names.update(entry["repository"] for entry in report["removed"])
    names.update(repository_name(action["name"]) for action in report["actions"])
    return sorted(name for name in names if name is not None)


def rows_of(
    report: Mapping[str, Any], repository: str, tags: Iterable[Mapping[str, Any]], fates: Fates, now: str
) -> List[Row]:
    """One row for each tag that is there, is to come, or goes; then the manifests without a tag that go."""
    becomes = dict(fates.get(repository, {}))
    rows = [_row(tag, becomes.pop(tag["name"], ("", "")), now) for tag in tags]
    coming = [_row({"name": tag}, what, now) for tag, what in becomes.items()]
    return rows + coming + [_untagged(report, entry) for entry in report["removed"] if _is_untagged(entry, repository)]


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
