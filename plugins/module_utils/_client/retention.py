# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tags of a repository are kept, and why. Pure: no input or output, and no clock.

Each rule says by itself which tags it keeps. A tag goes when no rule keeps it, so that keeping always beats removing,
and one more rule never makes another tag go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Collection, Dict, Sequence

from .tags import filter_tags, sort_tags
from .version_range import VersionRange

CREATED = "created"
VERSION = "version"
ORDERS = (CREATED, VERSION)

# Tools that build the same bytes from the same sources write a moment of long ago instead of the true one (1970-01-01,
# 1980-01-01T00:00:01Z). Before this year there was no image.
_FIRST_YEAR_OF_IMAGES = "2013"

UNKNOWN_AGE = "it does not say when it was made"
LEFT_OUT = "it is left out by include and exclude"
LAST = "without it the repository would be empty"


@dataclass(frozen=True)
class TaggedImage:
    """One tag, and what a policy may know of the image that it points at; tags of one digest agree in all but `tag`.

    `created` is in UTC as `2026-01-31T12:00:00Z`, so that the order of texts is that of time, or None where it is not
    known. `parts` are the digests of the manifests in an index.
    """

    tag: str
    digest: str
    created: str | None = None
    parts: frozenset[str] = frozenset()

    @property
    def made(self) -> str | None:
        """When the image was made; None where that is not known, and for a moment that only stands in for it."""
        return self.created if self.created is not None and self.created >= _FIRST_YEAR_OF_IMAGES else None


Kept = Dict[str, str]
"""What a rule keeps: names of tags, each with the reason."""


@dataclass(frozen=True)
class Rule:
    """Says of tags which to keep. `needs_dates`: it can say nothing without `created`. `by_name`: it names what it
    keeps, so that it holds for signatures and the like as well, which otherwise go the way of what they belong to."""

    keeps: Callable[[Sequence[TaggedImage]], Kept]
    needs_dates: bool = False
    by_name: bool = False


@dataclass(frozen=True)
class Verdict:
    """Why a tag is kept; without a reason it goes."""

    image: TaggedImage
    reasons: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether the tag stays."""
        return bool(self.reasons)


def newest(count: int, order: str = CREATED) -> Rule:
    """Keep the newest `count` images, with all tags on them: by the moment when they were made, or by version.

    An image of unknown age is kept, too, and not counted: it may be the newest of all. By version, tags that are no
    version come after all that are.
    """
    reason = "it is the newest image" if count == 1 else f"it is one of the {count} newest images"
    if order == VERSION:
        reason += " by version"

    def keeps(images: Sequence[TaggedImage]) -> Kept:
        kept: Kept = {}
        digests: set[str] = set()
        for image in newest_first(images, order) if count > 0 else ():
            if order == CREATED and image.made is None:
                kept[image.tag] = UNKNOWN_AGE
            elif image.digest in digests or len(digests) < count:
                digests.add(image.digest)
                kept[image.tag] = reason
        return kept

    return Rule(keeps, needs_dates=order == CREATED and count > 0)


def younger_than(since: str, age: str) -> Rule:
    """Keep images that were made at the moment `since` or later; `age` says in words how long ago that is.

    An image of unknown age is kept, too.
    """

    def keeps(images: Sequence[TaggedImage]) -> Kept:
        kept: Kept = {}
        for image in images:
            if image.made is None:
                kept[image.tag] = UNKNOWN_AGE
            elif image.made >= since:
                kept[image.tag] = f"it was made {image.made}, less than {age} ago"
        return kept

    return Rule(keeps, needs_dates=True)


def matching(patterns: Sequence[str]) -> Rule:
    """Keep tags that match a pattern of `tags.filter_tags`. Raises OptionError for a malformed one."""
    filter_tags([], patterns)

    def keeps(images: Sequence[TaggedImage]) -> Kept:
        kept: Kept = {}
        for pattern in patterns:
            for tag in filter_tags([image.tag for image in images], [pattern]):
                kept.setdefault(tag, f"it matches {pattern}")
        return kept

    return Rule(keeps, by_name=True)


def in_range(versions: VersionRange, text: str) -> Rule:
    """Keep tags whose version is in the range; `text` is how that is written."""

    def keeps(images: Sequence[TaggedImage]) -> Kept:
        return {image.tag: f"its version is in {text}" for image in images if versions.matches(image.tag)}

    return Rule(keeps, by_name=True)


def in_use(tags: Collection[str], digests: Collection[str]) -> Rule:
    """Keep these tags, and all tags on these digests or on an index that holds one of them."""

    def reason(image: TaggedImage) -> str | None:
        if image.tag in tags:
            return "the tag is in use"
        if image.digest in digests:
            return "its digest is in use"
        part = next((part for part in sorted(image.parts) if part in digests), None)
        return f"it holds {part}, which is in use" if part else None

    def keeps(images: Sequence[TaggedImage]) -> Kept:
        reasons = {image.tag: reason(image) for image in images}
        return {tag: text for tag, text in reasons.items() if text is not None}

    return Rule(keeps, by_name=True)


def judge(
    images: Sequence[TaggedImage],
    rules: Sequence[Rule],
    order: str = CREATED,
    left_out: Collection[str] = (),
    allow_empty: bool = False,
) -> list[Verdict]:
    """Say of each tag whether it is kept, the newest first, whatever the order of `images`.

    Tags in `left_out` are kept, and no rule sees them. Where nothing would be left, the newest image by `order` stays
    with all its tags, unless `allow_empty`.
    """
    ranked = newest_first(images, order)
    seen = [image for image in ranked if image.tag not in left_out]
    by_rule = [rule.keeps(seen) for rule in rules]
    reasons = {image.tag: [kept[image.tag] for kept in by_rule if image.tag in kept] for image in seen}
    reasons.update({image.tag: [LEFT_OUT] for image in ranked if image.tag in left_out})
    if ranked and not allow_empty and not any(reasons.values()):
        reasons.update({image.tag: [LAST] for image in ranked if image.digest == ranked[0].digest})
    return [Verdict(image, tuple(dict.fromkeys(reasons[image.tag]))) for image in ranked]


def newest_first(images: Sequence[TaggedImage], order: str) -> list[TaggedImage]:
    """Images in a total order. Those of the same moment are ordered by version, and those of unknown age come last."""
    by_tag = {image.tag: image for image in images}
    ranked = [by_tag[tag] for tag in sort_tags(by_tag, "version", reverse=True)]
    if order == CREATED:
        ranked.sort(key=lambda image: image.made or "", reverse=True)
    return ranked
