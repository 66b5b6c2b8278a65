# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup registry_tags."""

from __future__ import annotations

DOCUMENTATION = r"""
name: registry_tags
short_description: List the tags of a repository in a container registry
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Lists the tags of one or many repositories, filtered and in order, as M(regops.oci_registry.registry_tags_info)
    does.
  - A repository that the registry does not know is no error, it has no tags.
  - Use the function C(query), or C(wantlist=true), to get a list also where there is one tag or none.
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.connection
options:
  _terms:
    description: The repositories, with their registries.
    type: list
    elements: str
    required: true
  include:
    description:
      - Only tags that match one of these patterns; all tags when there is none.
      - A pattern is a glob with V(*), V(?) and V([...]). One that begins with V(~) is, without the V(~), a regular
        expression for the whole tag.
    type: list
    elements: str
    default: []
  exclude:
    description:
      - Patterns, as in O(include), of tags to leave out.
    type: list
    elements: str
    default: []
  order:
    description:
      - V(name) sorts by the characters of the name.
      - V(version) sorts by version, so that V(v1.10) comes after V(v1.9), and a pre-release before its release. Tags
        that are no version come last, also with O(reverse=true).
      - V(created) sorts by the time when the image was made, for which all images are looked into.
    type: str
    choices: [name, version, created]
    default: name
  reverse:
    description:
      - Whether the order is turned round, so that the newest comes first.
    type: bool
    default: false
  limit:
    description:
      - At most so many tags of each repository, the first ones in the order.
    type: int
seealso:
  - module: regops.oci_registry.registry_tags_info
  - plugin: regops.oci_registry.version_sort_tags
    plugin_type: filter
"""

EXAMPLES = r"""
- name: All tags
  ansible.builtin.debug:
    msg: "{{ query('regops.oci_registry.registry_tags', 'registry.example.com/team/app') }}"

- name: The newest release
  ansible.builtin.debug:
    msg: >-
      {{ lookup('regops.oci_registry.registry_tags', 'registry.example.com/team/app',
      include=['v*'], exclude=['*-rc*'], order='version', reverse=true, limit=1) }}

- name: One after the other
  ansible.builtin.debug:
    msg: "{{ item }}"
  loop: "{{ query('regops.oci_registry.registry_tags', 'registry.example.com/team/app', include=['v1.*']) }}"
"""

RETURN = r"""
_raw:
  description: The tags in order; those of many repositories one repository after the other.
  type: list
  elements: str
  sample: [v1.9, v1.10]
"""

from typing import Any, Dict, List, Optional

from ansible.plugins.lookup import LookupBase
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_tags_info
from ansible_collections.regops.oci_registry.plugins.plugin_utils._lookup import run_operation, set_options

_OPTIONS = ("include", "exclude", "order", "reverse", "limit")


class LookupModule(LookupBase):
    """The lookup."""

    def run(self, terms: List[Any], variables: Optional[Dict[str, Any]] = None, **kwargs: Any) -> List[str]:
        """The tags of all terms."""
        set_options(self, variables, kwargs)
        chosen = {name: self.get_option(name) for name in _OPTIONS}
        tags: List[str] = run_operation(self, registry_tags_info, repositories=self._flatten(terms), **chosen)["tags"]
        return tags
