# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a login is kept or forgotten, and what is said of it."""

from __future__ import annotations

import json

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.credential import Credential
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._login_plan import (
    Found,
    plan_login,
    plan_logout,
)

WANTED = Credential.from_login("robot", "s3cret", "options")
SAME = Credential.from_login("robot", "s3cret", "file")
OTHER = Credential.from_login("robot", "0ther", "file")
HUMAN = Credential.from_login("human", "s3cret", "file")
TOKEN = Credential.from_login("<token>", "s3cret", "file")
HELPER = "docker-credential-own"


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Found(None), "there are no credentials for it"),
        (Found(None, ("r",), mode=0o644), "there are no credentials for it"),
        (Found(OTHER, mode=0o600), "the password is another"),
        (Found(HUMAN, mode=0o600), "the user name is another"),
        (Found(TOKEN, mode=0o600), "the user name is another"),
        (Found(SAME, mode=0o640), "others may read the file"),
        (Found(SAME, mode=0o604), "others may read the file"),
        (Found(OTHER, helper=HELPER), "the password is another"),
        (Found(SAME, ("r",), ("r",), helper=HELPER), f"the file has credentials that {HELPER} keeps"),
    ],
)
def test_a_login(found, reason):
    result = plan_login("r", "/file", WANTED, found).as_result()
    assert [(action["action"], action["reason"]) for action in result["actions"]] == [("login", reason)]
    assert result["diff"]["before"] != result["diff"]["after"]
    assert not any(secret in json.dumps(result) for secret in ("s3cret", "0ther"))


@pytest.mark.parametrize(
    "found",
    [
        Found(SAME, ("r",), ("r",), 0o600),
        Found(SAME, ("r",), ("r",), 0o400),
        Found(SAME, ("r",), (), 0o644, HELPER),
    ],
)
def test_nothing_to_do(found):
    plan = plan_login("r", "/file", WANTED, found)
    assert not plan.changed
    assert plan.before == plan.after


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (Found(SAME, ("r",)), "/file"),
        (Found(SAME, helper=HELPER), HELPER),
        (Found(None, ("r",)), "/file"),
        (Found(None, ("r",), helper=HELPER), "/file"),
    ],
)
def test_a_logout(found, place):
    plan = plan_logout("r", "/file", found)
    assert [(action.action, action.details) for action in plan.actions] == [("logout", {"kept_in": place})]
    assert plan.after == {"r": None}


def test_nothing_to_log_out_of():
    assert not plan_logout("r", "/file", Found(None, mode=0o644)).changed
