# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that every operation has, and the client that they make."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _options
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import Context


def options(**given: Any) -> Dict[str, Any]:
    """All connection options with their defaults, and what is given."""
    filled = {name: spec.get("default") for name, spec in _options.CONNECTION.items()}
    filled.update(given)
    return filled


class Operation:
    """What argument_spec and constraints look at."""

    ARGUMENTS = {"name": {"type": "str"}}
    CONSTRAINTS = {"required_together": [("a", "b")], "mutually_exclusive": [("c", "d")]}


def test_an_operation_has_its_own_arguments_and_those_of_the_connection() -> None:
    spec = _options.argument_spec(Operation)
    assert set(spec) == set(_options.CONNECTION) | {"name"}
    assert "name" not in _options.CONNECTION


def test_constraints_are_added_to_those_of_the_connection() -> None:
    assert _options.constraints(Operation) == {
        "required_together": [("username", "password"), ("a", "b")],
        "required_by": {"client_key": ("client_cert",)},
        "mutually_exclusive": [("c", "d")],
    }


def test_the_password_is_kept_out_of_logs() -> None:
    assert _options.CONNECTION["password"]["no_log"] is True


@pytest.mark.parametrize(
    "given, words",
    [
        ({"timeout": 0}, "timeout must be more than 0 and at most 86400 s, not 0"),
        ({"timeout": -1.5}, "timeout must be more than 0 and at most 86400 s, not -1.5"),
        ({"timeout": float("inf")}, "timeout must be more than 0 and at most 86400 s, not inf"),
        ({"timeout": float("nan")}, "timeout must be more than 0 and at most 86400 s, not nan"),
        ({"retries": -1}, "retries must be 0 or more, not -1"),
        ({"max_parallel": 0}, "max_parallel must be 1 or more, not 0"),
        ({"username": "", "password": "x"}, "username is empty"),
    ],
)
def test_numbers_and_names_that_cannot_be_meant_are_refused(given: Dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        _options.build_client(options(**given), Context())


def test_options_reach_the_client() -> None:
    client = _options.build_client(
        options(timeout=5.0, retries=1, max_parallel=2, validate_certs=False, ca_path="/ca", plain_http=True),
        Context(environ={"HTTPS_PROXY": "http://proxy.example:3128"}),
    )
    transport = client.options.transport
    assert (transport.timeout, transport.retries, transport.max_parallel) == (5.0, 1, 2)
    assert (transport.validate_certs, transport.ca_path) == (False, "/ca")
    assert transport.environ == {"HTTPS_PROXY": "http://proxy.example:3128"}
    assert client.options.plain_http is True
    assert client.options.credential is None


def test_a_user_name_goes_before_every_file() -> None:
    client = _options.build_client(options(username="robot", password="hidden"), Context())
    credential = client.options.credential
    assert credential is not None
    assert (credential.username, credential.password) == ("robot", "hidden")
    assert "hidden" not in repr(credential)
    assert "options" in credential.source


def test_one_side_of_a_copy_gets_its_own_password_only() -> None:
    base = options(username="robot", password="hidden", timeout=5.0)
    other = _options.with_override(base, {"username": None, "password": None, "auth_file": "/auth.json"})
    assert (other["username"], other["password"], other["auth_file"]) == (None, None, "/auth.json")
    assert other["timeout"] == 5.0
    assert _options.with_override(base, None) == base
    assert _options.with_override(base, {"ca_path": "/ca"})["username"] == "robot"


def test_what_the_registry_warns_of_reaches_the_user() -> None:
    heard = []
    with pytest.raises(RuntimeError), _options.open_client(options(), Context(warn=heard.append)) as client:
        client.transport.warnings.append("this API goes away")
        raise RuntimeError("also when the task fails")
    assert heard == ["this API goes away"]
