# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter maintenance_batches."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_batches
short_description: Which entries one task can do together
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Puts those entries together that differ in the options of single items only, and makes their destinations whole.
  - It is a part of the role P(regops.oci_registry.maintain#role), and may change with it.
positional: _input, registry, own
options:
  _input:
    description: Entries as of the variable C(registry_mirrors) or C(registry_images).
    type: list
    elements: dict
    required: true
  registry:
    description: The address of the registry.
    type: str
    required: true
  own:
    description: The options that each item of a task has for itself.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Two tasks are enough for these three mirrors, as one of them prunes
  ansible.builtin.debug:
    msg: "{{ mirrors | regops.oci_registry.maintenance_batches('registry.example.com', ['src', 'dest', 'include']) }}"
  vars:
    mirrors:
      - { src: docker.io/library/redis, dest: mirror/redis, prune: true }
      - { src: docker.io/library/postgres, dest: mirror/postgres }
      - { src: docker.io/library/nginx, dest: mirror/nginx, include: ["1.*"] }
"""

RETURN = r"""
_value:
  description: Each with what its entries have in common in C(options), and with the entries in C(entries).
  type: list
  elements: dict
  sample:
    - options: {prune: true}
      entries: [{src: docker.io/library/redis, dest: registry.example.com/mirror/redis}]
"""

from typing import Any, Callable, Dict, List

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_input import batches
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates
from ansible_collections.regops.oci_registry.plugins.plugin_utils._untrusted import untrusted


@for_templates
def maintenance_batches(entries: Any, registry: str, own: List[str]) -> Any:
    """The entries in batches, each for one task."""
    return untrusted(batches(entries, registry, own))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"maintenance_batches": maintenance_batches}
