# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin behind every module: the same operation, inside the controller where that is possible.

It saves what a module costs before it does anything: packing it, a new interpreter, and the imports.
"""

from __future__ import annotations

import json
import os
from typing import Any

from ansible import constants as C
from ansible.module_utils.common.json import AnsibleJSONEncoder
from ansible.plugins.action.normal import ActionModule as ModuleAction
from ansible.utils.display import Display
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_child import (
    ChildFailed,
    Message,
    run_in_child,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_choice import obstacle
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_module import run_order

display = Display()

_INVOCATION = "INJECT_INVOCATION"


class InProcessAction(ModuleAction):
    """Runs `OPERATION` (a file of `_operations`) as the module of its name does, or has the module run."""

    OPERATION: Any = None

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ansible calls this; the result is the module's."""
        reason = obstacle(self, task_vars or {})
        if reason is not None:
            self._tell(f"{self._task.action} runs as a module: {reason}")
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        self._tell(f"{self._task.action} runs in-process")
        return self._run_here(task_vars or {})

    def _run_here(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        host = task_vars.get("inventory_hostname", "")
        environ: dict[str, Any] = {}
        self._compute_environment_string(environ)
        order = {
            "operation": self.OPERATION.__name__,
            "name": self._task.action,
            "options": self._options(),
            "check_mode": bool(self._task.check_mode),
            "invocation": _tells_invocation(task_vars),
            "environ": {**os.environ, **{name: str(value) for name, value in environ.items()}},
            "folder": self._loader.get_basedir(),
        }
        try:
            return run_in_child(run_order, order, lambda news: self._show(host, news))
        except ChildFailed as error:
            result = {"failed": True, "msg": f"{self._task.action} failed unexpectedly: {error}"}
            return result if error.trace is None else {**result, "exception": error.trace}

    def _options(self) -> dict[str, Any]:
        """The options as a module gets them: plain values, decrypted."""
        encoder: Any = AnsibleJSONEncoder
        options: dict[str, Any] = json.loads(json.dumps(self._task.args, cls=encoder, vault_to_text=True))
        return options

    def _show(self, host: str, news: Message) -> None:
        """Show how far a transfer is: beside the output, which other programs may read, and never instead of it."""
        if not self._task.no_log:
            display.display(f"[{host}] {self._task.action}: {news['progress']}", stderr=True)

    def _tell(self, text: str) -> None:
        display.vvv(text, host=self._connection._play_context.remote_addr)


def _tells_invocation(task_vars: dict[str, Any]) -> bool:
    """Whether results have the options: always before ansible-core 2.21, then where that is asked for."""
    if C.config.get_configuration_definition(_INVOCATION) is None:
        return True
    return bool(C.config.get_config_value(_INVOCATION, variables=task_vars))
