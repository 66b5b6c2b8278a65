# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter version_sort_tags."""

from __future__ import annotations

DOCUMENTATION = r"""
name: version_sort_tags
short_description: Sort tags by version
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Sorts tags by the versions that they spell, from the oldest to the newest, so that V(v1.10) comes after V(v1.9), and
    a pre-release before its release.
  - Tags that are no version, such as V(latest), come before all versions, by name. So the last one is the newest
    version wherever there is any.
positional: _input, reverse
options:
  _input:
    description: The tags.
    type: list
    elements: str
    required: true
  reverse:
    description:
      - Whether the order is turned round, so that the newest version comes first. Tags that are no version come last
        then, still by name.
    type: bool
    default: false
seealso:
  - plugin: regops.oci_registry.registry_tags
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: The newest version
  ansible.builtin.debug:
    msg: "{{ ['v1.9', 'v1.10', 'latest', 'v1.10-rc1'] | regops.oci_registry.version_sort_tags | last }}" # v1.10
"""

RETURN = r"""
_value:
  description: The tags in order.
  type: list
  elements: str
  sample: [latest, v1.9, v1.10-rc1, v1.10]
"""

from typing import Any, Callable, Dict, List

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError, ReferenceError_
from ansible_collections.regops.oci_registry.plugins.module_utils._client.tags import sort_tags, version_key
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates


@for_templates
def version_sort_tags(value: Any, reverse: bool = False) -> List[str]:
    """The tags from the oldest version to the newest, or turned round."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise OptionError(f"expected a list of tags, not {value!r}")
    names = list(value)
    for name in names:
        if not isinstance(name, str):
            raise ReferenceError_(f"a tag must be text, not {name!r}: put it in quotes")
    # Not the ascending order of sort_tags, in which "latest" comes last: here the last one is the newest.
    return sort_tags(names, "version", reverse=True) if reverse else sorted(names, key=version_key)


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"version_sort_tags": version_sort_tags}
