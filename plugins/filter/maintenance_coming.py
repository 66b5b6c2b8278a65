# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter maintenance_coming."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_coming
short_description: Which tags retention has to expect
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes the option O(regops.oci_registry.registry_prune#module:planned) of what the steps before would do, so that
    check mode can judge retention by what is there by then.
  - It is a part of the role P(regops.oci_registry.maintain#role), and may change with it.
positional: _input, repositories, batches
options:
  _input:
    description: What P(regops.oci_registry.maintenance_planned#filter) gives, or nothing without check mode.
    type: dict
    required: true
  repositories:
    description: The repositories that are pruned, with their registry.
    type: list
    elements: str
    required: true
  batches:
    description: For each step the batches that its tasks copy; they know the credentials for their sources.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: What would come into a repository?
  ansible.builtin.debug:
    msg: "{{ plan | regops.oci_registry.maintenance_coming(['registry.example.com/team/app'], {'images': batches}) }}"
"""

RETURN = r"""
_value:
  description: The tags, as registry_prune takes them.
  type: list
  elements: dict
  sample:
    - name: registry.example.com/team/app:v1
      digest: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
      src: build.example.com/team/app:v1
"""

from typing import Any, Callable, Dict, List

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_plan import coming
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates
from ansible_collections.regops.oci_registry.plugins.plugin_utils._untrusted import untrusted


@for_templates
def maintenance_coming(plan: Any, repositories: List[str], batches: Any) -> Any:
    """The tags that retention has to expect."""
    return untrusted(coming(plan, repositories, batches))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"maintenance_coming": maintenance_coming}
