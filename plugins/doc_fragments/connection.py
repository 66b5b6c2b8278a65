# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the plugins on the controller take their connection options from; `registry` says what these are."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the places that the connection options are set in."""

    DOCUMENTATION = r"""
options:
  username:
    vars:
      - name: registry_user
      - name: registry_username
    env:
      - name: REGOPS_REGISTRY_USERNAME
  password:
    vars:
      - name: registry_password
    env:
      - name: REGOPS_REGISTRY_PASSWORD
  auth_file:
    vars:
      - name: registry_auth_file
    env:
      - name: REGOPS_REGISTRY_AUTH_FILE
    ini:
      - section: regops_oci_registry
        key: auth_file
  validate_certs:
    vars:
      - name: registry_validate_certs
    env:
      - name: REGOPS_REGISTRY_VALIDATE_CERTS
    ini:
      - section: regops_oci_registry
        key: validate_certs
  ca_path:
    vars:
      - name: registry_ca_path
    env:
      - name: REGOPS_REGISTRY_CA_PATH
    ini:
      - section: regops_oci_registry
        key: ca_path
  client_cert:
    vars:
      - name: registry_client_cert
    env:
      - name: REGOPS_REGISTRY_CLIENT_CERT
    ini:
      - section: regops_oci_registry
        key: client_cert
  client_key:
    vars:
      - name: registry_client_key
    env:
      - name: REGOPS_REGISTRY_CLIENT_KEY
    ini:
      - section: regops_oci_registry
        key: client_key
  plain_http:
    vars:
      - name: registry_plain_http
    env:
      - name: REGOPS_REGISTRY_PLAIN_HTTP
    ini:
      - section: regops_oci_registry
        key: plain_http
  timeout:
    vars:
      - name: registry_timeout
    env:
      - name: REGOPS_REGISTRY_TIMEOUT
    ini:
      - section: regops_oci_registry
        key: timeout
  retries:
    vars:
      - name: registry_retries
    env:
      - name: REGOPS_REGISTRY_RETRIES
    ini:
      - section: regops_oci_registry
        key: retries
  max_parallel:
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
