# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that every module of this collection has."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the connection options."""

    # For the plugins on the controller, too, which `connection` tells where else they can be set.
    DOCUMENTATION = r"""
options:
  username:
    description:
      - User name for the registry. Needs O(password), too.
      - Without it, the credentials come from O(auth_file), or else from the files where Podman, Skopeo and Docker
        keep them. What is found nowhere is tried anonymously.
      - "Some registries want a fixed name: V(AWS) for Amazon ECR, V(oauth2accesstoken) for Google Artifact Registry;
        GitHub takes any name with a token as the password."
    type: str
  password:
    description:
      - Password or access token for O(username).
    type: str
  auth_file:
    description:
      - File with credentials, in the format of Docker's C(config.json) or of the C(auth.json) of Podman and Skopeo.
        Credential helpers that it names are asked.
      - Without it, the file that E(REGISTRY_AUTH_FILE) names is used, or else the content of E(DOCKER_AUTH_CONFIG),
        C(${XDG_RUNTIME_DIR}/containers/auth.json), C(~/.config/containers/auth.json), C(~/.docker/config.json) and
        C(~/.dockercfg) in this order.
      - The file is read on the host that the task runs on; by a plugin on the controller, there.
    type: path
    aliases: [authfile]
  validate_certs:
    description:
      - Whether the registry's TLS certificate must be valid.
    type: bool
    default: true
    aliases: [tls_verify]
  ca_path:
    description:
      - File with the certificates (PEM) of the authorities that are trusted for this registry.
      - Without it, those of the system are trusted.
    type: path
    aliases: [ca_cert]
  client_cert:
    description:
      - File with the certificate (PEM) that the client shows to a registry that asks for one. It may hold the key, too.
    type: path
  client_key:
    description:
      - File with the private key (PEM) of O(client_cert), where it is a file of its own.
    type: path
  plain_http:
    description:
      - Whether the registry is spoken to by HTTP, without TLS.
      - Without it, hosts of the loopback interface (such as V(localhost:5000)) are spoken to by HTTP, and all others by
        HTTPS.
    type: bool
  timeout:
    description:
      - Seconds that a connection, or the wait for the next bytes of an answer, may take. It does not limit how long a
        whole transfer takes.
    type: float
    default: 60
  retries:
    description:
      - How often a request is sent again that was answered by an error which may pass (such as V(429) or V(503)), or
        not at all. The wait in between grows, and follows what the registry asks for.
    type: int
    default: 3
  max_parallel:
    description:
      - How many requests to one registry may be under way at the same time.
      - No more than 8 are, where a registry answers within five milliseconds. More would not be faster there.
    type: int
    default: 16
"""

    PROGRESS = r"""
options:
  progress:
    description:
      - Whether a transfer that takes long says every few seconds how far it is, and how long it is going to take.
      - It does where the task runs inside the controller, see the attribute C(action); a module cannot say anything
        before its end.
    type: bool
    default: true
"""

    LISTS = r"""
options:
  fail_fast:
    description:
      - Whether the task stops at the first item that fails. By default all other items are still dealt with, and the
        task fails at the end with all errors.
      - In both cases the result of the failed task has what was done for the items that went well.
    type: bool
    default: false
"""
