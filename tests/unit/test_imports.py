# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The direction of the imports: from the modules to the operations to the client, and inside of the client from a copy
down to the values. Whoever adds a file to the client says here in which layer it belongs."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
UTILS = PLUGINS / "module_utils"
PREFIX = "ansible_collections.regops.oci_registry.plugins."
CLIENT = "module_utils._client"

#: What a managed host has beside Python: requests, and what comes with it.
HTTP_LIBRARIES = {"certifi", "requests", "urllib3"}

#: The files of the client from the bottom up. A file imports from its own layer and from those below, in no circle.
LAYERS = {
    "values": """addresses descriptor digest error_advice error_body errors graph_limits host links location manifest
        manifest_build manifest_document manifest_platforms media_type platforms reach redaction reference retry_after
        strict_json titles""",
    "pure": "retention tags version version_range",
    "transport": "body connections files network_errors parallel pools proxies response routes throttle tls transport",
    "auth": """auth auth_error auth_key auth_scheme challenge credential credential_helper credential_sources
        credentials docker_config login_file scope token_cache token_request""",
    "registry": "api blobs client registry repository upload_session",
    "upload": """blob_body deletion download fallback patience progress referrers sending sources stoppable untag
        upload""",
    "store": """disk_store docker_archive image_config layout_graph layout_index selection store tar_reader tar_writer
        unpack""",
    "copy": "archive attachments copy copy_plan copy_planner copy_session layout missing",
}
LEVELS = {name: level for level, names in enumerate(LAYERS.values()) for name in names.split()}


def imports_of(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever in the file it does so."""
    package = PREFIX + ".".join(path.relative_to(PLUGINS).parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return found


def ours(path: Path) -> set[str]:
    """What a file imports of this collection, as the path below plugins/ with dots."""
    return {name[len(PREFIX) :] for name in imports_of(path) if name.startswith(PREFIX)}


def foreign(path: Path) -> set[str]:
    """The top names of what a file imports from outside of this collection and of Python's own library."""
    names = {name.split(".")[0] for name in imports_of(path) if not name.startswith(PREFIX)}
    return names - set(sys.stdlib_module_names) - {"__future__"}


def client_files(path: Path) -> set[str]:
    """The names of the client's files that a file imports from."""
    return {name.split(".")[2] for name in ours(path) if name.startswith(CLIENT + ".")}


def files(folder: str) -> list[object]:
    """The Python files of a folder below plugins/ as parameters; none where the folder is not there."""
    return [pytest.param(path, id=str(path.relative_to(PLUGINS))) for path in sorted((PLUGINS / folder).rglob("*.py"))]


def test_there_is_something_to_look_at() -> None:
    """A moved folder would make every other test here pass over nothing."""
    assert files("modules")
    assert len(files("module_utils/_client")) > 20


@pytest.mark.parametrize("path", files("module_utils/_client"))
def test_client_knows_nothing_of_ansible(path: Path) -> None:
    """The client imports Python, the HTTP libraries and itself."""
    assert foreign(path) <= HTTP_LIBRARIES
    assert all(name.startswith(CLIENT + ".") for name in ours(path))


@pytest.mark.parametrize("path", files("module_utils/_client"))
def test_client_imports_downwards(path: Path) -> None:
    """No file imports from a layer above its own."""
    assert path.stem in LEVELS, f"say in LAYERS of {Path(__file__).name} where {path.name} belongs"
    above = {name for name in client_files(path) if LEVELS.get(name, 0) > LEVELS[path.stem]}
    assert not above


def test_layers_name_no_file_that_is_gone() -> None:
    """A name without a file is a leftover."""
    assert set(LEVELS) <= {path.stem for path in (UTILS / "_client").glob("*.py")}


@pytest.mark.parametrize("name", LAYERS["pure"].split())
def test_pure_files_stand_apart(name: str) -> None:
    """Tags and retention do no input or output: they import values and each other."""
    path = UTILS / "_client" / f"{name}.py"
    if path.exists():
        assert all(LEVELS[other] <= LEVELS[name] for other in client_files(path))
        assert not foreign(path)


def test_client_has_no_circle() -> None:
    """Each file can be understood, and imported, after those that it stands on."""
    graph = {path.stem: client_files(path) for path in (UTILS / "_client").glob("*.py")}
    while free := {name for name, needs in graph.items() if not needs & set(graph)}:
        graph = {name: needs for name, needs in graph.items() if name not in free}
    assert not graph


@pytest.mark.parametrize("path", files("module_utils/_operations"))
def test_operations_know_the_client_and_no_module(path: Path) -> None:
    """An operation runs in a module and in an action plugin alike."""
    assert foreign(path) <= {"ansible"}
    assert not any(name.startswith("ansible.module_utils.basic") for name in imports_of(path))
    assert all(name.startswith((CLIENT + ".", "module_utils._operations.")) for name in ours(path))


@pytest.mark.parametrize("path", files("modules"))
def test_modules_are_only_a_door(path: Path) -> None:
    """A module imports the border and its own operation."""
    assert foreign(path) <= {"ansible"}
    assert {name.split(".")[1] for name in ours(path)} == {"_module", "_operations"}
    assert {name.split(".")[2] for name in ours(path) if "_operations" in name} == {path.stem}


@pytest.mark.parametrize("path", files("action"))
def test_action_plugins_are_only_a_door(path: Path) -> None:
    """An action plugin names its operation, and nothing else; what they all do is in one place."""
    assert not foreign(path)
    assert ours(path) == {f"module_utils._operations.{path.stem}", "plugin_utils._in_process.InProcessAction"}


@pytest.mark.parametrize("path", files("."))
def test_only_the_client_speaks_http(path: Path) -> None:
    """Whoever needs the network asks the client."""
    if (UTILS / "_client") not in path.parents:
        assert not foreign(path) & HTTP_LIBRARIES
        assert not imports_of(path) & {"urllib.request", "http.client", "socket"}
