#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_manifest
short_description: Put manifests and indexes into a container registry, or remove them
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes sure that a tag or digest is a certain manifest, given as data, as a file, or composed from other images as an
    index of many platforms.
  - Removes manifests. Deleting a manifest takes all its tags with it, so that is refused while other tags share it.
    To remove one tag only use M(regops.oci_registry.registry_tag).
options:
  name:
    description:
      - The name, for example V(registry.example.com/team/app:v1).
      - With O(state=present) and neither tag nor digest, V(latest) is meant. With a digest, the content must be what
        the digest says.
      - With O(state=absent) a tag or a digest is needed. A tag stands for the manifest that it points to.
    type: str
  names:
    description:
      - Many names, for O(state=absent).
      - Tags that share a manifest can be removed together, without O(force), when all of them are named.
      - One name that fails does not stop the others. The task fails at its end and names all that failed.
    type: list
    elements: str
  state:
    description:
      - V(present) makes sure that the name is the manifest from O(manifest), O(src) or O(manifests).
      - V(absent) makes sure that the registry does not have the manifest.
    type: str
    choices: [present, absent]
    default: present
  manifest:
    description:
      - The manifest itself.
      - Text is used as it is, byte for byte in UTF-8. Mind that older versions of Ansible turn text that looks like
        JSON into a dictionary when it comes from a template; use O(src) where the bytes matter.
      - A dictionary is written as compact JSON with the keys in their order, always in the same way.
      - The blobs and manifests that it refers to must be in the repository, or nothing is written. Layers that are
        allowed to be elsewhere and the subject are not looked for.
    type: raw
  src:
    description:
      - A file on the host that runs the module that holds the manifest. It is used byte for byte.
    type: path
  manifests:
    description:
      - Compose an index from these images. Their platforms come from their configurations.
      - An image that is an index itself stands for everything that is in it.
      - Images from other repositories or registries are copied to the repository first.
      - The same images in the same order always make the same index.
    type: list
    elements: str
  annotations:
    description:
      - Annotations of the index that O(manifests) composes. All values must be text.
    type: dict
  media_type:
    description:
      - The media type of the manifest. By default it is what the manifest says, or what its shape suggests.
      - For O(manifests) it is V(application/vnd.oci.image.index.v1+json) by default, and can be
        V(application/vnd.docker.distribution.manifest.list.v2+json).
    type: str
  tags:
    description:
      - More tags of the same repository that shall be the manifest, too.
    type: list
    elements: str
  force:
    description:
      - Delete a manifest even if tags that are not named point to it. They are removed with it.
    type: bool
    default: false
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.registry.lists
  - regops.oci_registry.registry.progress
  - regops.oci_registry.attributes
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
seealso:
  - module: regops.oci_registry.registry_manifest_info
  - module: regops.oci_registry.registry_tag
    description: Adds tags to an image, and removes a tag without its manifest.
  - module: regops.oci_registry.registry_blob
    description: Puts the blobs into the repository that a manifest refers to.
"""

EXAMPLES = r"""
- name: One index for two images of one platform each
  regops.oci_registry.registry_manifest:
    name: registry.example.com/team/app:v1
    manifests:
      - registry.example.com/team/app:v1-amd64
      - registry.example.com/team/app:v1-arm64
    annotations:
      org.opencontainers.image.source: https://git.example.com/team/app
    tags: [latest]

- name: A manifest from data
  regops.oci_registry.registry_manifest:
    name: registry.example.com/team/data:v1
    manifest:
      schemaVersion: 2
      mediaType: application/vnd.oci.image.manifest.v1+json
      artifactType: application/vnd.example.dump
      config:
        mediaType: application/vnd.oci.empty.v1+json
        digest: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
        size: 2
      layers:
        - mediaType: application/gzip
          digest: "{{ dump.blob.digest }}"
          size: "{{ dump.blob.size | int }}"

- name: A manifest from a file, with the digest that it must have
  regops.oci_registry.registry_manifest:
    name: "registry.example.com/team/app@{{ expected_digest }}"
    src: /srv/manifest.json
    tags: [v1]

- name: An untagged manifest goes away
  regops.oci_registry.registry_manifest:
    name: registry.example.com/team/app@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    state: absent

- name: A build and all its tags go away
  regops.oci_registry.registry_manifest:
    names:
      - registry.example.com/team/app:build-17
      - registry.example.com/team/app:nightly
    state: absent
"""

RETURN = r"""
manifest:
  description: The manifest. The same as the only element of RV(manifests).
  returned: when O(name) is given
  type: dict
  contains: &manifest
    name:
      description: The name in full.
      type: str
      returned: success
      sample: registry.example.com/team/app:v1
    exists:
      description: Whether the registry has it when the task is over. In check mode, whether it would have it.
      type: bool
      returned: success
      sample: true
    digest:
      description: The digest. For what is absent, the digest that it had, if it was there.
      type: str
      returned: success
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    media_type:
      description: The media type.
      type: str
      returned: when O(state=present)
      sample: application/vnd.oci.image.index.v1+json
    size:
      description: The size of the manifest in bytes.
      type: int
      returned: when O(state=present)
      sample: 742
    manifest:
      description: The content.
      type: dict
      returned: when O(state=present)
    artifact_type:
      description: The type of an artifact; V(null) for an image.
      type: str
      returned: when O(state=present)
    annotations:
      description: The annotations of the manifest.
      type: dict
      returned: when O(state=present)
    platforms:
      description: The platforms of an index. V(null) for anything else.
      type: list
      elements: str
      returned: when O(state=present)
      sample: [linux/amd64, linux/arm64]
    tags:
      description: The tags that the task looks after, or, for what is absent, the tags that went with the manifest.
      type: list
      elements: str
      returned: success
      sample: [latest, v1]
manifests:
  description: One for each name that did not fail, in the order of the task.
  returned: when the options were right
  type: list
  elements: dict
  contains: *manifest
actions:
  description: What was done, or would be done in check mode. Empty when there was nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description:
        - The action, one of V(push), V(tag), V(copy) and V(delete). The images of an index that come from elsewhere are
          copied.
      type: str
      returned: success
      sample: push
    name:
      description: What it is done to.
      type: str
      returned: success
      sample: registry.example.com/team/app:v1
    reason:
      description: Why it is needed.
      type: str
      returned: success
      sample: the tag is not there
    digest:
      description: The digest that the name has afterwards.
      type: str
      returned: when something was pushed, tagged or copied
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    media_type:
      description: The media type of what was pushed.
      type: str
      returned: when something was pushed
      sample: application/vnd.oci.image.index.v1+json
    size:
      description: The size of what was pushed, in bytes.
      type: int
      returned: when something was pushed
      sample: 742
    src:
      description: The image that was copied.
      type: str
      returned: when something was copied
      sample: registry.example.com/team/base@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    blobs:
      description: The number of its blobs that the repository lacked.
      type: int
      returned: when something was copied
      sample: 3
    bytes:
      description: The bytes of these blobs.
      type: int
      returned: when something was copied
      sample: 104857600
    tags:
      description: The tags that went with a deleted manifest.
      type: list
      elements: str
      returned: when something was deleted
      sample: [v1]
diff:
  description:
    - The state before and after, by name. V(null) is what does not exist.
  returned: success
  type: dict
  contains:
    before:
      description: The state before.
      type: dict
      returned: success
    after:
      description: The state after. In check mode, what it would be.
      type: dict
      returned: success
"""

from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_manifest


def main() -> None:
    """Run the operation as a module."""
    run_module(registry_manifest)


if __name__ == "__main__":
    main()
