# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept and what goes in one repository, and in which order it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Collection, Dict, FrozenSet, List, Mapping, Optional, Protocol, Sequence, Set, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client import retention
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import Manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import (
    attached_to,
    fallback_tag,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.retention import (
    TaggedImage,
    Verdict,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import filter_tags
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._plan import (
    Action,
    Plan,
    change,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import (
    Contents,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_policy import Policy
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_reach import (
    Asked,
    Doom,
    Doomed,
    living,
)


class Asking(Asked, Protocol):
    """What is asked of `_prune_lookup.Lookup`, and of its stand-in in tests."""

    def dates(self, manifests: Sequence[Manifest]) -> Dict[Digest, Optional[str]]:
        """When images were made."""

    def missing(self, digests: Sequence[Digest]) -> Set[Digest]:
        """Which manifests are not there."""


@dataclass(frozen=True)
class KeptTag:
    """A tag that stays, and why."""

    tag: str
    digest: Optional[Digest]
    reasons: Tuple[str, ...]


@dataclass(frozen=True)
class Removal:
    """One request to come: a manifest is deleted with all its tags, or one tag is taken off (`tag_only`)."""

    repository: Reference
    digest: Digest
    #: The tags that go by it, each with the reason.
    tags: Mapping[str, str]
    reason: str
    tag_only: bool = False
    after: FrozenSet[Digest] = frozenset()

    @property
    def name(self) -> Reference:
        """What goes, as a reference."""
        return self.repository.with_tag(min(self.tags)) if self.tag_only else self.repository.with_digest(self.digest)

    def __str__(self) -> str:
        return str(self.name)

    def plan(self) -> Plan:
        """The action, and the state before and after it."""
        if self.tag_only:
            action = Action("untag", str(self), self.reason, {"digest": str(self.digest)})
            return change(action, str(self.digest), None)
        state = {"tags": sorted(self.tags)}
        return change(Action("delete", str(self), self.reason, state), state, None)


@dataclass(frozen=True)
class RepositoryPlan:
    """What becomes of one repository. `waves` are done one after the other, what is in one at once."""

    repository: Reference
    contents: Contents = field(default_factory=Contents)
    kept: Sequence[KeptTag] = ()
    waves: Sequence[Sequence[Removal]] = ()
    #: What the user should know of it.
    warnings: Sequence[str] = ()


def plan_repository(repository: Reference, contents: Contents, policy: Policy, lookup: Asking) -> RepositoryPlan:
    """Decide. Everything but the answers of `lookup` is given; they are asked for only where they count."""
    verdicts = _judge(repository, contents, policy, lookup)
    named = _judge_attached(repository, contents, policy)
    reasons = {verdict.image.tag: verdict.reasons for verdict in [*verdicts, *named] if verdict.kept}
    condemned = {verdict.image.tag: policy.gone for verdict in verdicts if not verdict.kept}
    doom = _doom(repository, contents, policy, lookup, reasons, condemned)
    return RepositoryPlan(
        repository,
        contents,
        _kept(contents, verdicts, reasons, doom),
        _waves(repository, contents, doom),
        _warnings(repository, contents, verdicts),
    )


def _doom(
    repository: Reference,
    contents: Contents,
    policy: Policy,
    lookup: Asking,
    spared: Collection[str],
    condemned: Mapping[str, str],
) -> Doom:
    """What goes with the `condemned` tags, and orphans.

    Tags that stay for want of a reason to go (they are attached to something that is not known to go) need what they
    point at as much as the others, and what is attached to that as well. Where they would lose it, all is found out
    once more with them among the others.
    """
    roots = set(spared)
    while True:
        alive = living(contents, [contents.manifests[tag].digest for tag in roots], lookup)
        alive |= policy.used.digests | policy.needed
        # What cannot be read may need manifests that nobody knows of.
        doom = Doom(contents, lookup, alive, spared, policy.untagged and not contents.unreadable)
        if condemned or _adrift(contents, doom):
            # What is in use need not have a tag, and is asked for only where it counts.
            doom.alive.update(living(contents, policy.used.likely_in(repository), lookup))
        doom.remove(condemned)
        adrift = _adrift(contents, doom)
        missing = lookup.missing(list(adrift.values()))
        orphans = {tag: digest for tag, digest in adrift.items() if digest in missing}
        doom.remove({tag: f"it belongs to {digest}, which is not there" for tag, digest in orphans.items()}, missing)
        stay = set(contents.manifests) - set(doom.tags)
        needed = living(contents, [contents.manifests[tag].digest for tag in stay], lookup)
        if not needed & {*doom.manifests, *orphans.values()}:
            return doom
        roots |= stay


def _judge(repository: Reference, contents: Contents, policy: Policy, lookup: Asking) -> List[Verdict]:
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


def _adrift(contents: Contents, doom: Doom) -> Dict[str, Digest]:
    """The tags that are attached to what neither stays nor goes, as far as is known, each with the digest of that.

    A repository without any image is one for the signatures of others, and left alone.
    """
    if not doom.untagged or not contents.images:
        return {}
    settled = {fallback_tag(digest) for digest in [*doom.alive, *doom.manifests]}
    found: Dict[str, Digest] = {}
    for tag, key in contents.belongs.items():
        digest = _subject(contents.manifests[tag], key)
        if tag not in doom.tags and key not in settled and digest is not None:
            found[tag] = digest
    return found


def _subject(manifest: Manifest, key: str) -> Optional[Digest]:
    """The digest that a fallback tag stands for; None where it is cut, and so cannot tell."""
    subject = manifest.subject
    if subject is not None and fallback_tag(subject.digest) == key:
        return subject.digest
    return Digest.parse(key.replace("-", ":", 1)) if key.startswith("sha256-") else None


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


def _waves(repository: Reference, contents: Contents, doom: Doom) -> List[List[Removal]]:
    """All removals, each in a wave after those that it has to wait for."""
    waiting = [
        Removal(repository, digest, _tags_of(contents, doom, digest), doomed.reason, after=frozenset(doomed.after))
        for digest, doomed in doom.manifests.items()
    ]
    for tag, doomed in doom.tags.items():
        digest = contents.manifests[tag].digest
        if digest not in doom.manifests:
            waiting.append(_untag(repository, digest, tag, doomed))
    waves: List[List[Removal]] = []
    pending = {removal.digest for removal in waiting if not removal.tag_only}
    while waiting:
        # Names can go in a circle (a tag that cosign would give to an index of the very image), digests cannot.
        ready = [removal for removal in waiting if not removal.after & pending] or waiting
        waves.append(ready)
        waiting = [removal for removal in waiting if removal.after & pending] if ready is not waiting else []
        pending -= {removal.digest for removal in ready}
    return waves


def _tags_of(contents: Contents, doom: Doom, digest: Digest) -> Dict[str, str]:
    return {tag: doom.tags[tag].reason for tag in contents.tags_on.get(digest, ())}


def _untag(repository: Reference, digest: Digest, tag: str, doomed: Doomed) -> Removal:
    reason = f"{doomed.reason}; {digest} stays"
    return Removal(repository, digest, {tag: doomed.reason}, reason, tag_only=True, after=frozenset(doomed.after))


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
