# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept and what goes in one repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Mapping, Optional, Sequence, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client import retention
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import attached_to, fallback_tag
from ansible_collections.regops.oci_registry.plugins.module_utils._client.retention import TaggedImage, Verdict
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import filter_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import Contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_doom import Doom, find_doom
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_lookup import Asked
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_policy import Policy
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_removals import Removal, waves_of


@dataclass(frozen=True)
class KeptTag:
    """A tag that stays, and why."""

    tag: str
    digest: Optional[Digest]
    reasons: Tuple[str, ...]


@dataclass(frozen=True)
class RepositoryPlan:
    """What becomes of one repository. `waves` are done one after the other, what is in one at once."""

    repository: Reference
    contents: Contents = field(default_factory=Contents)
    kept: Sequence[KeptTag] = ()
    waves: Sequence[Sequence[Removal]] = ()
    #: What the user should know of it.
    warnings: Sequence[str] = ()


def plan_repository(repository: Reference, contents: Contents, policy: Policy, lookup: Asked) -> RepositoryPlan:
    """Decide. Everything but the answers of `lookup` is given; they are asked for only where they count."""
    verdicts = _judge(repository, contents, policy, lookup)
    named = _judge_attached(repository, contents, policy)
    reasons = {verdict.image.tag: verdict.reasons for verdict in [*verdicts, *named] if verdict.kept}
    condemned = {verdict.image.tag: policy.gone for verdict in verdicts if not verdict.kept}
    doom = find_doom(repository, contents, policy, lookup, reasons, condemned)
    return RepositoryPlan(
        repository,
        contents,
        _kept(contents, verdicts, reasons, doom),
        waves_of(repository, contents, doom),
        _warnings(repository, contents, verdicts),
    )


def _judge(repository: Reference, contents: Contents, policy: Policy, lookup: Asked) -> List[Verdict]:
    """The verdicts on images. Their ages are read where a rule needs them, or where the last one is to be found."""
    rules = policy.rules_for(repository)
    considered = set(filter_tags(contents.images, policy.include, policy.exclude))
    left_out = [tag for tag in contents.images if tag not in considered]

    def judge(dated: bool) -> List[Verdict]:
        read = {contents.manifests[tag].digest: contents.manifests[tag] for tag in considered} if dated else {}
        dates = lookup.dates(list(read.values()))
        images = [_image(contents, tag, dates) for tag in contents.images]
        return retention.judge(images, rules, policy.order, left_out, policy.allow_empty)

    dated = any(rule.needs_dates for rule in rules)
    verdicts = judge(dated)
    if policy.order == retention.CREATED and not dated and _is_last(verdicts):
        verdicts = judge(True)
    return verdicts


def _is_last(verdicts: Sequence[Verdict]) -> bool:
    return any(retention.LAST in verdict.reasons for verdict in verdicts)


def _judge_attached(repository: Reference, contents: Contents, policy: Policy) -> List[Verdict]:
    """The verdicts on tags that are attached, but not by their names: rules that name what they keep hold for them."""
    rules = [rule for rule in policy.rules_for(repository) if rule.by_name]
    images = [_image(contents, tag, {}) for tag in contents.belongs if attached_to(tag) is None]
    return retention.judge(images, rules, policy.order, allow_empty=True)


def _image(contents: Contents, tag: str, dates: Mapping[Digest, Optional[str]]) -> TaggedImage:
    manifest = contents.manifests[tag]
    parts = frozenset(str(contents.canonical(child.digest)) for child in manifest.manifests)
    return TaggedImage(tag, str(manifest.digest), dates.get(manifest.digest), parts)


def _kept(
    contents: Contents,
    verdicts: Sequence[Verdict],
    reasons: Mapping[str, Tuple[str, ...]],
    doom: Doom,
) -> List[KeptTag]:
    """The tags that stay: images with the newest first, then what is attached, then what cannot be read."""
    images = [
        KeptTag(verdict.image.tag, contents.manifests[verdict.image.tag].digest, verdict.reasons)
        for verdict in verdicts
        if verdict.kept
    ]
    names = {fallback_tag(digest): digest for digest in doom.alive}
    attached = [
        KeptTag(tag, contents.manifests[tag].digest, reasons.get(tag) or (_belongs(key, names),))
        for tag, key in sorted(contents.belongs.items())
        if tag not in doom.tags
    ]
    unreadable = [
        KeptTag(tag, None, (f"it cannot be read: {why}",)) for tag, why in sorted(contents.unreadable.items())
    ]
    return images + attached + unreadable


def _belongs(key: str, alive: Mapping[str, Digest]) -> str:
    if key in alive:
        return f"it belongs to {alive[key]}, which is kept"
    return f"it belongs to {key.replace('-', ':', 1)}, which is not known to go"


def _warnings(repository: Reference, contents: Contents, verdicts: Sequence[Verdict]) -> List[str]:
    warnings: List[str] = []
    if contents.unreadable:
        warnings.append(
            f"{repository.name}: {', '.join(sorted(contents.unreadable))} cannot be read and stays; for its sake no "
            "manifest without a tag is deleted"
        )
    if _is_last(verdicts) and not all(verdict.kept for verdict in verdicts):
        warnings.append(f"{repository.name}: no rule keeps any tag; only the newest image stays, so as not to empty it")
    return warnings
