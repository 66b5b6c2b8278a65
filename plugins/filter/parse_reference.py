# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter parse_reference."""

from __future__ import annotations

DOCUMENTATION = r"""
name: parse_reference
short_description: Take the reference to an image apart
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Gives the parts of an image's name in their full form. Without a host it is on Docker Hub (V(docker.io)), there
    without a namespace in V(library/); with neither tag nor digest its tag is V(latest).
  - A name that is malformed is an error that says what is wrong with it.
positional: _input
options:
  _input:
    description: An image as C([host[:port]/]repository[:tag][@digest]).
    type: str
    required: true
seealso:
  - plugin: regops.oci_registry.format_reference
    plugin_type: filter
  - plugin: regops.oci_registry.image_reference
    plugin_type: test
"""

EXAMPLES = r"""
- name: Where does this image come from?
  ansible.builtin.debug:
    msg: "{{ ('redis:7' | regops.oci_registry.parse_reference).registry }}" # docker.io

- name: The registries of many images
  ansible.builtin.debug:
    msg: "{{ images | map('regops.oci_registry.parse_reference') | map(attribute='registry') | unique }}"
  vars:
    images:
      - registry.example.com/team/app:v1
      - quay.io/prometheus/prometheus:v3.1.0
"""

RETURN = r"""
_value:
  description: The parts of the reference.
  type: dict
  contains:
    registry:
      description: The host of the registry, with its port if there is one.
      type: str
      sample: docker.io
    repository:
      description: The name of the repository within the registry.
      type: str
      sample: library/redis
    tag:
      description: The tag; V(null) where there is a digest alone.
      type: str
      sample: "7"
    digest:
      description: The digest; V(null) where there is none.
      type: str
    name:
      description: The repository with its registry.
      type: str
      sample: docker.io/library/redis
    reference:
      description: The reference in its full form.
      type: str
      sample: docker.io/library/redis:7
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.plugin_utils._references import as_data, image
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates


@for_templates
def parse_reference(value: Any) -> Dict[str, Any]:
    """The parts of the image that a text names."""
    return as_data(image(value))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"parse_reference": parse_reference}
