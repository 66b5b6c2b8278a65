# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what came of each task to the file that REGOPS_RESULTS names, one JSON object a line."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record_results
type: aggregate
short_description: Write what came of each task to a file
description:
  - For the tests of this collection.
"""


class CallbackModule(CallbackBase):
    """Ansible calls the methods."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record_results"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write(result, failed=False)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._write(result, failed=False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write(result, failed=True)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write(result, failed=True)

    def _write(self, result: Any, failed: bool) -> None:
        # Ansible 2.19 leaves `failed` out of the result that it gives to callbacks.
        line = json.dumps({"name": result._task.name, "failed": failed, "result": result._result}, default=str)
        with open(os.environ["REGOPS_RESULTS"], "a", encoding="utf-8") as file:
            file.write(line + "\n")
