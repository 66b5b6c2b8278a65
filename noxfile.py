# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions that test this collection. `python3 run.py test` runs them all; it needs no preparation.

What antsibull-nox brings (linters, types, licences, documentation) is set up by antsibull-nox.toml. Here are the
sessions that run our own code: pytest, Molecule, and ansible-test without containers.
"""

from __future__ import annotations

import atexit
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import antsibull_nox
import nox
from antsibull_nox.sessions.collections import prepare_collections
from nox.command import CommandFailed

# nox loads this file without its folder, where the helpers are that the tests, the benchmarks and the demo share.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from tests.integration.registries import write_config
from tests.support import install
from tests.support.errors import SupportError
from tools import get_pip

#: The releases of ansible-core that the collection supports, and the pip that ansible-test of each sets up.
ANSIBLE_CORE = {"2.18": "24.2", "2.19": "24.2", "2.20": "25.2", "2.21": "25.2"}

#: The Pythons of managed hosts on which ansible-test of each runs the unit tests. It forks for every test, so that a
#: Python costs minutes: each has its turn once. (Sanity's compile and import see them all, each time.)
UNITS_PYTHON = {"2.18": ("3.8", "3.9"), "2.19": ("3.10", "3.11"), "2.20": ("3.12",), "2.21": ("3.13", "3.14")}
#: The oldest Python of managed hosts, where it is not 3.9.
OLDEST_PYTHON = {"2.18": "3.8", "2.19": "3.8"}

#: The role local_registry takes two fifths of an integration session, in containers. The oldest and the newest release
#: see it there, and Molecule runs it as well.
WITHOUT_CONTAINERS = ("2.19", "2.20")

#: What check-jsonschema knows of the files in .github, and which they are. Workflows are actionlint's.
GITHUB_SCHEMAS = {
    "dependabot": "dependabot.yml",
    "github-issue-config": "ISSUE_TEMPLATE/config.yml",
    "github-issue-forms": "ISSUE_TEMPLATE/*_*.yml",
}

HARNESS = "tests/live/test_idempotence.py"
FUZZ = "ansible_collections.regops.oci_registry.tests.fuzz.harness"
CLIENT_COVERED = [
    "--cov=plugins/module_utils/_client",
    "--cov-report=term-missing:skip-covered",
    "--cov-fail-under=95",
]
#: What runs 95 of 100 lines of the operations: their unit tests, and on one kind of registry what is real.
OPERATIONS = ("tests/unit/plugins/module_utils/_operations", "tests/live/test_prune_planned.py", HARNESS)
REAL = "in-process and distribution3"
COVERAGE = "tests/live/coverage.ini"
#: As many processes as there are cores, within reason: each starts registries of its own.
PARALLEL = ("--numprocesses=auto", "--maxprocesses=4")
NEEDS_ENVIRONMENT = "this session needs a virtual environment of its own: run nox without --no-venv"

antsibull_nox.load_antsibull_nox_toml()


def run_python(session: nox.Session, *arguments: str, **environ: str) -> None:
    """Run python in a copy of the collection that lies where Python finds it under its full name."""
    prepared = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    if prepared is None:
        session.error(NEEDS_ENVIRONMENT)
    place = str(prepared.current_place)
    with session.chdir(prepared.current_path):
        session.run(
            "python", *arguments, *session.posargs,
            env={"PYTHONPATH": place, "ANSIBLE_COLLECTIONS_PATH": place, **environ},
        )  # fmt: skip


def pytest_session(session: nox.Session, *paths: str) -> None:
    """Run pytest in such a copy."""
    session.install("-r", "requirements/unit.txt")
    run_python(session, "-m", "pytest", *paths)


@nox.session(name="unit", default=False)
def unit(session: nox.Session) -> None:
    """Run the unit tests with pytest, on the Python that runs nox; all of them run 95 of 100 lines of the client.

    The operations do their work on registries, so that `harness` sees to theirs.
    """
    pytest_session(session, "tests/unit", *([] if session.posargs else [*PARALLEL, *CLIENT_COVERED]))


@nox.session(name="live", default=False)
def live(session: nox.Session) -> None:
    """Run the tests against real registries with pytest."""
    if session.posargs:
        pytest_session(session, "tests/live", f"--ignore={HARNESS}")
        return
    # What a file shares is started once. What is broken off at a moment that is chosen has the machine for itself.
    alone = [f"tests/live/test_{name}.py" for name in ("concurrency", "faults", "soak")]
    left_out = [f"--ignore={path}" for path in (HARNESS, *alone)]
    pytest_session(session, "tests/live", *left_out, *PARALLEL, "--dist=loadfile")
    pytest_session(session, *alone)


@nox.session(name="harness", default=False)
def harness(session: nox.Session) -> None:
    """Prove of every module, on the wire, that check mode predicts and a second run changes nothing.

    A part of it, with the operations' unit tests, has to run 95 of 100 lines of the operations.
    """
    if session.posargs:
        pytest_session(session, HARNESS)
        return
    pytest_session(session, HARNESS, *PARALLEL, "-k", f"not ({REAL})")
    with TemporaryDirectory() as folder:
        options = ("-m", "pytest", *OPERATIONS, "-k", f"_operations or planned or ({REAL})")
        for command in (("run", *options), ("combine", "--quiet"), ("report", "--skip-covered")):
            run_python(
                session, "-m", "coverage", command[0], f"--rcfile={COVERAGE}", *command[1:], REGOPS_COVERAGE=folder
            )


@nox.session(name="fuzz", default=False)
def fuzz(session: nox.Session) -> None:
    """Hand to all that reads what others wrote what atheris finds by coverage, in bounded time."""
    session.install("-r", "requirements/unit.txt")
    try:
        session.install("--only-binary", "atheris", "atheris", "-c", "requirements/constraints.txt")
    except CommandFailed:
        session.skip(f"atheris does not install on Python {sys.version.split()[0]} here, see above")
    found = Path(".cache/fuzz").resolve()
    found.mkdir(parents=True, exist_ok=True)
    run_python(session, "-m", FUZZ, f"-artifact_prefix={found}/")


@nox.session(name="changelog", default=False)
def changelog(session: nox.Session) -> None:
    """Check the fragments of the changelog."""
    session.install("antsibull-changelog", "-c", "requirements/constraints.txt")
    session.run("antsibull-changelog", "lint")


@nox.session(name="workflows", default=False)
def workflows(session: nox.Session) -> None:
    """Check what GitHub runs and shows (.github), which cannot be run here."""
    session.install("check-jsonschema", "-c", "requirements/constraints.txt")
    try:
        actionlint = install.require("actionlint")
    except SupportError as error:
        session.error(str(error))
    session.run(str(actionlint), external=True)
    for schema, files in GITHUB_SCHEMAS.items():
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, Path(".github").glob(files)))


@nox.session(name="release", default=False)
def release(session: nox.Session) -> None:
    """Write the notes of a release, commit and tag it; `python3 run.py release VERSION` calls this."""
    session.install("ansible-core>=2.18,<2.20", "antsibull-changelog", "-c", "requirements/constraints.txt")
    session.run("python", "-m", "tools.release", *session.posargs)


@nox.session(name="site", default=False)
def site(session: nox.Session) -> None:
    """Build the site of the documentation; warnings and dead links are errors."""
    session.install("-r", "requirements/site.txt")
    run_python(session, "-m", "tools.docs_site", str(Path(".cache/site").resolve()))


def check_execution_environment(session: nox.Session, collection: Path, artifact: Path) -> None:
    """See that ansible-builder finds what the installed collection needs, and takes the definition in docs/."""
    folder = artifact.parent / "execution-environment"
    session.run("ansible-galaxy", "collection", "install", str(artifact), "--collections-path", str(folder))
    told = str(session.run("ansible-builder", "introspect", str(folder), silent=True))
    wanted = (collection / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    if missing := [line for line in wanted if not line.startswith("#") and line not in told]:
        session.error(f"ansible-builder does not find {', '.join(missing)}, but:\n{told}")
    definition = collection / "docs" / "execution-environment.yml"
    session.run("ansible-builder", "create", "--file", str(definition), "--context", str(folder / "context"))


@nox.session(name="galaxy", default=False)
def galaxy(session: nox.Session) -> None:
    """Build the collection, and import it as Galaxy does: without an error and without a warning."""
    tools = ["ansible-builder", "ansible-core>=2.18,<2.20", "galaxy-importer"]
    session.install(*tools, "-c", "requirements/galaxy-importer-constraints.txt")
    prepared = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    if prepared is None:
        session.error(NEEDS_ENVIRONMENT)
    with session.chdir(prepared.current_path):
        session.run("ansible-galaxy", "collection", "build", "--output-path", str(prepared.current_place))
    (artifact,) = prepared.current_place.glob("*.tar.gz")
    with session.chdir(prepared.current_place):
        log = str(session.run("python", "-m", "galaxy_importer.main", artifact.name, silent=True))
    session.log(log)
    if any(line.startswith(("ERROR", "WARNING")) for line in log.splitlines()):
        session.error("Galaxy's importer has something to say, see above")
    check_execution_environment(session, prepared.current_path, artifact)


@nox.session(name="installed", default=False)
def installed(session: nox.Session) -> None:
    """Install the artifact where nothing is but ansible-core and what the collection needs, and run the demo on it."""
    needed = ("ansible-core>=2.18,<2.20", "-r", "meta/ee-requirements.txt")
    session.install(*needed, "-c", "requirements/constraints.txt")
    with TemporaryDirectory() as folder:
        session.run("ansible-galaxy", "collection", "build", "--output-path", folder)
        (artifact,) = Path(folder).glob("*.tar.gz")
        session.run("ansible-galaxy", "collection", "install", str(artifact), "--collections-path", folder)
        session.run("python", "-m", "demo", "--collections", folder)


@nox.session(name="execution-environment", default=False)
def execution_environment(session: nox.Session) -> None:
    """Build the execution environment of docs/ on a base that needs no pulling, and run the demo in it."""
    if install.find("mmdebstrap") is None:
        session.skip("mmdebstrap, which makes the base image from Debian's packages, is not here")
    tools = ["ansible-builder", "ansible-core>=2.18,<2.20"]
    session.install(*tools, "-c", "requirements/galaxy-importer-constraints.txt")
    with TemporaryDirectory() as folder:
        session.run("ansible-galaxy", "collection", "build", "--output-path", folder)
        (artifact,) = Path(folder).glob("*.tar.gz")
        session.run("python", "-m", "tools.execution_environment", str(artifact))


@nox.session(name="molecule", default=False)
def molecule(session: nox.Session) -> None:
    """Run the Molecule scenarios on registries in containers, which they share.

    antsibull-nox has a session for it, too, but calls Molecule where it does not find extensions/molecule/config.yml.
    """
    session.install("ansible-core>=2.18,<2.20", "molecule", "requests", "-c", "requirements/constraints.txt")
    prepared = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    if prepared is None:
        session.error(NEEDS_ENVIRONMENT)
    with session.chdir(prepared.current_path):
        session.run(
            "molecule", "test", *(session.posargs or ["--all"]),
            env={"ANSIBLE_COLLECTIONS_PATH": str(prepared.current_place)},
        )  # fmt: skip


def add_ansible_test(
    command: str,
    core: str,
    parameters: Sequence[str] = (),
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
    variant: str = "",
) -> None:
    """Add a session that runs `ansible-test command` of one ansible-core release in virtual environments.

    `variant` is a part of its name, for a command that has more than one session.
    """

    def prepare() -> None:
        if core in ANSIBLE_CORE:
            get_pip.provide(ANSIBLE_CORE[core])
        before()

    def clean_up() -> None:
        after()
        # antsibull-nox cannot copy the links back that ansible-test keeps for itself.
        shutil.rmtree("tests/output/.tmp", ignore_errors=True)

    antsibull_nox.add_ansible_test_session(
        name=f"ansible-test-{command}-{variant}{core}",
        description=f"Run ansible-test {command} of ansible-core {core} without a container",
        default=False,
        ansible_core_version=core,
        ansible_core_source="pypi" if core in ANSIBLE_CORE else "git",
        handle_coverage="never",
        ansible_test_params=[command, "--color", "no", *parameters],
        callback_before=prepare,
        callback_after=clean_up,
    )


def units_python(core: str) -> list[str]:
    """The options that name the Pythons of this release which are here; ansible-test chooses where none is."""
    found = [version for version in UNITS_PYTHON[core] if shutil.which(f"python{version}")]
    return [option for version in found for option in ("--target-python", f"venv/{version}")]


registries = ExitStack()
# A session that fails is not followed by what comes after it.
atexit.register(registries.close)


def start_registries(in_process: str) -> None:
    """Start the registries that the integration targets use, and write down where they are, and how tasks are run."""
    registries.enter_context(write_config(Path("tests/integration/integration_config.yml"), in_process))


def add_integration(core: str, variant: str, in_process: str, environment: Sequence[str]) -> None:
    """Add the session that runs the integration targets, each task inside the controller or as a module."""
    add_ansible_test(
        "integration",
        core,
        [*environment, "--allow-destructive"],
        partial(start_registries, in_process),
        registries.close,
        variant,
    )


def oldest_python(core: str) -> list[str]:
    """The options that have modules run on the oldest Python of managed hosts which a release knows, if it is here."""
    version = OLDEST_PYTHON.get(core, "3.9")
    if shutil.which(f"python{version}") is None:
        return ["--venv"]
    return ["--controller", "origin:python=venv/default", "--target", f"controller:python=venv/{version}"]


for core_release in ANSIBLE_CORE:
    add_ansible_test("sanity", core_release, ["--venv"])
    add_ansible_test("units", core_release, ["--controller", "origin:python=venv/default", *units_python(core_release)])
    skipped = ["--exclude", "local_registry_role"] if core_release in WITHOUT_CONTAINERS else []
    add_integration(core_release, "", "auto", ["--venv", *skipped])
    add_integration(core_release, "modules-", "never", oldest_python(core_release))
# What comes next, from GitHub: for the continuous integration to tell of early, and nothing that has to pass.
add_ansible_test("sanity", "devel", ["--venv"])
