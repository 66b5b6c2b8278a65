# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookups against real registries, in templates as users write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.inventories import read_inventory
from tests.live.playbooks import TaskRun, run_play
from tests.support.images import Pusher, build_image, build_index
from tests.support.nginx import RunningNginx
from tests.support.recorder import Recorder, Reply
from tests.support.registries import RunningRegistry

IMAGES = {platform: build_image([platform.encode()], platform) for platform in ("linux/amd64", "linux/arm64")}
BOTH = build_index(list(IMAGES.values()))
DIGEST = "regops.oci_registry.registry_digest"
TAGS = "regops.oci_registry.registry_tags"

Evaluate = Callable[..., dict[str, TaskRun]]


@pytest.fixture
def evaluate(tmp_path: Path) -> Evaluate:
    """Evaluate expressions, each in a task of its own; what came of them, by the expression."""

    def run(*expressions: str, **variables: Any) -> dict[str, TaskRun]:
        tasks = [{"name": text, "ansible.builtin.debug": {"msg": "{{ %s }}" % text}} for text in expressions]
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
        return {result.name: result for result in run_play(play, variables, tmp_path)}

    return run


@pytest.fixture
def filled(registry: RunningRegistry, repository: str) -> str:
    """A repository of the test's own on each kind of registry."""
    pusher = Pusher(registry.address, repository)
    for image in IMAGES.values():
        pusher.push(image)
    for tag in ("v1.9", "v1.10", "v1.10-rc1", "latest"):
        pusher.push(BOTH, tag)
    return f"{registry.address}/{repository}"


def test_digests(filled: str, evaluate: Evaluate) -> None:
    expected = {
        f"lookup('{DIGEST}', app ~ ':v1.9')": BOTH.digest,
        f"lookup('{DIGEST}', app)": BOTH.digest,
        f"lookup('{DIGEST}', app ~ '@{BOTH.digest}')": BOTH.digest,
        f"query('{DIGEST}', [app, app ~ ':v1.9', app])": [BOTH.digest] * 3,
        f"query('{DIGEST}', app, app ~ ':none', default='no')": [BOTH.digest, "no"],
        f"query('{DIGEST}', app ~ ':none', default=none)": [None],
        f"lookup('{DIGEST}', app, platform='linux/arm64')": IMAGES["linux/arm64"].digest,
        f"query('{DIGEST}', app, app ~ ':none', platform='linux/amd64', default='no')": [
            IMAGES["linux/amd64"].digest,
            "no",
        ],
        f"query('{DIGEST}', app ~ ':none', errors='ignore')": [],
        f"app | regops.oci_registry.with_digest(lookup('{DIGEST}', app))": f"{filled}@{BOTH.digest}",
    }
    runs = evaluate(*expected, app=filled)
    assert {name: run.result["msg"] for name, run in runs.items()} == expected


def test_tags(filled: str, evaluate: Evaluate) -> None:
    expected = {
        f"query('{TAGS}', app)": ["latest", "v1.10", "v1.10-rc1", "v1.9"],
        f"query('{TAGS}', app, include=['v*'], exclude='*-rc*', order='version')": ["v1.9", "v1.10"],
        f"lookup('{TAGS}', app, order='version', reverse=true, limit=1)": "v1.10",
        f"query('{TAGS}', app, app, include=['l*'])": ["latest"],
        f"query('{TAGS}', app, include=['no'])": [],
        f"query('{TAGS}', app ~ '/none')": [],
    }
    runs = evaluate(*expected, app=filled)
    assert {name: run.result["msg"] for name, run in runs.items()} == expected


def test_trouble_is_told(distribution3: RunningRegistry, repository: str, evaluate: Evaluate) -> None:
    Pusher(distribution3.address, repository).push(IMAGES["linux/amd64"], "v1")
    place = distribution3.address
    expected = {
        f"lookup('{DIGEST}', '{place}/{repository}:none')": f"does not know {place}/{repository}:none",
        f"lookup('{DIGEST}', '127.0.0.1:1/app', default='x', retries=0)": "refused the connection",
        f"lookup('{DIGEST}', 'Team/app')": "must be lower-case",
        f"lookup('{DIGEST}', '{place}/{repository}:v1', platform='linux/s390x')": "linux/amd64",
        f"lookup('{DIGEST}', '{place}/{repository}:v1', username='robot')": "password",
        f"lookup('{DIGEST}', '{place}/{repository}:v1', max_parallel=0)": "max_parallel must be 1 or more",
        f"lookup('{TAGS}', '{place}/{repository}:v1')": "without a tag",
        f"lookup('{TAGS}', '{place}/{repository}', include=['~('])": "Malformed regular expression",
        f"lookup('{TAGS}', '{place}/{repository}', limit=-1)": "limit must be 0 or more",
        f"lookup('{TAGS}', nothing)": "'nothing' is undefined",
    }
    for expression, run in evaluate(*expected).items():
        assert run.failed, expression
        assert expected[expression] in run.result["msg"]


def test_a_refusal_is_not_taken_for_absence(distribution3: RunningRegistry, evaluate: Evaluate) -> None:
    expression = f"lookup('{DIGEST}', place ~ '/team/app:v1', default='no')"
    with Recorder(distribution3.address, lambda request: Reply(403)) as recorder:
        run = evaluate(expression, place=recorder.address)[expression]
    assert run.failed
    assert "403" in run.result["msg"]


def test_a_digest_costs_one_head(distribution3: RunningRegistry, repository: str, evaluate: Evaluate) -> None:
    Pusher(distribution3.address, repository).push(IMAGES["linux/amd64"], "v1")
    expression = f"query('{DIGEST}', [image, image])"
    with Recorder(distribution3.address) as recorder:
        run = evaluate(expression, image=f"{recorder.address}/{repository}:v1")[expression]
        assert run.result["msg"] == [IMAGES["linux/amd64"].digest] * 2
        assert [line for line in recorder.lines if not line.endswith("/v2/")] == [f"HEAD /v2/{repository}/manifests/v1"]


class TestCredentials:
    """From the call, from variables, from ansible.cfg and the environment."""

    @pytest.fixture
    def image(self, basic_registry: RunningNginx, distribution2: RunningRegistry, repository: str) -> str:
        Pusher(distribution2.address, repository).push(IMAGES["linux/amd64"], "v1")
        return f"{basic_registry.address}/{repository}:v1"

    def test_of_the_call(self, image: str, accounts: dict[str, str], evaluate: Evaluate) -> None:
        options = "username='alice', password=secret, tls_verify=false, plain_http=false"
        good, bad = f"lookup('{DIGEST}', image, {options})", f"lookup('{DIGEST}', image, plain_http=false)"
        runs = evaluate(good, bad, image=image, secret=accounts["alice"])
        assert runs[good].result["msg"] == IMAGES["linux/amd64"].digest
        assert runs[bad].failed

    def test_of_variables_that_are_templates(self, image: str, accounts: dict[str, str], evaluate: Evaluate) -> None:
        variables = {
            "registry_username": "{{ 'ali' ~ 'ce' }}",
            "registry_password": "{{ hers }}",
            "registry_validate_certs": "{{ false }}",
            "registry_plain_http": False,
            "hers": accounts["alice"],
        }
        expression = f"lookup('{DIGEST}', image)"
        run = evaluate(expression, image=image, **variables)[expression]
        assert run.result["msg"] == IMAGES["linux/amd64"].digest

    def test_of_the_configuration(
        self, image: str, accounts: dict[str, str], evaluate: Evaluate, tmp_path: Path
    ) -> None:
        section = "[regops_oci_registry]\nvalidate_certs = false\nplain_http = false\n"
        (tmp_path / "ansible.cfg").write_text(section, encoding="utf-8")
        expression = f"lookup('{DIGEST}', image)"
        variables = {"registry_user": "alice", "registry_password": accounts["alice"]}
        assert evaluate(expression, image=image, **variables)[expression].result["msg"] == IMAGES["linux/amd64"].digest

    def test_of_the_environment(self, image: str, accounts: dict[str, str], tmp_path: Path) -> None:
        address, repository = image[: -len(":v1")].split("/", 1)
        environ = {
            "REGOPS_REGISTRY_USERNAME": "alice",
            "REGOPS_REGISTRY_PASSWORD": accounts["alice"],
            "REGOPS_REGISTRY_VALIDATE_CERTS": "false",
            "REGOPS_REGISTRY_PLAIN_HTTP": "no",
        }
        found = read_inventory({"registry": address, "repositories": [repository]}, tmp_path, environ=environ)
        assert list(found.hosts) == [f"{address}/{repository}"], found.words

    def test_a_wrong_password_is_not_shown(self, image: str, evaluate: Evaluate) -> None:
        options = "username='alice', password='Wr0ngPassw0rd', tls_verify=false, plain_http=false"
        expression = f"lookup('{DIGEST}', image, {options})"
        run = evaluate(expression, image=image)[expression]
        assert run.failed
        assert "Wr0ngPassw0rd" not in run.result["msg"].replace(expression, "")
