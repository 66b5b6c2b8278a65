# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter format_reference."""

from __future__ import annotations

DOCUMENTATION = r"""
name: format_reference
short_description: Put the reference to an image together
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes the name of an image from its parts, as P(regops.oci_registry.parse_reference#filter) gives them, in its full
    form.
positional: _input
options:
  _input:
    description:
      - The parts. C(repository) is needed; C(registry) is V(docker.io) where it is left out; C(tag) and C(digest) may
        be left out or V(null), with neither it is the name of a repository.
      - C(name) and C(reference), which the filter for taking apart gives as well, are ignored.
    type: dict
    required: true
seealso:
  - plugin: regops.oci_registry.parse_reference
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The same image in the mirror
  ansible.builtin.debug:
    msg: >-
      {{ 'redis:7' | regops.oci_registry.parse_reference
      | combine({'registry': 'registry.example.com', 'repository': 'mirror/redis'})
      | regops.oci_registry.format_reference }}
  # registry.example.com/mirror/redis:7
"""

RETURN = r"""
_value:
  description: The reference in its full form.
  type: str
  sample: registry.example.com/mirror/redis:7
"""

from typing import Any, Callable, Dict, Mapping

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ReferenceError_
from ansible_collections.regops.oci_registry.plugins.module_utils._client.host import DOCKER_HUB
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import (
    Reference,
    parse_registry,
    validate_tag,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._references import repository_at
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates

_PARTS = ("registry", "repository", "tag", "digest")
_IGNORED = ("name", "reference")


@for_templates
def format_reference(value: Any) -> str:
    """The image that has these parts."""
    parts = _checked(value)
    place = repository_at(parse_registry(parts.get("registry", DOCKER_HUB)), parts["repository"])
    tag, digest = parts.get("tag"), parts.get("digest")
    return Reference(
        place.registry,
        place.repository,
        None if tag is None else validate_tag(tag),
        None if digest is None else Digest.parse(digest),
    ).format()


def _checked(value: Any) -> Dict[str, Any]:
    """The parts that are given."""
    if not isinstance(value, Mapping):
        raise ReferenceError_(f"expected a dictionary with the keys {', '.join(_PARTS)}, not {value!r}")
    unknown = sorted(str(key) for key in value if key not in (*_PARTS, *_IGNORED))
    if unknown:
        raise ReferenceError_(f"a reference has no {', '.join(unknown)}; its parts are {', '.join(_PARTS)}")
    parts = {key: value[key] for key in _PARTS if value.get(key) is not None}
    if not isinstance(parts.get("repository"), str):
        raise ReferenceError_(f"{dict(value)!r} has no repository")
    return parts


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"format_reference": format_reference}
