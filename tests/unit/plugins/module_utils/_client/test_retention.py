# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.retention import (
    CREATED,
    LAST,
    LEFT_OUT,
    UNKNOWN_AGE,
    VERSION,
    TaggedImage,
    in_range,
    in_use,
    judge,
    matching,
    newest,
    newest_first,
    younger_than,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.version_range import VersionRange
from hypothesis import given
from hypothesis import strategies as st

JANUARY, FEBRUARY, MARCH = (f"2026-0{month}-01T00:00:00Z" for month in (1, 2, 3))


def image(tag, digest=None, created=None, parts=()):
    return TaggedImage(tag, digest or f"digest of {tag}", created, frozenset(parts))


def kept(images, *rules, **more):
    return {verdict.image.tag: verdict.reasons for verdict in judge(images, rules, **more) if verdict.kept}


AGES = [image("b", created=FEBRUARY), image("c", created=MARCH), image("a", created=JANUARY)]
VERSIONS = [image(tag) for tag in ("v1.9", "v1.10", "latest", "v1.10-rc1", "edge")]


@pytest.mark.parametrize(
    ("count", "tags"), [(0, []), (1, ["c"]), (2, ["c", "b"]), (3, ["c", "b", "a"]), (9, ["c", "b", "a"])]
)
def test_the_newest_by_age(count, tags):
    assert list(kept(AGES, newest(count), allow_empty=True)) == tags


@pytest.mark.parametrize(
    ("count", "tags"),
    [
        (1, ["v1.10"]),
        (2, ["v1.10", "v1.10-rc1"]),
        (3, ["v1.10", "v1.10-rc1", "v1.9"]),
        (4, ["v1.10", "v1.10-rc1", "v1.9", "edge"]),
    ],
)
def test_the_newest_by_version(count, tags):
    assert list(kept(VERSIONS, newest(count, VERSION), order=VERSION, allow_empty=True)) == tags


def test_the_newest_images_are_counted_not_their_tags():
    images = [
        image("v1.1.0", "two", FEBRUARY),
        image("v1.1", "two", FEBRUARY),
        image("v1", "two", FEBRUARY),
        image("v1.0", "one", JANUARY),
        image("latest", "two", FEBRUARY),
        image("v0.9", "none", "2025-01-01T00:00:00Z"),
    ]
    for order in (CREATED, VERSION):
        assert set(kept(images, newest(2, order), order=order)) == {"v1.1.0", "v1.1", "v1", "latest", "v1.0"}


def test_an_unknown_age_is_kept_and_not_counted():
    images = [*AGES, image("unknown"), image("zero", created="1970-01-01T00:00:00Z")]
    images.append(image("buildpack", created="1980-01-01T00:00:01Z"))
    undated = dict.fromkeys(("unknown", "zero", "buildpack"), (UNKNOWN_AGE,))
    assert kept(images, newest(1)) == {"c": ("it is the newest image",), **undated}
    assert kept(images, younger_than(MARCH, "30d")) == {
        "c": (f"it was made {MARCH}, less than 30d ago",),
        **undated,
    }
    assert kept(images, newest(1), younger_than("2027-01-01T00:00:00Z", "1d"))["unknown"] == (UNKNOWN_AGE,)


def test_no_age_is_asked_for_where_none_counts():
    needing = [newest(1), younger_than(MARCH, "30d")]
    assert all(rule.needs_dates for rule in needing)
    others = [
        newest(1, VERSION),
        newest(0),
        matching(["*"]),
        in_range(VersionRange.parse(">1"), ">1"),
        in_use(["a"], []),
    ]
    assert not any(rule.needs_dates for rule in others)


def test_younger_than_takes_the_moment_itself():
    assert list(kept(AGES, younger_than(FEBRUARY, "30d"))) == ["c", "b"]


def test_matching_names_the_first_pattern_that_matches():
    assert kept(AGES, matching(["~[ab]", "b", "c*"])) == {
        "c": ("it matches c*",),
        "b": ("it matches ~[ab]",),
        "a": ("it matches ~[ab]",),
    }


def test_matching_refuses_a_malformed_pattern():
    with pytest.raises(OptionError):
        matching(["v*", "~("])


def test_a_range_of_versions():
    text = ">=1.9, <2"
    reason = (f"its version is in {text}",)
    assert kept(VERSIONS, in_range(VersionRange.parse(text), text)) == {"v1.10": reason, "v1.9": reason}


def test_what_is_in_use_is_kept():
    images = [image("tag"), image("one", "D"), image("two", "D"), image("index", "I", parts=["P", "O"]), image("gone")]
    assert kept(images, in_use({"tag", "elsewhere"}, {"D", "P", "elsewhere"})) == {
        "tag": ("the tag is in use",),
        "one": ("its digest is in use",),
        "two": ("its digest is in use",),
        "index": ("it holds P, which is in use",),
    }


def test_each_rule_gives_its_reason():
    assert kept(AGES, newest(1), matching(["c", "b"]), in_use({"c"}, ())) == {
        "c": ("it is the newest image", "it matches c", "the tag is in use"),
        "b": ("it matches b",),
    }


def test_what_is_left_out_is_kept_and_not_counted():
    assert kept(AGES, newest(1), left_out={"c"}) == {"c": (LEFT_OUT,), "b": ("it is the newest image",)}
    # It is enough to leave the repository not empty.
    assert kept(AGES, newest(0), left_out={"a"}) == {"a": (LEFT_OUT,)}


def test_the_last_image_stays_with_all_its_tags():
    images = [*AGES, image("twin", AGES[1].digest, MARCH)]
    assert kept(images, matching(["nothing"])) == {"c": (LAST,), "twin": (LAST,)}
    assert kept(VERSIONS, newest(0), order=VERSION) == {"v1.10": (LAST,)}
    assert kept(images, matching(["nothing"]), allow_empty=True) == {}
    assert judge([], [newest(1)]) == []


def test_an_image_of_unknown_age_is_the_last_one_only_where_there_is_no_other():
    assert kept([image("undated"), *AGES], newest(0)) == {"c": (LAST,)}
    assert kept([image("v2"), image("v1")], newest(0)) == {"v2": (LAST,)}


# Few names and digests, so that tags share digests, and rules meet.
TAGS = st.sampled_from(["v1", "v1.0", "v1.0.0", "v1.1-rc1", "v2", "1.10", "1.9", "latest", "main", "2026-01-01", "z"])
DIGESTS = st.sampled_from("ABCDE")
MOMENTS = st.one_of(
    st.none(),
    st.sampled_from(["1970-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]),
    st.integers(1, 9).map(lambda month: f"2026-0{month}-01T00:00:00Z"),
)
ORDERS = st.sampled_from([CREATED, VERSION])
PATTERNS = st.sampled_from(["v*", "latest", "~\\d.*", "*", "nothing", "1.*"])
RULES = st.one_of(
    st.builds(newest, st.integers(0, 6), ORDERS),
    st.builds(younger_than, MOMENTS.filter(bool), st.just("30d")),
    st.builds(matching, st.lists(PATTERNS, max_size=3)),
    st.sampled_from([">=1", "==1.10", "<2", ">=1.1-a"]).map(lambda text: in_range(VersionRange.parse(text), text)),
    st.builds(in_use, st.sets(TAGS, max_size=3), st.sets(DIGESTS, max_size=2)),
)


@st.composite
def repositories(draw):
    """Images as a repository holds them: what a digest is does not depend on the tag."""
    dates = {digest: draw(MOMENTS) for digest in "ABCDE"}
    parts = {digest: draw(st.frozensets(DIGESTS, max_size=2)) for digest in "ABCDE"}
    tags = draw(st.dictionaries(TAGS, DIGESTS))
    return [TaggedImage(tag, digest, dates[digest], parts[digest]) for tag, digest in tags.items()]


REPOSITORIES = repositories()
SOME_RULES = st.lists(RULES, max_size=4)


@given(REPOSITORIES, SOME_RULES, ORDERS, st.sets(TAGS, max_size=3), st.booleans())
def test_keep_always_beats_delete(images, rules, order, left_out, allow_empty):
    """What a rule keeps when it is alone stays, whatever other rules there are; and so does what is left out."""
    tags = set(kept(images, *rules, order=order, left_out=left_out, allow_empty=allow_empty))
    assert tags >= {one.tag for one in images} & left_out
    for rule in rules:
        assert tags >= set(kept(images, rule, order=order, left_out=left_out, allow_empty=True))


@given(REPOSITORIES, SOME_RULES, ORDERS, st.sets(TAGS, max_size=3))
def test_a_repository_is_never_emptied_unless_allowed(images, rules, order, left_out):
    verdicts = judge(images, rules, order, left_out)
    assert any(verdict.kept for verdict in verdicts) == bool(images)
    # The last one is spared only where it has to be, and is all that stays.
    if any(LAST in verdict.reasons for verdict in verdicts):
        assert not kept(images, *rules, order=order, left_out=left_out, allow_empty=True)
        assert len({verdict.image.digest for verdict in verdicts if verdict.kept}) == 1


@given(REPOSITORIES, SOME_RULES, ORDERS, st.sets(TAGS, max_size=3), st.booleans(), st.randoms())
def test_the_order_of_the_input_does_not_count(images, rules, order, left_out, allow_empty, chance):
    verdicts = judge(images, rules, order, left_out, allow_empty)
    shuffled = list(images)
    chance.shuffle(shuffled)
    assert judge(shuffled, rules, order, left_out, allow_empty) == verdicts
    assert sorted(verdict.image.tag for verdict in verdicts) == sorted(one.tag for one in images)
    chance.shuffle(rules)
    again = judge(images, rules, order, left_out, allow_empty)
    assert [set(verdict.reasons) for verdict in again] == [set(verdict.reasons) for verdict in verdicts]


@given(REPOSITORIES, SOME_RULES, RULES, ORDERS, st.sets(TAGS, max_size=3))
def test_one_more_rule_never_removes_more(images, rules, rule, order, left_out):
    without = kept(images, *rules, order=order, left_out=left_out, allow_empty=True)
    with_it = kept(images, *rules, rule, order=order, left_out=left_out, allow_empty=True)
    assert set(with_it) >= set(without)
    assert all(set(with_it[tag]) >= set(without[tag]) for tag in without)


@given(REPOSITORIES, ORDERS, st.integers(0, 6))
def test_a_higher_count_never_removes_more(images, order, count):
    fewer = kept(images, newest(count, order), order=order, allow_empty=True)
    assert set(fewer) <= set(kept(images, newest(count + 1, order), order=order, allow_empty=True))


@given(REPOSITORIES, ORDERS, st.integers(1, 6))
def test_newest_keeps_whole_images_and_no_more_than_asked(images, order, count):
    tags = kept(images, newest(count, order), order=order, allow_empty=True)
    ranked = [one for one in newest_first(images, order) if order == VERSION or one.made is not None]
    digests = {one.digest for one in ranked if one.tag in tags}
    assert len(digests) == min(count, len({one.digest for one in ranked}))
    assert all((one.tag in tags) == (one.digest in digests) for one in ranked)
    if order == CREATED:
        dates = {one.digest: one.made for one in ranked}
        assert all(dates[stays] >= dates[goes] for stays in digests for goes in set(dates) - digests)
