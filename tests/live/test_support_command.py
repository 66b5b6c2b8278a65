# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program behind the tests that fails says so in its own words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.command import run
from tests.support.errors import SupportError

PYTHON = [sys.executable, "-c"]


def test_what_it_prints_is_given(tmp_path: Path) -> None:
    code = "import os, sys; print(sys.stdin.read(), os.getcwd(), sorted(os.environ.items() & {('A', 'b')}))"
    said = run([*PYTHON, code], "no", stdin="hello", cwd=tmp_path, environ={"A": "b"})
    assert said == f"hello {tmp_path.resolve()} [('A', 'b')]\n"


@pytest.mark.parametrize(
    "command, words",
    [
        ([*PYTHON, "import sys; print('asked'); sys.exit('because')"], "it failed: because"),
        ([*PYTHON, "print('because'); raise SystemExit(1)"], "it failed: because"),
        (["/nonexistent/program"], "it failed: .*No such file"),
        ([*PYTHON, "import time; time.sleep(60)"], "it failed: .*timed out"),
    ],
)
def test_trouble_is_told(command: list[str], words: str) -> None:
    with pytest.raises(SupportError, match=words):
        run(command, "it failed", timeout=5)
