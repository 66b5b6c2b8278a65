# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads bytes that anybody may have written. Each target gets any bytes, and fails on what is not documented.

test_fuzz.py hands them changed seeds by hypothesis, tests/fuzz/harness.py what atheris finds by coverage.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from dataclasses import dataclass
from functools import partial
from typing import Callable, Dict, List, Tuple

from ansible_collections.regops.oci_registry.plugins.module_utils._client.addresses import origin, resolve_location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.archive import ArchiveStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.challenge import Challenge, parse_challenges
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.docker_config import (
    parse_config,
    parse_document,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    ArchiveError,
    CredentialError,
    DigestError,
    ManifestError,
    ProtocolError,
    ReferenceError_,
    RegistryError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout import LayoutStore
from ansible_collections.regops.oci_registry.plugins.module_utils._client.layout_index import LAYOUT, LayoutIndex
from ansible_collections.regops.oci_registry.plugins.module_utils._client.links import next_page_url
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import DOCKER_ARCHIVE, OCI_ARCHIVE
from ansible_collections.regops.oci_registry.plugins.module_utils._client.login_file import (
    keys_of,
    login_of,
    with_login,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import (
    MANIFEST_LIMIT,
    available_platforms,
    parse_manifest,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import Reference
from ansible_collections.regops.oci_registry.plugins.module_utils._client.store import Store
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tar_reader import open_tar
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tar_writer import tar_blocks
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.disk_images import (
    docker_save,
    image,
    index_of,
    layout_files,
    special,
    tar,
)

LISTING = "https://registry.example/v2/team/app/tags/list?n=2"
REGISTRY = "registry.example:5000"
TYPES = (None, MediaType.OCI_MANIFEST, MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST, MediaType.DOCKER_INDEX)
IMAGE = image(b"one", b"two")


@dataclass(frozen=True)
class Target:
    """What is done with the bytes, and some with which to begin."""

    run: Callable[[bytes], None]
    seeds: Tuple[bytes, ...]


def reference(data: bytes) -> None:
    """A name of an image is read back from each of its forms."""
    try:
        found = Reference.parse(_text(data))
    except (ReferenceError_, DigestError):
        return
    assert Reference.parse(str(found)) == found
    assert Reference.parse(found.familiar()) == found


def challenge(data: bytes) -> None:
    """Nothing is an error, and what was understood is understood again when it is written by the rules."""
    for found in parse_challenges(_text(data).split("\n")):
        assert parse_challenges([_written(found)]) == [found]


def _written(found: Challenge) -> str:
    if found.token68 is not None:
        return f"{found.scheme} {found.token68}"
    escaped = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in found.params.items()}
    return f"{found.scheme} " + ", ".join(f'{name}="{value}"' for name, value in escaped.items())


def link(data: bytes) -> None:
    """The next page is of the same server as the last one."""
    try:
        following = next_page_url(LISTING, _text(data).split("\n"))
    except ProtocolError:
        return
    assert following is None or origin(following) == origin(LISTING)


def location(data: bytes) -> None:
    """A redirect leads to http(s), and not away from https."""
    try:
        target = resolve_location(LISTING, _text(data))
    except ProtocolError:
        return
    assert origin(target)[0] == "https"


def docker_config(data: bytes) -> None:
    """A file is read or refused, and so is each entry; a login that is put into it is found there."""
    try:
        config = parse_config(data, "config.json", legacy=True)
        document = parse_document(data, "config.json")
    except CredentialError:
        return
    for key in config.auths:
        try:
            config.credential(key)
        except CredentialError as error:
            assert "config.json" in str(error)
    try:
        parse_config(data, "config.json")
    except CredentialError:
        return
    changed = with_login(document, REGISTRY, Credential.from_login("user", "pass:word", "test"))
    again = parse_config(json.dumps(changed).encode(), "config.json")
    logins = [login_of(again, key) for key in keys_of(again, REGISTRY)]
    assert ("user", "pass:word") in [(one.username, one.password) for one in logins if one is not None]


def manifest(data: bytes) -> None:
    """It is read as any type, or refused; the bytes stay what they were, and every part is what it is written as."""
    for media_type in TYPES:
        try:
            found = parse_manifest(data, media_type)
        except ManifestError:
            continue
        assert found.raw == data
        assert parse_manifest(data, found.media_type, found.digest) == found
        parts = [*found.blobs, *found.manifests, found.referrer(), found.descriptor()]
        for part in parts if found.subject is None else [*parts, found.subject]:
            assert Descriptor.from_json(part.to_json()) == part
        if found.is_index:
            available_platforms(found)


def layout_index(data: bytes) -> None:
    """It is read or refused, and what is read is read again from what is written."""
    try:
        found = LayoutIndex.parse(data, "it")
    except (ArchiveError, ManifestError):
        return
    written = found.dump()
    assert LayoutIndex.parse(written, "it").dump() == written


def layout(data: bytes) -> None:
    """A folder with these bytes as its index.json holds images, or is refused."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in [*layout_files("v1", IMAGE).items(), ("oci-layout", LAYOUT), ("index.json", data)]:
            _write(os.path.join(folder, name), content)
        _ask(LayoutStore(folder))


def tar_file(data: bytes) -> None:
    """An archive is read or refused; what is read is read again from what is written."""
    with tempfile.TemporaryDirectory() as folder:
        path, again = os.path.join(folder, "a.tar"), os.path.join(folder, "b.tar")
        files = {name: content for name, content in _files(path, data).items() if name.isprintable()}
        written = b"".join(
            tar_blocks([(name, len(content), partial(_one, content)) for name, content in files.items()])
        )
        assert _files(again, written) == files


def _one(content: bytes) -> List[bytes]:
    return [content]


def _files(path: str, data: bytes) -> Dict[str, bytes]:
    _write(path, data)
    try:
        reader = open_tar(path)
    except ArchiveError:
        return {}
    found = {}
    try:
        for name in reader.members:
            try:
                found[name] = reader.read(name, MANIFEST_LIMIT)
            except ArchiveError:
                continue  # a link that leads nowhere
    finally:
        reader.close()
    return found


def archive(data: bytes) -> None:
    """An archive holds images, or is refused, whatever it is taken for."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.tar")
        _write(path, data)
        for transport in (OCI_ARCHIVE, DOCKER_ARCHIVE):
            store = ArchiveStore(transport, path)
            try:
                _ask(store)
            finally:
                store.close()


def _ask(store: Store) -> None:
    for version in ("", "v1", IMAGE.manifest.digest):
        try:
            if store.resolve(version) is None:
                continue
            found = store.fetch(version)
            for blob in found.blobs:
                with store.source(blob).open() as blocks:
                    for _block in blocks:
                        pass
        except RegistryError:
            continue


def _write(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


CONFIGS = (
    b"",
    b'{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpwYXNz"}}}',
    b'{"auths":{"a.example":{"username":"u","password":"p","identitytoken":"t"},"b.example/team":{}},"credsStore":"x"}',
    b'{"a.example":{"auth":"dTpw","email":"e"}}',
    b'{"credHelpers":{"a.example":"secret"},"auths":null}',
)
INDEXES = tuple(layout_files(name, IMAGE)["index.json"] for name in ("", "v1"))
TARS = (
    tar(*layout_files("v1", IMAGE).items()),
    gzip.compress(tar(("a", b"a"), ("d/b", b"b" * 600)), mtime=0),
    tar(("a", b"a"), special("l", b"2", "a"), special("h", b"1", "a"), special("d", b"5")),
    docker_save(
        [{"Config": "c.json", "RepoTags": ["app:v1"], "Layers": ["l.tar"]}],
        {"c.json": b'{"rootfs":{"diff_ids":[]}}', "l.tar": b"layer"},
    ),
)
TARGETS = {
    "reference": Target(
        reference,
        (b"app", b"ghcr.io/team/app:v1", b"localhost:5000/a/b@sha256:" + b"a" * 64, b"[::1]:5000/a__b:t"),
    ),
    "challenge": Target(
        challenge,
        (b'Bearer realm="https://a.example/token",service="s",scope="a b"', b'Basic realm="x\\"y", Negotiate YQ=='),
    ),
    "link": Target(link, (b'</v2/a/tags/list?last=x>; rel="next"', b"<?n=1>; rel=prev, <?n=2>; REL=next; a=b")),
    "location": Target(location, (b"/v2/a/blobs/uploads/1?x=y", b"https://b.example:8443/c", b"//[fe80::1]/", b"..")),
    "docker_config": Target(docker_config, CONFIGS),
    "manifest": Target(manifest, (IMAGE.manifest.raw, index_of(IMAGE, image(b"three")).raw, b"{}")),
    "layout_index": Target(layout_index, INDEXES),
    "layout": Target(layout, INDEXES),
    "tar": Target(tar_file, TARS),
    "archive": Target(archive, TARS),
}
"""By name."""
