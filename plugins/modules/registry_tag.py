#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_tag
short_description: Tag images in a container registry, or remove single tags
version_added: 1.0.0
description:
  - Sets tags of a repository to the manifest or index that another tag or a digest names. No layer is transferred.
  - Or removes tags. Only these tags go; their manifest, and other tags on it, stay.
author:
  - regops.oci_registry authors (@regops)
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.registry.lists
  - regops.oci_registry.attributes
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
options:
  name:
    description:
      - With O(state=present), the image that is tagged, with its registry and its tag or digest. With neither, the
        tag is V(latest).
      - With O(state=absent), the repository with its registry, without tag and digest.
    type: str
    required: true
  tags:
    description:
      - The tags, without the repository.
    type: list
    elements: str
    required: true
  state:
    description:
      - With V(present), all O(tags) point at the same digest as O(name). Those that do are left alone.
      - With V(absent), none of O(tags) is there. Registries that cannot delete a tag (such as CNCF distribution 2)
        delete manifests with all their tags; there the tag is first moved to a manifest of its own, which is then
        deleted. Where the registry deletes nothing at all, the tag stays as it was, and the task fails.
    type: str
    choices: [present, absent]
    default: present
  planned_digest:
    description:
      - The digest that O(name) is going to have, because an earlier task brings it. In check mode that task only
        predicts it, as RV(regops.oci_registry.registry_copy#module:images[].digest). Check mode then plans for this
        digest, and does not ask for O(name).
      - Without check mode, and with O(state=absent), it means nothing. Then O(name) is what counts.
    type: str
seealso:
  - module: regops.oci_registry.registry_copy
    description: For a tag in another repository.
  - module: regops.oci_registry.registry_manifest
    description: For deleting a manifest with all its tags.
"""

EXAMPLES = r"""
- name: Release what was tested
  regops.oci_registry.registry_tag:
    name: registry.example.com/team/app:v1.4.2-rc3
    tags: ["v1.4.2", "v1.4", "latest"]

- name: Roll back to a known digest
  regops.oci_registry.registry_tag:
    name: registry.example.com/team/app@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    tags: ["latest"]

- name: Copy an image
  regops.oci_registry.registry_copy:
    src: quay.io/prometheus/prometheus:v3.1.0
    dest: registry.example.com/mirror/prometheus:v3.1.0
  register: copied

- name: Give it one more tag; check mode knows what the tag will be before the image is there
  regops.oci_registry.registry_tag:
    name: registry.example.com/mirror/prometheus:v3.1.0
    tags: ["stable"]
    planned_digest: "{{ copied.images[0].digest }}"

- name: Drop one tag; others on the same digest stay
  regops.oci_registry.registry_tag:
    name: registry.example.com/team/app
    tags: ["v1.4.2-rc3"]
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or would be done in check mode; one entry for each tag that was not as it should be.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: V(tag) or V(untag).
      type: str
      returned: always
      sample: tag
    name:
      description: The tag with its repository.
      type: str
      returned: always
      sample: registry.example.com/team/app:v1.4
    reason:
      description: Why it is needed.
      type: str
      returned: always
      sample: the tag is not there
    digest:
      description: The digest that the tag points at now; for V(untag) the one that it pointed at.
      type: str
      returned: always
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
diff:
  description: The digest of each tag before and after; V(null) for a tag that is not there.
  returned: always
  type: dict
  sample:
    before:
      registry.example.com/team/app:v1.4: null
    after:
      registry.example.com/team/app:v1.4: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
repository:
  description: The repository with its registry.
  returned: always
  type: str
  sample: registry.example.com/team/app
digest:
  description: The digest of O(name); V(null) with O(state=absent).
  returned: always
  type: str
  sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
tags:
  description: The tags that are as they should be now.
  returned: always
  type: list
  elements: str
  sample: [v1.4.2, v1.4, latest]
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_tag


def main() -> None:
    """Run the module."""
    run_module(registry_tag)


if __name__ == "__main__":
    main()
