#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_tags_info
short_description: List the tags of repositories in a container registry
version_added: 1.0.0
description:
  - Lists the tags of one or many repositories, filtered and in order, and on request what they point at.
  - A repository that the registry does not know is no error, it has no tags; see RV(repositories[].exists).
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
      - Exactly one of O(repository) and O(repositories) is needed.
    type: str
  repositories:
    description:
      - Many repositories; those of different registries may be mixed.
    type: list
    elements: str
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
      - V(created) sorts by the time when the image was made. It must be fetched for all tags that the patterns let
        through, as with O(details=full). Images that do not say when they were made come last, also with
        O(reverse=true).
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
  details:
    description:
      - What to find out about each tag.
      - V(none) is one request a repository.
      - V(digest) takes one more request a tag.
      - V(full) fetches the manifest of each tag, and the configuration and (of an index) the manifests of each image,
        once however many tags it has.
    type: str
    choices: [none, digest, full]
    default: none
seealso:
  - module: regops.oci_registry.registry_manifest_info
"""

EXAMPLES = r"""
- name: Which tags are there?
  regops.oci_registry.registry_tags_info:
    repository: registry.example.com/team/app
  register: listed

- name: The three newest versions, with what they point at
  regops.oci_registry.registry_tags_info:
    repository: registry.example.com/team/app
    include: ["v*"]
    exclude: ["*-rc*"]
    order: version
    reverse: true
    limit: 3
    details: digest
  register: newest

- name: How large and how old are the images of two repositories?
  regops.oci_registry.registry_tags_info:
    repositories:
      - registry.example.com/team/app
      - registry.example.com/team/db
    details: full
  register: images

- name: Show the tags that are made by dates, found by a regular expression
  regops.oci_registry.registry_tags_info:
    repository: registry.example.com/team/app
    include: ['~\d{4}-\d{2}-\d{2}']
  register: nightly
"""

RETURN = r"""
tags:
  description: The names of the tags, in order; those of many repositories one repository after the other.
  returned: always
  type: list
  elements: str
  sample: [v1.10, v1.9]
size:
  description:
    - Bytes of all that the tags of the result need, each blob once, however many images and repositories share it.
    - It is what the manifests say, not what the registry's disk holds; what has no tag is not in it. Repositories of
      different registries share nothing.
  returned: with O(details=full)
  type: int
  sample: 82596824
repositories:
  description: The repositories in the order of the option, each with its tags.
  returned: always
  type: list
  elements: dict
  contains:
    repository:
      description: The repository with its registry.
      type: str
      returned: always
      sample: registry.example.com/team/app
    exists:
      description:
        - Whether the registry knows the repository. A few registries answer for any name as if it were there, and
          empty.
      type: bool
      returned: always
      sample: true
    size:
      description: Bytes of all that these tags need, each blob once, however many images share it.
      type: int
      returned: with O(details=full)
      sample: 61947618
    unique_size:
      description: Those of them that no other repository of the result needs.
      type: int
      returned: with O(details=full)
      sample: 20649206
    tags:
      description: The tags in order. A tag that is removed while the module runs is left out.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The tag.
          type: str
          returned: always
          sample: v1.10
        digest:
          description: The digest of the manifest or index that the tag points at.
          type: str
          returned: with O(details=digest) and O(details=full)
          sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
        media_type:
          description: The media type of the manifest or index.
          type: str
          returned: with O(details=digest) and O(details=full)
          sample: application/vnd.oci.image.index.v1+json
        artifact_type:
          description: The type of an artifact; V(null) for an image.
          type: str
          returned: with O(details=full)
        size:
          description: Bytes of the manifest or index itself.
          type: int
          returned: with O(details=full)
          sample: 1609
        total_size:
          description:
            - Bytes of all that belongs to it, each part once; manifests, configurations and layers, of an index those
              of all its images.
          type: int
          returned: with O(details=full)
          sample: 41298412
        unique_size:
          description:
            - Those of them that only the tags of the repository on this very digest need, and no other tag of it that
              is in the result.
          type: int
          returned: with O(details=full)
          sample: 1048576
        platforms:
          description: The platforms that there is an image for.
          type: list
          elements: str
          returned: with O(details=full)
          sample: [linux/amd64, linux/arm64/v8]
        created:
          description:
            - When the image was made, of an index the newest one, in UTC; V(null) where the image does not say so.
            - This is what the image's maker wrote into it, not when it came into the registry, which no registry
              tells.
          type: str
          returned: with O(details=full)
          sample: "2026-01-31T12:00:00Z"
        annotations:
          description: The annotations of the manifest or index.
          type: dict
          returned: with O(details=full)
          sample: {org.opencontainers.image.version: "1.10"}
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_tags_info


def main() -> None:
    """Run the module."""
    run_module(registry_tags_info)


if __name__ == "__main__":
    main()
