# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registries of both sides, what is in them before the work, and what stands before them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support import registries
from tests.support.checkout import ROOT
from tests.support.images import Pusher, build_image
from tests.support.process import LOOPBACK
from tests.support.registries import RunningRegistry

from . import data, seeding
from .data import Layout, Sizes
from .rows import EQUAL, FOREIGN, SAME, Row

FOREIGN_LAYER = b"of another image"


@contextlib.contextmanager
def delayed(address: str, seconds: float) -> Iterator[str]:
    """Give an address of the same server to which everything takes so many seconds one way."""
    if not seconds:
        yield address
        return
    command = [sys.executable, "-m", "bench.delay", address, str(seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        yield f"{LOOPBACK}:{process.stdout.readline().strip()}"
        process.stdin.close()


class Sides:
    """The source registry, filled as rows ask for it, and new destinations; a context manager that ends them all."""

    def __init__(self, kind: str, sizes: Sizes, cache: Path) -> None:
        self.kind = kind
        self.sizes = sizes
        self.cache = cache
        self._stack = contextlib.ExitStack()
        self._source: RunningRegistry | None = None
        self._equal: RunningRegistry | None = None
        self._filled: set[tuple[str, str]] = set()

    def __enter__(self) -> Sides:
        return self

    def __exit__(self, *unused: object) -> None:
        self._stack.close()

    def layout(self, name: str) -> Layout:
        """The images of a set. What has many tags is on the images of another set."""
        return data.layout(self.cache, "fifty" if name == "many" else name, self.sizes)

    def source(self, name: str) -> str:
        """The address of the source, which has this set."""
        if self._source is None:
            self._source = self._stack.enter_context(registries.start(self.kind))
        self._fill(self._source.address, name)
        return self._source.address

    @contextlib.contextmanager
    def destination(self, row: Row) -> Iterator[str]:
        """The address of a registry that has what the row says, and no more."""
        if row.dest == SAME:
            yield self.source(row.data)
        elif row.dest == EQUAL:
            if self._equal is None:
                self._equal = self._stack.enter_context(registries.start(self.kind))
            self._fill(self._equal.address, row.data)
            yield self._equal.address
        else:
            with registries.start(self.kind) as registry:
                if row.dest == FOREIGN:
                    Pusher(registry.address, f"bench/{row.data}").push(build_image([FOREIGN_LAYER]), "other")
                yield registry.address

    def _fill(self, address: str, name: str) -> None:
        if (address, name) in self._filled:
            return
        seeding.fill(address, name, self.layout(name), self.sizes)
        self._filled.add((address, name))


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A new empty folder for one run."""
    return tempfile.TemporaryDirectory(prefix="regops-bench-")
