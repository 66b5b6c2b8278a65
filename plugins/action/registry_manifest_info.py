# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs the module registry_manifest_info inside the controller where that is possible."""

from __future__ import annotations

from ansible_collections.regops.oci_registry.plugins.module_utils._operations import registry_manifest_info
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    """The operation, in-process or as the module."""

    OPERATION = registry_manifest_info
