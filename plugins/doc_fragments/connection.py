# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of the plugins that run on the controller: those of the modules, settable in more places."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the connection options."""

    DOCUMENTATION = r"""
options:
  username:
    description:
      - User name for the registry. Needs O(password), too.
      - Without it, the credentials come from O(auth_file), or else from the files where Podman, Skopeo and Docker
        keep them. What is found nowhere is tried anonymously.
    type: str
    vars:
      - name: registry_user
      - name: registry_username
    env:
      - name: REGOPS_REGISTRY_USERNAME
  password:
    description:
      - Password or access token for O(username).
    type: str
    vars:
      - name: registry_password
    env:
      - name: REGOPS_REGISTRY_PASSWORD
  auth_file:
    description:
      - File on the controller with credentials, in the format of Docker's C(config.json) or of the C(auth.json) of
        Podman and Skopeo. Credential helpers that it names are asked.
      - Without it, the file that E(REGISTRY_AUTH_FILE) names is used, or else the content of E(DOCKER_AUTH_CONFIG),
        C(${XDG_RUNTIME_DIR}/containers/auth.json), C(~/.config/containers/auth.json), C(~/.docker/config.json) and
        C(~/.dockercfg) in this order.
    type: path
    aliases: [authfile]
    vars:
      - name: registry_auth_file
    env:
      - name: REGOPS_REGISTRY_AUTH_FILE
    ini:
      - section: regops_oci_registry
        key: auth_file
  validate_certs:
    description:
      - Whether the registry's TLS certificate must be valid.
    type: bool
    default: true
    aliases: [tls_verify]
    vars:
      - name: registry_validate_certs
    env:
      - name: REGOPS_REGISTRY_VALIDATE_CERTS
    ini:
      - section: regops_oci_registry
        key: validate_certs
  ca_path:
    description:
      - File with the certificates (PEM) of the authorities that are trusted for this registry.
      - Without it, those of the system are trusted.
    type: path
    aliases: [ca_cert]
    vars:
      - name: registry_ca_path
    env:
      - name: REGOPS_REGISTRY_CA_PATH
    ini:
      - section: regops_oci_registry
        key: ca_path
  client_cert:
    description:
      - File with the certificate (PEM) that the client shows to a registry that asks for one. It may hold the key, too.
    type: path
    vars:
      - name: registry_client_cert
    env:
      - name: REGOPS_REGISTRY_CLIENT_CERT
    ini:
      - section: regops_oci_registry
        key: client_cert
  client_key:
    description:
      - File with the private key (PEM) of O(client_cert), where it is a file of its own.
    type: path
    vars:
      - name: registry_client_key
    env:
      - name: REGOPS_REGISTRY_CLIENT_KEY
    ini:
      - section: regops_oci_registry
        key: client_key
  plain_http:
    description:
      - Whether the registry is spoken to by HTTP, without TLS.
      - Without it, hosts of the loopback interface (such as V(localhost:5000)) are spoken to by HTTP, and all others by
        HTTPS.
    type: bool
    vars:
      - name: registry_plain_http
    env:
      - name: REGOPS_REGISTRY_PLAIN_HTTP
    ini:
      - section: regops_oci_registry
        key: plain_http
  timeout:
    description:
      - Seconds that a connection, or the wait for the next bytes of an answer, may take.
    type: float
    default: 60
    vars:
      - name: registry_timeout
    env:
      - name: REGOPS_REGISTRY_TIMEOUT
    ini:
      - section: regops_oci_registry
        key: timeout
  retries:
    description:
      - How often a request is sent again that was answered by an error which may pass (such as V(429) or V(503)), or
        not at all. The wait in between grows, and follows what the registry asks for.
    type: int
    default: 3
    vars:
      - name: registry_retries
    env:
      - name: REGOPS_REGISTRY_RETRIES
    ini:
      - section: regops_oci_registry
        key: retries
  max_parallel:
    description:
      - How many requests to one registry may be under way at the same time.
      - No more than 8 are, where a registry answers within five milliseconds. More would not be faster there.
    type: int
    default: 16
    vars:
      - name: registry_max_parallel
    env:
      - name: REGOPS_REGISTRY_MAX_PARALLEL
    ini:
      - section: regops_oci_registry
        key: max_parallel
requirements:
  - requests (on the controller)
notes:
  - Proxies are taken from E(HTTP_PROXY), E(HTTPS_PROXY) and E(NO_PROXY).
"""
