# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be meant is refused with words that say what is wrong, before anything is sent or written.

The recorder stands before a real registry that has an image, so that nothing but the input is at fault. Files that
change, blobs that are missing, shared tags and refused deletes are in the tests of the modules that meet them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.live.logins import ALICE, failure
from tests.support import registries
from tests.support.images import Pusher, build_image, build_index, push_image
from tests.support.modules import ModuleRunner
from tests.support.recorder import Recorder, Reply
from tests.support.registries import RunningRegistry
from tests.support.token_server import RunningTokenServer

SHORT = "sha256:abc"
OTHER = f"sha256:{'0' * 64}"


@dataclass(frozen=True)
class Bad:
    """A module's options that cannot be meant, and what must be in the error. REPO stands for a repository's name."""

    module: str
    options: Mapping[str, Any]
    words: tuple[str, ...]


COPY = {"src": "REPO:v1", "dest": "REPO/copy:v1"}
CASES: dict[str, Bad] = {
    # References
    "upper case": Bad("registry_manifest_info", {"name": "REPO/App:v1"}, ("App", "lower")),
    "a scheme": Bad("registry_manifest_info", {"name": "https://REPO:v1"}, ("https://",)),
    "an empty name": Bad("registry_manifest_info", {"name": ""}, ("name",)),
    "a space in it": Bad("registry_manifest_info", {"name": "REPO :v1"}, ("name",)),
    "a bad name among good ones": Bad("registry_manifest_info", {"names": ["REPO:v1", "REPO:..", "REPO:v2"]}, ("..",)),
    "a long tag": Bad("registry_manifest_info", {"name": f"REPO:{'v' * 129}"}, ("128",)),
    "copy from a bad name": Bad("registry_copy", {**COPY, "src": "REPO/UPPER:v1"}, ("src", "UPPER")),
    "copy to a bad name": Bad("registry_copy", {**COPY, "dest": "REPO:-v1"}, ("dest", "-v1")),
    "copy many": Bad("registry_copy", {"images": [COPY, {**COPY, "dest": "REPO/UPPER"}]}, ("image 2", "UPPER")),
    # Repositories
    "repository in upper case": Bad("registry_tags_info", {"repository": "REPO/App"}, ("App",)),
    "repository with a tag": Bad("registry_tags_info", {"repository": "REPO:v1"}, ("v1", "repository")),
    "repository with a digest": Bad("registry_blob", {"repository": f"REPO@{OTHER}", "content": "x"}, ("repository",)),
    "registry with a path": Bad("registry_info", {"registry": "REPO"}, ("registry",)),
    "registry with a scheme": Bad("registry_info", {"registry": "http://HOST"}, ("http://",)),
    # Tags
    "a bad tag": Bad("registry_tag", {"name": "REPO:v1", "tags": ["good", "not good"]}, ("not good",)),
    "a bad tag to remove": Bad("registry_tag", {"name": "REPO", "tags": ["-x"], "state": "absent"}, ("-x",)),
    "a bad pattern": Bad("registry_tags_info", {"repository": "REPO", "include": ["~("]}, ("(",)),
    # Digests
    "a short digest": Bad("registry_manifest_info", {"name": f"REPO@{SHORT}"}, ("abc",)),
    "an unknown algorithm": Bad("registry_manifest_info", {"name": f"REPO@md5:{'0' * 32}"}, ("md5", "sha256")),
    "a short digest of a blob": Bad(
        "registry_blob", {"repository": "REPO", "digest": SHORT, "state": "absent"}, ("digest", "abc")
    ),
    "content of another digest": Bad(
        "registry_blob", {"repository": "REPO", "content": "x", "digest": OTHER}, (OTHER, "content")
    ),
    "manifest of another digest": Bad(
        "registry_manifest", {"name": f"REPO@{OTHER}", "manifest": build_image().raw.decode()}, (OTHER,)
    ),
    # Platforms
    "a malformed platform": Bad("registry_manifest_info", {"name": "REPO:v1", "platform": "a/b/c/d"}, ("a/b/c/d",)),
    "malformed platforms": Bad("registry_copy", {**COPY, "platforms": ["linux/amd64", "linux/"]}, ("linux/",)),
    # Manifests
    "no manifest": Bad("registry_manifest", {"name": "REPO:v2", "manifest": '{"a": 1}'}, ("manifest",)),
    "no JSON": Bad("registry_manifest", {"name": "REPO:v2", "manifest": "{"}, ("manifest", "JSON")),
    "no file": Bad("registry_manifest", {"name": "REPO:v2", "src": "/nowhere/manifest"}, ("/nowhere/manifest",)),
    "an index of nothing": Bad("registry_manifest", {"name": "REPO:v2", "manifests": []}, ("manifests",)),
    "deleting latest by omission": Bad("registry_manifest", {"name": "REPO", "state": "absent"}, ("tag", "digest")),
    # Files
    "no file to upload": Bad("registry_blob", {"repository": "REPO", "src": "/nowhere/blob"}, ("/nowhere/blob",)),
    "a folder to upload": Bad("registry_blob", {"repository": "REPO", "src": "/etc"}, ("/etc",)),
    "a bad chunk size": Bad(
        "registry_blob", {"repository": "REPO", "content": "x", "chunk_size": "16 elephants"}, ("chunk_size",)
    ),
    # Credentials and connection
    "a password without a name": Bad("registry_tags_info", {"repository": "REPO", "password": "x"}, ("username",)),
    "a timeout below zero": Bad("registry_tags_info", {"repository": "REPO", "timeout": -1}, ("timeout",)),
    "no CA": Bad(
        "registry_tags_info",
        {"repository": "REPO", "ca_path": "/nowhere/ca.pem", "plain_http": False},
        ("ca_path", "/nowhere/ca.pem"),
    ),
    "a key without a certificate": Bad(
        "registry_tags_info", {"repository": "REPO", "client_key": "k"}, ("client_cert",)
    ),
}


@pytest.fixture
def wire(distribution2: RunningRegistry, repository: str) -> Iterator[Recorder]:
    """A registry that has the image v1, by way of a recorder."""
    push_image(distribution2.address, repository, "v1")
    with Recorder(distribution2.address) as recorder:
        yield recorder


def filled_in(value: Any, host: str, repository: str) -> Any:
    """The options with the real names."""
    if isinstance(value, str):
        return value.replace("REPO", f"{host}/{repository}").replace("HOST", host)
    if isinstance(value, list):
        return [filled_in(item, host, repository) for item in value]
    if isinstance(value, dict):
        return {key: filled_in(item, host, repository) for key, item in value.items()}
    return value


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_sent(case: str, check: bool, wire: Recorder, repository: str, modules: ModuleRunner) -> None:
    bad = CASES[case]
    run = modules.run(bad.module, filled_in(dict(bad.options), wire.address, repository), check=check)
    assert run.failed, run.result
    assert run.result.get("changed", False) is False
    for word in bad.words:
        assert word in run.result["msg"], run.result["msg"]
    assert "Traceback" not in run.text
    assert wire.lines == []


class TestPlatforms:
    """A platform that does not exist: the error names those that do."""

    @pytest.fixture
    def name(self, wire: Recorder, distribution2: RunningRegistry, repository: str) -> str:
        pusher = Pusher(distribution2.address, repository)
        images = [build_image(None, platform) for platform in ("linux/amd64", "linux/arm64/v8")]
        for image in images:
            pusher.push(image)
        pusher.push(build_index(images), "many")
        return f"{wire.address}/{repository}:many"

    def test_of_an_index(self, name: str, wire: Recorder, modules: ModuleRunner) -> None:
        for module, options in (
            ("registry_manifest_info", {"name": name, "platform": "linux/s390x"}),
            ("registry_copy", {"src": name, "dest": f"{name}-copy", "platforms": ["linux/s390x"]}),
        ):
            text = failure(modules.run(module, options))
            for word in ("linux/s390x", "linux/amd64", "linux/arm64/v8"):
                assert word in text
        assert wire.writes == []

    def test_of_one_image(self, wire: Recorder, repository: str, modules: ModuleRunner) -> None:
        name = f"{wire.address}/{repository}:v1"
        for module, options in (
            ("registry_manifest_info", {"name": name, "platform": "linux/s390x"}),
            ("registry_copy", {"src": name, "dest": f"{name}-copy", "platforms": ["linux/s390x"]}),
        ):
            text = failure(modules.run(module, options))
            assert "linux/s390x" in text
            assert "linux/amd64" in text
        assert wire.writes == []


class TestAnAuthFile:
    """A credential file that is not one: its path is named, its content is not told."""

    CONTENTS = ('{"auths": "geheim"', '["geheim"]', "geheim", '{"auths": {"HOST": {"auth": "geheim"}}}')

    @pytest.fixture(autouse=True)
    def closed(self, wire: Recorder) -> None:
        """Only when a registry asks who one is, the file is looked at."""
        wire.intercept = lambda request: Reply(401, {"WWW-Authenticate": 'Basic realm="x"'})

    def test_that_is_not_there(self, wire: Recorder, repository: str, modules: ModuleRunner, tmp_path: Path) -> None:
        options = {"repository": f"{wire.address}/{repository}", "auth_file": str(tmp_path / "nothing")}
        assert str(tmp_path / "nothing") in failure(modules.run("registry_tags_info", options))

    @pytest.mark.parametrize("content", CONTENTS)
    def test_that_cannot_be_read(
        self, content: str, wire: Recorder, repository: str, modules: ModuleRunner, tmp_path: Path
    ) -> None:
        path = tmp_path / "auth.json"
        path.write_text(content.replace("HOST", wire.address))
        options = {"repository": f"{wire.address}/{repository}", "auth_file": str(path)}
        run = modules.run("registry_tags_info", options)
        assert str(path) in failure(run)
        assert "geheim" not in run.text


class TestATokenServerThatIsNone:
    """A realm that leads to a web page."""

    @pytest.fixture
    def page(self, tmp_path: Path) -> Iterator[str]:
        """A web server with a page for everyone: its URL."""
        (tmp_path / "index.html").write_text("<!doctype html><title>Welcome to our intranet</title>")

        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))) as server:
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}/"
            server.shutdown()

    def test_it_says_what_came_instead(
        self,
        page: str,
        tokens: RunningTokenServer,
        modules: ModuleRunner,
        repository: str,
        needs: Callable[..., None],
    ) -> None:
        needs("distribution2")
        with registries.start("distribution2", auth=tokens.auth(realm=page)) as door:
            text = failure(modules.run("registry_tags_info", {"repository": f"{door.address}/{repository}", **ALICE}))
        assert page in text
        assert "text/html" in text
        assert "token" in text
