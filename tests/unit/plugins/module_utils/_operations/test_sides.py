# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose the credentials of a copy are: none may reach a registry that they are not for."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.location import Location
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_copy
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._options import build_client
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._sides import credential_hosts
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import options_of

ROBOT = {"username": "robot", "password": "secret"}
NOBODY = {"username": None, "password": None, "auth_file": None, "ca_path": "/ca.pem"}


@pytest.mark.parametrize(
    ("src_auth", "dest_auth", "destinations", "hosts"),
    [
        (None, None, ["reg.example:5000/a"], {"reg.example"}),
        (None, NOBODY, ["reg.example/a", "[::1]:5000/b"], {"reg.example", "::1"}),
        (None, ROBOT, ["reg.example/a"], None),
        (ROBOT, None, ["reg.example/a"], None),
        (None, {"auth_file": "/auth.json"}, ["reg.example/a"], None),
        (None, None, ["oci:/folder:a"], None),
        (None, None, ["oci:/folder:a", "reg.example/a"], {"reg.example"}),
    ],
)
def test_hosts_that_the_credentials_of_the_task_are_for(src_auth, dest_auth, destinations, hosts):
    assert credential_hosts(src_auth, dest_auth, [Location.parse(one) for one in destinations]) == hosts


def test_other_hosts_get_what_the_files_have_for_them(tmp_path):
    options = options_of(registry_copy, src="x.example/a", dest="reg.example/a", **ROBOT)
    context = Context(environ={"DOCKER_CONFIG": str(tmp_path)}, home=str(tmp_path))
    client = build_client(options, context, None, frozenset(["reg.example"]))
    assert client._credential("reg.example:5000/team/app").password == "secret"
    assert client._credential("other.example/team/app").is_anonymous
    assert client._credential("reg.example.evil.example/team/app").is_anonymous
    assert build_client(options, context)._credential("other.example").password == "secret"
