# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operation is told about the place that it runs in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Callable, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._client.progress import Progress


def _silent(message: str) -> None:
    """Say nothing: for a place where nobody listens."""


@dataclass(frozen=True)
class Context:
    """The surroundings of one run of an operation: a module on a target host, or an action plugin on the controller."""

    check_mode: bool = False
    #: Takes one sentence for the user; each is shown as an Ansible warning.
    warn: Callable[[str], None] = _silent
    #: Environment variables: proxies and the places of credential files come from here, never from os.environ.
    environ: Mapping[str, str] = field(default_factory=dict)
    #: Home folder, for the credential files in it.
    home: str = ""
    #: Is told what is transferred; for whoever listens.
    progress: Progress = field(default_factory=Progress)


def process_context(**settings: object) -> Context:
    """The context of this very process: its environment and home folder, and what is given beside."""
    return Context(environ=dict(os.environ), home=os.path.expanduser("~"), **settings)  # type: ignore[arg-type]
