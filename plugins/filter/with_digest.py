# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter with_digest."""

from __future__ import annotations

DOCUMENTATION = r"""
name: with_digest
short_description: The same image by its digest
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Gives the reference to the same repository with this digest. The tag and the digest that it had are gone.
positional: _input, digest
options:
  _input:
    description: An image or a repository.
    type: str
    required: true
  digest:
    description: The digest, such as P(regops.oci_registry.registry_digest#lookup) finds it.
    type: str
    required: true
seealso:
  - plugin: regops.oci_registry.with_tag
    plugin_type: filter
  - plugin: regops.oci_registry.registry_digest
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: An image that stays the same whatever happens to its tag
  ansible.builtin.debug:
    msg: "{{ image | regops.oci_registry.with_digest(lookup('regops.oci_registry.registry_digest', image)) }}"
  vars:
    image: registry.example.com/team/app:v1
"""

RETURN = r"""
_value:
  description: The reference in its full form.
  type: str
  sample: registry.example.com/team/app@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.plugin_utils._references import image
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates


@for_templates
def with_digest(value: Any, digest: Any) -> str:
    """The image that a text names, by a digest."""
    return image(value).with_digest(digest).format()


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"with_digest": with_digest}
