# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program behind modules.py: runs modules, each in a process of its own, forked from this one.

It has imported what its arguments name, so that a run costs a fork and not the start of an interpreter. One JSON
object a line: what to run on standard input, what came of it on standard output.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import sys
import tempfile
import traceback
from typing import IO, Any

from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS

PLUGINS = "ansible_collections.regops.oci_registry.plugins"


def run_as_ansible_does(module: str, arguments: dict[str, Any]) -> None:
    """Give a module its arguments as Ansible's wrapper gives them, and run it as a script.

    Before 2.19 there were no serialization profiles; there the second attribute means nothing.
    """
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def run_as_the_action_plugin_does(module: str, arguments: dict[str, Any]) -> None:
    """Run the operation of a module, and print its result as the module does."""
    name = module.rpartition(".")[2]
    plugin_utils = f"{PLUGINS}.plugin_utils"
    run_in_child = importlib.import_module(f"{plugin_utils}._in_process_child").run_in_child
    run_order = importlib.import_module(f"{plugin_utils}._in_process_module").run_order
    order = {
        "operation": f"{PLUGINS}.module_utils._operations.{name}",
        "name": f"regops.oci_registry.{name}",
        "options": {key: value for key, value in arguments.items() if not key.startswith("_ansible_")},
        "check_mode": arguments["_ansible_check_mode"],
        # Since ansible-core 2.21 a module tells its options only where it is asked to.
        "invocation": "inject_invocation" not in PASS_VARS,
        "environ": dict(os.environ),
        "folder": os.getcwd(),
    }
    print(json.dumps(run_in_child(run_order, order, lambda news: None)))


WAYS = {"module": run_as_ansible_does, "in-process": run_as_the_action_plugin_does}


def child(order: dict[str, Any], out: IO[bytes], err: IO[bytes]) -> int:
    """Be the module: its output into files, its environment and folder as ordered. Returns the exit status."""
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.environ.clear()
    os.environ.update(order["environ"])
    os.chdir(order["folder"])
    try:
        WAYS[order["way"]](order["module"], order["arguments"])
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Run one module and tell what came of it; `peak_rss` is in bytes."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        number = os.fork()
        if number == 0:
            status = 1
            try:
                status = child(order, out, err)
            finally:
                os._exit(status)
        _number, status, usage = os.wait4(number, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "status": os.waitstatus_to_exitcode(status),
        "stdout": texts[0],
        "stderr": texts[1],
        "peak_rss": usage.ru_maxrss * unit,
    }


def main() -> None:
    """Serve until standard input ends."""
    for name in sys.argv[1:]:
        # What cannot be imported is the trouble of the module that needs it, and told when that is run.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
