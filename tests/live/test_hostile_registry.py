# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry that means harm gets a clear error out of a module: soon, with little memory, and no secret on the way.

No real registry can be made to do these things, so a scripted server does them, over real sockets. It has the password
of the task; a second server, which it leads to, records what it is told and must not learn it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.live.hostile import LOGIN, SECRETS, stage
from tests.live.hostile_answers import (
    MIB,
    TIMEOUT,
)
from tests.live.hostile_rows import DOWN, ROWS
from tests.support.modules import ModuleRun, ModuleRunner
from tests.support.tls import Authority

#: Seconds after which a module has ended, whatever the registry does.
SECONDS = 30


@pytest.fixture(scope="module")
def idle(modules: ModuleRunner) -> int:
    """The memory in bytes of a module that has nothing to do."""
    return modules.run("registry_manifest_info", {"name": "no name"}).peak_rss


def checked(run: ModuleRun, words: Iterable[str]) -> None:
    """The error is one for people, and has no secret in it."""
    assert run.failed, run.result
    text = run.result["msg"]
    for word in words:
        assert word in text, text
    assert "Traceback" not in run.text
    # One item has one line; a registry adds none.
    assert text.isprintable(), text
    assert len(text) < 3000
    for secret in SECRETS:
        assert secret not in run.text


@pytest.mark.parametrize("name", ROWS)
def test_a_hostile_registry(name: str, modules: ModuleRunner, idle: int, tmp_path: Path) -> None:
    row = ROWS[name]
    with stage(closed=row.closed) as servers:
        servers.places["DEST"] = str(tmp_path)
        servers.play(servers.host, row.does(servers.other.address) if callable(row.does) else row.does)
        servers.play(servers.other, row.other)
        began = time.monotonic()
        run = modules.run(row.module, {**servers.fill(dict(row.options)), **LOGIN, "timeout": TIMEOUT, "retries": 1})
        took = time.monotonic() - began
        print(f"{name}: {took:.1f} s, {max(0, run.peak_rss - idle) / MIB:.0f} MiB: {run.result.get('msg')}")
        checked(run, [servers.fill(word) for word in row.words])
        assert took < SECONDS
        assert run.peak_rss - idle < row.memory
        assert bool(servers.other.requests) == row.asked
        seen = servers.other.seen()
        for secret in SECRETS:
            assert secret not in seen
        assert "Authorization" not in seen
        if row.closed:  # The password was at stake.
            assert "Authorization" in servers.host.seen()


@pytest.mark.parametrize("name", DOWN)
def test_nothing_leads_down_from_https(name: str, modules: ModuleRunner, authority: Authority, tmp_path: Path) -> None:
    row = DOWN[name]
    pair = authority.server("hostile")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    with stage(closed=row.closed, tls=context) as servers:
        servers.places["DEST"] = str(tmp_path)
        servers.play(servers.host, row.does(servers.other.address) if callable(row.does) else row.does)
        trust = {"ca_path": str(authority.certificate), "plain_http": False, "timeout": 5, "retries": 1}
        run = modules.run(row.module, {**servers.fill(dict(row.options)), **LOGIN, **trust})
        checked(run, row.words)
        assert servers.other.requests == []
        assert "Authorization" in servers.host.seen() or not row.closed
