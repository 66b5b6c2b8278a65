#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_copy
short_description: Copy images and artifacts between registries, folders and archives
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Copies images, multi-platform images and artifacts from one repository to another, in the same registry or between
    two, with no container engine and without a temporary file.
  - Either side can also be a folder or an archive on the host that runs the task, to take images across an air gap.
  - A manifest is copied byte for byte, so the digest stays the same. Everything is verified against its digest before
    the tag is written, and the tag is written last, so that it never points at something incomplete.
  - What the destination has is not sent again. Content that another repository of the destination's registry has is
    mounted where the registry allows it.
  - Each digest is transferred at most once in a task, however many images share it.
options:
  src:
    description:
      - The image to copy, for example V(quay.io/prometheus/prometheus:v3.1.0). V(latest) is meant when it has neither
        tag nor digest.
      - V(docker://) may precede it.
      - V(oci:FOLDER:NAME) is an image in an OCI image layout, V(oci-archive:FILE:NAME) one in such a layout in a tar
        file, and V(docker-archive:FILE:NAME) one in what C(docker save) writes. V(:NAME) can be left out where there is
        one image only.
      - Use either O(src) and O(dest), or O(images).
    type: str
  dest:
    description:
      - The name of the copy. V(latest) is meant when it has neither tag nor digest, whatever the tag of O(src) is.
      - With a digest it must be the digest of O(src).
      - V(docker://) may precede it.
      - V(oci:), V(oci-archive:) and V(docker-archive:) as with O(src). What the folder or archive holds already stays
        there, and each blob is there once, however many images have it.
      - An archive is written beside its old self and then renamed. The same images make the same file, byte for byte.
      - A docker archive holds one platform of an image.
    type: str
  images:
    description:
      - Many images to copy in one task, in parallel.
      - One image that fails does not stop the others. The task fails at its end and names all that failed.
    type: list
    elements: dict
    suboptions:
      src:
        description: As O(src).
        type: str
        required: true
      dest:
        description: As O(dest). Two images cannot have the same.
        type: str
        required: true
      platforms:
        description: As O(platforms), for this image.
        type: list
        elements: str
  platforms:
    description:
      - The platforms to copy of a multi-platform image, for example V([linux/amd64, linux/arm64]). By default the image
        is copied as it is, with all its platforms.
      - An index with fewer platforms is another index with another digest. When it has no other platforms than those
        wanted, it is copied as it is.
      - A platform that the image does not have is an error that names those it has.
    type: list
    elements: str
  src_auth:
    description:
      - Credentials for the registries of the sources, and how these registries are reached.
      - Without O(src_auth), O(username) and O(password) are those for the destination. As a source they are shown to
        the same host only; any other one is asked with what O(auth_file) or the usual files have for it. A password
        thus never goes to a registry that it is not for.
      - Where O(dest_auth) has credentials, or the destination is no registry, O(username) and O(password) are those for
        the sources.
    type: dict
    suboptions: &side
      username:
        description: The user name.
        type: str
      password:
        description: The password or token.
        type: str
      auth_file:
        description: As O(auth_file).
        type: path
        aliases: [authfile]
      validate_certs:
        description: As O(validate_certs).
        type: bool
        aliases: [tls_verify]
      ca_path:
        description: As O(ca_path).
        type: path
        aliases: [ca_cert]
      client_cert:
        description: As O(client_cert).
        type: path
      client_key:
        description: As O(client_key).
        type: path
      plain_http:
        description: As O(plain_http).
        type: bool
  dest_auth:
    description:
      - As O(src_auth), for the registries of the destinations.
    type: dict
    suboptions: *side
  referrers:
    description:
      - Copy also what refers to the image, or to one of its platforms. These are signatures, SBOMs and attestations,
        as referrers of the OCI distribution specification and under the tags that C(cosign) gives them.
      - They are copied before the image, so that a signed image is never seen without its signature.
    type: bool
    default: false
  foreign_layers:
    description:
      - Copy also layers that a registry need not have, such as those of Windows base images. They come from the
        registry, or else from the URLs that the image names for them.
    type: bool
    default: false
  force:
    description:
      - Look into everything that belongs to an image, even where O(dest) is the image already, and bring what is
        missing.
      - This repairs an image whose parts were lost. It costs a request for each manifest and each blob.
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
  - module: regops.oci_registry.registry_tag
    description: Another tag for an image, in the same repository.
  - module: regops.oci_registry.registry_manifest
"""

EXAMPLES = r"""
- name: Copy one image with all its platforms
  regops.oci_registry.registry_copy:
    src: quay.io/prometheus/prometheus:v3.1.0
    dest: registry.example.com/mirror/prometheus:v3.1.0

- name: Copy two platforms of many images, between two registries with their own credentials
  regops.oci_registry.registry_copy:
    images:
      - src: registry.example.com/team/app:v1
        dest: other.example.com/team/app:v1
      - src: registry.example.com/team/db:v7
        dest: other.example.com/team/db:v7
    platforms: [linux/amd64, linux/arm64]
    dest_auth:
      username: robot
      password: "{{ robot_password }}"

- name: Take images across an air gap, in one file
  regops.oci_registry.registry_copy:
    images:
      - src: registry.example.com/team/app:v1
        dest: oci-archive:/media/usb/bundle.tar:team/app:v1
      - src: registry.example.com/team/db:v7
        dest: oci-archive:/media/usb/bundle.tar:team/db:v7

- name: And in again, on the other side
  regops.oci_registry.registry_copy:
    src: oci-archive:/media/usb/bundle.tar:team/app:v1
    dest: registry.internal.example.com/team/app:v1

- name: Mirror an image with its signatures
  regops.oci_registry.registry_copy:
    src: quay.io/prometheus/prometheus:v3.1.0
    dest: registry.example.com/mirror/prometheus:v3.1.0
    referrers: true

- name: Promote what was tested, by its digest
  regops.oci_registry.registry_copy:
    src: "registry.example.com/staging/app@{{ tested_digest }}"
    dest: registry.example.com/production/app:v1.4.2
"""

RETURN = r"""
images:
  description: The images that did not fail, in the order of the task.
  returned: when the options were right
  type: list
  elements: dict
  contains:
    src:
      description: The source in full.
      type: str
      returned: success
      sample: quay.io/prometheus/prometheus:v3.1.0
    dest:
      description: The destination in full.
      type: str
      returned: success
      sample: registry.example.com/mirror/prometheus:v3.1.0
    digest:
      description: The digest of the copy.
      type: str
      returned: success
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    media_type:
      description: The media type of the manifest or index.
      type: str
      returned: success
      sample: application/vnd.oci.image.index.v1+json
    platforms:
      description:
        - The platforms of the copy when it is an index that was read. An image that is there already is not read.
      type: list
      elements: str
      returned: success
      sample: [linux/amd64, linux/arm64]
    changed:
      description: Whether the destination was written. In check mode, whether it would be.
      type: bool
      returned: success
      sample: true
    transferred_blobs:
      description: The number of blobs that were sent. In check mode, of those that would be.
      type: int
      returned: success
      sample: 3
    transferred_bytes:
      description: The bytes of these blobs.
      type: int
      returned: success
      sample: 104857600
    mounted_blobs:
      description: The number of blobs that the registry took over from another of its repositories.
      type: int
      returned: success
      sample: 0
actions:
  description: What was done, or would be done in check mode. Empty when there was nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: The action, V(copy).
      type: str
      returned: success
      sample: copy
    name:
      description: What it is done to.
      type: str
      returned: success
      sample: registry.example.com/mirror/prometheus:v3.1.0
    reason:
      description: Why it is needed.
      type: str
      returned: success
      sample: it is not there
    src:
      description: The source in full.
      type: str
      returned: success
      sample: quay.io/prometheus/prometheus:v3.1.0
    digest:
      description: The digest that the destination has afterwards.
      type: str
      returned: success
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    blobs:
      description: The number of blobs that the destination lacked.
      type: int
      returned: success
      sample: 3
    bytes:
      description: The bytes of these blobs.
      type: int
      returned: success
      sample: 104857600
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
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_copy


def main() -> None:
    """Run the operation as a module."""
    run_module(registry_copy)


if __name__ == "__main__":
    main()
