# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying graphs of manifests and blobs between two stores: no more than is needed, in an order that is always safe."""

from __future__ import annotations

import json
import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy import run_copy, settled
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_plan import MOUNT, TRANSFER
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_planner import plan_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._client.copy_session import EACH, NONE, CopySession
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor, Platform
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    PlatformError,
    RegistryError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    build_image_manifest,
    build_index,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Once, Workers
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.memory_store import (
    MemoryRegistry,
    MemoryStore,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

AMD64 = Platform("linux", "amd64")
ARM64 = Platform("linux", "arm64")


@pytest.fixture
def session():
    with Workers(4) as workers:
        yield CopySession(workers)


@pytest.fixture
def src():
    return MemoryStore("source")


@pytest.fixture
def dest():
    return MemoryStore("destination")


def image(store, tag=None, layers=(b"layer",), config=b"{}", platform=None, **kwargs):
    """An image in `store`; its descriptor."""
    if platform is not None:
        config = json.dumps({"os": platform.os, "architecture": platform.architecture}).encode()
    described = [store.hold(layer) for layer in layers]
    manifest = build_image_manifest(store.hold(config, MediaType.OCI_CONFIG), described, **kwargs)
    found = store.keep(manifest, tag)
    return manifest.descriptor(platform) if platform else found


def index(store, children, tag=None, **kwargs):
    return store.keep(build_index(children, **kwargs), tag)


def copy(session, src, dest, version="v1", dest_version=None, **kwargs):
    plan = plan_copy(session, src, version, dest, dest_version or version, **kwargs)
    assert dest.done("push_blob", "push_manifest") == [] or kwargs  # planning writes nothing
    return plan, run_copy(session, plan)


def reset(*stores):
    for store in stores:
        store.log.clear()


# One image


@pytest.mark.parametrize("there", [(), (b"one",), (b"one", b"{}"), (b"{}", b"one", b"two")])
def test_what_need_not_be_asked_before_shows_in_the_end(session, src, dest, there):
    """The plan of a copy that asked nothing is then what it would have been, had it asked."""
    image(src, "v1", [b"one", b"two"])
    for data in there:
        dest.hold(data)
    session.questions = EACH
    asked = plan_copy(session, src, "v1", dest, "v1")
    assert len(dest.done("has_blob")) == 3
    reset(src, dest)
    session.questions = NONE
    session.answers = Once()
    plan, stats = copy(session, src, dest)
    assert dest.done("has_blob", "is_new") == []
    assert len(plan.blobs) == 3 and dest.missing("v1") == []
    found = settled(session, plan)
    assert {step.descriptor for step in found.blobs} == {step.descriptor for step in asked.blobs}
    assert stats.transferred_blobs == len(asked.blobs) == 3 - len(there)


def test_what_is_within_an_index_is_asked_for(session, src, dest):
    """One manifest that is there tells of all below it, so that nothing of it is sent again."""
    index(src, [image(src, platform=AMD64), image(src, platform=ARM64)], "v1")
    copy(session, src, dest)
    reset(src, dest)
    session.questions = NONE
    plan, stats = copy(session, src, dest, dest_version="v2")
    assert plan.blobs == () and stats.transferred_blobs == 0
    assert dest.done("push_blob") == []


def test_image_that_is_not_there_is_brought(session, src, dest):
    found = image(src, "v1", [b"one", b"two"])
    plan = plan_copy(session, src, "v1", dest, "v1")
    assert (plan.changed, plan.before, plan.digest, plan.media_type) == (
        True,
        None,
        found.digest,
        MediaType.OCI_MANIFEST,
    )
    assert [(step.descriptor.digest, step.how) for step in plan.blobs] == [
        (Digest.of(data), TRANSFER) for data in (b"{}", b"one", b"two")
    ]
    assert (plan.bytes_of(TRANSFER), plan.count_of(TRANSFER), plan.count_of(MOUNT)) == (8, 3, 0)
    assert dest.done("push_blob", "push_manifest") == []
    stats = run_copy(session, plan)
    assert (stats.transferred_blobs, stats.transferred_bytes, stats.mounted_blobs) == (3, 8, 0)
    assert dest.tags == {"v1": found.digest}
    assert dest.missing("v1") == []


@pytest.mark.parametrize("is_new", [True, False])
def test_questions_of_a_cold_copy(session, src, dest, is_new):
    """A place that is new is asked for no blob; any other is not asked for a configuration whose layers it lacks."""
    if not is_new:
        image(dest, "other", [b"other"])
    image(src, "v1", [b"one", b"two"])
    copy(session, src, dest)
    assert sorted(src.log) == sorted(
        [("fetch", "v1")] + [("source", Digest.of(data)) for data in (b"{}", b"one", b"two")]
    )
    assert [what for what, _which in dest.log if what != "check"] == [
        "resolve",
        "is_new",
        *["has_blob"] * (0 if is_new else 2),
        *["push_blob"] * 3,
        "push_manifest",
    ]
    assert dest.log[-1] == ("push_manifest", "v1")


def test_a_tag_within_one_place_costs_no_question_about_what_is_below_it(session, src):
    found = index(src, [image(src, platform=AMD64)], "v1")
    plan, _stats = copy(session, src, src, "v1", "latest")
    assert (plan.blobs, plan.children, plan.puts_root) == ((), (), True)
    assert [what for what, _which in src.log if what != "check"] == ["resolve", "fetch", "push_manifest"]
    assert src.tags["latest"] == found.digest


def test_image_that_is_there_costs_one_question_on_each_side(session, src, dest):
    found = image(src, "v1")
    copy(session, src, dest)
    reset(src, dest)
    plan, stats = copy(session, src, dest)
    assert (plan.changed, plan.digest, plan.before, plan.root) == (False, found.digest, found.digest, None)
    assert (src.log, dest.log) == ([("resolve", "v1")], [("resolve", "v1")])
    assert stats.transferred_blobs == 0


def test_image_by_digest_that_is_there_costs_one_question(session, src, dest):
    found = image(src)
    copy(session, src, dest, found.digest, "v1")
    reset(src, dest)
    assert copy(session, src, dest, found.digest, "v1")[0].changed is False
    assert (src.log, dest.log) == ([], [("resolve", "v1")])


def test_tag_is_moved_without_a_blob_where_the_image_is_there(session, src, dest):
    found = image(src, "v1")
    copy(session, src, dest)
    reset(src, dest)
    plan, stats = copy(session, src, dest, "v1", "latest")
    assert (plan.blobs, plan.children, plan.puts_root) == ((), (), True)
    assert dest.tags == {"v1": found.digest, "latest": found.digest}
    assert dest.done("push_blob") == []


def test_only_what_is_missing_is_brought(session, src, dest):
    image(dest, "before", [b"base"])
    image(src, "v1", [b"base", b"new"])
    plan, stats = copy(session, src, dest)
    assert [step.descriptor.digest for step in plan.blobs] == [Digest.of(b"{}"), Digest.of(b"new")]
    assert dest.missing("v1") == []


def test_blob_that_is_there_twice_is_brought_once(session, src, dest):
    image(src, "v1", [b"same", b"same", b"{}"])
    copy(session, src, dest)
    assert sorted(dest.done("push_blob")) == sorted([Digest.of(b"{}"), Digest.of(b"same")])


def test_other_image_under_the_tag_is_replaced(session, src, dest):
    before = image(dest, "v1", [b"old"])
    found = image(src, "v1", [b"new"])
    plan, _stats = copy(session, src, dest)
    assert (plan.before, plan.digest) == (before.digest, found.digest)
    assert dest.tags == {"v1": found.digest}
    assert before.digest in dest.manifests


def test_image_that_the_source_does_not_have(session, src, dest):
    with pytest.raises(RegistryError, match="memory/source:v1 is not there"):
        plan_copy(session, src, "v1", dest, "v1")
    image(dest, "v1")
    with pytest.raises(RegistryError, match="memory/source:v1 is not there"):
        plan_copy(session, src, "v1", dest, "v1")


def test_destination_is_asked_whether_it_can_hold_the_image(session, src, dest):
    image(src, "v1")
    dest.check = lambda version, manifest: (never for never in ()).throw(RegistryError("not in here"))
    with pytest.raises(RegistryError, match="not in here"):
        plan_copy(session, src, "v1", dest, "v1")


def test_foreign_layers_stay_where_they_are(session, src, dest):
    foreign = Descriptor(MediaType.DOCKER_FOREIGN_LAYER, Digest.of(b"windows"), 7, urls=("https://example/layer",))
    config = src.hold(b"{}", MediaType.OCI_CONFIG)
    src.keep(build_image_manifest(config, [foreign, src.hold(b"own")]), "v1")
    copy(session, src, dest)
    assert Digest.of(b"windows") not in dest.blobs
    assert Digest.of(b"own") in dest.blobs


def test_foreign_layers_are_brought_when_they_shall_be(src, dest):
    foreign = src.hold(b"windows", MediaType.DOCKER_FOREIGN_LAYER)
    src.keep(build_image_manifest(src.hold(b"{}", MediaType.OCI_CONFIG), [foreign]), "v1")
    with Workers(2) as workers:
        copy(CopySession(workers, foreign_layers=True), src, dest)
    assert dest.blobs[Digest.of(b"windows")] == b"windows"


# Graphs


def test_index_is_brought_with_all_below_it(session, src, dest):
    children = [image(src, layers=[b"amd64"], platform=AMD64), image(src, layers=[b"arm64"], platform=ARM64)]
    found = index(src, children, "v1")
    plan, stats = copy(session, src, dest)
    assert [child.digest for child in plan.children] == [child.digest for child in children]
    assert dest.tags == {"v1": found.digest}
    assert dest.missing("v1") == []
    assert stats.transferred_blobs == 4


def test_blobs_come_before_manifests_and_the_tag_last(session, src, dest):
    children = [image(src, layers=[b"amd64"], platform=AMD64), image(src, layers=[b"arm64"], platform=ARM64)]
    index(src, children, "v1")
    copy(session, src, dest)
    writes = [what for what, _which in dest.log if what.startswith("push")]
    assert writes == ["push_blob"] * 4 + ["push_manifest"] * 3
    assert dest.log[-1] == ("push_manifest", "v1")
    assert set(dest.done("push_manifest")[:2]) == {child.digest for child in children}


def test_child_that_is_there_is_not_looked_into(session, src, dest):
    kept = image(src, layers=[b"amd64"], platform=AMD64)
    index(src, [kept], "v1")
    copy(session, src, dest)
    index(src, [kept, image(src, layers=[b"arm64"], platform=ARM64)], "v2")
    reset(src, dest)
    plan, _stats = copy(session, src, dest, "v2")
    assert len(plan.children) == 1
    assert Digest.of(b"amd64") not in dest.done("has_blob", "push_blob")
    assert dest.missing("v2") == []


def test_index_within_an_index_is_put_before_it_however_deep_it_is(session, src, dest):
    """The inner index is there twice: beside the one in the middle, and two levels below it."""
    inner = index(src, [image(src, layers=[b"leaf"])])
    middle = index(src, [index(src, [inner], annotations={"name": "low"})], annotations={"name": "middle"})
    index(src, [inner, middle], "v1")
    copy(session, src, dest)
    assert dest.missing("v1") == []


def test_child_of_two_indexes_is_fetched_once(session, src, dest):
    shared = image(src, layers=[b"leaf"])
    children = [index(src, [shared], annotations={"name": name}) for name in ("one", "two")]
    index(src, [*children, shared], "v1")
    copy(session, src, dest)
    assert src.done("fetch").count(shared.digest) == 1
    assert dest.missing("v1") == []


def test_index_that_holds_blobs(session, src, dest):
    """BuildKit's cache: the layers and the configuration of the cache are listed as if they were manifests."""
    layer = src.hold(b"cached", "application/vnd.oci.image.layer.v1.tar+gzip")
    config = src.hold(b'{"layers":[]}', "application/vnd.buildkit.cacheconfig.v0")
    index(src, [layer, config], "cache")
    plan, _stats = copy(session, src, dest, "cache")
    assert {step.descriptor.digest for step in plan.blobs} == {layer.digest, config.digest}
    assert dest.missing("cache") == []


def test_child_that_is_not_there_is_told(session, src, dest):
    gone = image(MemoryStore(), layers=[b"gone"], platform=ARM64)
    index(src, [image(src, platform=AMD64), gone], "v1")
    with pytest.raises(
        RegistryError, match=f"memory/source:v1 lists {gone.digest} for linux/arm64, which is not there"
    ) as caught:
        plan_copy(session, src, "v1", dest, "v1")
    assert (caught.value.category, "platforms" in caught.value.hint) == ("not_found", True)
    assert dest.done("push_blob", "push_manifest") == []


def test_child_that_is_not_there_is_not_needed_for_another_platform(session, src, dest):
    gone = image(MemoryStore(), layers=[b"gone"], platform=ARM64)
    kept = image(src, platform=AMD64)
    index(src, [kept, gone], "v1")
    plan, _stats = copy(session, src, dest, platforms=[AMD64])
    assert [child.digest for child in dest.manifests[plan.digest].manifests] == [kept.digest]
    assert dest.missing("v1") == []


# Platforms


def test_platforms_cut_an_index_down(session, src, dest):
    children = [image(src, layers=[b"amd64"], platform=AMD64), image(src, layers=[b"arm64"], platform=ARM64)]
    found = index(src, children, "v1")
    plan, _stats = copy(session, src, dest, platforms=[ARM64])
    assert plan.digest != found.digest
    assert dest.missing("v1") == []
    assert Digest.of(b"amd64") not in dest.blobs
    reset(src, dest)
    assert plan_copy(session, src, "v1", dest, "v1", platforms=[ARM64]).changed is False
    assert (src.log, dest.done("has_blob")) == ([("fetch", "v1")], [])


def test_all_platforms_are_the_index_itself(session, src, dest):
    children = [image(src, layers=[b"amd64"], platform=AMD64), image(src, layers=[b"arm64"], platform=ARM64)]
    found = index(src, children, "v1")
    assert copy(session, src, dest, platforms=[ARM64, AMD64])[0].digest == found.digest


def test_platform_that_an_index_does_not_have(session, src, dest):
    index(src, [image(src, platform=AMD64)], "v1")
    with pytest.raises(PlatformError, match="linux/amd64"):
        plan_copy(session, src, "v1", dest, "v1", platforms=[ARM64])


def test_single_image_of_the_platform_is_taken_as_it_is(session, src, dest):
    found = image(src, "v1", platform=AMD64)
    assert copy(session, src, dest, platforms=[ARM64, AMD64])[0].digest == found.digest


@pytest.mark.parametrize(
    ("config", "words"),
    [(b"{}", "for no platform that it names"), (b'{"os":"linux","architecture":"amd64"}', "for linux/amd64")],
)
def test_single_image_of_another_platform_is_told(session, src, dest, config, words):
    image(src, "v1", config=config)
    with pytest.raises(PlatformError, match=f"is one image, {words}, not for linux/arm64"):
        plan_copy(session, src, "v1", dest, "v1", platforms=[ARM64])


# Trouble


@pytest.mark.parametrize("broken", ["blob", "child", "root"])
def test_failure_leaves_the_tag_alone_and_the_next_run_brings_the_rest(src, dest, broken):
    before = image(dest, "v1", [b"old"])
    child = image(src, layers=[b"one", b"two"], platform=AMD64)
    index(src, [child], "v1")

    def trouble(what, which):
        culprit = {"blob": Digest.of(b"two"), "child": child.digest, "root": "v1"}[broken]
        if which == culprit:
            raise RegistryError("out of space")

    dest.trouble = trouble
    with Workers(2) as workers, pytest.raises(RegistryError, match="out of space"):
        copy(CopySession(workers), src, dest)
    assert dest.tags == {"v1": before.digest}
    if broken == "blob":
        assert dest.done("push_manifest") == []
    dest.trouble = lambda what, which: None
    reset(dest)
    there = set(dest.blobs)
    with Workers(2) as workers:
        copy(CopySession(workers), src, dest)
    assert dest.missing("v1") == []
    # Whether a configuration has come without its layers is not worth a question: it has a few kilobytes.
    assert not there & set(dest.done("push_blob")) - {src.manifests[child.digest].config.digest}


def test_source_that_is_not_what_it_says_is_not_stored(session, src, dest):
    image(src, "v1", [b"layer"])
    src.blobs[Digest.of(b"layer")] = b"l4yer"
    with pytest.raises(VerificationError):
        copy(session, src, dest)
    assert dest.tags == {}
    assert Digest.of(b"layer") not in dest.blobs


def test_what_is_missing_below_a_right_tag_is_found_by_force_only(session, src, dest):
    children = [image(src, layers=[b"amd64"], platform=AMD64), image(src, layers=[b"arm64"], platform=ARM64)]
    found = index(src, children, "v1")
    copy(session, src, dest)
    del dest.blobs[Digest.of(b"arm64")]
    del dest.manifests[children[0].digest]
    with Workers(2) as workers:
        assert plan_copy(CopySession(workers), src, "v1", dest, "v1").changed is False
        plan = plan_copy(CopySession(workers), src, "v1", dest, "v1", force=True)
        assert [step.descriptor.digest for step in plan.blobs] == [Digest.of(b"arm64")]
        assert [child.digest for child in plan.children] == [children[0].digest]
        assert plan.puts_root is False
        run_copy(CopySession(workers), plan)
        assert dest.missing("v1") == []
        assert dest.tags == {"v1": found.digest}
        assert plan_copy(CopySession(workers), src, "v1", dest, "v1", force=True).changed is False


def test_missing_config_is_found_by_force(session, src, dest):
    image(src, "v1")
    copy(session, src, dest)
    del dest.blobs[Digest.of(b"{}")]
    with Workers(2) as workers:
        fresh = CopySession(workers)
        plan = plan_copy(fresh, src, "v1", dest, "v1", force=True)
        assert (plan.changed, len(plan.blobs), plan.children, plan.puts_root) == (True, 1, (), False)
        run_copy(fresh, plan)
    assert dest.missing("v1") == []


def test_missing_child_is_found_by_force(session, src, dest):
    child = image(src, platform=AMD64)
    index(src, [child], "v1")
    copy(session, src, dest)
    del dest.manifests[child.digest]
    plan = plan_copy(session, src, "v1", dest, "v1", force=True)
    assert (plan.changed, plan.blobs, len(plan.children), plan.puts_root) == (True, (), 1, False)
    run_copy(session, plan)
    assert dest.missing("v1") == []


# Many images in one run


def test_blob_that_images_share_is_asked_for_and_brought_once(session, src, dest):
    image(dest, "other", [b"other"])
    image(src, "v1", [b"base", b"one"])
    image(src, "v2", [b"base", b"two"])
    plans = [plan_copy(session, src, tag, dest, tag) for tag in ("v1", "v2")]
    assert all(Digest.of(b"base") in [step.descriptor.digest for step in plan.blobs] for plan in plans)
    stats = [run_copy(session, plan) for plan in plans]
    assert dest.done("has_blob").count(Digest.of(b"base")) == 1
    assert dest.done("push_blob").count(Digest.of(b"base")) == 1
    assert [one.transferred_blobs for one in stats] == [3, 1]
    assert [one.mounted_blobs for one in stats] == [0, 0]
    assert dest.missing("v1") + dest.missing("v2") == []


def test_blob_is_mounted_within_a_place(session):
    registry = MemoryRegistry()
    src, dest = registry.store("source"), registry.store("destination")
    image(src, "v1", [b"one"])
    plan, stats = copy(session, src, dest)
    assert (plan.count_of(MOUNT), plan.count_of(TRANSFER), plan.bytes_of(MOUNT)) == (2, 0, 5)
    assert (stats.mounted_blobs, stats.transferred_blobs) == (2, 0)
    assert dest.done("mounted") == ["source"] * 2
    assert dest.missing("v1") == []


def test_blob_that_one_repository_of_a_place_has_by_now_is_mounted_into_the_next(session, src):
    registry = MemoryRegistry()
    first, second = registry.store("first"), registry.store("second")
    image(src, "v1", [b"one"])
    plans = [plan_copy(session, src, "v1", dest, "v1") for dest in (first, second)]
    stats = [run_copy(session, plan) for plan in plans]
    assert [one.transferred_blobs for one in stats] == [2, 0]
    assert [one.mounted_blobs for one in stats] == [0, 2]
    assert second.done("mounted") == ["first"] * 2
    assert src.done("source").count(Digest.of(b"one")) <= 2


def test_copies_at_once_send_each_blob_once(src):
    registry = MemoryRegistry()
    dests = [registry.store("d%d" % number) for number in range(6)]
    image(src, "v1", [b"one", b"two"])
    errors = []
    with Workers(3) as workers:
        session = CopySession(workers)

        def work(dest):
            try:
                run_copy(session, plan_copy(session, src, "v1", dest, "v1"))
            except RegistryError as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(dest,)) for dest in dests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert errors == []
    assert [dest.missing("v1") for dest in dests] == [[]] * 6
    assert sum(len(dest.done("push_blob")) for dest in dests) == 6 * 3
    assert sum(len(dest.done("mounted")) for dest in dests) == 5 * 3


def test_failed_blob_is_tried_by_the_next_copy_that_needs_it(session, src, dest):
    image(src, "v1", [b"base", b"one"])
    image(src, "v2", [b"base", b"two"])
    failing = [True]

    def trouble(what, which):
        if which == Digest.of(b"base") and failing[0]:
            failing[0] = False
            raise RegistryError("once")

    dest.trouble = trouble
    plans = [plan_copy(session, src, tag, dest, tag) for tag in ("v1", "v2")]
    with pytest.raises(RegistryError, match="once"):
        run_copy(session, plans[0])
    run_copy(session, plans[1])
    assert dest.missing("v2") == []
    assert "v1" not in dest.tags


# Any graph


@st.composite
def graphs(draw):
    """A store with images and indexes that hold them and each other, and the digests of all, the leaves first."""
    store = MemoryStore("source")
    layers = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"", b"{}"]), max_size=3)
    nodes = []
    for number in range(draw(st.integers(1, 4))):
        nodes.append(image(store, layers=draw(layers), annotations={"n": str(number)}))
    for number in range(draw(st.integers(0, 6))):
        children = draw(st.lists(st.sampled_from(nodes), max_size=4))
        nodes.append(index(store, children, annotations={"n": str(number)}))
    return store, [node.digest for node in nodes]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(graph=graphs(), data=st.data(), limit=st.sampled_from([1, 3]), force=st.booleans())
def test_any_graph_ends_complete(graph, data, limit, force):
    src, digests = graph
    dest = MemoryStore("destination")
    chosen = st.sampled_from(digests)
    with Workers(limit) as workers:
        # Something may be there already: other parts of the graph, single blobs, another image under the tag.
        for digest in data.draw(st.lists(chosen, max_size=2)):
            run_copy(CopySession(workers), plan_copy(CopySession(workers), src, digest, dest, "v1"))
        for blob in data.draw(st.lists(st.sampled_from(sorted(src.blobs)), max_size=2)):
            dest.blobs[blob] = src.blobs[blob]
        before = dict(dest.tags)
        wanted = data.draw(chosen)
        fail_at = data.draw(st.one_of(st.none(), st.integers(0, 8)))
        writes = []

        def trouble(what, which):
            writes.append(which)
            if len(writes) - 1 == fail_at:
                raise RegistryError("out of space")

        dest.trouble = trouble
        session = CopySession(workers)
        plan = plan_copy(session, src, wanted, dest, "v1", force=force)
        assert writes == []
        try:
            run_copy(session, plan)
        except RegistryError as error:
            assert str(error) == "out of space"
            assert dest.tags == before
            session = CopySession(workers)
            run_copy(session, plan_copy(session, src, wanted, dest, "v1", force=force))
        assert dest.missing("v1") == []
        assert dest.tags == {"v1": wanted}
        assert len(writes) == len(set(writes)) or fail_at is not None  # nothing twice
        session = CopySession(workers)
        assert plan_copy(session, src, wanted, dest, "v1", force=force).changed is False
