# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the registries that the integration targets use, and tell the targets where they are.

The targets find in their variables:

- registry_address: a registry (distribution 2, the one that Debian packages)
- other_registry_address: a second one, of another kind where one is installed
- registry_addresses: all that run, by kind, such as {distribution2: "127.0.0.1:41234"}
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Dict, Iterator

from tests.support.registries import KINDS, available, start

FIRST = "distribution2"


def targets_variables(addresses: Dict[str, str], second: str) -> Dict[str, object]:
    """The variables for these registries; `second` is the address to use where no other kind runs."""
    others = [address for kind, address in addresses.items() if kind != FIRST]
    return {
        "registry_address": addresses[FIRST],
        "other_registry_address": others[0] if others else second,
        "registry_addresses": addresses,
    }


@contextmanager
def write_config(path: Path) -> Iterator[Dict[str, object]]:
    """Run the registries for the time of the block, with their addresses in the file `path`.

    Raises SupportError when distribution 2 is not installed or one does not start.
    """
    with ExitStack() as running:
        kinds = [FIRST, *(kind for kind in KINDS if kind != FIRST and available(kind))]
        addresses = {kind: running.enter_context(start(kind)).address for kind in kinds}
        second = addresses[FIRST] if len(kinds) > 1 else running.enter_context(start(FIRST)).address
        variables = targets_variables(addresses, second)
        # JSON is YAML.
        path.write_text(json.dumps(variables, indent=2) + "\n", encoding="utf-8")
        yield variables
