# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retention: what the rules keep in repositories stays, and the rest goes."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Mapping, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client import retention
from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import (
    LISTS,
    open_client,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_apply import (
    Outcome,
    carry_out,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import read_contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_foreseen import (
    Foresight,
    open_foresight,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_plan import (
    RepositoryPlan,
    plan_repository,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_planned import (
    PLANNED,
    parse_planned,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_policy import (
    KEEP,
    Policy,
    parse_policy,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Failure, Report
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import read_items

ARGUMENTS: Dict[str, Any] = {
    "repository": {"type": "str"},
    "repositories": {"type": "list", "elements": "str"},
    "keep": {"type": "dict", "required": True, "options": KEEP},
    "order": {"type": "str", "choices": list(retention.ORDERS), "default": retention.CREATED},
    "include": {"type": "list", "elements": "str", "default": []},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "untagged": {"type": "bool", "default": True},
    "allow_empty": {"type": "bool", "default": False},
    "planned": PLANNED,
    **LISTS,
}

CONSTRAINTS: Dict[str, Any] = {
    "mutually_exclusive": [("repository", "repositories")],
    "required_one_of": [("repository", "repositories")],
}


def run(options: Mapping[str, Any], context: Context) -> Dict[str, Any]:
    """Prune the repositories; see the module's documentation for the result."""
    repositories = _names.one_or_many("repository", "repositories", options, _names.repository)
    policy, planned = parse_policy(options, time.time()), parse_planned(options)
    with open_client(options, context) as client, Workers(options["max_parallel"]) as workers, open_foresight(
        planned, options, context, repositories
    ) as foresight:
        looked = read_items(
            repositories,
            lambda repository: _look(client, workers, repository, policy, foresight),
            options=options,
            describe=lambda repository: repository.name,
        )
        plans: List[RepositoryPlan] = [entry.current for entry in looked.entries]
        for plan in plans:
            for warning in plan.warnings:
                context.warn(warning)
        stop = options["fail_fast"] and looked.failures
        outcome = Outcome() if stop else carry_out(client, workers, plans, options, context)
    failures: List[Failure] = looked.failures + outcome.failures
    total = len(repositories) + sum(len(wave) for plan in plans for wave in plan.waves)
    return Report(outcome.done, failures, total).finish(_result(plans, outcome))


def _look(
    client: Client, workers: Workers, repository: Reference, policy: Policy, foresight: Foresight
) -> RepositoryPlan:
    found = client.repository(repository)
    contents, lookup = foresight.look(read_contents(found, workers), found, workers)
    if contents is None:
        return RepositoryPlan(repository, warnings=[f"there is no repository {repository.name}"])
    return plan_repository(repository, contents, policy, lookup)


def _result(plans: Sequence[RepositoryPlan], outcome: Outcome) -> Dict[str, Any]:
    """What is told beyond the actions."""
    removals = [entry.item for entry in outcome.done]
    return {
        "kept": [
            {
                "repository": plan.repository.name,
                "tag": kept.tag,
                "digest": str(kept.digest) if kept.digest is not None else None,
                "reasons": list(kept.reasons),
            }
            for plan in plans
            for kept in [*plan.kept, *outcome.spared.get(plan.repository, ())]
        ],
        "removed": [entry for removal in removals for entry in removal.tag_results()],
        "untagged": [
            {"repository": removal.repository.name, "digest": str(removal.digest), "reason": removal.reason}
            for removal in removals
            if not removal.tags
        ],
    }
