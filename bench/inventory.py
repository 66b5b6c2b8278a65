# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the inventory of ten thousand tags takes, next to the bare requests for the same.

.venv/bin/python -m bench.inventory                  10 000 tags in 10 repositories
.venv/bin/python -m bench.inventory --tags 1000      fewer

The bare requests are the same GET of the tags and HEAD of the manifests by urllib3 alone, as many at a time. The
inventory is read as ansible-playbook reads it, in a process that has Ansible loaded already: once as it is, and once
with one variable and one group by expressions, which Ansible compiles anew for each host. Next to the seconds on the
clock stand those of the processor, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import urllib3

from tests.support.checkout import collections_path
from tests.support.images import OCI_MANIFEST, Pusher, build_image
from tests.support.registries import start

REPOSITORIES = 10
PARALLEL = 8
EXPRESSIONS = {
    "compose": {"newest": "registry_tags | regops.oci_registry.version_sort_tags | last"},
    "keyed_groups": [{"key": "registry_repository.split('/')[0]", "prefix": "team"}],
}


def find_collection(home: Path) -> None:
    """Let Ansible find the checkout under the collection's full name."""
    os.environ.update(ANSIBLE_HOME=str(home), ANSIBLE_INVENTORY_ENABLED="regops.oci_registry.registry")
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader([str(collections_path())])


def fill(address: str, repositories: list[str], tags: int) -> None:
    """Push one image into each repository, and tag it."""
    image = build_image([b"benchmark of the inventory"])

    def tag(place: tuple[str, int]) -> None:
        answer = Pusher(address, place[0]).send(
            "PUT", f"manifests/v1.{place[1]}", image.raw, {"Content-Type": OCI_MANIFEST}
        )
        if answer.status != 201:
            sys.exit(f"cannot tag {place}: status {answer.status}")

    for repository in repositories:
        Pusher(address, repository).push(image)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tag, [(name, number) for name in repositories for number in range(tags // len(repositories))]))


def bare_requests(address: str, repositories: list[str], heads: bool) -> int:
    """Ask for the tags of each repository, and for each tag; say how many tags there are."""
    pool = urllib3.PoolManager(maxsize=PARALLEL)

    def tags(repository: str) -> list[str]:
        found = pool.request("GET", f"http://{address}/v2/{repository}/tags/list").json()["tags"]
        return [f"{repository}/manifests/{tag}" for tag in found]

    def head(path: str) -> str:
        return pool.request("HEAD", f"http://{address}/v2/{path}", headers={"Accept": OCI_MANIFEST}).headers[
            "Docker-Content-Digest"
        ]

    with ThreadPoolExecutor(PARALLEL) as workers:
        manifests = [path for paths in workers.map(tags, repositories) for path in paths]
        if heads:
            list(workers.map(head, manifests))
    return len(manifests)


def inventory(file: Path, content: dict[str, Any]) -> int:
    """Read an inventory file as ansible-playbook does; say how many hosts it gives."""
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader

    # JSON is YAML.
    file.write_text(json.dumps({"plugin": "regops.oci_registry.registry", **content}), encoding="utf-8")
    return len(InventoryManager(DataLoader(), sources=[str(file)]).hosts)


def measure(what: str, work: Callable[[], int]) -> float:
    """Time some work, and print it."""
    begin, used = time.monotonic(), time.process_time()
    count = work()
    seconds, processor = time.monotonic() - begin, time.process_time() - used
    print(f"{what:52} {seconds:7.2f} s (processor {processor:6.2f} s)  {count:6} found", flush=True)
    return seconds


def run_all(address: str, repositories: list[str], file: Path) -> None:
    """Repositories as hosts and images as hosts, each by bare requests and as an inventory."""
    content = {"registry": address, "repositories": repositories, "max_parallel": PARALLEL}
    inventory(file, {**content, "repositories": repositories[:1]})  # loads Ansible
    for level, heads in (("repository", False), ("image", True)):
        asked = "GET of the tags" + (", HEAD of each" if heads else "")
        bare = measure(f"{level}: bare requests, {asked}", partial(bare_requests, address, repositories, heads))
        options = {**content, "inventory_level": level}
        plain = measure(f"{level}: inventory", partial(inventory, file, options))
        full = measure(
            f"{level}: inventory with compose and keyed_groups",
            partial(inventory, file, {**options, **EXPRESSIONS}),
        )
        for what, seconds in (("inventory", plain), ("with expressions", full)):
            more = seconds - bare
            print(f"{level}, {what}: {more:.2f} s more than the bare requests, {seconds / bare:.1f} times as long")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the top of this file."""
    parser = argparse.ArgumentParser(description="Time of the inventory of many tags.")
    parser.add_argument("--tags", type=int, default=10000, help="how many tags")
    parser.add_argument("--kind", default="ggcr", help="which registry: ggcr (default), distribution3, olareg...")
    given = parser.parse_args(arguments)
    repositories = [f"team/app{number}" for number in range(REPOSITORIES)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="regops-bench-")))
        find_collection(folder / "home")
        registry = stack.enter_context(start(given.kind))
        fill(registry.address, repositories, given.tags)
        run_all(registry.address, repositories, folder / "registry.yml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
