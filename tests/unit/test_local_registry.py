# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role local_registry says the same in all its files, and writes passwords as bcrypt alone would."""

from __future__ import annotations

import importlib.util
import json
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest
from ansible_collections.regops.oci_registry.tests.unit.test_house import ROOT, load_yaml

ROLE = ROOT / "roles" / "local_registry"
SCRIPT = ROLE / "files" / "htpasswd.py"
SPEC: Dict[str, Any] = load_yaml("roles", "local_registry", "meta", "argument_specs.yml")["argument_specs"]["main"]
#: A published answer of bcrypt: the password, the setting, the hash.
KNOWN = (b"U*U", b"$2a$05$CCCCCCCCCCCCCCCCCCCCC.", b"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")


@pytest.fixture(name="htpasswd", scope="module")
def load_script() -> Any:
    spec = importlib.util.spec_from_file_location("local_registry_htpasswd", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_script(path: Path, users: Dict[str, str], check: bool = False) -> "subprocess.CompletedProcess[str]":
    order = json.dumps({"path": str(path), "users": users, "check": check})
    return subprocess.run(
        [sys.executable, str(SCRIPT)], input=order, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_defaults_are_the_documented_ones() -> None:
    """What `ansible-doc` says is what is done where nothing is said."""
    assert load_yaml("roles", "local_registry", "defaults", "main.yml") == {
        name: option["default"] for name, option in SPEC["options"].items()
    }


@pytest.mark.parametrize("option", SPEC["options"])
def test_every_option_does_something(option: str) -> None:
    """None is documented and forgotten."""
    files = [*ROLE.glob("tasks/*.yml"), *ROLE.glob("vars/*.yml"), *ROLE.glob("templates/*")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    for name in [option, *(f"{option}.{child}" for child in SPEC["options"][option].get("options", {}))]:
        assert re.search(rf"\b{re.escape(name)}\b", text), name


def test_crypt_is_bcrypt(htpasswd: Any) -> None:
    """The answer is the published one."""
    password, setting, answer = KNOWN
    assert htpasswd.find_crypt()(password, setting) == answer


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    """Salts are random, and yet the file stays as it is while the passwords do."""
    path, users = tmp_path / "htpasswd", {"robot": "correct: horse", "other": "pässwort"}
    assert run_script(path, users).stdout == "changed\n"
    before = path.read_bytes()
    assert run_script(path, users).stdout == "unchanged\n"
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [line.partition(":")[0] for line in before.decode("ascii").splitlines()] == ["other", "robot"]
    assert b"horse" not in before


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    """Another password is another hash; a user who is not named goes, the others keep their line."""
    path = tmp_path / "htpasswd"
    run_script(path, {"a": "one", "b": "two", "c": "three"})
    first = path.read_text(encoding="ascii").splitlines()
    assert run_script(path, {"a": "one", "b": "another"}).stdout == "changed\n"
    second = path.read_text(encoding="ascii").splitlines()
    assert second[0] == first[0]
    assert second[1].startswith("b:") and second[1] != first[1]
    assert len(second) == 2


def test_check_mode_foresees_and_writes_nothing(tmp_path: Path) -> None:
    """With `check` the answer is that of the real run, the file is not touched."""
    path = tmp_path / "htpasswd"
    assert run_script(path, {"a": "one"}, check=True).stdout == "changed\n"
    assert not path.exists()


@pytest.mark.parametrize(
    ("users", "words"),
    [
        ({"a:b": "hidden"}, "cannot be the name of a user"),
        ({"": "hidden"}, "cannot be the name of a user"),
        ({"a\nb": "hidden"}, "cannot be the name of a user"),
        ({"robot": ""}, "The password of robot is empty"),
        ({"robot": "hidden" * 13}, "more than 72 bytes"),
    ],
)
def test_what_the_file_cannot_hold_is_refused(tmp_path: Path, users: Dict[str, str], words: str) -> None:
    """The error names the user, and never the password."""
    ended = run_script(tmp_path / "htpasswd", users)
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "hidden" not in ended.stderr + ended.stdout
    assert not list(tmp_path.iterdir())
