# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin behind every module: the same operation, inside the controller where that is possible.

It saves what a module costs before it does anything: packing it, a new interpreter, and the imports.
"""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.module_utils.common.json import AnsibleJSONEncoder
from ansible.plugins.action.normal import ActionModule as ModuleAction
from ansible.utils.display import Display
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_child import (
    ChildFailed,
    Message,
    Say,
    run_in_child,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_choice import obstacle
from ansible_collections.regops.oci_registry.plugins.plugin_utils._in_process_module import Order, run_order

display = Display()


class InProcessAction(ModuleAction):
    """Runs `OPERATION` (a file of `_operations`) as the module of its name does, or has the module run."""

    OPERATION: Any = None

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ansible calls this; the result is the module's."""
        reason = obstacle(self, task_vars or {})
        if reason is not None:
            self._tell(f"{self._task.action} runs as a module: {reason}")
            result: dict[str, Any] = super().run(tmp, task_vars)  # type: ignore[no-untyped-call]
            return result
        self._tell(f"{self._task.action} runs in-process")
        return self._run_here()

    def _run_here(self) -> dict[str, Any]:
        order = Order(self.OPERATION, self._task.action, self._options(), bool(self._task.check_mode))
        environ: dict[str, Any] = {}
        self._compute_environment_string(environ)  # type: ignore[no-untyped-call]

        def work(say: Say) -> Message:
            os.environ.update({name: str(value) for name, value in environ.items()})
            os.chdir(self._loader.get_basedir())
            return run_order(order)

        try:
            return run_in_child(work, self._listen)
        except ChildFailed as error:
            result = {"failed": True, "msg": f"{self._task.action} failed unexpectedly: {error}"}
            return result if error.trace is None else {**result, "exception": error.trace}

    def _options(self) -> dict[str, Any]:
        """The options as a module gets them: plain values, decrypted."""
        encoder: Any = AnsibleJSONEncoder
        options: dict[str, Any] = json.loads(json.dumps(self._task.args, cls=encoder, vault_to_text=True))
        return options

    def _listen(self, news: Message) -> None:
        """Show what the process says."""

    def _tell(self, text: str) -> None:
        display.vvv(text, host=self._connection._play_context.remote_addr)
