# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-doc shows the documentation of each plugin, with the options that it has from fragments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.live.playbooks import run_ansible
from tests.unit.test_house import ROOT

KINDS = ("filter", "inventory", "lookup", "test")
NAMES = {kind: sorted(path.stem for path in (ROOT / "plugins" / kind).glob("*.py")) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_ansible_doc_shows_every_plugin(kind: str, tmp_path: Path) -> None:
    names = [f"regops.oci_registry.{name}" for name in NAMES[kind]]
    shown = json.loads(ansible_doc(tmp_path, "-t", kind, "--json", *names))
    assert sorted(shown) == names
    # An inventory returns nothing.
    expected = {"examples"} if kind == "inventory" else {"examples", "return"}
    assert all(document[key] for document in shown.values() for key in expected)
    speaks = {name: "max_parallel" in document["doc"]["options"] for name, document in shown.items()}
    assert set(speaks.values()) == {kind in ("inventory", "lookup")}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_text_for_people(kind: str, tmp_path: Path) -> None:
    names = [f"regops.oci_registry.{name}" for name in NAMES[kind]]
    text = ansible_doc(tmp_path, "-t", kind, *names)
    assert all(name in text for name in names)
    assert text.count("EXAMPLES:") == len(names)


def ansible_doc(folder: Path, *arguments: str) -> str:
    """What ansible-doc prints; it must find everything, and complain of nothing."""
    ended = run_ansible(["doc", *arguments], folder)
    assert ended.returncode == 0, ended.stderr
    assert not ended.stderr
    return ended.stdout
