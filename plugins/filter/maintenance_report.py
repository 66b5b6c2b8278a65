# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter maintenance_report."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_report
short_description: What the maintenance of a registry came to
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes one report of what the tasks registered that looked after a registry.
  - It is a part of the role P(regops.oci_registry.maintain#role), and may change with it.
positional: _input, host, registry, check_mode
options:
  _input:
    description: For each step what its task registered.
    type: dict
    required: true
  host:
    description: The name of the registry in the inventory.
    type: str
    required: true
  registry:
    description: The address of the registry.
    type: str
    required: true
  check_mode:
    description: Whether all is a prediction.
    type: bool
    required: true
"""

EXAMPLES = r"""
- name: What became of the tags?
  ansible.builtin.debug:
    msg: "{{ results | regops.oci_registry.maintenance_report('edge-1', 'registry.example.com', ansible_check_mode) }}"
  vars:
    results:
      tags: "{{ tagged }}"
"""

RETURN = r"""
_value:
  description: The report, as the role describes it.
  type: dict
  sample: {host: edge-1, registry: registry.example.com, changed: false, failed: false, actions: []}
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_report import host_report
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates
from ansible_collections.regops.oci_registry.plugins.plugin_utils._untrusted import untrusted


@for_templates
def maintenance_report(results: Any, host: str, registry: str, check_mode: bool) -> Any:
    """The report on one registry."""
    return untrusted(host_report(results, host, registry, check_mode))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"maintenance_report": maintenance_report}
