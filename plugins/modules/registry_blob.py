#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_blob
short_description: Upload, mount, download or remove one blob of a container registry
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes sure that a repository has a blob, has it no longer, or that a file holds the content of a blob.
  - A blob is what manifests refer to, a layer or a configuration for example. A blob that no manifest refers to may be
    removed by the registry's garbage collection.
  - Every byte is hashed on its way. A file appears at its place only when digest and size are right.
options:
  repository:
    description:
      - The repository, for example V(registry.example.com/team/data).
    type: str
    required: true
  state:
    description:
      - V(present) makes sure that the repository has the blob. It comes from O(src), O(content) or O(from_repository).
      - V(absent) removes the blob O(digest). Manifests that refer to it are not looked for, they break.
      - V(downloaded) makes sure that the file O(dest) holds the blob O(digest).
    type: str
    choices: [present, absent, downloaded]
    default: present
  digest:
    description:
      - The blob's digest, for example V(sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b).
      - Required with O(from_repository), O(state=absent) and O(state=downloaded).
      - With O(src) or O(content) it is what the content must hash to. When it does not, the task fails before anything
        is sent. Without it the SHA-256 digest of the content is used.
    type: str
  src:
    description:
      - The file on the host that runs the module whose content is the blob.
      - The file is read twice, once for its digest and once for the transfer. When it changes in between, the upload is
        cancelled and the task fails.
    type: path
  content:
    description:
      - The blob's content as text. It is encoded as UTF-8, nothing is added to it.
    type: str
  from_repository:
    description:
      - Repositories of the same registry that may have the blob O(digest). The registry is asked to mount it from the
        first one that has it, so that no content is transferred.
      - A registry that does not mount it gets the content by an ordinary upload.
      - A name may be given in full, or as a path inside the registry of O(repository), for example V(team/base).
    type: list
    elements: str
  dest:
    description:
      - The file that shall hold the blob, or an existing folder. In a folder the file is named after the digest's
        hexadecimal part.
      - It is written beside its place and renamed, so that nobody sees half a file. A file that was there keeps its
        owner and permissions, unless the options say otherwise.
      - A file that holds the blob already is not written.
    type: path
  media_type:
    description:
      - The media type to put into RV(blob.media_type), for a manifest that will refer to the blob. Registries do not
        keep the media type of a blob.
    type: str
    default: application/octet-stream
  chunk_size:
    description:
      - Upload in chunks of this size, in bytes or with a unit, for example V(16M). By default a blob is sent in one
        request.
      - The chunks are larger when the registry asks for larger ones. An upload that broke goes on where the registry
        says that it stopped.
      - Useful behind proxies that limit the size of a request.
    type: str
extends_documentation_fragment:
  - ansible.builtin.files
  - regops.oci_registry.registry
  - regops.oci_registry.registry.progress
  - regops.oci_registry.attributes
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
notes:
  - The options O(mode), O(owner), O(group), O(attributes) and those of SELinux apply to O(dest) only.
    O(unsafe_writes) has no effect.
seealso:
  - module: regops.oci_registry.registry_manifest
  - module: regops.oci_registry.registry_copy
"""

EXAMPLES = r"""
- name: A blob from a file
  regops.oci_registry.registry_blob:
    repository: registry.example.com/team/data
    src: /srv/dump.tar.gz
    media_type: application/gzip
  register: dump

- name: The same blob in another repository of the registry, without a transfer
  regops.oci_registry.registry_blob:
    repository: registry.example.com/team/archive
    from_repository: team/data
    digest: "{{ dump.blob.digest }}"

- name: The same blob to a file
  regops.oci_registry.registry_blob:
    repository: registry.example.com/team/data
    digest: "{{ dump.blob.digest }}"
    dest: /srv/restored.tar.gz
    mode: "0640"
    state: downloaded

- name: The empty configuration of an artifact
  regops.oci_registry.registry_blob:
    repository: registry.example.com/team/data
    content: "{}"
    media_type: application/vnd.oci.empty.v1+json

- name: A blob that nothing refers to goes away
  regops.oci_registry.registry_blob:
    repository: registry.example.com/team/archive
    digest: "{{ dump.blob.digest }}"
    state: absent
"""

RETURN = r"""
blob:
  description: The blob, in the shape of a descriptor.
  returned: success
  type: dict
  contains:
    repository:
      description: The repository in full.
      type: str
      returned: success
      sample: registry.example.com/team/data
    digest:
      description: The digest.
      type: str
      returned: success
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    size:
      description: The size in bytes.
      type: int
      returned: when the blob exists or shall exist
      sample: 1048576
    media_type:
      description: What O(media_type) says.
      type: str
      returned: success
      sample: application/octet-stream
    exists:
      description: Whether the repository has the blob when the task is over. In check mode, whether it would have it.
      type: bool
      returned: when O(state=present) or O(state=absent)
      sample: true
how:
  description:
    - How the blob got into the repository.
    - V(present) when it was there, V(mounted) when the registry linked it, V(uploaded) when its content was sent.
  returned: when O(state=present) and not in check mode
  type: str
  sample: uploaded
dest:
  description: The file that holds the blob.
  returned: when O(state=downloaded)
  type: str
  sample: /srv/restored.tar.gz
actions:
  description: What was done, or would be done in check mode. Empty when there was nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: The action, one of V(upload), V(mount), V(delete), V(download) and V(attributes).
      type: str
      returned: success
      sample: upload
    name:
      description: What it is done to.
      type: str
      returned: success
      sample: registry.example.com/team/data@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    reason:
      description: Why it is needed.
      type: str
      returned: success
      sample: the repository does not have it
    size:
      description: The size in bytes.
      type: int
      returned: when a blob is meant
      sample: 1048576
    from:
      description: Where the blob comes from.
      type: str
      returned: when the action is V(mount) or V(download)
      sample: registry.example.com/team/base
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
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_blob


def main() -> None:
    """Run the operation as a module."""
    run_module(registry_blob)


if __name__ == "__main__":
    main()
