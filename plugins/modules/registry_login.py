#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_login
short_description: Keep the credentials for a container registry where every tool finds them, or remove them
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes sure that the file with credentials that Docker, Podman, Skopeo, ORAS and this collection read has a user name
    and a password for a registry, or that it has none.
  - What the file says of other registries, and all else in it, stays as it is and in its order.
  - The file is written beside its place and renamed, and only its owner can read it afterwards. It keeps its owner.
    Where it is a link, the file that the link leads to is written.
  - When the file names a credential helper for the registry (C(credHelpers)) or for all (C(credsStore)), the helper is
    asked to keep the credentials or to forget them, as C(docker login) does. It is run without a shell, and the
    password reaches it on its standard input. A password for this registry that is in the file is then taken out of it.
options:
  registry:
    description:
      - The registry, for example V(registry.example.com) or V(localhost:5000). Docker Hub is V(docker.io).
    type: str
    required: true
  state:
    description:
      - V(present) keeps O(username) and O(password), which are needed then.
      - V(absent) removes what is kept for the registry, under every spelling of its name. Entries for a part of
        the registry, which Podman knows, stay.
    type: str
    choices: [present, absent]
    default: present
  check:
    description:
      - Whether the registry is asked first, in check mode too, if it accepts the credentials. When it does not, the
        task fails and nothing is changed.
      - A registry that asks nobody for credentials cannot tell. A warning says so.
    type: bool
    default: true
  auth_file:
    description:
      - The file that is changed. It is made where it is missing.
      - Without it, the file that E(REGISTRY_AUTH_FILE) names, or else the C(config.json) of Docker in the folder
        E(DOCKER_CONFIG) or in C(~/.docker), which Podman and Skopeo read as well.
    type: path
    aliases: [authfile]
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.attributes
  - regops.oci_registry.attributes.group
  - regops.oci_registry.attributes.in_process
notes:
  - Without a credential helper the password stands in the file almost in clear text (Base64), as Docker and Podman keep
    it. The results and the diff never have it.
seealso:
  - module: regops.oci_registry.registry_info
"""

EXAMPLES = r"""
- name: Log in once for every tool on this host
  regops.oci_registry.registry_login:
    registry: registry.example.com
    username: robot
    password: "{{ robot_password }}"

- name: For the user who runs Podman, in the file that Podman writes
  regops.oci_registry.registry_login:
    registry: docker.io
    username: robot
    password: "{{ hub_token }}"
    auth_file: ~/.config/containers/auth.json

- name: Log out
  regops.oci_registry.registry_login:
    registry: registry.example.com
    state: absent
"""

RETURN = r"""
registry:
  description: The registry.
  returned: success
  type: str
  sample: registry.example.com
auth_file:
  description: The file with credentials.
  returned: success
  type: str
  sample: /home/robot/.docker/config.json
helper:
  description: The program that keeps the credentials in place of the file; V(null) when the file does.
  returned: success
  type: str
  sample: docker-credential-pass
exists:
  description: Whether credentials are kept when the task is over. In check mode, whether they would be.
  returned: success
  type: bool
  sample: true
actions:
  description: What was done, or would be done in check mode. Empty when there was nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(login) or V(logout).
      type: str
      returned: success
      sample: login
    name:
      description: The registry.
      type: str
      returned: success
      sample: registry.example.com
    reason:
      description: Why it is needed.
      type: str
      returned: success
      sample: the password is another
    kept_in:
      description: The file, or the credential helper.
      type: str
      returned: success
      sample: /home/robot/.docker/config.json
diff:
  description:
    - The state before and after; V(null) where there are no credentials. It says whether the password is the one that
      was given, but not which it is.
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
from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_login


def main() -> None:
    """Run the operation as a module."""
    run_module(registry_login)


if __name__ == "__main__":
    main()
