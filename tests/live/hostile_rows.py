# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hostile registries do, and what a module has to say to it: the table of test_hostile_registry.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Reset,
    Silence,
    error_answer,
    json_answer,
)

from tests.live.hostile import TOKEN, On, on, on_all
from tests.live.hostile_answers import (
    BLOBS,
    DEEP,
    DUPLICATE,
    IMAGE,
    LIE,
    MANIFESTS,
    MANY_LISTS,
    MIB,
    NESTED_CONFIG,
    PACKED,
    PAINTED,
    TAGS,
    UPLOADS,
    Dripping,
    Endless,
    attached_without_end,
    begun,
    bomb,
    by_digest,
    foreign,
    gets,
    growing,
    image_with,
    index_of,
    manifest,
    moved,
    nested,
    page,
    realm,
    taking,
    token,
    uploads,
    wide,
)
from tests.support.images import (
    OCI_INDEX,
    OCI_MANIFEST,
    build_index,
    describe,
    sha256,
)

#: Bytes of memory beyond those of a module that has nothing to do.
MEMORY = 64 * MIB

METADATA = "http://169.254.169.254/latest/meta-data/"


@dataclass(frozen=True)
class Row:
    """What the registry does, what a module is asked to do with it, and the words that must be in its error.

    `does` may be made from the address of the second server, where that is in what has a digest. `other` is what that
    server says; `asked` whether it is asked at all. The first one wants the password where it is `closed`. `memory` is
    in bytes, beyond that of a module that has nothing to do.
    """

    does: tuple[On, ...] | Callable[[str], tuple[On, ...]]
    words: tuple[str, ...]
    module: str = "registry_manifest_info"
    options: Mapping[str, Any] = field(default_factory=lambda: {"name": "HOST/team/app:v1"})
    other: tuple[On, ...] = ()
    asked: bool = False
    closed: bool = True
    memory: int = MEMORY


LIST: dict[str, Any] = {"module": "registry_tags_info", "options": {"repository": "HOST/team/app"}}
CATALOG: dict[str, Any] = {"module": "registry_repositories_info", "options": {"registry": "HOST"}}
UPLOAD: dict[str, Any] = {
    "module": "registry_blob",
    "options": {"repository": "HOST/team/app", "content": "what is uploaded"},
}
CHUNKS: dict[str, Any] = {**UPLOAD, "options": {**UPLOAD["options"], "chunk_size": "4"}}
PUSH: dict[str, Any] = {
    "module": "registry_manifest",
    "options": {"name": "HOST/team/app:v2", "manifest": IMAGE.raw.decode()},
}
COPY: dict[str, Any] = {"module": "registry_copy", "options": {"src": "HOST/team/app:v1", "dest": "oci:DEST:v1"}}
ATTACHED: dict[str, Any] = {**COPY, "options": {**COPY["options"], "referrers": True}}
FOREIGN: dict[str, Any] = {**COPY, "options": {**COPY["options"], "foreign_layers": True}}
BY_DIGEST: dict[str, Any] = {"options": {"name": f"HOST/team/app@{IMAGE.digest}"}}
LAYER = json.loads(IMAGE.raw)["layers"][0]["digest"]
DOWNLOAD: dict[str, Any] = {
    "module": "registry_blob",
    "options": {"repository": "HOST/team/app", "digest": LAYER, "dest": "DEST/blob", "state": "downloaded"},
}


ROWS: dict[str, Row] = {
    # Redirects: what is at their end learns no secret, and not everything is an end.
    "redirected to a server that asks for the password": Row(
        gets(MANIFESTS, moved("http://OTHER/take")),
        ("401",),
        other=on_all(Answer(401, {"WWW-Authenticate": 'Basic realm="give it to me"'})),
        asked=True,
    ),
    "redirected to a server that names its token server": Row(
        gets(MANIFESTS, moved("http://OTHER/take")),
        ("401",),
        other=on_all(Answer(401, {"WWW-Authenticate": 'Bearer realm="http://OTHER/token"'})),
        asked=True,
    ),
    "a blob redirected to a server that asks for the password": Row(
        gets(BLOBS, moved("http://OTHER/take")),
        ("401",),
        **DOWNLOAD,
        other=on_all(Answer(401, {"WWW-Authenticate": 'Basic realm="give it to me"'})),
        asked=True,
    ),
    "redirected there and back, where it asks again": Row(
        (on("GET", "/v2/team/app/manifests/back", Answer(401)), *gets(MANIFESTS, moved("http://OTHER/take"))),
        ("401",),
        other=gets("/take", moved("http://HOST/v2/team/app/manifests/back")),
        asked=True,
    ),
    "redirected in a ring": Row(gets(MANIFESTS, moved("/v2/team/app/manifests/v1")), ("more than 10 redirects",)),
    "redirected without end": Row(gets("*", lambda request: moved(f"{request.path}x")), ("more than 10 redirects",)),
    "redirected to the metadata of a cloud": Row(gets(MANIFESTS, moved(METADATA)), ("169.254.169.254", "refused")),
    "redirected to it in numbers": Row(gets(MANIFESTS, moved("http://2852039166/")), ("2852039166", "refused")),
    "redirected to it in IPv6": Row(gets(MANIFESTS, moved("http://[::ffff:a9fe:a9fe]/")), ("refused",)),
    "redirected to all addresses": Row(gets(MANIFESTS, moved("http://0.0.0.0/")), ("0.0.0.0", "refused")),
    "redirected to a file": Row(gets(MANIFESTS, moved("file:///etc/passwd")), ("file:///etc/passwd", "not the URL")),
    "redirected to a script": Row(gets(MANIFESTS, moved("javascript:alert(1)")), ("not the URL",)),
    "redirected to a user": Row(gets(MANIFESTS, moved("http://user@HOST/")), ("not the URL",)),
    "redirected to no URL": Row(gets(MANIFESTS, moved("http://[::1")), ("not the URL",)),
    "redirected to a port that is none": Row(gets(MANIFESTS, moved("http://HOST9999999/")), ("not the URL",)),
    # Listings
    "the next page is elsewhere": Row(
        gets(TAGS, page("tags", "http://OTHER/take")), ("on another server", "refused"), **LIST
    ),
    "the next page is a file": Row(gets(TAGS, page("tags", "file:///etc/passwd")), ("not the URL",), **LIST),
    "the next page is metadata": Row(gets(TAGS, page("tags", METADATA)), ("169.254.169.254", "refused"), **LIST),
    "the next page is with another user": Row(gets(TAGS, page("tags", "http://a:b@HOST/")), ("not the URL",), **LIST),
    "pages in a ring": Row(
        gets(TAGS, page("tags", "?last=a"), page("tags", "?last=b"), page("tags", "?last=a")),
        ("the listing does not end",),
        **LIST,
    ),
    "pages without end": Row(
        gets("/v2/_catalog", growing("repositories", 20_000)), ("does not end",), **CATALOG, memory=2 * MEMORY
    ),
    "a page of lists": Row(gets(TAGS, Answer(200, None, MANY_LISTS)), ("lists in one answer",), **LIST),
    "a deep page": Row(gets(TAGS, Answer(200, None, DEEP)), ("expected a JSON object",), **LIST),
    "an endless page": Row(gets(TAGS, Answer(200, chunks=Endless(b" " * MIB))), ("larger than",), **LIST),
    "a packed page": Row(
        gets(TAGS, Answer(200, {"Content-Encoding": "gzip"}, bomb(b" " * MIB, 200))), ("larger than",), **LIST
    ),
    "a page of another shape": Row(gets(TAGS, json_answer({"tags": {"a": "b"}})), ("list of tags",), **LIST),
    # Bodies
    "an endless manifest": Row(gets(MANIFESTS, Answer(200, chunks=Endless(b" " * MIB))), ("larger than",)),
    "a huge manifest": Row(
        gets(MANIFESTS, Answer(200, {"Content-Length": str(10**15)}, b"{}", cut_after=2)), ("broke off",)
    ),
    "a manifest of five megabytes": Row(gets(MANIFESTS, manifest(b" " * (5 * MIB))), ("larger than",)),
    "a manifest that drips": Row(gets(MANIFESTS, Answer(200, chunks=Dripping())), ("did not come in time",)),
    "an error that drips": Row(gets(MANIFESTS, Answer(403, chunks=Dripping())), ("403",)),
    "an endless error": Row(gets(MANIFESTS, Answer(403, chunks=Endless(b"no " * MIB))), ("403",)),
    "a packed error": Row(
        gets(MANIFESTS, Answer(403, {"Content-Encoding": "gzip"}, bomb(b"no " * MIB, 100))), ("403",)
    ),
    "a deep error": Row(gets(MANIFESTS, Answer(403, None, DEEP)), ("403",)),
    "silence": Row(gets(MANIFESTS, Silence()), ("within 1 seconds",)),
    "a connection that is reset": Row(gets(MANIFESTS, Reset()), ("no answer",)),
    "a manifest that is cut off": Row(
        gets(MANIFESTS, Answer(200, {"Content-Length": str(len(IMAGE.raw))}, IMAGE.raw, cut_after=50)), ("broke off",)
    ),
    "a packed manifest": Row(gets(MANIFESTS, Answer(200, PACKED, bomb(b" " * MIB, 200))), ("larger than",)),
    "a manifest that is not as packed as it says": Row(
        gets(MANIFESTS, Answer(200, PACKED, IMAGE.raw)), ("cannot be decoded",)
    ),
    "two lengths": Row(
        gets(MANIFESTS, Answer(200, [("Content-Length", "2"), ("Content-Length", "3")], b"{}")), ("no answer",)
    ),
    "a length of many digits": Row(
        (on("HEAD", BLOBS, Answer(200, {"Content-Length": "9" * 5000})), on("GET", BLOBS, Answer(404))),
        ("404",),
        **DOWNLOAD,
    ),
    # Manifests
    "a deep manifest": Row(gets(MANIFESTS, manifest(DEEP)), ("JSON",)),
    "a deep configuration": Row(
        by_digest({sha256(NESTED_CONFIG): NESTED_CONFIG}, image_with(NESTED_CONFIG)),
        ("is not JSON",),
        options={"name": "HOST/team/app:v1", "config": True},
    ),
    "a manifest with a key twice": Row(gets(MANIFESTS, manifest(DUPLICATE)), ("layers", "twice")),
    "a manifest of numbers": Row(gets(MANIFESTS, manifest(b'{"schemaVersion":' + b"2" * 100_000 + b"}")), ("64 bits",)),
    "another manifest than was asked for": Row(
        gets(MANIFESTS, Answer(200, {"Content-Type": OCI_MANIFEST}, DUPLICATE)),
        ("not what its digest says",),
        **BY_DIGEST,
    ),
    "a digest that is not the manifest's": Row(
        gets(MANIFESTS, manifest(IMAGE.raw, Docker_Content_Digest=LIE)), ("not what its digest says",)
    ),
    "an image that says it is an index": Row(gets(MANIFESTS, manifest(IMAGE.raw, OCI_INDEX)), ("says that it is",)),
    "an index that says it is an image": Row(
        gets(MANIFESTS, manifest(build_index([IMAGE]).raw, OCI_MANIFEST)), ("says that it is",)
    ),
    "an image and an index at once": Row(
        gets(MANIFESTS, manifest(IMAGE.raw[:-1] + b',"manifests":[]}')), ("has manifests",)
    ),
    "a manifest that is a page": Row(gets(MANIFESTS, manifest(IMAGE.raw, "text/html")), ("Is this a registry?",)),
    # What hangs together
    "indexes that are nested": Row(nested(40), ("nested deeper",), **COPY),
    "indexes that are nested and doubled": Row(nested(40, 2), ("nested deeper",), **ATTACHED),
    "indexes that are large": Row(wide(200, 4_000_000), ("bytes of manifests",), **COPY),
    "things that are attached to each other without end": Row(
        attached_without_end(), ("what is attached to", "deeper"), **ATTACHED
    ),
    "a child of another size": Row(
        by_digest({IMAGE.digest: IMAGE.raw}, index_of({**IMAGE.descriptor, "size": 1}), OCI_INDEX),
        ("with 1 bytes", str(len(IMAGE.raw))),
        **COPY,
    ),
    "a child of another digest": Row(
        (*gets("/v2/team/app/manifests/v1", manifest(build_index([IMAGE]).raw, OCI_INDEX)),)
        + gets(MANIFESTS, Answer(200, {"Content-Type": OCI_MANIFEST}, DUPLICATE)),
        ("not what its digest says",),
        **COPY,
    ),
    # Blobs
    "a blob of other bytes": Row(
        gets(BLOBS, Answer(200, None, b"x" * 1000)), ("not what its digest says",), **DOWNLOAD
    ),
    "a blob that is longer": Row(
        (
            on("HEAD", BLOBS, Answer(200, {"Content-Length": "10"})),
            on("GET", BLOBS, Answer(200, chunks=Endless(b"x" * MIB))),
        ),
        ("longer than it should be",),
        **DOWNLOAD,
    ),
    "a blob that is shorter": Row(
        (on("HEAD", BLOBS, Answer(200, {"Content-Length": "10"})), on("GET", BLOBS, Answer(200, None, b"x"))),
        ("cut short",),
        **DOWNLOAD,
    ),
    "a blob that drips": Row(
        (on("HEAD", BLOBS, Answer(200, {"Content-Length": "9000"})), on("GET", BLOBS, Answer(200, chunks=Dripping()))),
        ("did not come in time",),
        **DOWNLOAD,
    ),
    "a blob larger than any disk": Row(
        (on("HEAD", BLOBS, Answer(200, {"Content-Length": str(2**62)})), on("GET", BLOBS, Answer(404))),
        ("has no room for",),
        **DOWNLOAD,
    ),
    "a layer larger than any disk": Row(
        by_digest({sha256(b"{}"): b"{}"}, image_with(layer={**describe(b"x", "application/x"), "size": 2**62})),
        ("has no room for",),
        **COPY,
    ),
    "a range that was not asked for": Row(
        (
            on("HEAD", BLOBS, Answer(200, {"Content-Length": "10"})),
            on(
                "GET",
                BLOBS,
                Answer(200, {"Content-Length": "10"}, b"0123456789", cut_after=4),
                Answer(206, {"Content-Range": "bytes 0-9/10"}, b"0123456789"),
            ),
        ),
        ("bytes from 4 on",),
        **DOWNLOAD,
    ),
    "a layer elsewhere that is a file": Row(lambda other: foreign("file:///etc/passwd"), ("not the URL",), **FOREIGN),
    "a layer elsewhere that is metadata": Row(
        lambda other: foreign(METADATA), ("169.254.169.254", "refused"), **FOREIGN
    ),
    "a layer elsewhere that asks for the password": Row(
        lambda other: foreign(f"http://{other}/take"),
        ("401",),
        **FOREIGN,
        other=on_all(Answer(401, {"WWW-Authenticate": 'Basic realm="give it to me"'})),
        asked=True,
    ),
    # Uploads
    "an upload elsewhere": Row(
        uploads(location="http://OTHER/take"),
        ("401",),
        **UPLOAD,
        other=on_all(Answer(401, {"WWW-Authenticate": 'Basic realm="give it to me"'})),
        asked=True,
    ),
    "an upload redirected elsewhere": Row(
        uploads(on("PUT", f"{UPLOADS}1", moved("http://OTHER/take"))),
        ("403",),
        **UPLOAD,
        other=on_all(Answer(403)),
        asked=True,
    ),
    "a manifest redirected elsewhere": Row(
        (
            on("PUT", MANIFESTS, moved("http://OTHER/take")),
            on("HEAD", MANIFESTS, Answer(404)),
            *gets(BLOBS, Answer(200)),
        ),
        ("403",),
        **PUSH,
        other=on_all(Answer(403)),
        asked=True,
    ),
    "an upload to metadata": Row(uploads(location=METADATA), ("169.254.169.254", "refused"), **UPLOAD),
    "an upload to a file": Row(uploads(location="file:///etc/passwd"), ("not the URL",), **UPLOAD),
    "an upload to nowhere": Row(
        (on("HEAD", BLOBS, Answer(404)), on("POST", UPLOADS, Answer(202))), ("does not say where to upload",), **UPLOAD
    ),
    "another blob stored": Row(
        uploads(on("PUT", f"{UPLOADS}1", Answer(201, {"Docker-Content-Digest": LIE}))),
        ("stored " + LIE[:20],),
        **UPLOAD,
    ),
    "another manifest stored": Row(
        (
            on("PUT", MANIFESTS, Answer(201, {"Docker-Content-Digest": LIE})),
            on("HEAD", MANIFESTS, Answer(404)),
            *gets(BLOBS, Answer(200)),
        ),
        ("stored " + LIE[:20],),
        **PUSH,
    ),
    "more bytes than were sent": Row(
        uploads(on("PATCH", f"{UPLOADS}1", begun(Range="0-999999"))), ("has 1000000",), **CHUNKS
    ),
    "no byte of a chunk": Row(
        uploads(on("PATCH", f"{UPLOADS}1", taking(0)), on("GET", f"{UPLOADS}1", Answer(204, {"Range": "0-0"}))),
        ("took nothing",),
        **CHUNKS,
    ),
    "a byte of each chunk": Row(
        uploads(on("PATCH", f"{UPLOADS}1", taking(1)), on("GET", f"{UPLOADS}1", Answer(204, {"Range": "0-50"}))),
        ("took too little",),
        **{**CHUNKS, "options": {**CHUNKS["options"], "content": "x" * 1000}},
    ),
    "a range that is never right": Row(
        uploads(on("PATCH", f"{UPLOADS}1", Answer(416)), on("GET", f"{UPLOADS}1", Answer(204, {"Range": "0-1"}))),
        ("416",),
        **CHUNKS,
    ),
    "a session that always is lost": Row(
        uploads(on("PUT", f"{UPLOADS}1", Answer(404)), on("GET", f"{UPLOADS}1", Answer(404))), ("404",), **UPLOAD
    ),
    "a smallest chunk of many digits": Row(
        uploads(on("PATCH", f"{UPLOADS}1", Answer(403)), OCI_Chunk_Min_Length="9" * 5000), ("403",), **CHUNKS
    ),
    # Token servers
    "a realm that is a file": Row(realm("file:///etc/passwd"), ("not the URL",), closed=False),
    "a realm that is metadata": Row(realm(METADATA), ("169.254.169.254", "refused"), closed=False),
    "a realm that is it in numbers": Row(realm("http://0xA9FEA9FE/"), ("refused",), closed=False),
    "a realm with a user": Row(realm("http://a:b@OTHER/"), ("not the URL",), closed=False),
    "a realm that is none": Row(realm(""), ("no realm",), closed=False),
    "a token server that sends on to another": Row(
        realm("http://HOST/token", on("GET", "/token", moved("http://OTHER/take"))),
        ("401",),
        closed=False,
        other=on_all(Answer(401, {"WWW-Authenticate": 'Basic realm="give it to me"'})),
        asked=True,
    ),
    "a token server that has a password sent on to another": Row(
        realm(
            "http://HOST/token",
            on("GET", "/token", Answer(404)),
            on("POST", "/token", moved("http://OTHER/take")),
        ),
        ("cannot be sent twice",),
        closed=False,
    ),
    "a token server that turns in a ring": Row(**token(moved("/token")), words=("more than 10 redirects",)),
    "a token server that answers without end": Row(
        **token(Answer(200, chunks=Endless(b" " * MIB))), words=("larger than",)
    ),
    "a token server that drips": Row(**token(Answer(200, chunks=Dripping())), words=("did not come in time",)),
    "a token server that is silent": Row(**token(Silence()), words=("within 1 seconds",)),
    "a deep token": Row(**token(Answer(200, None, DEEP)), words=("not a token",)),
    "a packed token": Row(
        **token(Answer(200, {"Content-Encoding": "gzip"}, bomb(b" " * MIB, 100))), words=("larger than",)
    ),
    "a token that is a page": Row(
        **token(Answer(200, {"Content-Type": "text/html"}, b"<html>")), words=("text/html", "not a token")
    ),
    "a token that is none": Row(**token(json_answer({"token": 7})), words=("without a token",)),
    "a token with a header in it": Row(**token(json_answer({"token": "a\r\nX: y"})), words=("without a token",)),
    "a token that is never enough": Row(**token(json_answer({"token": TOKEN})), words=("401",)),
    "a token that does not last": Row(**token(json_answer({"token": TOKEN, "expires_in": -(10**30)})), words=("401",)),
    # Demands that cannot be met
    "a password that is never right": Row(
        (on("GET", "*", Answer(401, {"WWW-Authenticate": "Basic"})), on("HEAD", "*", Answer(401))), ("401",)
    ),
    "a wait of years": Row(gets(MANIFESTS, Answer(429, {"Retry-After": str(10**9)})), ("429",)),
    "a wait until the year 9999": Row(
        gets(MANIFESTS, Answer(503, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"})), ("503",)
    ),
    "challenges without end": Row(
        gets("*", Answer(401, [("WWW-Authenticate", "Bearer " + "a=b," * 10_000)] * 3)), ("no realm",)
    ),
    # Words that paint the terminal or make up another line
    "a painted error": Row(gets(MANIFESTS, error_answer(403, "DENIED", PAINTED)), ("DENIED", "You are hacked")),
    "a painted text": Row(gets(MANIFESTS, Answer(403, None, PAINTED.encode())), ("403", "You are hacked")),
    "a painted redirect": Row(gets(MANIFESTS, moved("file:///\x1b[31m\x07")), ("not the URL",)),
    "a painted type": Row(
        gets(TAGS, Answer(200, {"Content-Type": "\x1b[31mtext/html\x07"}, b"x")), ("Is this a registry?",), **LIST
    ),
    "a painted scheme": Row(gets("*", Answer(401, {"WWW-Authenticate": "\x1b[31mPaint x=y"})), ("401",)),
    "a painted token server": Row(
        **token(Answer(403, None, json.dumps({"details": PAINTED}).encode())), words=("You are hacked",)
    ),
    "an error that repeats the password": Row(
        gets(
            MANIFESTS,
            lambda request: error_answer(403, "DENIED", f"no: {request.headers['Authorization']}"),
        ),
        ("DENIED",),
    ),
    "an error that repeats the password as it travels": Row(
        gets(
            MANIFESTS,
            lambda request: error_answer(403, "DENIED", f"no{request.headers['Authorization'][len('Basic ') :]}"),
        ),
        ("DENIED", "no***"),
    ),
    "a redirect that repeats the password": Row(
        gets(MANIFESTS, lambda request: moved(f"file:///{request.headers['Authorization'][len('Basic ') :]}/x")),
        ("not the URL", "***"),
    ),
    "an error that repeats the token": Row(
        (
            on("GET", "/token", json_answer({"token": TOKEN})),
            *gets(
                "/v2/*",
                Answer(401, {"WWW-Authenticate": 'Bearer realm="http://HOST/token"'}),
                lambda request: error_answer(403, "DENIED", f"no: {request.headers['Authorization']} {TOKEN}"),
            ),
        ),
        ("DENIED", "***"),
        closed=False,
    ),
}


DOWN = {
    "a redirect": Row(gets(MANIFESTS, moved("http://OTHER/take")), ("from https to http",)),
    "a redirect to itself": Row(gets(MANIFESTS, moved("http://HOST/take")), ("from https to http",)),
    "a next page": Row(gets(TAGS, page("tags", "http://HOST/v2/team/app/tags/list?last=v1")), ("refused",), **LIST),
    "an upload": Row(uploads(location="http://OTHER/take"), ("from https to http",), **UPLOAD),
    "a layer": Row(lambda other: foreign(f"http://{other}/take"), ("from https to http",), **FOREIGN),
    "a token server": Row(realm("http://OTHER/take"), ("from https to http",), closed=False),
    "a token server's redirect": Row(
        realm("https://HOST/token", on("GET", "/token", moved("http://OTHER/take"))),
        ("from https to http",),
        closed=False,
    ),
}
