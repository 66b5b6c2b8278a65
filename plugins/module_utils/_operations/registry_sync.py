# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Repositories that are kept equal to their sources, by rules for tags."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import CopyPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copy_jobs import Job
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._copying import (
    WHAT,
    breadth,
    copy_images,
    image_result,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import LISTS, PROGRESS
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Entry, Failure, Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import read_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sides import SIDE, open_stores
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._stores import Stores
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sync_rules import (
    RULES,
    Pair,
    parse_pairs,
)

if TYPE_CHECKING:
    from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_apply import Done
    from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_plan import RepositoryPlan

ARGUMENTS: Dict[str, Any] = {
    "src": {"type": "str"},
    "dest": {"type": "str"},
    "repositories": {
        "type": "list",
        "elements": "dict",
        "options": {
            "src": {"type": "str", "required": True},
            "dest": {"type": "str", "required": True},
            **RULES,
        },
    },
    **RULES,
    **WHAT,
    "prune": {"type": "bool", "default": False},
    "allow_empty": {"type": "bool", "default": False},
    "src_auth": SIDE,
    "dest_auth": SIDE,
    **LISTS,
    **PROGRESS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("src", "repositories"), ("dest", "repositories")],
    "required_one_of": [("src", "repositories")],
    "required_together": [("src", "dest")],
}


@dataclass
class Work:
    """One pair of repositories: the tags that its destination is to have, and what became of them."""

    pair: Pair
    tags: Sequence[str]
    copies: List[Entry[Job, CopyPlan, Any]] = field(default_factory=list)


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Bring the destinations in line with their sources; see the module's documentation for the result."""
    pairs = parse_pairs(options)
    platforms = tuple(_names.parse_all("platforms", options["platforms"] or [], Platform.parse))
    destinations = [Location.of(pair.dest) for pair in pairs]
    limit = breadth(((Location.of(pair.src), Location.of(pair.dest)) for pair in pairs), options)
    with Workers(limit) as workers, open_stores(options, context, destinations) as stores:
        listed = read_items(pairs, lambda pair: _list(stores, pair), options=options)
        work = [one for entry in listed.entries for one in entry.current]
        failures = list(listed.failures)
        if failures and options["fail_fast"]:
            return Report([], failures, len(failures)).finish(_result([], []))
        session = CopySession(workers, options["foreign_layers"], context.progress)
        jobs = {job: one for one in work for job in _jobs(one, platforms)}
        copied = copy_images(list(jobs), stores, session, options, context)
        for entry in copied.entries:
            jobs[entry.item].copies.append(entry)
        failures += copied.failures
        pruned, kept = _prune(work, stores, workers, options, context) if options["prune"] else ([], [])
    failures += kept
    total = len(jobs) + len(pruned) + len(kept) + len(listed.failures)
    done: List[Entry[Any, Any, Any]] = [*copied.entries, *pruned]
    return Report(done, failures, total).finish(_result(work, pruned))


def _list(stores: Stores, pair: Pair) -> List[Work]:
    """The tags to have, for one repository or for all that a pattern means."""
    if not pair.many:
        return [Work(pair, pair.rules.wanted(stores.source_repository(pair.src).tags()))]
    registry = stores.source_registry(pair.src.registry)
    found = pair.expand(registry.repositories())
    if not found:
        raise RegistryError(
            f"{pair.src.registry} shows no repository below {pair.src.repository}/",
            category="not_found",
            hint="A registry shows only what these credentials may list",
        )
    return [Work(one, one.rules.wanted(stores.source_repository(one.src).tags())) for one in found]


def _jobs(work: Work, platforms: Tuple[Platform, ...]) -> List[Job]:
    src, dest = work.pair.src, work.pair.dest
    return [Job(Location.of(src.with_tag(tag)), Location.of(dest.with_tag(tag)), platforms) for tag in work.tags]


def _prune(
    work: Sequence[Work], stores: Stores, workers: Workers, options: Mapping[str, Any], context: Context
) -> Tuple[List[Done], List[Failure]]:
    """Remove from the destinations what their sources have no more."""
    # Imported here: most tasks remove nothing, and every task pays for what is imported.
    from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_apply import carry_out
    from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sync_prune import plan_removals

    client = stores.destination_client

    def plan(one: Work) -> RepositoryPlan:
        copies = [entry.current for entry in one.copies]
        return plan_removals(
            client.repository(one.pair.dest), one.pair, one.tags, copies, workers, options["allow_empty"]
        )

    looked = read_items(list(work), plan, options=options, describe=lambda one: one.pair.dest.name)
    plans = [entry.current for entry in looked.entries]
    for found in plans:
        for warning in found.warnings:
            context.warn(warning)
    outcome = carry_out(client, workers, plans, options, context)
    return outcome.done, outcome.failures + looked.failures


def _result(work: Sequence[Work], pruned: Sequence[Done]) -> Dict[str, Any]:
    removals = [entry.item for entry in pruned]
    counts = Counter(removal.repository for removal in removals for _tag in removal.tags)
    return {
        "images": [image_result(entry) for one in work for entry in one.copies],
        "removed": [entry for removal in removals for entry in removal.tag_results()],
        "repositories": [
            {
                "src": one.pair.src.name,
                "dest": one.pair.dest.name,
                "tags": list(one.tags),
                "copied": sum(1 for entry in one.copies if entry.plan.changed),
                "removed": counts[one.pair.dest],
            }
            for one in work
        ],
    }
