# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Ansible community package asks of a collection: the page names evidence that there is, and this is some."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.regops.oci_registry.tests.unit import tables, test_house

# run.py is beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import run  # pylint: disable=wrong-import-position

ROOT = Path(run.ROOT)
PLUGINS = ROOT / "plugins"
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = [row for row in tables.rows_of("inclusion.md") if row[0] != "Section"]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[-1])})
STATUS = {"met", "met in another way", "set up", "not yet", "does not apply"}
#: Where ansible-core looks for plugins (those that we have), and what the requirements allow besides.
FOLDERS = "action doc_fragments filter inventory lookup module_utils modules plugin_utils test"
KINDS = ("modules", "inventory", "lookup", "filter", "test")
DOCUMENTED = sorted(file for kind in KINDS for file in (PLUGINS / kind).glob("*.py"))
#: The only folders that what a playbook names may use.
FOUR = ("meta", "plugins", "roles", "playbooks")
INFO_FRAGMENT = "regops.oci_registry.attributes.info"
LEFT = shutil.ignore_patterns(".*", "__pycache__")
#: What a task in an example has beside the module.
KEYWORDS = "name check_mode delegate_to environment loop module_defaults no_log register run_once vars when"


def kept(folder: Path) -> list[Path]:
    """What is in a folder, without what Python and other tools leave there."""
    return [path for path in folder.iterdir() if not path.name.startswith((".", "__pycache__"))]


def documentation(file: Path, name: str) -> Any:
    return yaml.safe_load(test_house.text_of(file, name))


def test_every_point_is_told_in_full() -> None:
    assert len(ROWS) > 50
    for row in ROWS:
        assert len(row) == 6, row
        assert row[1] in ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY"), row
        assert row[3] in STATUS, row
        assert row[4] or row[3] == "met", row
        assert re.fullmatch(r"`[^`]+`(, `[^`]+`)*", row[5]), row


@pytest.mark.parametrize("name", NAMED)
def test_the_evidence_is_there(name: str) -> None:
    """A test, a command with parts that there are, or a file."""
    if "::" in name:
        assert tables.is_there(name)
    elif name.startswith("python3 run.py test "):
        assert run.chosen_parts(name.split()[3:])
    else:
        assert (ROOT / name).is_file()


@pytest.mark.parametrize(
    "words",
    [
        "## Communication\n\nYou are welcome",
        "https://forum.ansible.com/c/help/6",
        "https://forum.ansible.com/tag/docker",
        "## Code of Conduct",
        "https://docs.ansible.com/projects/ansible/latest/community/code_of_conduct.html",
        "## Versions and releases\n\nVersions are [semantic](https://semver.org/)",
        "is deprecated in a minor release first",
        "are for this collection only",
    ],
)
def test_the_readme_has_what_is_asked_for(words: str) -> None:
    assert words in README


def test_no_file_is_large() -> None:
    """Of what the artifact has, and of the tests."""
    todo, files = [ROOT / folder for folder in (*FOUR, "docs", "tests")], []
    while todo:
        for path in kept(todo.pop()):
            (todo if path.is_dir() else files).append(path)
    assert len(files) > 300
    ours = [file for file in files if ROOT / "tests" / "output" not in file.parents]
    assert [file for file in ours if file.stat().st_size > 100 * 1024] == []


def test_only_folders_that_are_allowed() -> None:
    assert {folder.name for folder in kept(PLUGINS)} == set(FOLDERS.split())


def test_utilities_are_private() -> None:
    names = [path.name for kind in ("module_utils", "plugin_utils") for path in kept(PLUGINS / kind)]
    assert names
    assert all(name.startswith("_") for name in names)


@pytest.mark.parametrize("file", DOCUMENTED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_is_returned_is_documented(file: Path) -> None:
    """An inventory returns nothing of its own: it makes hosts."""
    if file.parent.name != "inventory":
        assert documentation(file, "RETURN")


@pytest.mark.parametrize("file", DOCUMENTED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_examples_use_full_names(file: Path) -> None:
    """What a task of an example names is Ansible's keyword, or has a dot in it."""
    text = test_house.text_of(file, "EXAMPLES")
    assert text.strip()
    if file.parent.name == "modules":
        names = re.findall(r"^(?:- |  )([a-z_.]+):", text, re.MULTILINE)
        assert {name for name in names if "." not in name} <= set(KEYWORDS.split())


@pytest.mark.parametrize("module", test_house.MODULES)
def test_what_changes_nothing_is_called_info(module: str) -> None:
    """And check mode is full in both kinds: the fragments say so, which the argument of each module is held to."""
    fragments = test_house.documentation(module)["extends_documentation_fragment"]
    assert (INFO_FRAGMENT in fragments) is module.endswith("_info")
    assert INFO_FRAGMENT in fragments or "regops.oci_registry.attributes" in fragments


@pytest.mark.parametrize("module", test_house.MODULES)
def test_no_state_asks(module: str) -> None:
    state = test_house.documentation(module)["options"].get("state", {"choices": []})
    assert not {"get", "list", "query", "info", "read", "show"} & set(state["choices"])


@pytest.mark.parametrize("module", test_house.MODULES)
def test_no_module_returns_facts(module: str) -> None:
    assert "ansible_facts" not in documentation(PLUGINS / "modules" / f"{module}.py", "RETURN")


class TestFourFolders:
    """What a playbook names works where nothing is but meta, plugins, roles and playbooks."""

    @pytest.fixture(name="place")
    def _place(self, tmp_path: Path) -> Path:
        """A folder with the collection."""
        place = tmp_path / "four"
        for folder in FOUR:
            shutil.copytree(
                ROOT / folder, place / "ansible_collections" / "regops" / "oci_registry" / folder, ignore=LEFT
            )
        (place / "ansible.cfg").touch()
        (place / "registries.yml").write_text(
            "registries: {hosts: {edge: {registry_address: '127.0.0.1:1', ansible_connection: local}}}\n"
        )
        return place

    @staticmethod
    def ansible(place: Path, program: str, *arguments: str) -> str:
        """What a program of Ansible says, which finds no other collection of ours."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environ.update(ANSIBLE_COLLECTIONS_PATH=str(place), ANSIBLE_COLLECTIONS_SCAN_SYS_PATH="false")
        environ.update(ANSIBLE_HOME=str(place / "home"), ANSIBLE_CONFIG=str(place / "ansible.cfg"))
        environ.update(ANSIBLE_LOCALHOST_WARNING="false", ANSIBLE_PYTHON_INTERPRETER=sys.executable)
        command = [sys.executable, "-m", f"ansible.cli.{program}", *arguments]
        answer = subprocess.run(
            command, cwd=place, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return answer.stdout

    @pytest.mark.parametrize("in_process", ["auto", "never"])
    def test_modules(self, place: Path, in_process: str) -> None:
        options = "registry=127.0.0.1:1 plain_http=true retries=0"
        module = ("-m", "regops.oci_registry.registry_info", "-a", options, "-e", f"regops_in_process={in_process}")
        assert "127.0.0.1:1 refused the connection" in self.ansible(place, "adhoc", "localhost", *module)

    def test_a_filter(self, place: Path) -> None:
        words = "msg={{ 'redis' | regops.oci_registry.parse_reference }}"
        shown = self.ansible(place, "adhoc", "localhost", "-m", "ansible.builtin.debug", "-a", words)
        assert '"repository": "library/redis"' in shown

    def test_the_playbook_with_its_role(self, place: Path) -> None:
        shown = self.ansible(place, "playbook", "-i", "registries.yml", "regops.oci_registry.maintain", "--check")
        assert "PLAN, nothing was changed" in shown
        assert "edge  127.0.0.1:1 | not reached" in shown
