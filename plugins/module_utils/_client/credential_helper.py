# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Docker's credential helpers: programs that keep passwords (github.com/docker/docker-credential-helpers)."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any, Callable, Mapping, Tuple, Union

from .credential import Credential
from .errors import CredentialError, quoted

RunHelper = Callable[[str, str], Tuple[int, Union[str, bytes]]]
"""Takes a program's name and the server to get credentials for, returns exit status and standard output."""

GET = "get"
STORE = "store"
ERASE = "erase"

_PREFIX = "docker-credential-"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_NOT_FOUND = "credentials not found in native keychain"
_TIMEOUT = 60.0  # seconds; some helpers ask a cloud, some ask a person for a passphrase


def run_helper(
    program: str, words: str, environ: Mapping[str, str] | None = None, action: str = GET
) -> tuple[int, str]:
    """Run ``program get`` (or STORE, ERASE) with `words` on its standard input: the server, or what STORE wants.

    Returns its exit status and standard output.
    `environ` replaces the process's environment, PATH included. Raises FileNotFoundError where there is no such
    program, OSError or subprocess.SubprocessError where it cannot be run or takes longer than a minute.
    """
    # A module has run_command for this; the client knows nothing of modules.
    done = subprocess.run(  # pylint: disable=ansible-bad-function
        [program, action],
        input=words.encode("utf-8"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_TIMEOUT,
        env=None if environ is None else dict(environ),
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def program_of(helper: object, where: str) -> str:
    """Return the program that `helper`, as a file names it, is. Raises CredentialError for what cannot be a helper.

    A name with a slash in it would run a program from anywhere.
    """
    if not isinstance(helper, str) or not _NAME.fullmatch(helper):
        raise CredentialError(
            f"{where} names a credential helper {quoted(helper)}: expected letters, digits, '_', '.' and '-'"
        )
    return _PREFIX + helper


def ask_helper(run: RunHelper, program: str, server: str, where: str) -> Credential | None:
    """Return what a helper keeps for `server`, None where it keeps nothing.

    Raises CredentialError when it is not there, fails, or answers what cannot be read. What it printed is in no error.
    """
    named = f"{program} (named in {where})"
    status, output = _ran(run, program, server, server, named)
    if status != 0:
        if _NOT_FOUND in output:
            return None
        hint = f"See what it says: echo {server} | {program} get"
        raise _trouble(named, server, f"it failed with status {status}", hint)
    return _read_answer(output, named, server)


def store_in_helper(run: RunHelper, program: str, server: str, credential: Credential, where: str) -> None:
    """Have a helper keep a credential for `server`; `run` calls it with STORE. Raises CredentialError as ask_helper."""
    secret = credential.token if credential.password is None else credential.password
    words = json.dumps({"ServerURL": server, "Username": credential.username or "", "Secret": secret or ""})
    _tell(run, program, words, server, where)


def erase_from_helper(run: RunHelper, program: str, server: str, where: str) -> None:
    """Have a helper forget `server`; `run` calls it with ERASE. Raises CredentialError as ask_helper."""
    _tell(run, program, server, server, where)


def _tell(run: RunHelper, program: str, words: str, server: str, where: str) -> None:
    named = f"{program} (named in {where})"
    status, _output = _ran(run, program, words, server, named)
    if status != 0:
        raise _trouble(named, server, f"it failed with status {status}; the file was not changed")


def _ran(run: RunHelper, program: str, words: str, server: str, named: str) -> tuple[int, str]:
    try:
        status, printed = run(program, words)
    except FileNotFoundError:
        raise _trouble(
            named, server, "there is no such program in PATH", "Install it, or take it out of the file"
        ) from None
    except (OSError, subprocess.SubprocessError) as error:
        raise _trouble(named, server, f"it cannot be run ({type(error).__name__})") from None
    return status, printed.decode("utf-8", "replace") if isinstance(printed, bytes) else printed


def _read_answer(output: str, named: str, server: str) -> Credential | None:
    try:
        answer: Any = json.loads(output)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise _trouble(named, server, "what it printed is no JSON object")
    fields: dict[str, Any] = {str(key).lower(): value for key, value in answer.items()}
    username, secret = fields.get("username") or "", fields.get("secret") or ""
    if not isinstance(username, str) or not isinstance(secret, str):
        raise _trouble(named, server, "Username or Secret in what it printed is no text")
    if not username and not secret:
        return None
    return Credential.from_login(username, secret, named)


def _trouble(named: str, server: str, what: str, hint: str | None = None) -> CredentialError:
    return CredentialError(f"Credentials for {quoted(server)} from {named}: {what}", hint=hint)
