# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Be one module of the collection, in a process of its own: python3 -m bench.ours MODULE OPTIONS EXPECTED

It runs as Ansible runs it on a host, but from the checkout and not from a zip. One JSON object comes out: the seconds
from the client's first import to the module's end, and what the module says of itself. EXPECTED is what must come of
it: `gives` has the lengths of lists in the result, `fails` words of an error.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from tests.support.module_server import run_as_ansible_does
from tests.support.modules import COLLECTION


def main() -> int:
    """Run the module of the command line; the exit status says whether what was expected came of it."""
    module, options, expected = sys.argv[1], *map(json.loads, sys.argv[2:])
    output, status = io.StringIO(), 0
    begin = time.monotonic()
    with contextlib.redirect_stdout(output):
        try:
            run_as_ansible_does(f"{COLLECTION}.plugins.modules.{module}", options)
        except SystemExit as leaving:
            status = int(leaving.code or 0)
    own = time.monotonic() - begin
    result = json.loads(output.getvalue())
    print(json.dumps({"own_seconds": own, "changed": result.get("changed"), "msg": result.get("msg")}))
    return judge(status, result, expected)


def judge(status: int, result: Mapping[str, Any], expected: Mapping[str, Any]) -> int:
    """Give the exit status: 0 where the result has the expected lists, or the expected error."""
    if expected["fails"]:
        return 0 if status and expected["fails"] in result["msg"] else 1
    counts = {name: len(result.get(name) or ()) for name in expected["gives"]}
    if status == 0 and counts != expected["gives"]:
        print(f"expected were {expected['gives']}, and there are {counts}")
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
