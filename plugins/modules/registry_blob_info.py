#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_blob_info
short_description: Find out whether blobs are in a repository of a container registry
version_added: 1.0.0
description:
  - Asks a registry for blobs, which are layers, configurations and other contents that manifests name. Nothing is
    downloaded.
  - A blob that is not there is no error, see RV(blobs[].exists). That is only said when the registry answers V(404);
    every other trouble is an error.
author:
  - regops.oci_registry authors (@regops)
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.registry.lists
  - regops.oci_registry.attributes.info
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
options:
  repository:
    description:
      - The repository, with its registry.
    type: str
    required: true
  digest:
    description:
      - The digest of the blob, such as V(sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a).
      - Exactly one of O(digest) and O(digests) is needed.
    type: str
  digests:
    description:
      - Many digests. Each is asked for once.
    type: list
    elements: str
seealso:
  - module: regops.oci_registry.registry_blob
  - module: regops.oci_registry.registry_manifest_info
    description: Which blobs an image has.
"""

EXAMPLES = r"""
- name: Is this blob there, and how large is it?
  regops.oci_registry.registry_blob_info:
    repository: registry.example.com/team/app
    digest: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
  register: blob

- name: Look at an image
  regops.oci_registry.registry_manifest_info:
    name: registry.example.com/team/app:v1.4.2
    platform: linux/amd64
  register: image

- name: Has the registry still all of its layers?
  regops.oci_registry.registry_blob_info:
    repository: registry.example.com/team/app
    digests: "{{ image.manifests[0].manifest.layers | map(attribute='digest') }}"
  register: layers

- name: Stop here if it has not
  ansible.builtin.assert:
    that: layers.blobs | rejectattr('exists') | length == 0
"""

RETURN = r"""
blobs:
  description: What was found, in the order of O(digests).
  returned: always
  type: list
  elements: dict
  contains:
    repository:
      description: The repository with its registry.
      type: str
      returned: always
      sample: registry.example.com/team/app
    digest:
      description: The digest that was asked for.
      type: str
      returned: always
      sample: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
    exists:
      description: Whether the blob is in this repository. The same blob in another repository does not count.
      type: bool
      returned: always
      sample: true
    size:
      description: Bytes of the blob; V(null) where it is not there.
      type: int
      returned: always
      sample: 2
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_blob_info


def main() -> None:
    """Run the module."""
    run_module(registry_blob_info)


if __name__ == "__main__":
    main()
