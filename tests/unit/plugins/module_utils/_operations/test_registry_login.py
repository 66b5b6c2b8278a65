# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What registry_login refuses before anything is sent."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_login
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._operations.given import (
    NOBODY,
    options_of,
    refusal,
)


def test_bad_input():
    login = {"registry": NOBODY, "username": "a", "password": "b"}
    assert "registry" in refusal(registry_login, **{**login, "registry": "https://r.example.com/v2"})
    assert "username is empty" in refusal(registry_login, **{**login, "username": ""})
    assert "password is empty" in refusal(registry_login, **{**login, "password": ""})
    assert "colon" in refusal(registry_login, **{**login, "username": "a:b"}, check=False)


@pytest.mark.parametrize("given", [{}, {"username": "a"}, {"password": "b"}, {"state": "absent", "username": "a"}])
def test_options_that_do_not_go_together(given):
    with pytest.raises(ValueError):
        options_of(registry_login, registry="r.example.com", **given)
