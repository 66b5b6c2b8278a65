# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a large blob takes: uploaded, uploaded in chunks, copied between registries, downloaded.

.venv/bin/python bench/memory.py               one blob of 2 GiB (needs four times that on the disk, for some minutes)
.venv/bin/python bench/memory.py --mib 256     a smaller one

The modules run as they run under Ansible, each in a process of its own, against real registries. What is printed is
the process's peak resident set (getrusage), interpreter and all. The exit status is 1 when one is above the limit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.images import OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, Image, Pusher, describe, sha256  # noqa: E402
from tests.support.modules import ModuleRunner  # noqa: E402
from tests.support.registries import start  # noqa: E402

MIB = 1 << 20
LIMIT = 100 * MIB
REPOSITORY = "bench/memory"


@contextmanager
def collection_path(folder: Path) -> Iterator[None]:
    """Let Python find the checkout under the collection's full name."""
    place = folder / "path" / "ansible_collections" / "regops"
    place.mkdir(parents=True)
    (place / "oci_registry").symlink_to(ROOT)
    sys.path.insert(0, str(folder / "path"))
    try:
        yield
    finally:
        sys.path.pop(0)


def sparse_file(path: Path, size: int) -> Path:
    """Make a file of this size that takes no room: zeros, with a beginning that makes it unlike any other."""
    with open(path, "wb") as file:
        file.write(b"benchmark of memory")
        file.truncate(size)
    return path


def image_of(digest: str, size: int) -> Image:
    """An image whose one layer is the blob."""
    rootfs = {"type": "layers", "diff_ids": [digest]}
    config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": rootfs}).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": describe(config, OCI_CONFIG),
        "layers": [{"mediaType": OCI_LAYER, "digest": digest, "size": size}],
    }
    return Image(json.dumps(manifest).encode(), OCI_MANIFEST, {sha256(config): config})


class Bench:
    """Runs modules and remembers the worst of them."""

    def __init__(self, modules: ModuleRunner, size: int) -> None:
        self.modules = modules
        self.size = size
        self.worst = 0

    def measure(self, what: str, module: str, **options: Any) -> dict[str, Any]:
        """Run a module, print its peak memory and its rate, and give its result."""
        begin = time.monotonic()
        run = self.modules.run(module, options)
        seconds = time.monotonic() - begin
        if run.failed or not run.result["changed"]:
            sys.exit(f"{what}: {run.result.get('msg', 'nothing was done')}")
        self.worst = max(self.worst, run.peak_rss)
        rate = self.size / MIB / seconds
        print(f"{what:24} peak RSS {run.peak_rss / MIB:6.1f} MiB  {seconds:6.1f} s  {rate:6.0f} MiB/s", flush=True)
        return run.result


def run_all(bench: Bench, folder: Path, one: str, two: str) -> None:
    """All four ways of a blob through a module."""
    source = sparse_file(folder / "blob", bench.size)
    repository, other = f"{one}/{REPOSITORY}", f"{two}/{REPOSITORY}"
    upload = {"module": "registry_blob", "src": str(source)}
    blob = bench.measure("upload, one request", repository=repository, **upload)["blob"]
    bench.measure("upload, chunks of 64 MiB", repository=f"{repository}/chunks", chunk_size="64M", **upload)
    Pusher(one, REPOSITORY).push(image_of(blob["digest"], bench.size), "v1")
    bench.measure("copy between registries", "registry_copy", src=f"{repository}:v1", dest=f"{other}:v1")
    source.unlink()
    target = {"digest": blob["digest"], "dest": str(folder / "restored"), "state": "downloaded"}
    bench.measure("download to a file", "registry_blob", repository=other, **target)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the top of this file."""
    parser = argparse.ArgumentParser(description="Peak memory of a large blob.")
    parser.add_argument("--mib", type=int, default=2048, help="the blob's size in MiB")
    size = parser.parse_args(arguments).mib * MIB
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="regops-bench-")))
        stack.enter_context(collection_path(folder))
        one, two = (stack.enter_context(start(kind)) for kind in ("distribution2", "distribution3"))
        bench = Bench(stack.enter_context(ModuleRunner()), size)
        run_all(bench, folder, one.address, two.address)
    verdict = "under" if bench.worst < LIMIT else "OVER"
    print(f"the worst peak RSS is {bench.worst / MIB:.1f} MiB, {verdict} the limit of {LIMIT // MIB} MiB")
    return 0 if bench.worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
