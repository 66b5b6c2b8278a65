# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes with what, in which order, and what is asked for it; first by examples, then on random repositories."""

from __future__ import annotations

from ansible_collections.regops.oci_registry.plugins.module_utils._client import retention
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
    parse_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.referrers import fallback_tag
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._in_use import InUse
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import Contents
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_plan import plan_repository
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_policy import Policy
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Reference.parse_repository("r.example.com/a")


class Model:
    """A repository in memory. It answers what pruning asks, counts the questions, and deletes as registries do."""

    def __init__(self, manifests=(), tags=None, api=True, dates=None):
        self.manifests_there = {manifest.digest: manifest for manifest in manifests}
        self.tags = dict(tags or {})
        self.api = api
        self.dates_known = dates or {}
        self.asked = []

    def __repr__(self):
        """For Hypothesis, which shows what broke a rule."""
        manifests = {
            digest[7:12]: [child.digest[7:12] for child in manifest.manifests]
            + ([f"-> {manifest.subject.digest[7:12]}"] if manifest.subject else [])
            for digest, manifest in self.manifests_there.items()
        }
        tags = {tag.replace(tag[12:71], ".."): digest[7:12] for tag, digest in self.tags.items()}
        return f"Model({manifests}, {tags}, api={self.api})"

    def contents(self):
        return Contents({tag: self.manifests_there[digest] for tag, digest in self.tags.items()})

    def manifests(self, digests):
        digests = list(digests)
        self.asked += [("manifest", digest) for digest in digests]
        return {digest: self.manifests_there[digest] for digest in digests if digest in self.manifests_there}

    def referrers(self, digests):
        found = {}
        for digest in digests if self.api else ():
            self.asked.append(("referrers", digest))
            found[digest] = [one.digest for one in self.manifests_there.values() if refers(one, digest)]
        return found

    def dates(self, manifests):
        self.asked += [("date", manifest.digest) for manifest in manifests]
        return {manifest.digest: self.dates_known.get(manifest.digest) for manifest in manifests}

    def missing(self, digests):
        self.asked += [("missing", digest) for digest in digests]
        return {digest for digest in digests if digest not in self.manifests_there}

    def plan(self, **policy):
        rules = policy.pop("rules", ())
        return plan_repository(HERE, self.contents(), Policy(rules=tuple(rules), **policy), self)

    def carry_out(self, removal):
        if removal.tag_only:
            (tag,) = removal.tags
            assert self.tags.pop(tag) == removal.digest
            return
        assert {tag for tag, digest in self.tags.items() if digest == removal.digest} == set(removal.tags)
        del self.manifests_there[removal.digest]
        self.tags = {tag: digest for tag, digest in self.tags.items() if digest != removal.digest}


def refers(manifest, digest):
    return manifest.subject is not None and manifest.subject.digest == digest


def image(name, subject=None):
    config = Descriptor(MediaType.OCI_CONFIG, Digest.of(name.encode()), 1)
    return build_image_manifest(config, [], subject=subject.descriptor() if subject else None)


def index(*children):
    return build_index([child.descriptor() for child in children])


def signature_of(manifest):
    return fallback_tag(manifest.digest) + ".sig"


def keep(*tags):
    return [retention.matching(tags)]


def goes(plan):
    return [[str(removal).rpartition("/a")[2] for removal in wave] for wave in plan.waves]


def stays(plan):
    return {kept.tag: kept.reasons for kept in plan.kept}


ONE, TWO, THREE = (image(name) for name in ("one", "two", "three"))
BOTH = index(ONE, TWO)


def test_an_index_goes_before_its_parts_and_an_image_before_what_is_attached():
    on_image, on_index = image("s1", ONE), image("s2", BOTH)
    model = Model(
        [ONE, TWO, THREE, BOTH, on_image, on_index], {"old": BOTH.digest, "part": ONE.digest, "new": THREE.digest}
    )
    plan = model.plan(rules=keep("new"))
    assert [set(wave) for wave in goes(plan)] == [
        {f"@{BOTH.digest}"},
        {f"@{ONE.digest}", f"@{TWO.digest}", f"@{on_index.digest}"},
        {f"@{on_image.digest}"},
    ]
    reasons = {removal.digest: removal.reason for wave in plan.waves for removal in wave}
    assert reasons == {
        BOTH.digest: "no rule keeps it",
        ONE.digest: "no rule keeps it",
        TWO.digest: f"it is part of {BOTH.digest}, which goes",
        on_index.digest: f"it refers to {BOTH.digest}, which goes",
        on_image.digest: f"it refers to {ONE.digest}, which goes",
    }


def test_a_part_of_what_is_kept_loses_its_tag_alone():
    model = Model([ONE, TWO, BOTH], {"index": BOTH.digest, "one": ONE.digest, signature_of(ONE): TWO.digest})
    plan = model.plan(rules=keep("index"))
    assert goes(plan) == [[":one"]]
    assert plan.waves[0][0].plan().as_result() == {
        "changed": True,
        "actions": [
            {
                "action": "untag",
                "name": "r.example.com/a:one",
                "reason": f"no rule keeps it; {ONE.digest} stays",
                "digest": ONE.digest,
            }
        ],
        "diff": {"before": {"r.example.com/a:one": ONE.digest}, "after": {"r.example.com/a:one": None}},
    }
    assert stays(plan)[signature_of(ONE)] == (f"it belongs to {ONE.digest}, which is kept",)


def test_a_signature_of_a_signature_of_a_part_of_what_is_kept_stays():
    first, second = image("first"), image("second")
    model = Model([ONE, TWO, BOTH, first, second], {"index": BOTH.digest})
    model.tags.update({signature_of(ONE): first.digest, signature_of(first): second.digest})
    plan = model.plan(rules=keep("index"))
    assert plan.waves == []
    assert stays(plan)[signature_of(first)] == (f"it belongs to {first.digest}, which is kept",)
    assert model.asked == []


def test_no_pattern_keeps_what_is_attached_by_its_name():
    model = Model([ONE, TWO, THREE], {"one": ONE.digest, "two": TWO.digest, signature_of(ONE): THREE.digest})
    assert goes(model.plan(rules=keep("two", "sha256-*"))) == [[f"@{ONE.digest}"], [f"@{THREE.digest}"]]


def test_a_tag_that_is_attached_to_itself_is_an_image():
    model = Model([ONE, TWO], {signature_of(ONE): ONE.digest, "two": TWO.digest})
    assert goes(model.plan(rules=keep("two"))) == [[f"@{ONE.digest}"]]
    assert stays(model.plan(rules=keep("sha256-*"))) == {signature_of(ONE): ("it matches sha256-*",)}


def test_a_referrer_that_is_in_use_under_a_mirrors_name_stays():
    first, second = image("first", ONE), image("second", ONE)
    model = Model([ONE, TWO, first, second], {"one": ONE.digest, "two": TWO.digest})
    used = InUse(images=(Reference.parse(f"mirror.example.com/x@{first.digest}"),))
    assert goes(model.plan(rules=keep("two"), used=used)) == [[f"@{ONE.digest}"], [f"@{second.digest}"]]


def test_a_signature_that_two_images_share_goes_with_the_second():
    model = Model([ONE, TWO, THREE], {"one": ONE.digest, "two": TWO.digest})
    model.tags.update({signature_of(ONE): THREE.digest, signature_of(TWO): THREE.digest})
    assert goes(model.plan(rules=keep("two"))) == [[f"@{ONE.digest}"], [f":{signature_of(ONE)}"]]
    both = model.plan(rules=keep("nothing"), allow_empty=True)
    assert [set(wave) for wave in goes(both)] == [{f"@{ONE.digest}", f"@{TWO.digest}"}, {f"@{THREE.digest}"}]
    assert both.waves[1][0].tags.keys() == {signature_of(ONE), signature_of(TWO)}


def test_what_a_fallback_tag_lists_goes_with_the_image_even_if_untagged_manifests_stay():
    referrer = image("s", ONE)
    listing = index(referrer)
    model = Model([ONE, TWO, referrer, listing], {"one": ONE.digest, "two": TWO.digest}, api=False)
    model.tags[fallback_tag(ONE.digest)] = listing.digest
    plan = model.plan(rules=keep("two"), untagged=False)
    assert goes(plan) == [[f"@{ONE.digest}"], [f"@{listing.digest}"], [f"@{referrer.digest}"]]


def test_a_listing_cannot_take_along_what_refers_to_something_kept():
    """An index, or a fallback tag, may list anything."""
    signature = image("s", TWO)
    model = Model(
        [ONE, TWO, signature, index(ONE, signature)], {"old": index(ONE, signature).digest, "two": TWO.digest}
    )
    plan = model.plan(rules=keep("two"))
    assert signature.digest not in str(goes(plan))
    assert ONE.digest in str(goes(plan))


def test_a_child_that_is_not_there_is_not_deleted():
    model = Model([ONE, THREE, BOTH], {"old": BOTH.digest, "new": THREE.digest})
    assert goes(model.plan(rules=keep("new"))) == [[f"@{BOTH.digest}"], [f"@{ONE.digest}"]]


def test_a_part_that_is_named_by_another_digest_is_known():
    named = parse_manifest(ONE.raw, digest=Digest.of(ONE.raw, "sha512")).descriptor()
    listing = build_index([named])
    model = Model([ONE, TWO, listing], {"index": listing.digest, "one": ONE.digest})
    assert goes(model.plan(rules=keep("index"))) == [[":one"]]
    assert goes(model.plan(rules=keep("one"))) == [[f"@{listing.digest}"]]


def test_what_is_needed_stays_without_its_tag():
    model = Model([ONE, TWO, BOTH], {"old": BOTH.digest, "one": ONE.digest, "two": TWO.digest})
    plan = model.plan(rules=keep("two"), needed=frozenset([BOTH.digest, ONE.digest]), gone="it is old")
    assert goes(plan) == [[":old", ":one"]]
    assert plan.waves[0][0].tags == {"old": "it is old"}


def test_what_belongs_to_a_missing_part_of_what_stays_stays_with_it():
    """The first run and the second say the same of it, although only the first has an image to remove."""
    listing, absent = index(ONE, image("absent")), image("absent")
    tags = {"one": ONE.digest, "two": TWO.digest, signature_of(absent): TWO.digest, signature_of(THREE): listing.digest}
    model = Model([ONE, TWO, THREE, listing], tags)
    assert goes(model.plan(rules=keep("two"))) == [[":one"]]
    del model.tags["one"]
    assert goes(model.plan(rules=keep("two"))) == []


def test_names_that_go_in_a_circle_end():
    """An index of an image under the very tag that cosign would give to the image's signature."""
    listing = index(ONE)
    model = Model([ONE, TWO, listing], {"one": ONE.digest, "two": TWO.digest, signature_of(ONE): listing.digest})
    plan = model.plan(rules=keep("two"))
    assert {name for wave in goes(plan) for name in wave} == {f"@{ONE.digest}", f"@{listing.digest}"}


def test_what_cannot_be_read_stays_and_keeps_what_has_no_tag():
    model = Model([ONE, TWO, THREE, BOTH], {"old": BOTH.digest, "new": THREE.digest})
    contents = Contents(model.contents().manifests, {"ancient": "schema 1"})
    plan = plan_repository(HERE, contents, Policy(rules=tuple(keep("new"))), model)
    assert goes(plan) == [[f"@{BOTH.digest}"]]
    assert stays(plan)["ancient"] == ("it cannot be read: schema 1",)
    assert "ancient" in plan.warnings[0]


def test_a_signature_in_another_algorithm_is_known_by_its_cut_name():
    long = parse_manifest(ONE.raw, digest=Digest.of(ONE.raw, "sha512"))
    lost = fallback_tag(Digest.of(b"lost", "sha512"))
    model = Model([long, TWO, THREE], {"one": long.digest, "two": TWO.digest})
    model.tags.update({fallback_tag(long.digest): THREE.digest, lost: THREE.digest})
    plan = model.plan(rules=keep("two"))
    assert f":{fallback_tag(long.digest)}" in goes(plan)[1]
    assert "not known to go" in stays(plan)[lost][0]


class TestQuestions:
    """Nothing is asked that does not count."""

    MODEL = ([ONE, TWO, BOTH], {"index": BOTH.digest, "one": ONE.digest, "two": TWO.digest})

    def test_nothing_goes_and_no_age_counts(self):
        model = Model(*self.MODEL)
        model.plan(rules=keep("*"), used=InUse(frozenset([THREE.digest])))
        assert model.asked == []

    def test_ages_of_each_image_once_and_of_no_other(self):
        model = Model(*self.MODEL)
        model.tags.update({"again": ONE.digest, signature_of(ONE): TWO.digest})
        model.plan(rules=[retention.newest(9)], exclude=("index",))
        assert sorted(model.asked) == sorted([("date", ONE.digest), ("date", TWO.digest)])

    def test_ages_to_find_the_last_one(self):
        moments = {ONE.digest: "2026-02-01T00:00:00Z", TWO.digest: "2026-01-01T00:00:00Z"}
        tags = {"v1": ONE.digest, "v2": TWO.digest}
        by_age, by_version = (Model([ONE, TWO], tags, dates=moments) for _model in range(2))
        assert list(stays(by_age.plan(rules=keep("nothing")))) == ["v1"]
        assert list(stays(by_version.plan(rules=keep("nothing"), order="version"))) == ["v2"]
        assert not [question for question in by_version.asked if question[0] == "date"]
        allowed = Model([ONE, TWO], tags)
        allowed.plan(rules=keep("nothing"), allow_empty=True)
        assert not [question for question in allowed.asked if question[0] == "date"]

    def test_referrers_only_of_what_goes(self):
        model = Model(*self.MODEL)
        model.plan(rules=keep("one"))
        assert sorted(model.asked) == sorted([("referrers", BOTH.digest), ("referrers", TWO.digest)])


MOMENTS = [None, *(f"2026-01-0{day}T00:00:00Z" for day in range(1, 8))]


@st.composite
def models(draw):
    """A repository with images, indexes (of indexes, too), referrers (of referrers, too), and tags of every kind."""
    manifests = [image(f"image {number}") for number in range(draw(st.integers(1, 4)))]
    for number in range(draw(st.integers(0, 5))):
        known = st.sampled_from(manifests)
        if draw(st.booleans()):
            manifests.append(index(*draw(st.lists(known, min_size=1, max_size=3, unique_by=lambda one: one.digest))))
        else:
            manifests.append(image(f"referrer {number}", draw(known)))
    some = st.sampled_from([manifest.digest for manifest in manifests])
    tags = draw(st.dictionaries(st.sampled_from(["v1", "v2", "v3", "latest", "edge"]), some, max_size=5))
    absent = image("absent")
    for subject in draw(st.lists(st.sampled_from([*manifests, absent]), max_size=3)):
        tags[signature_of(subject)] = draw(some)
    api = draw(st.booleans())
    if not api:  # then each referrer is in the listing of its subject
        for subject in list(manifests):
            found = [one for one in manifests if refers(one, subject.digest)]
            if found:
                manifests.append(index(*found))
                tags[fallback_tag(subject.digest)] = manifests[-1].digest
    lost = draw(st.sets(some, max_size=1)) - set(tags.values())
    dates = {manifest.digest: draw(st.sampled_from(MOMENTS)) for manifest in manifests}
    return Model([one for one in manifests if one.digest not in lost], tags, api, dates)


POLICIES = st.fixed_dictionaries(
    {
        "rules": st.lists(
            st.one_of(
                st.builds(retention.newest, st.integers(0, 3), st.sampled_from(retention.ORDERS)),
                st.builds(retention.matching, st.lists(st.sampled_from(["v*", "latest", "v1"]), max_size=2)),
                st.builds(retention.younger_than, st.sampled_from(MOMENTS[1:]), st.just("1d")),
            ),
            max_size=2,
        ),
        "untagged": st.booleans(),
        "allow_empty": st.booleans(),
        "exclude": st.sampled_from([(), ("edge",)]),
    }
)


def needed(model, roots):
    """Everything that has to be there along with the roots, found in the simplest way."""
    found = set()
    todo = set(roots)
    while todo:
        found |= todo
        below = {child.digest for digest in todo & set(model.manifests_there) for child in at(model, digest).manifests}
        below |= {one.digest for one in model.manifests_there.values() if any(refers(one, digest) for digest in todo)}
        below |= {target for tag, target in model.tags.items() for one in todo if tag.startswith(fallback_tag(one))}
        todo = below - found
    return found & set(model.manifests_there)


def at(model, digest):
    return model.manifests_there[digest]


def lacking(model):
    """The tagged indexes that lack something."""
    return {
        (digest, child.digest)
        for digest in needed(model, model.tags.values())
        for child in at(model, digest).manifests
        if child.digest not in model.manifests_there
    }


@settings(max_examples=400, deadline=None, database=None)
@given(models(), POLICIES, st.booleans())
def test_on_any_repository(model, policy, use):
    """What stays stays whole at every moment; what is foretold can be done; and then there is nothing more to do."""
    used = InUse(frozenset(sorted(model.manifests_there)[:1])) if use else InUse()
    lacked_before = lacking(model)
    by_name = any(at(model, digest).is_index for tag, digest in model.tags.items() if tag.endswith(".sig"))
    plan = model.plan(used=used, **policy)
    tags = set(model.tags)
    kept = {one.tag for one in plan.kept}
    removed = [tag for wave in plan.waves for removal in wave for tag in removal.tags]
    assert kept | set(removed) == tags
    assert len(removed) == len(set(removed)) == len(tags) - len(kept)
    assert all(one.reasons for one in plan.kept)
    if model.contents().images and not policy["allow_empty"]:
        assert kept
    must_stay = needed(model, [model.tags[tag] for tag in kept] + list(used.digests))
    for wave in plan.waves:
        for removal in wave:
            model.carry_out(removal)
            assert must_stay <= set(model.manifests_there)
        # Where a signature is an index, it can hold the very image that it is to go after.
        assert by_name or lacking(model) <= lacked_before
    assert set(model.tags) == kept
    assert not model.plan(used=used, **policy).waves


@settings(max_examples=200, deadline=None, database=None)
@given(models(), POLICIES, st.lists(st.sampled_from(["v1", "v2", "v3", "latest", "edge"]), max_size=2))
def test_one_more_rule_never_removes_more(model, policy, more):
    """Of manifests and tags of every kind, where the last one may go; else another one may be the last."""
    policy = {**policy, "allow_empty": True}

    def gone(rules):
        waves = model.plan(**{**policy, "rules": rules}).waves
        removals = [removal for wave in waves for removal in wave]
        return {removal.digest for removal in removals if not removal.tag_only}, {
            tag for removal in removals for tag in removal.tags
        }

    manifests, tags = gone(policy["rules"])
    fewer_manifests, fewer_tags = gone([*policy["rules"], retention.matching(more)])
    assert fewer_manifests <= manifests
    assert fewer_tags <= tags
