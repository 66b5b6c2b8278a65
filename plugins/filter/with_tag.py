# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter with_tag."""

from __future__ import annotations

DOCUMENTATION = r"""
name: with_tag
short_description: The same image under another tag
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Gives the reference to the same repository with this tag. The tag and the digest that it had are gone.
positional: _input, tag
options:
  _input:
    description: An image or a repository.
    type: str
    required: true
  tag:
    description: The tag. One such as V(7.2) needs quotes, or else it is a number.
    type: str
    required: true
seealso:
  - plugin: regops.oci_registry.with_digest
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What the release will be called
  ansible.builtin.debug:
    msg: "{{ 'registry.example.com/team/app:v1.4.2-rc3' | regops.oci_registry.with_tag('v1.4.2') }}"
  # registry.example.com/team/app:v1.4.2
"""

RETURN = r"""
_value:
  description: The reference in its full form.
  type: str
  sample: registry.example.com/team/app:v1.4.2
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.plugin_utils._references import image
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates


@for_templates
def with_tag(value: Any, tag: Any) -> str:
    """The image that a text names, with another tag."""
    return image(value).with_tag(tag).format()


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"with_tag": with_tag}
