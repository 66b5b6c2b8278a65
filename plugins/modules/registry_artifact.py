#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_artifact
short_description: Keep files in a container registry as an OCI artifact, or get them from there
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes sure that files are in a registry as an artifact, that an artifact is gone, or that a folder has its files.
  - The artifact is what ORAS pushes and pulls, an OCI image manifest with one layer for each file, whose name stands in
    the annotation C(org.opencontainers.image.title).
  - The same files with the same options give the same digest, whenever and wherever they are pushed. No time is put
    into the artifact; whoever wants one gives the annotation C(org.opencontainers.image.created).
options:
  name:
    description:
      - The artifact, with its registry and its tag or digest, for example V(registry.example.com/team/app:v1-config).
      - With neither, the tag is V(latest). But with O(subject) the artifact then gets no tag, as it is found by its
        subject; and with O(state=absent) the tag or the digest must be given.
      - With O(state=present), a digest is what the artifact must have.
    type: str
    required: true
  state:
    description:
      - V(present) pushes the artifact, if it is not there. The files are uploaded first, those that are missing only.
      - V(absent) removes the manifest of the artifact and its tag, and its entry in the list of what refers to its
        subject. It is refused where other tags share the manifest, unless O(force=true).
      - V(downloaded) makes sure that the folder O(dest) has the files of the artifact.
    type: str
    choices: [present, absent, downloaded]
    default: present
  artifact_type:
    description:
      - The media type that says what the artifact is, for example V(application/vnd.example.config.v1).
      - With O(state=present) it is needed unless O(config) is given, whose media type then says it.
      - With O(state=downloaded), an artifact of another type is refused.
    type: str
  files:
    description:
      - The files of the artifact, in this order. Without any, the artifact has the empty layer that the OCI image
        specification wants in their place.
    type: list
    elements: dict
    suboptions:
      src:
        description:
          - The file on the host that runs the module. A folder must be packed into an archive first.
        type: path
        required: true
      title:
        description:
          - The name that the file gets where it is downloaded. It may have folders in it, but must not lead out of the
            folder that it is downloaded to. By default the name of the file without its folders.
        type: str
        aliases: [name]
      media_type:
        description:
          - The media type of the file.
        type: str
        default: application/octet-stream
      annotations:
        description:
          - More annotations of the file. All values must be text.
        type: dict
  config:
    description:
      - The configuration of the artifact, where its type has one. By default the empty one, V({}).
    type: dict
    suboptions:
      src:
        description:
          - The file with the configuration on the host that runs the module.
        type: path
        required: true
      media_type:
        description:
          - Its media type.
        type: str
        required: true
  annotations:
    description:
      - The annotations of the artifact. All values must be text.
    type: dict
  subject:
    description:
      - What the artifact refers to, an image for example. It is in the same repository, and given by its digest or by
        its name in full.
      - The name is resolved to a digest at every run. When a tag has moved, the artifact that refers to what it points
        at now is another one.
      - A registry without the referrers API gets the artifact recorded in the tag that stands in for it.
    type: str
  dest:
    description:
      - The folder for the files. It is made where it is missing.
      - Each file is written beside its place and renamed when its digest and size are right. Files that are right are
        not written; other files in the folder stay.
      - An artifact with a name that leads out of the folder is refused as a whole. A file is refused when a link in the
        folder leads away from its place.
    type: path
  media_types:
    description:
      - Download only the files of these media types. By default all.
    type: list
    elements: str
  force:
    description:
      - With O(state=absent), whether the artifact is removed with all tags on it, although they are not named.
    type: bool
    default: false
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.registry.progress
  - regops.oci_registry.attributes
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
notes:
  - A folder that ORAS has pushed is saved as the archive (tar and gzip) that ORAS has made of it.
seealso:
  - module: regops.oci_registry.registry_manifest
  - module: regops.oci_registry.registry_blob
"""

EXAMPLES = r"""
- name: Files as an artifact, attached to an image
  regops.oci_registry.registry_artifact:
    name: registry.example.com/team/app:v1-config
    artifact_type: application/vnd.example.config.v1
    files:
      - src: site.yml
        media_type: application/yaml
      - src: /srv/templates/nginx.conf
        title: templates/nginx.conf
    annotations:
      org.opencontainers.image.source: https://git.example.com/team/app
    subject: registry.example.com/team/app:v1

- name: An SBOM that is found by its image only
  regops.oci_registry.registry_artifact:
    name: registry.example.com/team/app
    artifact_type: application/spdx+json
    files:
      - src: app.spdx.json
        media_type: application/spdx+json
    subject: registry.example.com/team/app:v1

- name: The artifact's files into a folder
  regops.oci_registry.registry_artifact:
    name: registry.example.com/team/app:v1-config
    artifact_type: application/vnd.example.config.v1
    dest: /srv/config
    state: downloaded

- name: The artifact goes away
  regops.oci_registry.registry_artifact:
    name: registry.example.com/team/app:v1-config
    state: absent
"""

RETURN = r"""
artifact:
  description: The artifact.
  returned: success
  type: dict
  contains:
    name:
      description: Its name in full.
      type: str
      returned: success
      sample: registry.example.com/team/app:v1-config
    exists:
      description: Whether it is there when the task is over. In check mode, whether it would be.
      type: bool
      returned: success
      sample: true
    digest:
      description: Its digest. V(null) with O(state=absent) when it was not there.
      type: str
      returned: success
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    media_type:
      description: The media type of its manifest.
      type: str
      returned: unless O(state=absent)
      sample: application/vnd.oci.image.manifest.v1+json
    artifact_type:
      description: What it is.
      type: str
      returned: unless O(state=absent)
      sample: application/vnd.example.config.v1
    size:
      description: The size of its manifest in bytes.
      type: int
      returned: unless O(state=absent)
      sample: 612
    annotations:
      description: Its annotations.
      type: dict
      returned: unless O(state=absent)
    subject:
      description: The digest of what it refers to; V(null) if that is nothing.
      type: str
      returned: unless O(state=absent)
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    files:
      description: Its files; with O(state=downloaded) and O(media_types) only those.
      type: list
      elements: dict
      returned: unless O(state=absent)
      contains:
        title:
          description: The name.
          type: str
          returned: success
          sample: site.yml
        digest:
          description: The digest of the content.
          type: str
          returned: success
          sample: sha256:d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35
        size:
          description: The size in bytes.
          type: int
          returned: success
          sample: 1024
        media_type:
          description: The media type.
          type: str
          returned: success
          sample: application/yaml
        annotations:
          description: The annotations, the title among them.
          type: dict
          returned: success
        path:
          description: The file that has been downloaded.
          type: str
          returned: when O(state=downloaded)
          sample: /srv/config/site.yml
    tags:
      description: The tags that were on it.
      type: list
      elements: str
      returned: when O(state=absent)
      sample: [v1-config]
dest:
  description: The folder with the files.
  returned: when O(state=downloaded)
  type: str
  sample: /srv/config
actions:
  description: What was done, or would be done in check mode. Empty when there was nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description:
        - V(push), V(delete), V(download) for each file, or V(attach) when the artifact was there but the list of what
          refers to its subject did not have it.
      type: str
      returned: success
      sample: push
    name:
      description: What it is done to, the artifact or a file.
      type: str
      returned: success
      sample: registry.example.com/team/app:v1-config
    reason:
      description: Why it is needed.
      type: str
      returned: success
      sample: the tag is not there
    digest:
      description: The digest that is pushed.
      type: str
      returned: when the action is V(push)
      sample: sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    size:
      description: The size of what is pushed or downloaded in bytes.
      type: int
      returned: when the action is V(push) or V(download)
      sample: 612
    uploads:
      description: The digests of the contents that the repository did not have.
      type: list
      elements: str
      returned: when the action is V(push)
    subject:
      description: The digest of what the artifact refers to.
      type: str
      returned: when the action is V(push) or V(attach), and there is a subject
      sample: sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
    tags:
      description: The tags that go with the manifest.
      type: list
      elements: str
      returned: when the action is V(delete)
      sample: [v1-config]
    from:
      description: The blob that the file is made of.
      type: str
      returned: when the action is V(download)
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
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_artifact


def main() -> None:
    """Run the operation as a module."""
    run_module(registry_artifact)


if __name__ == "__main__":
    main()
