# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of this project. They need python3, pip and git, and work from a clone in any folder.

python3 run.py demo                 show on a real registry what the collection does, in a minute
python3 run.py test                 run every test that the continuous integration runs
python3 run.py test PART [PART...]  run these parts only; `python3 run.py test --list` names them
python3 run.py test PART -- ARGS    hand ARGS to the part's own program (pytest, ansible-test)
python3 run.py bench [ROW...]       measure the collection beside crane, regctl and skopeo, in a quarter of an hour
python3 run.py bench --help         name the options of the benchmark; `--list` names its rows
python3 run.py docs                 build the site of the documentation, and print where it is
python3 run.py release VERSION      write the release notes, commit and tag; nothing is pushed

What they install goes into .venv, .nox and .cache of this folder (and programs into ~/.cache/regops-oci-registry).
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

ROOT = os.path.dirname(os.path.realpath(__file__))
CACHE = os.path.join(ROOT, ".cache")
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
#: ansible-core 2.18 and the tests' helpers ask for it.
OLDEST_PYTHON = (3, 11)


class Part(NamedTuple):
    """A part of the tests: the sessions of noxfile.py and antsibull-nox.toml that make it up, and their programs."""

    about: str
    sessions: Tuple[str, ...]
    programs: Tuple[str, ...] = ()


#: The releases of ansible-core that are supported (noxfile.py knows more of them).
ANSIBLE_CORE = ("2.18", "2.19", "2.20", "2.21")
#: Names of tests/support/install.py; EVERYTHING stands for all that is not optional there.
REGISTRIES = ("distribution2", "distribution3", "ggcr", "olareg")
EVERYTHING = "everything"
#: What stands before registries in the tests: TLS, passwords, tokens, a forward proxy, faults.
DOORS = ("nginx", "htpasswd", "openssl", "token-server", "tinyproxy", "toxiproxy")
#: Programs that others wrote, which pull what we push, and the other way round.
PEERS = ("crane", "oras", "regctl", "skopeo")
PARTS: Dict[str, Part] = {
    "lint": Part(
        "form and likely bugs: ruff, yamllint, ansible-lint, actionlint",
        ("antsibull-nox-config", "formatters", "codeqa", "yamllint", "extra-checks", "ansible-lint", "workflows"),
        ("actionlint",),
    ),
    "types": Part("mypy, strict", ("typing",)),
    "licences": Part("every file states its licence (REUSE)", ("license-check",)),
    "docs": Part(
        "the modules' documentation, the site of the documentation, and the changelog",
        ("docs-check", "site", "changelog"),
    ),
    "units": Part(
        "unit tests, by pytest and by ansible-test of every supported ansible-core, with every Python that is found",
        ("unit", *(f"ansible-test-units-{core}" for core in ANSIBLE_CORE)),
    ),
    "fuzz": Part("what reads others' bytes, fuzzed by coverage (atheris)", ("fuzz",)),
    "live": Part("tests against real registries", ("live",), (*REGISTRIES, *DOORS, *PEERS, "chromium")),
    "harness": Part("idempotence of every module and state, proven on the wire", ("harness",), REGISTRIES),
    "galaxy": Part(
        "build the collection, import it as Galaxy does, and run the demo where it is installed, and in an image of it",
        ("galaxy", "installed", "execution-environment"),
        ("distribution2", "podman", "mmdebstrap"),
    ),
    "sanity": Part(
        "ansible-test sanity on every supported ansible-core",
        tuple(f"ansible-test-sanity-{core}" for core in ANSIBLE_CORE),
    ),
    "integration": Part(
        "playbooks against real registries (ansible-test integration)",
        (
            *(f"ansible-test-integration-{core}" for core in ANSIBLE_CORE),
            f"ansible-test-integration-modules-{ANSIBLE_CORE[0]}",
        ),
        (*REGISTRIES, "podman", "openssl", "ssh-keygen"),
    ),
    "molecule": Part(
        "scenarios on registries in containers, from create to destroy",
        ("molecule",),
        ("distribution2", "distribution3", "token-server", "podman", "openssl", "htpasswd", "skopeo", "curl"),
    ),
}


def fail(message: str) -> None:
    """End with a message on standard error and status 1."""
    sys.exit(f"run.py: {message}")


def say(message: str) -> None:
    """Tell what happens now, so that nobody waits without knowing for what."""
    print(f"run.py: {message}", flush=True)


def check_machine() -> None:
    """End with a clear word where Python is too old, or pip or git is missing."""
    if sys.version_info < OLDEST_PYTHON:
        fail(
            "Python {}.{} or newer is needed, and this is {}. Where a newer one is installed, call it by its name, "
            "such as: python3.12 run.py".format(*OLDEST_PYTHON, sys.version.split()[0])
        )
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        fail("pip is missing. On Debian and Ubuntu: apt-get install python3-pip")
    if shutil.which("git") is None:
        fail("git is missing. On Debian and Ubuntu: apt-get install git")


def requirements_fingerprint() -> str:
    """What the tools' environment was made from: the pinned requirements and this Python."""
    content = hashlib.sha256(sys.version.encode())
    for name in ("constraints.txt", "run.txt"):
        with open(os.path.join(ROOT, "requirements", name), "rb") as file:
            content.update(file.read())
    return content.hexdigest()


def prepare_tools() -> None:
    """Make the virtual environment .venv with nox and Ansible, unless it is there and up to date.

    Debian's python3 has no venv module without a further package, and its pip refuses to touch the system; so
    virtualenv is put into a folder of ours, which needs neither.
    """
    stamp = os.path.join(VENV, "made-from")
    wanted = requirements_fingerprint()
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as file:
            if file.read() == wanted:
                return
    say("setting up the tools in .venv (once)")
    shutil.rmtree(VENV, ignore_errors=True)
    requirements = os.path.join(ROOT, "requirements")
    bootstrap = os.path.join(CACHE, "bootstrap")
    constraints = os.path.join(requirements, "constraints.txt")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
    ]
    run([*pip, "--upgrade", "--target", bootstrap, "--constraint", constraints, "virtualenv"])
    run([sys.executable, "-m", "virtualenv", "--quiet", VENV], {**os.environ, "PYTHONPATH": bootstrap})
    run([PYTHON, *pip[1:], "--requirement", os.path.join(requirements, "run.txt")])
    with open(stamp, "w", encoding="ascii") as file:
        file.write(wanted)


def run(command: Sequence[str], environ: Optional[Dict[str, str]] = None) -> None:
    """Run a command in the project's folder, and end with its status when it fails."""
    status = subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, check=False).returncode
    if status:
        fail("this failed with status {}: {}".format(status, " ".join(command)))


def interpreter_folders() -> List[str]:
    """The folders of pyenv's interpreters, newest first.

    pyenv's own PATH entry has a stand-in for every version that was ever installed, and those that are not switched
    on end with status 127, on which ansible-test gives up. So the real ones go in front.
    """
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    found = {}
    for path in glob.glob(os.path.join(glob.escape(pyenv), "versions", "3.*", "bin", "python3")):
        version = os.path.basename(os.path.dirname(os.path.dirname(path)))
        numbers = version.split(".")
        if all(number.isdigit() for number in numbers) and int(numbers[1]) >= 8:
            found[tuple(int(number) for number in numbers)] = os.path.dirname(path)
    return [found[version] for version in sorted(found, reverse=True)]


def environment(**more: str) -> Dict[str, str]:
    """The environment of what we start: nothing of the user's Ansible or Python settings gets in."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ANSIBLE_") and name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    # .venv comes last: it has what the system may lack (shellcheck), and must not hide a real interpreter.
    folders = [*interpreter_folders(), environ.get("PATH", os.defpath), os.path.dirname(PYTHON)]
    return {**environ, "PATH": os.pathsep.join(folders), "ANSIBLE_HOME": os.path.join(CACHE, "ansible"), **more}


def install_programs(names: Set[str]) -> None:
    """Get the registries and servers that these parts run; where one is not to be had, say so and go on without."""
    if not names:
        return
    # Not at the top: on a Python that is too old, its syntax would hide the message that says so.
    from tests.support.install import TOOLS

    if EVERYTHING in names:
        names = (names - {EVERYTHING}).union(tool.name for tool in TOOLS.values() if not tool.optional)
    say("looking for the programs that the tests run: " + ", ".join(sorted(names)))
    command = [PYTHON, "-m", "tests.support.install", *sorted(names)]
    status = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
    if status and os.environ.get("REGOPS_REQUIRE_REGISTRIES") == "1":
        fail("a program is missing (see above), and REGOPS_REQUIRE_REGISTRIES asks for all of them")


def chosen_parts(names: Sequence[str]) -> Dict[str, Part]:
    """The parts of these names, all without a name. A name that is no part may be one session."""
    if not names:
        return PARTS
    sessions = {session: part for part in PARTS.values() for session in part.sessions}
    chosen = {}
    for name in names:
        if name in PARTS:
            chosen[name] = PARTS[name]
        elif name in sessions:
            chosen[name] = sessions[name]._replace(sessions=(name,))
        else:
            fail(f"there is no part {name!r}; there are {', '.join(PARTS)} (or a session: {', '.join(sessions)})")
    return chosen


def test(names: Sequence[str], arguments: Sequence[str]) -> int:
    """Run parts of the tests through nox, print what came of each session, and return the exit status."""
    parts = chosen_parts(names)
    install_programs({program for part in parts.values() for program in part.programs})
    report = os.path.join(CACHE, "report.json")
    if os.path.exists(report):
        os.unlink(report)
    sessions = [session for part in parts.values() for session in part.sessions]
    command = [PYTHON, "-m", "nox", "--reuse-existing-virtualenvs", "--no-error-on-missing-interpreters"]
    command += ["--report", report, "--sessions", *sessions, "--", *arguments]
    # CI=true: the formatters check, they do not rewrite the files.
    status = subprocess.run(command, cwd=ROOT, env=environment(CI="true"), check=False).returncode
    if not os.path.exists(report):
        fail(f"nox ended with status {status} before it ran anything")
    with open(report, encoding="utf-8") as file:
        results = json.load(file)["sessions"]
    summarise(parts, results)
    return status


def summarise(parts: Dict[str, Part], results: List[Dict[str, object]]) -> None:
    """Print a table of the sessions, and how to repeat what failed."""
    by_name = {str(result["name"]): result for result in results}
    failed = []
    print(f"\n{'part':12} {'session':30} {'time':>7}  result")
    for name, part in parts.items():
        for session in part.sessions:
            result = by_name.get(session, {"result": "not run", "duration": 0})
            seconds = round(float(str(result.get("duration") or 0)))
            word = str(result["result"])
            print(f"{name:12} {session:30} {seconds // 60:4d}:{seconds % 60:02d}  {WORDS.get(word, word.upper())}")
            if word not in WORDS and name not in failed:
                failed.append(name)
    for name in failed:
        print(f"repeat only what failed: python3 run.py test {name}")
    sys.stdout.flush()


#: nox's words for what is no failure.
WORDS = {"success": "PASS", "skipped": "skipped: what it needs is not installed here (see above)"}


def demo() -> int:
    """Run the demo in the tools' environment."""
    return subprocess.run([PYTHON, "-m", "demo"], cwd=ROOT, env=environment(), check=False).returncode


def bench(arguments: Sequence[str]) -> int:
    """Run the benchmark in the tools' environment; it reads its arguments itself."""
    return subprocess.run([PYTHON, "-m", "bench", *arguments], cwd=ROOT, env=environment(), check=False).returncode


def run_session(name: str, *arguments: str) -> int:
    """Run one session of noxfile.py that is no test; it says itself what came of it."""
    command = [PYTHON, "-m", "nox", "--reuse-existing-virtualenvs", "--sessions", name, "--", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def list_parts() -> int:
    """Print the parts of the tests, and what each is about."""
    for name, part in PARTS.items():
        print(f"{name:12} {part.about}")
    return 0


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="demo | test | bench | docs | release")
    commands.add_parser("demo", help="show what the collection does")
    tests = commands.add_parser("test", help="run the tests")
    tests.add_argument("--list", action="store_true", help="name the parts")
    tests.add_argument("parts", nargs="*", metavar="PART", help="one of: " + ", ".join(PARTS))
    commands.add_parser("bench", help="measure the collection beside other programs", add_help=False)
    commands.add_parser("docs", help="build the site of the documentation")
    releases = commands.add_parser("release", help="write the release notes, commit and tag")
    releases.add_argument("version", metavar="VERSION", help="such as 1.2.0")
    given = sys.argv[1:]
    cut = 1 if given[:1] == ["bench"] else given.index("--") if "--" in given else len(given)
    options = parser.parse_args(given[:cut])
    if options.command == "test" and options.list:
        return list_parts()
    check_machine()
    prepare_tools()
    if options.command == "bench":
        return bench(given[cut:])
    if options.command == "docs":
        return run_session("site")
    if options.command == "release":
        return run_session("release", options.version)
    return demo() if options.command == "demo" else test(options.parts, given[cut + 1 :])


if __name__ == "__main__":
    sys.exit(main())
