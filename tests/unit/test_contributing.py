# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command that CONTRIBUTING.md and README.md show for this project is one that there is; what is cheap is run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

# run.py is beside the tests, in the checkout and in copies of it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import run  # pylint: disable=wrong-import-position

ROOT = Path(run.ROOT)
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "README.md")}
#: Programs that the tests below know. What else is shown is a task, or an option of one.
PROGRAMS = ("python3", ".venv/bin/python", "git", "cd", "CI=true")
FRAGMENT = re.search(r"^```yaml\n(---\n.+?)^```$", PAGES["CONTRIBUTING.md"], re.MULTILINE | re.DOTALL)


def commands_of(text: str) -> set[str]:
    """The commands of a page: the lines after a prompt, and what is between backticks and begins as a command does."""
    words = re.findall(r"^\$ (.+)$", text, re.MULTILINE) + re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    return {command for command in words if command.split()[0] in PROGRAMS and " " in command}


COMMANDS = sorted(set().union(*map(commands_of, PAGES.values())))
RUN = [shlex.split(command)[2:] for command in COMMANDS if command.startswith("python3 run.py ")]
TESTS = [words[1:] for words in RUN if words[0] == "test"]
GIT = [shlex.split(command)[1:] for command in COMMANDS if command.startswith("git ")]
NOX = [shlex.split(command)[3:] for command in COMMANDS if command.startswith(".venv/bin/python -m nox ")]
OTHERS = {"CI=true bash .ci/run", "cd oci_registry"}


def answer(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_no_command_is_left_out() -> None:
    """Those after a prompt are of a program that the tests below know, or of Ansible."""
    shown = re.findall(r"^\$ (\S+)", PAGES["CONTRIBUTING.md"], re.MULTILINE)
    assert len(shown) > 8
    assert set(shown) <= set(PROGRAMS)
    assert len(RUN) + len(GIT) + len(NOX) + len(OTHERS & set(COMMANDS)) == len(COMMANDS)


@pytest.mark.parametrize("words", TESTS, ids=" ".join)
def test_parts_and_sessions_are_there(words: list[str]) -> None:
    names = words[: words.index("--")] if "--" in words else words
    if names == ["--list"]:
        names = []
    assert run.chosen_parts(names)


def test_a_part_that_is_not_there_is_refused() -> None:
    with pytest.raises(SystemExit, match="there is no part 'unitz'"):
        run.chosen_parts(["unitz"])


def test_the_parts_are_listed() -> None:
    listed = answer(sys.executable, "run.py", "test", "--list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(run.PARTS)


@pytest.mark.parametrize("name", sorted({words[0] for words in RUN} - {"bench"}))
def test_run_py_has_the_command(name: str) -> None:
    """Asked for help, it prepares nothing. The benchmark reads its arguments in its own environment."""
    assert answer(sys.executable, "run.py", name, "--help").returncode == 0


@pytest.mark.parametrize("name", sorted({words[0] for words in RUN}))
def test_run_py_tells_of_the_command(name: str) -> None:
    assert re.search(rf"^python3 run\.py {name}\b", run.__doc__ or "", re.MULTILINE)


@pytest.mark.parametrize("words", GIT, ids=" ".join)
def test_git_knows_its_options(words: list[str]) -> None:
    """git tells them when it is asked, and does nothing else."""
    usage = answer("git", words[0], "-h")
    assert usage.stdout.startswith("usage: git")
    known = set(re.findall(r"--(?:\[no-\])?[\w-]+", usage.stdout))
    options = {word for word in words[1:] if word.startswith("--")}
    assert {option for option in options if option not in known and f"--[no-]{option[2:]}" not in known} == set()


@pytest.mark.parametrize("words", NOX, ids=" ".join)
def test_sessions_are_those_of_the_parts(words: list[str]) -> None:
    option, name = words
    assert option == "-s"
    assert run.chosen_parts([name])


def test_what_the_continuous_integration_runs_is_a_script() -> None:
    assert answer("bash", "-n", ".ci/run").returncode == 0


def test_the_fragment_that_is_shown_is_one() -> None:
    """Its section is one that the changelog has, and so are all that the table below it names."""
    config = yaml.safe_load((ROOT / "changelogs" / "config.yaml").read_text(encoding="utf-8"))
    sections = {name for name, unused in config["sections"]}
    assert FRAGMENT
    assert set(yaml.safe_load(FRAGMENT[1])) <= sections
    rows = re.findall(
        r"^\| (`\w+`(?:, `\w+`)*) \| .* \| (?:patch|minor|major) \|$", PAGES["CONTRIBUTING.md"], re.MULTILINE
    )
    assert set(re.findall(r"\w+", " ".join(rows))) == sections | {config["trivial_section_name"]}
