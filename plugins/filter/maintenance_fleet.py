# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter maintenance_fleet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_fleet
short_description: What the maintenance of all registries came to
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes one report of those on single registries.
  - It is a part of the role P(regops.oci_registry.maintain#role), and may change with it.
positional: _input, hosts, waiting
options:
  _input:
    description: The reports that there are.
    type: list
    elements: dict
    required: true
  hosts:
    description: All registries of the play by their names in the inventory. One without a report has failed early.
    type: list
    elements: str
    required: true
  waiting:
    description: Those whose turn may be still to come.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: How much is in all registries?
  ansible.builtin.debug:
    msg: "{{ (reports | regops.oci_registry.maintenance_fleet(ansible_play_hosts_all)).totals.size }}"
"""

RETURN = r"""
_value:
  description: The report on all, with the totals, and the reports on each.
  type: dict
  sample: {check_mode: false, changed: true, failed: false, totals: {registries: 3, changed: 1, failed: 0}}
"""

from typing import Any, Callable, Dict, List

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_fleet import fleet_report
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates
from ansible_collections.regops.oci_registry.plugins.plugin_utils._untrusted import untrusted


@for_templates
def maintenance_fleet(reports: Any, hosts: List[str], waiting: Any = ()) -> Any:
    """The report on all registries."""
    return untrusted(fleet_report(reports, hosts, waiting))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"maintenance_fleet": maintenance_fleet}
