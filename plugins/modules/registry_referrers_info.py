#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_referrers_info
short_description: List the signatures, SBOMs and attestations of images in a container registry
version_added: 1.0.0
description:
  - Lists the manifests that refer to an image as their subject, by the referrers API or, where the registry has none,
    by the tag that stands in for it.
  - An image that is not there is no error, see RV(images[].exists). That is only said when the registry answers
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
      - A tag is resolved first, since artifacts refer to digests. Of an index it is the index itself that is asked for,
        not the images of its platforms; name those by their digests.
      - What refers to a digest is also found where the image itself is gone.
      - Exactly one of O(name) and O(names) is needed.
    type: str
  names:
    description:
      - Many images; those of different registries may be mixed. Each is looked at once.
    type: list
    elements: str
  artifact_type:
    description:
      - Only referrers of this type, such as V(application/spdx+json).
    type: str
  cosign:
    description:
      - Whether to look also for what C(cosign) attached by tags, C(sha256-DIGEST.sig), C(sha256-DIGEST.att)
        and C(sha256-DIGEST.sbom). That takes three more requests an image.
    type: bool
    default: false
seealso:
  - module: regops.oci_registry.registry_manifest_info
  - module: regops.oci_registry.registry_copy
    description: Takes referrers along with O(regops.oci_registry.registry_copy#module:referrers=true).
"""

EXAMPLES = r"""
- name: Who refers to this image?
  regops.oci_registry.registry_referrers_info:
    name: registry.example.com/team/app:v1
  register: referrers

- name: Its SBOMs only
  regops.oci_registry.registry_referrers_info:
    name: registry.example.com/team/app:v1
    artifact_type: application/spdx+json
  register: sboms

- name: Which of these images are not signed?
  regops.oci_registry.registry_referrers_info:
    names:
      - registry.example.com/team/app:v1
      - registry.example.com/team/db:v7
    artifact_type: application/vnd.dev.cosign.simplesigning.v1+json
    cosign: true
  register: signatures

- name: Show them
  ansible.builtin.debug:
    msg: "{{ signatures.images | rejectattr('referrers') | map(attribute='name') }}"
"""

RETURN = r"""
referrers:
  description: The referrers of all images, one image after the other.
  returned: always
  type: list
  elements: dict
  contains: &referrer
    digest:
      description: The digest of the manifest that refers to the image.
      type: str
      returned: always
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    media_type:
      description: The media type of that manifest.
      type: str
      returned: always
      sample: application/vnd.oci.image.manifest.v1+json
    artifact_type:
      description:
        - What it is; V(null) where it does not say so.
        - For what C(cosign) attached by a tag, the media type of its first layer.
      type: str
      returned: always
      sample: application/spdx+json
    size:
      description: Bytes of that manifest, without the files that belong to it.
      type: int
      returned: always
      sample: 788
    annotations:
      description: Its annotations.
      type: dict
      returned: always
      sample: {org.opencontainers.image.created: "2026-01-31T12:00:00Z"}
    tag:
      description: The tag by which C(cosign) attached it; V(null) for a referrer by its subject.
      type: str
      returned: always
images:
  description: The images in the order of O(names), each with what refers to it.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The image in its full form, with registry and tag or digest.
      type: str
      returned: always
      sample: registry.example.com/team/app:v1
    exists:
      description: Whether the image is there.
      type: bool
      returned: always
      sample: true
    digest:
      description: The digest that was asked for; V(null) for a tag that is not there.
      type: str
      returned: always
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    referrers:
      description: What refers to it.
      type: list
      elements: dict
      returned: always
      contains: *referrer
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_referrers_info


def main() -> None:
    """Run the module."""
    run_module(registry_referrers_info)


if __name__ == "__main__":
    main()
