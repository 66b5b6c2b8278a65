# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operation gets and what comes back, where it runs in a process of the controller."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.plugin_utils import _in_process_module as border
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_module import run_order

NAME = "an_operation_of_the_tests"
Result = dict[str, Any]
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Give this process its environment and its folder back."""
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run an operation that is a function, with options; what it says meanwhile is in `said`."""

    def run_it(
        operation: Callable[[Mapping[str, Any], Context], Result],
        options: Mapping[str, Any] | None = None,
        *,
        files: bool = False,
        said: list[Result] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Result:
        module = ModuleType(NAME)
        module.ARGUMENTS = {
            "secret": {"type": "str", "no_log": True},
            "path": {"type": "path", "aliases": ["file"]},
            "old": {"type": "str", "removed_in_version": "9.0.0", "removed_from_collection": "regops.oci_registry"},
            "progress": {"type": "bool", "default": True},
        }
        module.CONSTRAINTS = {"add_file_common_args": True} if files else {}
        module.run = operation
        monkeypatch.setitem(sys.modules, NAME, module)
        order = {
            "operation": NAME,
            "name": "regops.oci_registry.tests",
            "options": dict(options or {}),
            "check_mode": False,
            "invocation": True,
            "environ": dict(environ or {"HOME": "/nowhere"}),
            "folder": str(tmp_path),
        }
        return run_order(order, lambda news: None if said is None else said.append(news))

    return run_it


def test_the_environment_and_the_folder_are_the_tasks(run: Run, tmp_path: Path) -> None:
    def operation(options: Mapping[str, Any], context: Context) -> Result:
        return {"context": dict(context.environ), "home": context.home, "path": options["path"], "cwd": os.getcwd()}

    result = run(operation, {"path": "~/$A"}, environ={"HOME": "/home/of/someone", "A": "b"})
    assert result["context"] == {"HOME": "/home/of/someone", "A": "b"}
    assert result["home"] == "/home/of/someone"
    assert result["path"] == "/home/of/someone/b"
    assert result["cwd"] == str(tmp_path)


def test_options_come_back_without_secrets(run: Run) -> None:
    result = run(lambda options, context: {"said": f"<{options['secret']}>", "changed": True}, {"secret": "True"})
    assert result["said"] == "<********>"
    assert result["changed"] is True
    assert result["invocation"]["module_args"]["secret"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert result["invocation"]["module_args"]["timeout"] == 60.0


def test_warnings_and_deprecations(run: Run) -> None:
    def operation(options: Mapping[str, Any], context: Context) -> Result:
        context.warn("careful")
        context.warn("careful")
        return {}

    result = run(operation, {"path": "a", "file": "b", "old": "c"})
    assert result["warnings"] == ["Both option path and its alias file are set.", "careful"]
    (deprecation,) = result["deprecations"]
    assert "old" in deprecation["msg"]
    assert deprecation["version"] == "9.0.0"
    assert "warnings" not in run(lambda options, context: {})


def test_options_that_are_wrong(run: Run) -> None:
    def never(options: Mapping[str, Any], context: Context) -> Result:
        raise AssertionError("it must not run")

    unknown = run(never, {"colour": "red"})
    assert unknown["failed"] is True
    assert unknown["msg"].startswith("Unsupported parameters for (regops.oci_registry.tests) module: colour. Supported")
    assert "timeout" in run(never, {"timeout": "long"})["msg"]


@pytest.mark.parametrize("wanted", [True, False])
def test_progress_is_for_those_who_want_it(wanted: bool, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def speaks_at_once(progress: object, say: Callable[[str], None]) -> Iterator[None]:
        say("a line")
        yield

    monkeypatch.setattr(border, "reporting", speaks_at_once)
    said: list[Result] = []
    run(lambda options, context: {}, {"progress": wanted}, said=said)
    assert said == ([{"progress": "a line"}] if wanted else [])


def test_a_file_gets_its_permissions_and_the_result_tells_of_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(0o600)
    done = {"dest": str(file), "changed": False, "actions": [], "diff": {"before": {}, "after": {}}}
    result = run(lambda options, context: dict(done), {"mode": "0640"}, files=True)
    assert file.stat().st_mode & 0o777 == 0o640
    assert result["changed"] is True
    assert (result["mode"], result["size"], result["state"]) == ("0640", 0, "file")
    wrong = run(lambda options, context: dict(done), {"mode": "wrong"}, files=True)
    assert wrong["failed"] is True
    assert wrong["size"] == 0
