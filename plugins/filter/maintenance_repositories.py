# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter maintenance_repositories."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_repositories
short_description: Which repositories a maintenance is about
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Gives the repositories of a registry that the variables of its maintenance name, and those that patterns in them
    mean.
  - It is a part of the role P(regops.oci_registry.maintain#role), and may change with it.
positional: _input, registry, named
options:
  _input:
    description: For each step what its task registered.
    type: dict
    required: true
  registry:
    description: The address of the registry.
    type: str
    required: true
  named:
    description: Names below the registry, of images or repositories.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: The repositories that were mirrored, and one more
  ansible.builtin.debug:
    msg: "{{ {'mirrors': mirrored} | regops.oci_registry.maintenance_repositories(registry_address, ['team/app:v1']) }}"
"""

RETURN = r"""
_value:
  description: The repositories with their registry, sorted.
  type: list
  elements: str
  sample: [registry.example.com/mirror/redis, registry.example.com/team/app]
"""

from typing import Any, Callable, Dict, List

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_input import repositories
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates
from ansible_collections.regops.oci_registry.plugins.plugin_utils._untrusted import untrusted


@for_templates
def maintenance_repositories(results: Any, registry: str, named: List[str]) -> Any:
    """The whole names of the repositories."""
    return untrusted(repositories(results, registry, named))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"maintenance_repositories": maintenance_repositories}
