# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Be one module of the collection, in a process of its own: python3 -m bench.ours MODULE OPTIONS

It runs as Ansible runs it on a host, but from the checkout and not from a zip. One JSON object comes out: the seconds
from the client's first import to the module's end, and what the module says of itself.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time

from tests.support.module_server import run_as_ansible_does
from tests.support.modules import COLLECTION


def main() -> int:
    """Run the module of the command line; the exit status is the module's."""
    module, options = sys.argv[1], json.loads(sys.argv[2])
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
    return status


if __name__ == "__main__":
    sys.exit(main())
