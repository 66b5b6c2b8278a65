# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the registries that the integration targets use, and tell the targets where they are.

The targets find in their variables:

- registry_address: a registry (distribution 2, the one that Debian packages)
- other_registry_address: a second one, of another kind where one is installed
- registry_addresses: all that run, by kind, such as {distribution2: "127.0.0.1:41234"}
- regops_in_process: whether the modules run inside the controller (auto) or not (never)

and where a container engine works, for the role local_registry, which runs those of distribution:

- container_engine: podman or docker
- container_environment: the environment that it wants
- container_images: images of the registries, by kind
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Dict, Iterator, List

from tests.support import containers
from tests.support.errors import SupportError
from tests.support.local_registry import registries_in_containers
from tests.support.registries import KINDS, available, start

FIRST = "distribution2"
#: Kinds that the role local_registry can run.
CONTAINED = ("distribution2", "distribution3")


def targets_variables(addresses: Dict[str, str], second: str) -> Dict[str, object]:
    """The variables for these registries; `second` is the address to use where no other kind runs."""
    others = [address for kind, address in addresses.items() if kind != FIRST]
    return {
        "registry_address": addresses[FIRST],
        "other_registry_address": others[0] if others else second,
        "registry_addresses": addresses,
    }


def start_contained(running: ExitStack, kinds: List[str], addresses: Dict[str, str]) -> Dict[str, object]:
    """Run registries of these kinds in containers until `running` ends, add where they are to `addresses`.

    Gives the variables about containers. Raises SupportError where no engine works, or the role does not.
    """
    folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="regops-containers-")))
    engine, prefix = containers.find_engine(folder), f"regops-integration-{uuid.uuid4().hex[:12]}"
    images = {}
    for kind in kinds:
        running.callback(containers.remove_image, engine, prefix, kind)
        images[kind] = containers.build_image(engine, prefix, kind)
    wanted = {
        kind: {
            "local_registry_name": f"{prefix}-{kind}",
            "local_registry_folder": str(folder / kind),
            "local_registry_engine": engine.name,
            "local_registry_image": image,
            "local_registry_pull": "never",
        }
        for kind, image in images.items()
    }
    found = running.enter_context(registries_in_containers(folder, wanted, engine.environment))
    addresses.update({kind: facts["address"] for kind, facts in found.items()})
    return {
        "container_engine": engine.name,
        "container_environment": dict(engine.environment),
        "container_images": images,
    }


@contextmanager
def write_config(path: Path, in_process: str) -> Iterator[Dict[str, object]]:
    """Run the registries for the time of the block, with their addresses in the file `path`.

    Raises SupportError when distribution 2 is not installed or one does not start. Where no container engine works, the
    programs themselves are started, unless REGOPS_REQUIRE_REGISTRIES asks for all that there could be.
    """
    with ExitStack() as running:
        kinds = [FIRST, *(kind for kind in KINDS if kind != FIRST and available(kind))]
        contained: Dict[str, str] = {}
        variables: Dict[str, object] = {}
        try:
            variables = start_contained(running, [kind for kind in kinds if kind in CONTAINED], contained)
        except SupportError as error:
            if os.environ.get("REGOPS_REQUIRE_REGISTRIES") == "1":
                raise
            print(f"The registries are started without containers, and the role local_registry is not tested: {error}")
        addresses = {kind: contained.get(kind) or running.enter_context(start(kind)).address for kind in kinds}
        second = addresses[FIRST] if len(kinds) > 1 else running.enter_context(start(FIRST)).address
        variables.update(targets_variables(addresses, second), regops_in_process=in_process)
        # JSON is YAML.
        path.write_text(json.dumps(variables, indent=2) + "\n", encoding="utf-8")
        yield variables
