# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup registry_digest."""

from __future__ import annotations

DOCUMENTATION = r"""
name: registry_digest
short_description: Find out the digest of an image in a container registry
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Asks the registry what an image is at present, so that it can be named by its digest, which never changes. It takes
    one C(HEAD) request for each image, which Docker Hub does not count against its limit of pulls.
  - An image that the registry does not know is an error, unless there is a O(default). With C(errors='ignore'), as with
    every lookup, no error stops the task.
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.connection
options:
  _terms:
    description: The images. One with neither a tag nor a digest is V(latest).
    type: list
    elements: str
    required: true
  platform:
    description:
      - For an image of several platforms give the digest of the image for this one, such as V(linux/amd64). It takes
        C(GET) requests.
      - Without it, the digest is that of the whole, which is what a tag points at.
    type: str
  default:
    description: What to give for an image that the registry does not know. All other trouble is still an error.
    type: raw
seealso:
  - plugin: regops.oci_registry.with_digest
    plugin_type: filter
  - module: regops.oci_registry.registry_manifest_info
"""

EXAMPLES = r"""
- name: Pin an image where a template needs it
  ansible.builtin.debug:
    msg: "image: registry.example.com/team/app@{{ digest }}"
  vars:
    digest: "{{ lookup('regops.oci_registry.registry_digest', 'registry.example.com/team/app:v1') }}"

- name: Is there such an image?
  ansible.builtin.debug:
    msg: "{{ lookup('regops.oci_registry.registry_digest', 'registry.example.com/team/app:v9', default='no') }}"

- name: The same for one platform, with credentials
  ansible.builtin.debug:
    msg: >-
      {{ lookup('regops.oci_registry.registry_digest', 'registry.example.com/team/app:v1', platform='linux/arm64',
      username='robot', password=robot_password) }}

- name: Many at once
  ansible.builtin.debug:
    msg: "{{ dict(images | zip(query('regops.oci_registry.registry_digest', images))) }}"
  vars:
    images:
      - registry.example.com/team/app:v1
      - registry.example.com/team/db:v7
"""

RETURN = r"""
_raw:
  description: The digests, in the order of the images.
  type: list
  elements: str
  sample: ["sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1"]
"""

from typing import Any, Dict, List, Optional

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _digests
from ansible_collections.regops.oci_registry.plugins.plugin_utils._errors import ansible_errors
from ansible_collections.regops.oci_registry.plugins.plugin_utils._lookup import run_operation, set_options


class LookupModule(LookupBase):
    """The lookup."""

    def run(self, terms: List[Any], variables: Optional[Dict[str, Any]] = None, **kwargs: Any) -> List[Any]:
        """The digest of each term."""
        set_options(self, variables, kwargs)
        names = self._flatten(terms)
        found: List[Any] = run_operation(self, _digests, _terms=names, platform=self.get_option("platform"))["digests"]
        if None not in found:
            return found
        if "default" not in kwargs:
            missing = [str(name) for name, digest in zip(names, found) if digest is None]
            with ansible_errors(AnsibleLookupError):
                raise RegistryError(f"the registry does not know {', '.join(missing)}", category="not_found")
        return [self.get_option("default") if digest is None else digest for digest in found]
