# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The test image_reference."""

from __future__ import annotations

DOCUMENTATION = r"""
name: image_reference
short_description: Whether a text names an image
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Whether the modules of this collection take the text for an image. Nothing is asked of a registry.
positional: _input
options:
  _input:
    description: What to look at. What is no text names no image.
    type: raw
    required: true
seealso:
  - plugin: regops.oci_registry.parse_reference
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Refuse what is no image before anything is done with it
  ansible.builtin.assert:
    that: image is regops.oci_registry.image_reference
  vars:
    image: registry.example.com/team/app:v1
"""

RETURN = r"""
_value:
  description: Whether it names an image.
  type: bool
  sample: true
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError
from ansible_collections.regops.oci_registry.plugins.plugin_utils._references import image
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates


@for_templates
def image_reference(value: Any) -> bool:
    """Whether the value names an image."""
    try:
        image(value)
    except RegistryError:
        return False
    return True


class TestModule:
    """The test, by its name."""

    def tests(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"image_reference": image_reference}
