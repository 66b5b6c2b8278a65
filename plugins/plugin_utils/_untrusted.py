# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data with texts from registries, which must never be taken for templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var


def untrusted(value: Any) -> Any:
    """The same data in plain lists and dictionaries, with every text marked as no template.

    Texts that were put together from others lose such marks, and ansible-core hands containers to filters that evaluate
    templates when they are read, and that nobody else may make: so all is made anew.
    """
    if isinstance(value, str):
        return wrap_var(value)
    if isinstance(value, Mapping):
        return {untrusted(key): untrusted(entry) for key, entry in value.items()}
    if isinstance(value, Sequence):
        return [untrusted(entry) for entry in value]
    return value
