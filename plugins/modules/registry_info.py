#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_info
short_description: Find out what a container registry is and what it can do
version_added: 1.0.0
description:
  - Asks a registry for its API version, how it wants its users to authenticate, and which parts of the API it has.
  - Only C(GET) and C(HEAD) requests are sent, unless O(probe_delete=true).
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
      - The registry, C(host) or C(host:port). Docker Hub is V(docker.io).
    type: str
    required: true
  repository:
    description:
      - A repository of the registry (without the registry's name) that is there and may be read with these
        credentials.
      - Some things can only be asked about a repository. Without this option, the first one of the catalog is taken,
        where the registry has a catalog.
    type: str
  probe_delete:
    description:
      - Whether to find out if the registry deletes, by C(DELETE) requests for a digest and a tag that cannot be
        there. Nothing is changed by this. Without such requests it cannot be known.
      - In check mode these requests are not sent.
    type: bool
    default: false
seealso:
  - module: regops.oci_registry.registry_tags_info
"""

EXAMPLES = r"""
- name: What is this registry, and what can it do?
  regops.oci_registry.registry_info:
    registry: registry.example.com
  register: info

- name: Does it delete? Asked with credentials that may
  regops.oci_registry.registry_info:
    registry: registry.example.com
    repository: team/app
    probe_delete: true
    username: robot
    password: "{{ robot_password }}"
  register: info

- name: Stop here when the registry cannot delete
  ansible.builtin.assert:
    that: info.registry.supports.delete
"""

RETURN = r"""
registry:
  description: What is known of the registry.
  returned: success
  type: dict
  contains:
    address:
      description: The registry as this collection names it.
      type: str
      returned: always
      sample: registry.example.com
    api_version:
      description:
        - What the registry says in its C(Docker-Distribution-Api-Version) header.
        - V(null) for a registry that says nothing; this is not wrong, the OCI specification does not ask for it.
      type: str
      returned: always
      sample: registry/2.0
    auth:
      description:
        - How the registry wants its users to authenticate; V(none) where it wants nothing.
        - V(basic), V(bearer), or the name of another scheme.
      type: str
      returned: always
      sample: bearer
    access:
      description: Whether the registry lets this user in, be it by credentials or anonymously.
      type: bool
      returned: always
      sample: true
    server:
      description:
        - What the registry, or the proxy before it, says in its C(Server) header; V(null) where it says nothing.
      type: str
      returned: always
      sample: nginx
    rate_limit:
      description:
        - How much the registry may still be asked; V(null) where it does not say so.
        - Docker Hub says so to a C(HEAD) of the image that Docker has made for that, which counts as no pull.
      type: dict
      returned: always
      contains:
        limit:
          description: Requests that are allowed in one window.
          type: int
          returned: always
          sample: 100
        remaining:
          description: Requests that are left in this window.
          type: int
          returned: always
          sample: 97
        window:
          description: Length of the window in seconds.
          type: int
          returned: always
          sample: 21600
    supports:
      description:
        - What the registry can do for this user. Each value is V(true), V(false), or V(null) where it is not known.
      type: dict
      returned: always
      contains:
        catalog:
          description:
            - Whether the registry lists its repositories; V(false) also where it does not show them to this user.
          type: bool
          returned: always
          sample: true
        referrers:
          description:
            - Whether the registry has the referrers API.
            - V(null) where there is no repository to ask about, see O(repository).
          type: bool
          returned: always
          sample: false
        delete:
          description:
            - Whether manifests can be deleted by digest.
            - V(null) without O(probe_delete=true), but for registries that are known never to delete.
          type: bool
          returned: always
          sample: true
        tag_delete:
          description:
            - Whether a tag can be deleted by one request that leaves its manifest alone. Where it cannot,
              M(regops.oci_registry.registry_tag) has another way that needs RV(registry.supports.delete) only.
            - V(null) without O(probe_delete=true), but for registries that are known never to delete.
          type: bool
          returned: always
          sample: false
  sample:
    address: registry.example.com
    api_version: registry/2.0
    auth: bearer
    access: true
    server: null
    rate_limit: null
    supports:
      catalog: true
      referrers: false
      delete: null
      tag_delete: null
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_info


def main() -> None:
    """Run the module."""
    run_module(registry_info)


if __name__ == "__main__":
    main()
