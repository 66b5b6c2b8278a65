# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read from others, with anything in it: a documented error or a value that is written back alike, and soon."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.fuzz_targets import TARGETS
from hypothesis import given, settings
from hypothesis import strategies as st

HANGS = timedelta(seconds=10)
"""For one input. They take milliseconds; a machine may be busy."""

PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([b"null", b"..", *(bytes([letter]) for letter in b'"\\,=<>{}[]@/\n\0')]),
    st.integers(0, 2**70).map(lambda number: str(number).encode()),
)


@st.composite
def changed(draw, seeds):
    """A seed with pieces of it replaced, doubled or left out."""
    data = draw(st.sampled_from(seeds))
    for _change in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.one_of(st.integers(start, len(data)), st.just(start), st.just(min(start + 1, len(data)))))
        data = data[:start] + draw(st.one_of(PIECES, st.just(data[start:end] * 2))) + data[end:]
    return data


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_seeds_are_read(name):
    for seed in TARGETS[name].seeds:
        TARGETS[name].run(seed)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_anything_is_read_or_refused(name):
    target = TARGETS[name]

    @settings(deadline=HANGS, max_examples=200)
    @given(st.one_of(changed(target.seeds), changed(target.seeds), st.binary(max_size=600)))
    def run(data):
        target.run(data)

    run()
