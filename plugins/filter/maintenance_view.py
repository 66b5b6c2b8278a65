# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter maintenance_view."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_view
short_description: A maintenance report in words
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes of the report on all registries what a template shows, with sizes, ages and states in words, and with the
    lengths of the bars of charts.
  - Every text in it is safe where it is shown. It has no control characters, and for a page its markup is escaped.
  - It is a part of the role P(regops.oci_registry.maintain#role), and may change with it.
positional: _input, medium
options:
  _input:
    description: The report on all registries.
    type: dict
    required: true
  medium:
    description: Where it is shown.
    type: str
    choices: [text, html]
    required: true
"""

EXAMPLES = r"""
- name: Print what became of each registry
  ansible.builtin.debug:
    msg: "{{ registry_maintenance_fleet | regops.oci_registry.maintenance_view('text') }}"
"""

RETURN = r"""
_value:
  description: What the templates of the role use.
  type: dict
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_view import view
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates
from ansible_collections.regops.oci_registry.plugins.plugin_utils._untrusted import untrusted


@for_templates
def maintenance_view(fleet: Any, medium: str) -> Any:
    """What the templates show."""
    return untrusted(view(fleet, medium))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"maintenance_view": maintenance_view}
