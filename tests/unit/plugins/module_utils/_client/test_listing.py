# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings: page by page, to the end, and no further."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client import api
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ProtocolError,
    ResponseError,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Reset,
    ScriptedServer,
    error_answer,
    json_answer,
)

LIST = "/v2/app/tags/list"


def page(tags, following=None):
    return json_answer({"name": "app", "tags": tags}, headers={"Link": following} if following else None)


def test_pages_are_followed_to_the_last(repository, server):
    first = page(["a", "b"], '</v2/app/tags/list?last=b&n=2>; rel="next"')
    server.on("GET", LIST, first, page(["c"], "<?next_page=opaque%3D>; rel=next"), page(["d"]))
    assert list(repository.tags(2)) == ["a", "b", "c", "d"]
    assert server.lines == [f"GET {LIST}?n=2", f"GET {LIST}?last=b&n=2", f"GET {LIST}?next_page=opaque%3D"]


def test_pages_are_asked_for_when_they_are_needed(repository, server):
    server.on("GET", LIST, page(["a", "b"], "<?last=b>; rel=next"))
    tags = repository.tags()
    assert [next(tags), next(tags)] == ["a", "b"]
    assert server.lines == [f"GET {LIST}"]


def test_no_size_of_pages_is_asked_for_by_itself(repository, server):
    server.on("GET", LIST, page(["a"]))
    assert list(repository.tags(last="0+9")) == ["a"]
    assert server.lines == [f"GET {LIST}?last=0%2B9"]


@pytest.mark.parametrize("data", [{"tags": None}, {"tags": []}, {"name": "app"}, {}])
def test_empty_listing(repository, server, data):
    server.on("GET", LIST, json_answer(data))
    assert list(repository.tags()) == []


def test_tags_come_once_each_and_what_is_no_tag_not_at_all(repository, server):
    server.on("GET", LIST, page(["b", "a", None, 1, "b"], "<?last=b>; rel=next"), page(["a", "c"]))
    assert list(repository.tags()) == ["b", "a", "c"]


@pytest.mark.parametrize("tags", ["latest", 5, {"latest": 1}, True])
def test_tags_that_are_no_list_are_an_error(repository, server, tags):
    server.on("GET", LIST, json_answer({"tags": tags}))
    with pytest.raises(ProtocolError, match="expected a list of tags"):
        list(repository.tags())


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<html>Welcome</html>", "text/html"), (b"", "application/json"), (b"[]", "application/json"), (b'"x"', "x")],
)
def test_page_that_is_no_json_object_is_an_error(repository, server, body, kind):
    server.on("GET", LIST, Answer(200, {"Content-Type": kind}, body))
    with pytest.raises(ProtocolError, match=f"GET {server.url}{LIST}: expected a JSON object, got {kind}"):
        list(repository.tags())


def test_page_of_no_type_is_told_without_control_characters(repository, server):
    server.on("GET", LIST, Answer(200, {"Content-Type": "\x1b[31mx"}, b"x"), Answer(200, None, b"x"))
    with pytest.raises(ProtocolError, match="got x. Is this a registry"):
        list(repository.tags())
    with pytest.raises(ProtocolError, match="got no content type"):
        list(repository.tags())


def test_nested_json_is_an_error_and_no_crash(repository, server):
    server.on("GET", LIST, Answer(200, None, b'{"tags":' + b"[" * 100_000))
    with pytest.raises(ProtocolError, match="expected a JSON object"):
        list(repository.tags())


def test_page_that_is_too_large_is_an_error(repository, server, monkeypatch):
    monkeypatch.setattr(api, "PAGE_LIMIT", 1000)
    server.on("GET", LIST, page(["x" * 1000]))
    with pytest.raises(ProtocolError, match="larger than the 1000 bytes"):
        list(repository.tags())


def test_listing_that_goes_in_a_circle_is_an_error(repository, server):
    server.on("GET", LIST, page(["a"], "<?last=a>; rel=next"), page(["b"], f"<{LIST}>; rel=next"))
    with pytest.raises(ProtocolError, match="the listing does not end"):
        list(repository.tags())
    assert len(server.requests) == 2


def test_listing_that_never_ends_is_an_error(repository, server, monkeypatch):
    monkeypatch.setattr(api, "_MOST_PAGES", 20)
    numbers = iter(range(1000))
    server.on("GET", LIST, lambda request: page([], "<?last=%d>; rel=next" % next(numbers)))
    with pytest.raises(ProtocolError, match="the listing does not end: after 20 pages"):
        list(repository.tags())
    assert len(server.requests) == 20


def test_next_page_on_another_server_is_not_asked_for(repository, server):
    with ScriptedServer() as other:
        server.on("GET", LIST, page(["a"], f"<{other.url}{LIST}>; rel=next"))
        with pytest.raises(ProtocolError, match="on another server"):
            list(repository.tags())
        assert other.requests == []


def test_page_that_breaks_off_is_asked_for_again(repository, server, clock):
    whole = page(["a", "b"])
    broken = Answer(200, whole.headers, whole.body, cut_after=5)
    server.on("GET", LIST, Reset(), broken, whole)
    assert list(repository.tags()) == ["a", "b"]


def test_error_on_a_later_page_is_not_the_end_of_the_listing(repository, server):
    server.on("GET", LIST, page(["a"], "<?last=a>; rel=next"), error_answer(404, "NAME_UNKNOWN"))
    with pytest.raises(ResponseError, match="NAME_UNKNOWN"):
        list(repository.tags())


def test_catalog(client, server):
    server.on(
        "GET",
        "/v2/_catalog",
        json_answer({"repositories": ["a", "b/c"]}, headers={"Link": "</v2/_catalog?last=b/c>; rel=next"}),
        json_answer({"repositories": None}),
    )
    assert list(client.registry(server.address).repositories(50)) == ["a", "b/c"]
    assert server.lines == ["GET /v2/_catalog?n=50", "GET /v2/_catalog?last=b/c"]
