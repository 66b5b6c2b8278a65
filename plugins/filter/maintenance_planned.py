# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter maintenance_planned."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_planned
short_description: What images are going to be
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - In check mode nothing is copied and nothing is tagged. This filter tells from what the tasks predict which digests
    images would have by then, so that the tasks behind them can be planned, too.
  - It is a part of the role P(regops.oci_registry.maintain#role), and may change with it.
positional: _input, registry, tags
options:
  _input:
    description: For each step what its task registered.
    type: dict
    required: true
  registry:
    description: The address of the registry.
    type: str
    required: true
  tags:
    description: Entries as of the variable C(registry_tags).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: What would the tags be?
  ansible.builtin.debug:
    msg: "{{ {'images': copied} | regops.oci_registry.maintenance_planned(registry_address, registry_tags) }}"
"""

RETURN = r"""
_value:
  description: The digests that images would have.
  type: dict
  contains:
    entries:
      description: For each entry of O(tags) the digest of its image when its turn comes; V(null) where it is not known.
      type: list
      elements: str
    images:
      description: Digests by the names of images when all is done; V(null) for a tag that would be gone.
      type: dict
    coming:
      description: The tags that would be set or removed, each with where its image comes from.
      type: list
      elements: dict
"""

from typing import Any, Callable, Dict, List

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_plan import planned
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates
from ansible_collections.regops.oci_registry.plugins.plugin_utils._untrusted import untrusted


@for_templates
def maintenance_planned(results: Any, registry: str, tags: List[Any]) -> Any:
    """The digests that images would have."""
    return untrusted(planned(results, registry, tags))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"maintenance_planned": maintenance_planned}
