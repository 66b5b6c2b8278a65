# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The next page that an answer names."""

from __future__ import annotations

import time

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.addresses import origin
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ProtocolError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.links import next_page_url
from hypothesis import given
from hypothesis import strategies as st

LISTING = "https://registry.example/v2/team/app/tags/list?n=2"
NEXT = "https://registry.example/v2/team/app/tags/list?n=2&last=b"


@pytest.mark.parametrize(
    "values",
    [
        ['</v2/team/app/tags/list?n=2&last=b>; rel="next"'],
        ["<?n=2&last=b>; rel=next"],
        ['<list?n=2&last=b>;rel="next"'],
        ['<https://registry.example/v2/team/app/tags/list?n=2&last=b>; rel="next"'],
        # the same origin, spelled otherwise
        ["<//registry.example/v2/team/app/tags/list?n=2&last=b>; rel=next"],
        # zot and olareg do not quote; names and relation types know no case
        ['</v2/team/app/tags/list?n=2&last=b>; REL="NEXT"'],
        ["</v2/team/app/tags/list?n=2&last=b>; Rel=Next"],
        ["   </v2/team/app/tags/list?n=2&last=b>   ;   rel   =   next   "],
        ['</v2/team/app/tags/list?n=2&last=b>; rel="prev next"'],
        ['</v2/team/app/tags/list?n=2&last=b>; rel=" next "'],
        # other parameters before and after
        ['</v2/team/app/tags/list?n=2&last=b>; title="the rest, or; <so>"; rel=next; type=x'],
        ["</v2/team/app/tags/list?n=2&last=b>; title*=UTF-8''x; nofollow; rel=next"],
        ['</v2/team/app/tags/list?n=2&last=b>; title="a \\" quote"; rel="next"'],
        # several links in one header, several headers
        ['</v2/>; rel="first", </v2/team/app/tags/list?n=2&last=b>; rel="next"'],
        ["</v2/>, </v2/team/app/tags/list?n=2&last=b>; rel=next"],
        ["</v2/>; rel=first,</v2/team/app/tags/list?n=2&last=b>; rel=next, </v2/x>; rel=last"],
        ['</v2/>; rel="first"', '</v2/team/app/tags/list?n=2&last=b>; rel="next"'],
        [", ,</v2/team/app/tags/list?n=2&last=b>; rel=next"],
        # the first of two relations counts (RFC 8288 section 3.3), as does the first of two next links
        ['</v2/team/app/tags/list?n=2&last=b>; rel="next"; rel="prev"'],
        ["</v2/team/app/tags/list?n=2&last=b>; rel=next, </v2/other>; rel=next"],
        # junk in one link hides no other: a page that is missed would be content that is not there
        ['</v2/>; rel=first; @!%, </v2/team/app/tags/list?n=2&last=b>; rel="next"'],
        ['</v2/>; title="no end, </v2/team/app/tags/list?n=2&last=b>; rel=next'],
        ["nonsense, </v2/team/app/tags/list?n=2&last=b>; rel=next"],
    ],
)
def test_next_page_is_found(values):
    assert next_page_url(LISTING, values) == NEXT


@pytest.mark.parametrize(
    ("value", "following"),
    [
        ("</v2/a/tags/list?last=a,b;c&n=1>; rel=next", "https://registry.example/v2/a/tags/list?last=a,b;c&n=1"),
        # Quay's cursors are opaque: they come back as they went
        (
            '</v2/a/tags/list?next_page=gAAAAABk-_%3D%3D&n=50>; rel="next"',
            "https://registry.example/v2/a/tags/list?next_page=gAAAAABk-_%3D%3D&n=50",
        ),
        ("<https://registry.example:443/v2/x>; rel=next", "https://registry.example:443/v2/x"),
        ("<https://REGISTRY.Example/v2/x>; rel=next", "https://REGISTRY.Example/v2/x"),
    ],
)
def test_next_page_is_taken_as_it_is(value, following):
    assert next_page_url(LISTING, [value]) == following


def test_default_port_of_the_request_is_the_same_origin():
    assert next_page_url("http://h:80/v2/", ["<http://h/v2/?last=a>; rel=next"]) == "http://h/v2/?last=a"
    assert next_page_url("http://[::1]:5000/v2/", ["</v2/?last=a>; rel=next"]) == "http://[::1]:5000/v2/?last=a"


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        [",,,"],
        ["</v2/x>"],
        ['</v2/x>; rel="prev"'],
        ['</v2/x>; rel="nextpage"'],
        ['</v2/x>; rel="prev"; rel="next"'],
        ['</v2/x>; notrel="next"'],
        ['</v2/x>; title="; rel=next"'],
        ['</v2/x>; rel=""'],
        ["</v2/x>; rel"],
        ["</v2/x>; rel; rel=next"],
        ["/v2/x; rel=next"],
        ["<</v2/x; rel=next"],
        ["rel=next"],
    ],
)
def test_no_next_page(values):
    assert next_page_url(LISTING, values) is None


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/v2/",
        "//evil.example/v2/",
        "https://registry.example.evil.example/v2/",
        "https://registry.example:444/v2/",
        "https://registry.example:0/v2/",
        "http://registry.example/v2/",
        "http://registry.example:443/v2/",
        "https://user:pw@registry.example/v2/",
        "https://registry.example@evil.example/v2/",
        "https://registry.example\\@evil.example/v2/",
        "ftp://registry.example/v2/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[::1/v2/",
        "https://registry.example:port/v2/",
        "https://registry.example:99999/v2/",
    ],
)
def test_next_page_elsewhere_is_refused(target):
    with pytest.raises(ProtocolError) as caught:
        next_page_url(LISTING, [f'<{target}>; rel="next"'])
    assert caught.value.category == "protocol"
    assert "pw" not in str(caught.value)


PIECES = st.sampled_from(
    ["<", ">", ";", ",", '"', "\\", " ", "\t", "=", "rel", "REL*", "next", "prev", "/v2/", "?n=1"]
    + ["https://", "http://", "registry.example", "evil.example", "@", ":", ":443", "[", "]", "[::1]", "//"]
    + ["\\\\", "%", "\x00", "\r\n", "\xff"]
)


@given(st.lists(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)), max_size=4))
def test_next_page_of_anything_is_of_one_origin(values):
    try:
        following = next_page_url(LISTING, values)
    except ProtocolError:
        return
    assert following is None or origin(following) == ("https", "registry.example", 443)


@pytest.mark.parametrize(
    "piece", [" ", ",", ";", "<", "<>", "<>;", '"', '\\"', '<>;a="', "; ", ", <", ";a=", ";a =", '<>"\\",', " ,", "<> "]
)
def test_next_page_takes_time_in_proportion_to_the_header(piece):
    started = time.process_time()
    next_page_url(LISTING, [piece * (200_000 // len(piece))])
    assert time.process_time() - started < 20  # CPU seconds: a wrong turn takes hours
