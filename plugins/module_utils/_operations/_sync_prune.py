# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes from the destination of a sync: the tags that its rules speak of, and its source has no more."""

from __future__ import annotations

from typing import Iterable, Sequence

from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import CopyPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.repository import Repository
from ansible_collections.regops.oci_registry.plugins.module_utils._client.retention import (
    Kept,
    Rule,
    TaggedImage,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import read_contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_lookup import Lookup
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_plan import (
    RepositoryPlan,
    plan_repository,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_policy import Policy
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sync_rules import Pair, TagRules


def plan_removals(
    repository: Repository,
    pair: Pair,
    wanted: Sequence[str],
    copies: Iterable[CopyPlan],
    workers: Workers,
    allow_empty: bool,
) -> RepositoryPlan:
    """What goes. What the copies bring, or have found there, is needed, whatever tag it had before.

    Raises RegistryError where the source has nothing that the rules let through: that is more likely a mistake than a
    wish, and everything would go.
    """
    if not wanted and not allow_empty:
        raise RegistryError(
            f"{pair.src.name} has no tag that the rules let through: nothing is removed from {pair.dest.name}",
            category="conflict",
            hint="Where that is meant, set allow_empty to true",
        )
    contents = read_contents(repository, workers)
    if contents is None:
        return RepositoryPlan(pair.dest)
    policy = Policy(
        rules=(_kept_by(pair.rules, wanted),),
        needed=frozenset(_digests(copies)),
        untagged=False,
        allow_empty=True,
        gone=f"{pair.src.name} does not have it",
    )
    return plan_repository(pair.dest, contents, policy, Lookup(repository, workers))


def _kept_by(rules: TagRules, wanted: Sequence[str]) -> Rule:
    """A rule that keeps what the source has, and what the sync does not speak of."""
    there = frozenset(wanted)

    def keeps(images: Sequence[TaggedImage]) -> Kept:
        tags = [image.tag for image in images]
        concerned = set(rules.concerned(tags))
        return {
            tag: "the source has it" if tag in there else "the rules do not speak of it"
            for tag in tags
            if tag in there or tag not in concerned
        }

    return Rule(keeps, by_name=True)


def _digests(copies: Iterable[CopyPlan]) -> Iterable[Digest]:
    for copy in copies:
        yield copy.digest
        if copy.root is not None:
            yield from (child.digest for child in copy.root.manifests)
        yield from _digests(copy.attached)
