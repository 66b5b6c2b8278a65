#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_prune
short_description: Remove old images from a container registry, and keep what rules name
version_added: 1.0.0
description:
  - Keeps those tags of repositories that at least one rule of O(keep) names, and removes all others. Whatever a
    rule keeps stays, whatever other rules there are.
  - A manifest is deleted when all its tags go and nothing that stays needs it. Where only some of its tags go,
    these are removed, and the manifest stays. What an index that stays lists is never deleted.
  - Signatures, SBOMs, attestations and other referrers follow the image that they belong to. They go with it, stay
    with it, and are not counted as images. They are found by the referrers API, or by its fallback tag, and by the
    tags of cosign (V(sha256-DIGEST.sig), V(.att), V(.sbom)).
  - Check mode is the report; it tells for each tag whether it stays, and why.
  - Deleting a manifest frees no space by itself. For this, most registries have a garbage collection of their own.
author:
  - regops.oci_registry authors (@regops)
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.registry.lists
  - regops.oci_registry.attributes
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
      - Many repositories; those of different registries may be mixed. The rules hold for each of them by itself.
    type: list
    elements: str
  keep:
    description:
      - The rules. A tag stays when one of them holds.
      - At least one is needed; an empty list counts as none, because it is more often a mistake than a wish.
    type: dict
    required: true
    suboptions:
      newest:
        description:
          - Keep so many images, the newest ones in the sense of O(order), with all tags on them. Several tags on
            one digest are one image.
          - V(0) keeps none by this rule.
        type: int
      younger_than:
        description:
          - Keep images that were made less than so long ago, such as V(30d), V(12h) or V(1w2d). The units are V(s),
            V(m) (minutes), V(h), V(d) and V(w).
        type: str
      matching:
        description:
          - Keep tags that match one of these patterns, which are as in O(include).
        type: list
        elements: str
      versions:
        description:
          - Keep tags whose version is in this range, for example V(>=7.2,<8). Comparisons are V(>=), V(>), V(<=), V(<),
            V(==) and V(!=), and all of them must hold.
          - What stands behind a version, such as C(-alpine), does not count. A pre-release is in a range only when the
            range names one. A tag that is no version is in none.
        type: str
      referenced:
        description:
          - Keep what is in use, as a list of digests and of images with a tag or a digest. Images of other
            repositories may be among them.
          - A digest keeps all tags on it, and also those of an index that lists it, whatever repository it is named
            with. A tag counts for its own repository only; an image without tag and digest is V(latest).
          - They are digests of manifests and indexes, as in C(repoDigests), not the IDs that container engines give
            to images.
        type: list
        elements: str
  order:
    description:
      - What newest means, for O(keep.newest), and for the last image of a repository (see O(allow_empty)).
      - V(created) is the time when the image was made; of an index, when its newest image was. The configuration of
        each image is read for it, once however many tags it has.
      - V(version) is the version in the tag, so that V(v1.10) is newer than V(v1.9), and a release newer than its
        pre-releases. Tags that are no version come after all others.
    type: str
    choices: [created, version]
    default: created
  include:
    description:
      - Consider only tags that match one of these patterns; all tags when there is none. A tag that is not considered
        stays, and does not count for O(keep.newest).
      - A pattern is a glob with V(*), V(?) and V([...]). One that begins with V(~) is, without the V(~), a regular
        expression for the whole tag.
    type: list
    elements: str
    default: []
  exclude:
    description:
      - Patterns, as in O(include), of tags that are not considered, and so stay.
    type: list
    elements: str
    default: []
  untagged:
    description:
      - Whether manifests without a tag are deleted, too, where the registry lets them be found and nothing that
        stays needs them. These are the images of an index that is deleted, and what belongs to an image that is not
        there any more.
      - Registries have no list of what has no tag. With V(false), what becomes untagged is left to the registry's own
        clean-up, and cannot be found again by this module.
      - Set it to V(false) where signatures are kept in another repository than their images. A repository that holds
        nothing but signatures and the like is left alone in any case.
      - A referrer of a deleted image is deleted with either value.
    type: bool
    default: true
  allow_empty:
    description:
      - Whether a repository may lose its last tag. Otherwise its newest image in the sense of O(order) stays, with
        all its tags, where no rule keeps anything.
    type: bool
    default: false
  planned:
    description:
      - Tags of the repositories as they are going to be, because earlier tasks set or remove them. In check mode these
        tasks only predict it, as in RV(regops.oci_registry.registry_copy#module:images). Check mode then plans for
        these tags as well.
      - Signatures and the like that come with an image, but are not named here, are not considered.
      - Without check mode it means nothing. Then what is there is what counts.
    type: list
    elements: dict
    suboptions:
      name:
        description: The tag with its repository and registry.
        type: str
        required: true
      digest:
        description: The digest that it is going to point at. Without it, the tag is going to be gone.
        type: str
      src:
        description:
          - The image that it is copied from. It is looked at where the repository does not have the digest yet.
        type: str
      src_auth:
        description:
          - Credentials for the registry of O(planned[].src), and how it is reached. Without it, O(username) and
            O(password) are shown to a source on the host of the repositories only.
        type: dict
        suboptions:
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
notes:
  - Images that do not say when they were made, and those that say so with a fixed moment of long ago, as
    reproducible builds do, are of unknown age. They are kept by O(keep.younger_than), and by O(keep.newest) with
    O(order=created), and not counted.
  - Right before something is deleted, the tags are read again. What has come to be needed in the meantime stays,
    with a warning.
  - Tags whose manifests cannot be read (Docker's schema 1) stay, with a warning.
seealso:
  - module: regops.oci_registry.registry_tags_info
    description: For a look at tags, and at what the orders make of them.
  - module: regops.oci_registry.registry_tag
    description: For removing tags by name.
"""

EXAMPLES = r"""
- name: Keep releases, what is young, and the ten newest images
  regops.oci_registry.registry_prune:
    repository: registry.example.com/team/app
    keep:
      newest: 10
      younger_than: 30d
      matching: ["v*", "latest"]
  register: pruned

- name: Report what would go and why, and change nothing
  regops.oci_registry.registry_prune:
    repository: registry.example.com/team/app
    keep:
      newest: 10
  check_mode: true
  register: report

- name: Copy an image
  regops.oci_registry.registry_copy:
    src: quay.io/prometheus/prometheus:v3.1.0
    dest: registry.example.com/mirror/prometheus:v3.1.0
  register: copied

- name: Keep the three newest; check mode counts the image that the task before would have copied
  regops.oci_registry.registry_prune:
    repository: registry.example.com/mirror/prometheus
    keep:
      newest: 3
    planned:
      - name: registry.example.com/mirror/prometheus:v3.1.0
        digest: "{{ copied.images[0].digest }}"
        src: quay.io/prometheus/prometheus:v3.1.0

- name: Keep the five newest versions, and whatever runs somewhere
  regops.oci_registry.registry_prune:
    repository: registry.example.com/team/app
    order: version
    keep:
      newest: 5
      referenced:
        - registry.example.com/team/app:v1.2.0
        - sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1

- name: Remove images of merge requests after two weeks; other tags are not considered
  regops.oci_registry.registry_prune:
    repositories:
      - registry.example.com/team/app
      - registry.example.com/team/db
    include: ["mr-*"]
    keep:
      younger_than: 2w
"""

RETURN = r"""
actions:
  description: What was done, or would be done in check mode; one entry for each manifest, and each single tag.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: V(delete) for a manifest with all its tags, V(untag) for a tag alone.
      type: str
      returned: always
      sample: delete
    name:
      description: The manifest by its digest, or the tag, with the repository.
      type: str
      returned: always
      sample: registry.example.com/team/app@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    reason:
      description: Why it is needed.
      type: str
      returned: always
      sample: no rule keeps it
    tags:
      description: The tags that go with the manifest.
      type: list
      elements: str
      returned: for V(delete)
      sample: [v1.0, v1.0.0]
    digest:
      description: The digest that the tag pointed at.
      type: str
      returned: for V(untag)
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
diff:
  description: The tags of each manifest that goes, and the digest of each tag that goes alone; V(null) afterwards.
  returned: always
  type: dict
  sample:
    before:
      registry.example.com/team/app:v1.0-rc1: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    after:
      registry.example.com/team/app:v1.0-rc1: null
kept:
  description:
    - The tags that stay, repository by repository; images with the newest first in the sense of O(order), then what
      belongs to them.
  returned: always
  type: list
  elements: dict
  contains:
    repository:
      description: The repository with its registry.
      type: str
      returned: always
      sample: registry.example.com/team/app
    tag:
      description: The tag.
      type: str
      returned: always
      sample: v1.10
    digest:
      description: What it points at; V(null) where that cannot be read.
      type: str
      returned: always
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    reasons:
      description: Why it stays; one reason of each rule that keeps it.
      type: list
      elements: str
      returned: always
      sample: ["it is one of the 10 newest images", "it matches v*"]
removed:
  description: The tags that were removed. In check mode, those that would be.
  returned: always
  type: list
  elements: dict
  contains:
    repository:
      description: The repository with its registry.
      type: str
      returned: always
      sample: registry.example.com/team/app
    tag:
      description: The tag.
      type: str
      returned: always
      sample: mr-1234
    digest:
      description: What it pointed at.
      type: str
      returned: always
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    reason:
      description: Why it goes.
      type: str
      returned: always
      sample: no rule keeps it
untagged:
  description: The manifests without a tag that were deleted. In check mode, those that would be.
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
      description: The manifest.
      type: str
      returned: always
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    reason:
      description: Why it goes.
      type: str
      returned: always
"""


from ansible_collections.regops.oci_registry.plugins.module_utils._module import run_module
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_prune


def main() -> None:
    """Run the module."""
    run_module(registry_prune)


if __name__ == "__main__":
    main()
