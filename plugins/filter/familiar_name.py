# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter familiar_name."""

from __future__ import annotations

DOCUMENTATION = r"""
name: familiar_name
short_description: The reference to an image as Docker shows it
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Leaves out what Docker leaves out, V(docker.io/) and, behind it, V(library/). No tag is added.
positional: _input
options:
  _input:
    description: An image or a repository.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show an image as Docker does
  ansible.builtin.debug:
    msg: "{{ 'docker.io/library/redis:7' | regops.oci_registry.familiar_name }}" # redis:7
"""

RETURN = r"""
_value:
  description: The reference in its short form, which means the same image.
  type: str
  sample: redis:7
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.module_utils._operations import _names
from ansible_collections.regops.oci_registry.plugins.plugin_utils._references import text
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates


@for_templates
def familiar_name(value: Any) -> str:
    """What Docker calls the image or the repository that a text names."""
    name = text(value)
    reference = _names.image(name) if _names.says_version(name) else _names.repository(name)
    return reference.familiar()


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"familiar_name": familiar_name}
