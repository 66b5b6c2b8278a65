# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out what was planned, wave after wave, and nothing that has come to be needed in the meantime."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Set, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.client import Client
from ansible_collections.regops.oci_registry.plugins.module_utils._client.deletion import delete_with_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.untag import untag
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_living import living
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_lookup import Lookup
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_plan import KeptTag, RepositoryPlan
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_removals import Removal
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Entry, Failure
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run import Steps, change_items
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run_all import ITEM_ERRORS
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._survey import (
    Tags,
    survey,
)

Done = Entry[Removal, None, None]


@dataclass
class Outcome:
    """What was done (in check mode: would be), what failed, and which tags stay against the plan."""

    done: List[Done] = field(default_factory=list)
    failures: List[Failure] = field(default_factory=list)
    spared: Dict[Reference, List[KeptTag]] = field(default_factory=dict)


def carry_out(
    client: Client, workers: Workers, plans: Sequence[RepositoryPlan], options: Mapping[str, Any], context: Context
) -> Outcome:
    """Do what the plans of all repositories say, a wave of all at once. Raises nothing that is the failure of one."""
    carrier = _Carrier(client, workers, plans, options, context)
    for number in range(max((len(plan.waves) for plan in plans), default=0)):
        carrier.do([removal for plan in plans for wave in plan.waves[number : number + 1] for removal in wave])
    if not context.check_mode:
        carrier.drop_left_tags()
    return carrier.outcome


class _Carrier:
    """Knows what became of the waves so far."""

    def __init__(
        self,
        client: Client,
        workers: Workers,
        plans: Sequence[RepositoryPlan],
        options: Mapping[str, Any],
        context: Context,
    ) -> None:
        self.outcome = Outcome()
        self._client = client
        self._workers = workers
        self._plans = {plan.repository: plan for plan in plans}
        self._options = options
        self._context = context
        #: Manifests that stay against the plan, and repositories where nothing more is tried.
        self._stay: Set[Tuple[Reference, Digest]] = set()
        self._given_up: Set[Reference] = set()

    def do(self, wave: Sequence[Removal]) -> None:
        """Do the removals of one wave, but for those that must not be any more."""
        todo = [removal for removal in wave if self._is_free(removal)]
        if not self._context.check_mode:
            todo = self._check_again(todo)
        # Where a registry does not delete, one refusal says so for the whole repository, and nothing is half done.
        first = {removal.repository: removal for removal in reversed(todo)}
        self._change([removal for removal in todo if first[removal.repository] is removal])
        self._change([removal for removal in todo if first[removal.repository] is not removal])

    def drop_left_tags(self) -> None:
        """Remove the tags that a registry keeps although their manifest was deleted by its digest."""
        deleted: Dict[Reference, Dict[str, Digest]] = {}
        for entry in self.outcome.done:
            if entry.item.tags and not entry.item.tag_only:
                tags = deleted.setdefault(entry.item.repository, {})
                tags.update(dict.fromkeys(entry.item.tags, entry.item.digest))
        repositories = list(deleted)
        surveys = survey(
            self._client, repositories, self._options["max_parallel"], lambda where, tag: tag in deleted[where]
        )
        for repository in repositories:
            try:
                for tag, digest in surveys.tags(repository).items():
                    if deleted[repository][tag] == digest:
                        self._client.repository(repository).delete_tag(tag)
            except ITEM_ERRORS as error:
                self.outcome.failures.append(Failure(repository.name, error))

    def _is_free(self, removal: Removal) -> bool:
        """Whether all is gone that had to go before."""
        owner = next((owner for owner in removal.after if (removal.repository, owner) in self._stay), None)
        if owner is not None:
            self._spare(removal, f"it belongs to {owner}, which stays")
        return owner is None and removal.repository not in self._given_up

    def _check_again(self, wave: Sequence[Removal]) -> List[Removal]:
        """Those removals that are still right: tags may have been moved while all this was found out."""
        unasked: Dict[Reference, Set[str]] = {}
        mine: Dict[Reference, List[Removal]] = {}
        for removal in wave:
            mine.setdefault(removal.repository, []).append(removal)
            unasked.setdefault(removal.repository, set()).update(() if removal.tag_only else removal.tags)
        repositories = list(unasked)
        for repository, tags in unasked.items():
            tags.update(self._plans[repository].contents.unreadable)
        surveys = survey(
            self._client, repositories, self._options["max_parallel"], lambda where, tag: tag not in unasked[where]
        )
        right: List[Removal] = []
        for repository in repositories:
            try:
                right += self._right(self._plans[repository], mine[repository], surveys.tags(repository))
            except ITEM_ERRORS as error:
                self._give_up(repository, error)
        return right

    def _right(self, plan: RepositoryPlan, wave: Sequence[Removal], now: Tags) -> List[Removal]:
        before = plan.contents.manifests
        moved = {tag: digest for tag, digest in now.items() if tag not in before or before[tag].digest != digest}
        lookup = Lookup(self._client.repository(plan.repository), self._workers)
        needed = living(plan.contents, moved.values(), lookup) if moved else set()
        right: List[Removal] = []
        for removal in wave:
            if moved.keys() & removal.tags.keys() if removal.tag_only else removal.digest in needed:
                self._spare(removal, "its tag was moved in the meantime" if removal.tag_only else _needed(moved))
            else:
                right.append(removal)
        return right

    def _change(self, wave: Sequence[Removal]) -> None:
        todo = [removal for removal in wave if removal.repository not in self._given_up]
        if self._options["fail_fast"] and self.outcome.failures:
            return
        steps: Steps[Removal, None, None] = Steps(
            observe=lambda removal: None,
            plan=lambda removal, current: removal.plan(),
            apply=lambda removal, current, plan: self._apply(removal),
        )
        report = change_items(todo, steps, options=self._options, context=self._context)
        self.outcome.done += report.entries
        self.outcome.failures += report.failures
        failed = {failure.item: failure.error for failure in report.failures}
        for removal in todo:
            error = failed.get(str(removal))
            if error is not None:
                self._stay.add((removal.repository, removal.digest))
            if isinstance(error, RegistryError) and error.category == "unsupported":
                self._given_up.add(removal.repository)

    def _apply(self, removal: Removal) -> None:
        repository = self._client.repository(removal.repository)
        if removal.tag_only:
            untag(repository, min(removal.tags))
        else:
            delete_with_tags(repository, removal.digest, sorted(removal.tags))

    def _spare(self, removal: Removal, why: str) -> None:
        self._stay.add((removal.repository, removal.digest))
        self._context.warn(f"{removal} is not removed: {why}")
        kept = self.outcome.spared.setdefault(removal.repository, [])
        kept += [KeptTag(tag, removal.digest, (why,)) for tag in sorted(removal.tags)]

    def _give_up(self, repository: Reference, error: BaseException) -> None:
        self._given_up.add(repository)
        self.outcome.failures.append(Failure(repository.name, error))


def _needed(moved: Iterable[str]) -> str:
    return f"it is needed by a tag that has been set in the meantime ({', '.join(sorted(moved))})"
