# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A blob from a source that breaks off, at any place."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.download import download
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    TransportError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.breaking_source import (
    BreakingSource,
)

CONTENT = b"0123456789"
BLOB = Descriptor("application/octet-stream", Digest.of(CONTENT), len(CONTENT))


def test_a_source_that_does_not_break_is_opened_once(clock):
    source = BreakingSource(CONTENT, [])
    assert b"".join(download(source, BLOB)) == CONTENT
    assert (source.opened, clock.slept) == ([0], [])


def test_it_goes_on_at_the_byte_that_is_wanted_next(clock):
    source = BreakingSource(CONTENT, [3, 0, 4])
    assert b"".join(download(source, BLOB)) == CONTENT
    assert source.opened == [0, 3, 3, 7]
    assert len(clock.slept) == 3


def test_a_source_that_gains_a_little_each_time_is_not_given_up(clock):
    source = BreakingSource(CONTENT, [1] * 9)
    assert b"".join(download(source, BLOB)) == CONTENT
    assert source.opened == list(range(10))


def test_a_source_that_gains_nothing_is_given_up(clock):
    source = BreakingSource(CONTENT, [2] + [0] * 20)
    with pytest.raises(TransportError) as caught:
        list(download(source, BLOB))
    assert source.opened == [0] + [2] * 4
    assert not caught.value.retryable


def test_an_error_that_does_not_pass_is_raised_at_once(clock):
    source = BreakingSource(CONTENT, [2], retryable=False)
    with pytest.raises(TransportError):
        list(download(source, BLOB))
    assert (source.opened, clock.slept) == ([0], [])


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x", b"x" + CONTENT[1:]])
def test_what_came_must_be_the_blob(clock, content):
    with pytest.raises(VerificationError):
        list(download(BreakingSource(content, [5]), BLOB))
