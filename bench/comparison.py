# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare this collection with what playbooks use today: python3 run.py bench --comparison [JOB...]

Each way (ways.py) does each job in check mode, for real, and again, on a registry of its own behind a proxy that
records. It prints the tables of docs/comparison.md.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.support import install, registries
from tests.support.checkout import ROOT, collections_path
from tests.support.images import Image, Pusher, build_image, build_index, layer
from tests.support.recorder import Recorder

from .ways import JOBS, OURS, PODMAN, PROMOTE, RETAG, UNTAG, WAYS, Tasks, Way

ENVIRONMENT = ROOT / ".cache" / "comparison"
#: Registries that a job is done on: distribution 2 refuses to delete a tag, distribution 3 does it.
KINDS = {PROMOTE: ["distribution3"], RETAG: ["distribution3"], UNTAG: ["distribution3", "distribution2"]}
STAGING, PRODUCTION = "staging/app", "production/app"
PLATFORMS = ("linux/amd64", "linux/arm64")
LAYER_BYTES = 1 << 20
TIMEOUT = 300
RECAP = re.compile(r"ok=(\d+)\s+changed=(\d+)\s+unreachable=\d+\s+failed=(\d+)\s+skipped=(\d+)")
ERROR = re.compile(r"^\[ERROR\]: (?:Task failed: )?(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Phase:
    """One run of a playbook: what Ansible counted, and what passed on the wire (bodies only, both ways)."""

    ok: int
    changed: int
    failed: int
    skipped: int
    requests: int
    writes: int
    size: int
    error: str = ""

    @property
    def words(self) -> str:
        """What a user is told, and what is sent if that does not go without saying."""
        told = "fails" if self.failed else "changed" if self.changed else "ok" if self.ok else "skipped"
        return told + (f", {self.writes} sent" if self.writes else "")


@dataclass(frozen=True)
class Outcome:
    """What came of one job done in one way."""

    job: str
    kind: str
    way: Way
    check: Phase
    real: Phase
    again: Phase
    left: str


def prepare() -> Path:
    """Give the Python of an environment that has what is compared; it is made where there is none."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / "bin" / "ansible-playbook").exists():
        venv.create(ENVIRONMENT, with_pip=True)
        wanted = ROOT / "requirements" / "comparison.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
    return python


def index() -> tuple[Image, list[Image]]:
    """An image for two platforms, each with a layer that cannot be compressed."""
    images = [build_image([layer({"data": Random(name).randbytes(LAYER_BYTES)})], name) for name in PLATFORMS]
    return build_index(images), images


def push(address: str, repository: str, tags: Sequence[str]) -> str:
    """Put the image there under these tags, and give its digest."""
    whole, images = index()
    pusher = Pusher(address, repository)
    for image in images:
        pusher.push(image)
    for tag in tags:
        pusher.push(whole, tag)
    return whole.digest


def run(python: Path, way: Way, playbook: Path, variables: Mapping[str, str], recorder: Recorder, *more: str) -> Phase:
    """Run a playbook and count."""
    recorder.clear()
    folder = playbook.parent
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "HOME": str(folder),
        **{name: value.format(folder=folder) for name, value in way.environment.items()},
    }
    command = [str(python.with_name("ansible-playbook")), str(playbook), "--extra-vars", json.dumps(dict(variables))]
    answer = subprocess.run(
        [*command, *more], env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    output = answer.stdout + answer.stderr
    counted = RECAP.search(output)
    if counted is None:
        raise SystemExit(f"{way.name}: ansible-playbook did not come to an end:\n{output}")
    error = ERROR.search(output)
    ok, changed, failed, skipped = map(int, counted.groups())
    return Phase(
        ok,
        changed,
        failed,
        skipped,
        requests=len(recorder.requests),
        writes=len(recorder.writes),
        size=sum(request.request_bytes + request.response_bytes for request in recorder.requests),
        error=error[1] if error else "",
    )


def write_playbook(folder: Path, tasks: Tasks) -> Path:
    """JSON is YAML. Podman gets a place for images, in the way that needs no rights."""
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": list(tasks)}
    path = folder / "playbook.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    storage = f'[storage]\ndriver = "vfs"\ngraphroot = "{folder}/images"\nrunroot = "{folder}/run"\n'
    (folder / "storage.conf").write_text(storage, encoding="utf-8")
    return path


def do(python: Path, way: Way, job: str, kind: str) -> Outcome:
    """Do a job in check mode, for real, and again, on a registry that has what it begins with."""
    with (
        registries.start(kind) as registry,
        Recorder(registry.address) as recorder,
        tempfile.TemporaryDirectory() as name,
    ):
        digest = push(registry.address, STAGING, ["rc"])
        if job != PROMOTE:
            push(registry.address, PRODUCTION, ["v1", "latest"] if job == UNTAG else ["v1"])
        variables = {
            "registry": recorder.address,
            "staging": STAGING,
            "production": PRODUCTION,
            "source": f"{recorder.address}/{STAGING}",
            "target": f"{recorder.address}/{PRODUCTION}",
            "digest": digest,
            "ansible_python_interpreter": str(python),
            **{tool: str(install.require(tool)) for tool in ("skopeo", "crane")},
        }
        playbook = write_playbook(Path(name), way.tasks[job])
        check = run(python, way, playbook, variables, recorder, "--check")
        real = run(python, way, playbook, variables, recorder)
        left = look(registry.address, job, digest)
        again = run(python, way, playbook, variables, recorder)
        if way is PODMAN:
            # vfs leaves files that only root may remove, and podman knows how.
            environment = {**os.environ, "CONTAINERS_STORAGE_CONF": f"{name}/storage.conf"}
            subprocess.run(["podman", "rmi", "--all", "--force"], env=environment, capture_output=True, check=False)
    return Outcome(job, kind, way, check, real, again, left)


def look(address: str, job: str, digest: str) -> str:
    """Say what is there after the real run, seen by plain requests."""
    pusher = Pusher(address, PRODUCTION)
    if job == UNTAG:
        there = {tag: pusher.digest(tag) == digest for tag in ("latest", "v1")}
        gone = "not deleted" if there["latest"] else "deleted"
        return f"{gone}, the other tag is {'there' if there['v1'] else '**gone, too**'}"
    tag = "v1" if job == PROMOTE else "latest"
    found = pusher.digest(tag)
    if found is None:
        return "nothing"
    same = "the same digest" if found == digest else "**another digest**"
    manifest = json.loads(pusher.manifest(tag).body)
    here = [child for child in manifest.get("manifests", ()) if pusher.digest(child["digest"])]
    count = len(here) if "manifests" in manifest else 1
    return f"{same}, {count} of {len(PLATFORMS)} platforms"


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of one table."""
    yield "| | check mode | first run | second run | what is there then | requests | bytes |"
    yield "|---|---|---|---|---|---:|---:|"
    for each in outcomes:
        name = f"**{each.way.name}**" if each.way is OURS else each.way.name
        told = (each.check.words, each.real.words, each.again.words, each.left)
        asked = each.real.requests or not each.real.failed
        figures = f"{each.real.requests} | {each.real.size:,}" if asked else " | "
        yield f"| {name} | {' | '.join(told)} | {figures} |"


def errors(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What those that failed said, each thing once."""
    said = [(each.way.name, phase.error) for each in outcomes for phase in (each.check, each.real, each.again)]
    for name, error in dict.fromkeys(said):
        if error:
            yield f"- {name}: `{error[:220]}`"


def versions(python: Path) -> Iterator[str]:
    """With what it was run."""
    yield f"- {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, Python {sys.version.split()[0]}"
    listed = [str(python.with_name("ansible-galaxy")), "collection", "list", "--format", "json"]
    found: dict[str, dict[str, dict[str, str]]] = json.loads(subprocess.check_output(listed, text=True))
    for name in ("community.docker", "containers.podman"):
        installed = [place[name]["version"] for place in found.values() if name in place]
        yield f"- {name} {installed[0]}"
    core = subprocess.check_output([str(python.with_name("ansible")), "--version"], text=True).splitlines()[0]
    yield f"- {core}"
    for tool, arguments in {"skopeo": ["--version"], "crane": ["version"], "podman": ["--version"]}.items():
        program = install.find(tool) or tool
        said = subprocess.check_output([str(program), *arguments], text=True).strip()
        yield f"- {tool} {said.rpartition(' ')[2]}"


def main(jobs: Sequence[str] = ()) -> int:
    """Do these jobs, or all, and print what came of them as Markdown."""
    missing = install.install_all(["skopeo", "crane", "podman", "distribution2", "distribution3"])
    if missing:
        raise SystemExit("\n".join(map(str, missing.values())))
    python = prepare()
    print("\n".join(versions(python)))
    outcomes = []
    for job in jobs or JOBS:
        for kind in KINDS[job]:
            done = [do(python, way, job, kind) for way in WAYS]
            print(f"\n## {JOBS[job]} ({kind})\n", *table(done), sep="\n", flush=True)
            outcomes += done
    print("\n## What those that fail say\n", *errors(outcomes), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
