#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_manifest_info
short_description: Look at manifests, indexes and configurations of images in a container registry
version_added: 1.0.0
description:
  - Fetches the manifest or index of one or many images, and on request the configuration, verified against its
    digest.
  - An image that is not there is no error, see RV(manifests[].exists). That is only said when the registry answers
    V(404); every other trouble is an error.
author:
  - regops.oci_registry authors (@regops)
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.registry.lists
  - regops.oci_registry.attributes.info
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
options:
  name:
    description:
      - The image, with its registry. With neither tag nor digest, the tag is V(latest).
      - Exactly one of O(name) and O(names) is needed.
    type: str
  names:
    description:
      - Many images; those of different registries may be mixed. Each is looked at once.
    type: list
    elements: str
  platform:
    description:
      - The platform whose image is wanted, C(os/architecture) or C(os/architecture/variant), such as V(linux/amd64)
        or V(linux/arm/v7).
      - It is chosen from an index. It is an error when there is none for this platform, also when the image has no
        index and is for another platform.
      - Without this option, the manifest or index is returned as it is.
    type: str
  config:
    description:
      - Whether the configuration of the image is fetched, too. An index has none; use O(platform) to choose one of
        its images.
    type: bool
    default: false
seealso:
  - module: regops.oci_registry.registry_tags_info
"""

EXAMPLES = r"""
- name: Is it there, and what is its digest?
  regops.oci_registry.registry_manifest_info:
    name: registry.example.com/team/app:v1.4.2
  register: image

- name: Use the digest
  ansible.builtin.debug:
    msg: "registry.example.com/team/app@{{ image.manifests[0].digest }}"
  when: image.manifests[0].exists

- name: The labels of the image for one platform
  regops.oci_registry.registry_manifest_info:
    name: registry.example.com/team/app:v1.4.2
    platform: linux/amd64
    config: true
  register: image

- name: Show them
  ansible.builtin.debug:
    var: image.manifests[0].config.config.Labels

- name: Which of these images are missing?
  regops.oci_registry.registry_manifest_info:
    names:
      - registry.example.com/team/app:v1.4.2
      - registry.example.com/team/db:v7
  register: images

- name: Show them
  ansible.builtin.debug:
    msg: "{{ images.manifests | rejectattr('exists') | map(attribute='name') }}"
"""

RETURN = r"""
manifests:
  description: What was found, in the order of O(names). What is not there has V(null) for all that cannot be known.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The image in its full form, with registry and tag or digest.
      type: str
      returned: always
      sample: registry.example.com/team/app:v1.4.2
    exists:
      description: Whether it is there.
      type: bool
      returned: always
      sample: true
    digest:
      description: The digest of the manifest or index; with O(platform), that of the platform's manifest.
      type: str
      returned: always
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    index_digest:
      description: The digest of the index that the manifest was chosen from by O(platform).
      type: str
      returned: always
    media_type:
      description: The media type of the manifest or index.
      type: str
      returned: always
      sample: application/vnd.oci.image.manifest.v1+json
    artifact_type:
      description: The type of an artifact; V(null) for an image.
      type: str
      returned: always
    size:
      description: Bytes of the manifest or index itself.
      type: int
      returned: always
      sample: 1609
    total_size:
      description: Bytes of the manifest, the configuration and the layers, each once; V(null) for an index.
      type: int
      returned: always
      sample: 20649206
    platforms:
      description:
        - The platforms of an index.
        - Of an image its own, where O(config=true) or O(platform) made it known, otherwise V(null).
      type: list
      elements: str
      returned: always
      sample: [linux/amd64]
    annotations:
      description: The annotations of the manifest or index.
      type: dict
      returned: always
      sample: {}
    manifest:
      description: The manifest or index itself.
      type: dict
      returned: always
    config:
      description:
        - The configuration of the image.
        - V(null) without O(config=true), for an index, and for an artifact whose configuration is not JSON.
      type: raw
      returned: always
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_manifest_info


def main() -> None:
    """Run the module."""
    run_module(registry_manifest_info)


if __name__ == "__main__":
    main()
