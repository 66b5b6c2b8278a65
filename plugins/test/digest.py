# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The test digest."""

from __future__ import annotations

DOCUMENTATION = r"""
name: digest
short_description: Whether a text is a digest
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Whether the text is the digest of a manifest or of a blob, with an algorithm that the modules of this collection can
    verify (C(sha256), C(sha512)).
positional: _input
options:
  _input:
    description: What to look at. What is no text is no digest.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Accept an image only when it is pinned
  ansible.builtin.assert:
    that: (image | regops.oci_registry.parse_reference).digest is regops.oci_registry.digest
  vars:
    image: registry.example.com/team/app@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
"""

RETURN = r"""
_value:
  description: Whether it is a digest.
  type: bool
  sample: true
"""

from typing import Any, Callable, Dict

from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import DigestError
from ansible_collections.regops.oci_registry.plugins.plugin_utils._templates import for_templates


@for_templates
def digest(value: Any) -> bool:
    """Whether the value is a digest."""
    try:
        Digest.parse(value)
    except DigestError:
        return False
    return True


class TestModule:
    """The test, by its name."""

    def tests(self) -> Dict[str, Callable[..., Any]]:
        """As Ansible asks for it."""
        return {"digest": digest}
