#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_repositories_info
short_description: List the repositories of a container registry
version_added: 1.0.0
description:
  - Reads the catalog of a registry, all its pages, and filters it.
  - A registry shows what it likes to show. Some list only what the user may read, and many, such as Docker Hub and
    GitHub's, have no catalog at all; that is an error. Whether there is one is in C(supports.catalog) of
    M(regops.oci_registry.registry_info).
author:
  - regops.oci_registry authors (@regops)
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.attributes.info
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
options:
  registry:
    description:
      - The registry, C(host) or C(host:port).
    type: str
    required: true
  include:
    description:
      - Only repositories that match one of these patterns; all when there is none.
      - A pattern is a glob for the whole name within the registry, with V(*), V(?) and V([...]). V(*) stands for
        slashes, too, so that V(team/*) is all that is below V(team), at any depth. A pattern that begins with V(~) is,
        without the V(~), a regular expression for the whole name.
    type: list
    elements: str
    default: []
  exclude:
    description:
      - Patterns, as in O(include), of repositories to leave out.
    type: list
    elements: str
    default: []
seealso:
  - module: regops.oci_registry.registry_info
  - module: regops.oci_registry.registry_tags_info
"""

EXAMPLES = r"""
- name: Which repositories are there?
  regops.oci_registry.registry_repositories_info:
    registry: registry.example.com
  register: all

- name: Which ones has the team, but for its caches?
  regops.oci_registry.registry_repositories_info:
    registry: registry.example.com
    include: ["team/*"]
    exclude: ["*/cache"]
  register: repos

- name: The tags of all of them
  regops.oci_registry.registry_tags_info:
    repositories: "{{ repos.repositories | map('regex_replace', '^', 'registry.example.com/') }}"
  register: listed
"""

RETURN = r"""
repositories:
  description: The names of the repositories, without the registry, sorted.
  returned: success
  type: list
  elements: str
  sample: [team/app, team/db]
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_repositories_info


def main() -> None:
    """Run the module."""
    run_module(registry_repositories_info)


if __name__ == "__main__":
    main()
