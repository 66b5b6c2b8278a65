# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What GitHub runs is all that run.py runs, by actions that are pinned, with no right that it does not need.

That the files are well formed is checked by actionlint, in a session.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

# run.py is beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import run  # pylint: disable=wrong-import-position

ROOT = Path(run.ROOT)
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEXTS = {file.name: file.read_text(encoding="utf-8") for file in FILES}
WORKFLOWS: dict[str, dict[Any, Any]] = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
JOBS = [(name, job) for name, workflow in WORKFLOWS.items() for job in workflow["jobs"].values()]
#: The rights that a job may ask for beyond reading, and the only workflow that may.
RIGHTS = {"release.yml": {"contents": "write"}, "docs.yml": {"pages": "write", "id-token": "write"}}


def test_every_session_is_run_once() -> None:
    """A session that run.py gets has to be named in ci.yml."""
    jobs = WORKFLOWS["ci.yml"]["jobs"].values()
    names = [name for job in jobs for name in job.get("strategy", {}).get("matrix", {}).get("tests", [])]
    ran = [session for name in names for part in run.chosen_parts([name]).values() for session in part.sessions]
    assert sorted(ran) == sorted(session for part in run.PARTS.values() for session in part.sessions)


def test_each_part_of_the_matrix_is_what_is_run() -> None:
    for job in WORKFLOWS["ci.yml"]["jobs"].values():
        if "strategy" in job:
            assert job["steps"][-1] == {"run": "python3 run.py test ${{ matrix.tests }}"}


def test_everything_runs_for_pull_requests_every_week_and_for_releases() -> None:
    # YAML takes `on` for a truth value.
    assert {"pull_request", "schedule", "workflow_call"} <= set(WORKFLOWS["ci.yml"][True])
    jobs = WORKFLOWS["release.yml"]["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/ci.yml"
    assert jobs["publish"]["needs"] == "test"


@pytest.mark.parametrize("name", TEXTS)
def test_actions_are_pinned_by_their_commits(name: str) -> None:
    """A tag can be moved to another commit. The comment is what dependabot renews."""
    for line in re.findall(r"^.*\buses: .*$", TEXTS[name], re.MULTILINE):
        assert re.search(r"uses: (\./\S+|[\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+)$", line), line


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_read_and_nothing_else(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_a_job_has_no_other_right_than_it_needs(name: str, job: dict[str, Any]) -> None:
    assert job.get("permissions", {}).items() <= RIGHTS.get(name, {}).items()


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_no_job_runs_for_ever_or_keeps_the_token(name: str, job: dict[str, Any]) -> None:
    assert "timeout-minutes" in job or "uses" in job
    for step in job.get("steps", []):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
