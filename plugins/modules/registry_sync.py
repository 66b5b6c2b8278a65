#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_sync
short_description: Keep repositories of container registries equal to their sources
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Lists the tags of a source, chooses from them by rules, and copies to the destination what it does not have, or has
    with another digest. A tag that is right already takes one request on each side.
  - On request removes the tags from the destination that its source has no more.
  - One image that fails does not stop the others. The task fails at its end and names all that failed.
options:
  src:
    description:
      - The repository to copy from, for example V(docker.io/library/redis).
      - With V(/*) at its end all repositories below it, for example V(registry.example.com/team/*). The registry must
        have a catalog for that. O(dest) must then end in V(/*), too.
      - Use either O(src) and O(dest), or O(repositories).
    type: str
  dest:
    description:
      - The repository to copy to.
    type: str
  repositories:
    description:
      - Many repositories, in parallel.
    type: list
    elements: dict
    suboptions:
      src:
        description: As O(src).
        type: str
        required: true
      dest:
        description: As O(dest).
        type: str
        required: true
      include:
        description: As O(include), for this repository.
        type: list
        elements: str
      exclude:
        description: As O(exclude), for this repository.
        type: list
        elements: str
      versions:
        description: As O(versions), for this repository.
        type: str
      newest:
        description: As O(newest), for this repository.
        type: int
  include:
    description:
      - Only tags that match one of these patterns; all tags when there is none.
      - A pattern is a glob with V(*), V(?) and V([...]). One that begins with V(~) is, without the V(~), a regular
        expression for the whole tag.
    type: list
    elements: str
  exclude:
    description:
      - Patterns, as in O(include), of tags to leave out.
    type: list
    elements: str
  versions:
    description:
      - Only tags whose version is in this range, for example V(>=7.2,<8). Comparisons are V(>=), V(>), V(<=), V(<),
        V(==) and V(!=), and all of them must hold.
      - What stands behind a version, such as C(-alpine), does not count. A pre-release is in a range only when the
        range names one. A tag that is no version is in none.
    type: str
  newest:
    description:
      - At most so many tags of those that the other rules let through, the newest by version.
    type: int
  platforms:
    description:
      - The platforms to copy of a multi-platform image, as with M(regops.oci_registry.registry_copy).
    type: list
    elements: str
  referrers:
    description:
      - Copy also signatures, SBOMs and attestations, as with M(regops.oci_registry.registry_copy).
    type: bool
    default: false
  foreign_layers:
    description:
      - Copy also layers that a registry need not have, as with M(regops.oci_registry.registry_copy).
    type: bool
    default: false
  force:
    description:
      - Look into everything that belongs to an image, even where the tag is right already, and bring what is missing.
    type: bool
    default: false
  prune:
    description:
      - Remove the tags from the destination that the rules speak of and the source does not have, or that are no longer
        among the O(newest). Tags that O(include), O(exclude) and O(versions) leave out are left alone.
      - A manifest goes with its last tag, and its signatures with it. What a remaining tag needs stays.
    type: bool
    default: false
  allow_empty:
    description:
      - With O(prune=true), whether everything may be removed when the source has no tag that the rules let through. By
        default that is an error, since it is more likely a mistake.
    type: bool
    default: false
  src_auth:
    description:
      - Credentials for the registries of the sources, and how these registries are reached.
      - Without O(src_auth), O(username) and O(password) are those for the destination. As a source they are shown to
        the same host only; any other one is asked with what O(auth_file) or the usual files have for it. A password
        thus never goes to a registry that it is not for.
      - Where O(dest_auth) has credentials, O(username) and O(password) are those for the sources.
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
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.registry.lists
  - regops.oci_registry.registry.progress
  - regops.oci_registry.attributes
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
seealso:
  - module: regops.oci_registry.registry_copy
    description: For single images.
  - module: regops.oci_registry.registry_prune
    description: For retention by age and number.
"""

EXAMPLES = r"""
- name: Keep a mirror of some tags, and drop what its source drops
  regops.oci_registry.registry_sync:
    src: docker.io/library/redis
    dest: registry.example.com/mirror/redis
    include: ["7.*-alpine"]
    prune: true

- name: The five newest versions 3, for two platforms, with their signatures
  regops.oci_registry.registry_sync:
    src: quay.io/prometheus/prometheus
    dest: registry.example.com/mirror/prometheus
    versions: ">=3,<4"
    newest: 5
    platforms: [linux/amd64, linux/arm64]
    referrers: true

- name: All repositories of a team, in another data centre
  regops.oci_registry.registry_sync:
    src: registry.example.com/team/*
    dest: other.example.com/team/*
    exclude: ["*-rc*"]

- name: Many repositories, each by its own rules
  regops.oci_registry.registry_sync:
    repositories:
      - src: docker.io/library/redis
        dest: registry.example.com/mirror/redis
        versions: ">=7"
      - src: docker.io/library/postgres
        dest: registry.example.com/mirror/postgres
        include: ["16*", "17*"]
"""

RETURN = r"""
repositories:
  description: The repositories, in the order of the task; each one that a pattern means.
  returned: when the options were right
  type: list
  elements: dict
  contains:
    src:
      description: The source.
      type: str
      returned: success
      sample: docker.io/library/redis
    dest:
      description: The destination.
      type: str
      returned: success
      sample: registry.example.com/mirror/redis
    tags:
      description: The tags that the destination is to have by the rules, the newest first.
      type: list
      elements: str
      returned: success
      sample: [7.4-alpine, 7.2-alpine]
    copied:
      description: How many of them were copied. In check mode, how many would be.
      type: int
      returned: success
      sample: 1
    removed:
      description: How many tags were removed. In check mode, how many would be.
      type: int
      returned: success
      sample: 0
images:
  description: The images that did not fail, as RV(regops.oci_registry.registry_copy#module:images).
  returned: when the options were right
  type: list
  elements: dict
removed:
  description: The tags that were removed. In check mode, those that would be.
  returned: when the options were right
  type: list
  elements: dict
  contains:
    repository:
      description: The destination, with its registry.
      type: str
      returned: success
      sample: registry.example.com/mirror/redis
    tag:
      description: The tag.
      type: str
      returned: success
      sample: 7.0-alpine
    digest:
      description: What it pointed at.
      type: str
      returned: success
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    reason:
      description: Why it goes.
      type: str
      returned: success
      sample: docker.io/library/redis does not have it
actions:
  description: What was done, or would be done in check mode. Empty when there was nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description:
        - V(copy) for an image, as with M(regops.oci_registry.registry_copy). V(untag) or V(delete) for what is removed,
          as with M(regops.oci_registry.registry_prune).
      type: str
      returned: success
      sample: copy
    name:
      description: What it is done to.
      type: str
      returned: success
      sample: registry.example.com/mirror/redis:7.4-alpine
    reason:
      description: Why it is needed.
      type: str
      returned: success
      sample: it is not there
    digest:
      description: The digest that the destination has afterwards, or that a tag is taken off.
      type: str
      returned: when the action is V(copy) or V(untag)
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    src:
      description: The source in full.
      type: str
      returned: when the action is V(copy)
      sample: docker.io/library/redis:7.4-alpine
    blobs:
      description: The number of blobs that the destination lacked.
      type: int
      returned: when the action is V(copy)
      sample: 3
    bytes:
      description: The bytes of these blobs.
      type: int
      returned: when the action is V(copy)
      sample: 104857600
    tags:
      description: The tags that go with the manifest.
      type: list
      elements: str
      returned: when the action is V(delete)
      sample: [7.0-alpine]
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
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_sync


def main() -> None:
    """Run the operation as a module."""
    run_module(registry_sync)


if __name__ == "__main__":
    main()
