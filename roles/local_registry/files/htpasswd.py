# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a password file to what it should be: bcrypt, because distribution reads nothing else.

Reads {"path": FILE, "users": {USER: PASSWORD}, "check": BOOL} from standard input, so that no password is ever on a
command line. Writes only where a user or a password differs, and not at all with `check`. Says "changed" or
"unchanged". Python 3.8 or newer, and no package where libcrypt knows bcrypt.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import secrets
import sys
from typing import Callable, Dict, List, Mapping, Optional

#: bcrypt's cost. Every request to the registry pays for it; 5 is what apache's htpasswd uses.
COST = 5
#: Bytes. bcrypt ignores what follows, so that another password would open the door, too.
LONGEST = 72
ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LIBRARIES = ("libcrypt.so.1", "libcrypt.so.2", None)

Crypt = Callable[[bytes, bytes], bytes]


def of_library(name: Optional[str]) -> Crypt:
    """crypt(3) of a shared library (None: of the C library). Raises OSError or AttributeError where there is none."""
    function = ctypes.CDLL(name).crypt
    function.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    function.restype = ctypes.c_char_p
    return lambda password, setting: function(password, setting) or b""


def of_package() -> Crypt:
    """The same of the Python package bcrypt. Raises ImportError where there is none."""
    bcrypt = importlib.import_module("bcrypt")

    def crypt(password: bytes, setting: bytes) -> bytes:
        # Unlike crypt(3) it takes nothing after the salt.
        found: bytes = bcrypt.hashpw(password, setting[:29])
        return found

    return crypt


def find_crypt() -> Crypt:
    """Give a crypt(3) that knows bcrypt: a libcrypt without it answers with something else."""
    makers: List[Callable[[], Crypt]] = [lambda name=name: of_library(name) for name in LIBRARIES]  # type: ignore[misc]
    for maker in [*makers, of_package]:
        try:
            crypt = maker()
        except (ImportError, OSError, AttributeError):
            continue
        if is_hash(crypt(b"probe", new_setting())):
            return crypt
    sys.exit("No libcrypt here knows bcrypt. Install the Python package bcrypt (Debian: python3-bcrypt) on this host.")


def new_setting() -> bytes:
    """The kind, the cost and a random salt of 128 bits (22 characters of bcrypt's own base64)."""
    salt = "".join(secrets.choice(ALPHABET) for unused in range(21)) + secrets.choice(".Oeu")
    return f"$2b${COST:02d}${salt}".encode("ascii")


def is_hash(text: bytes) -> bool:
    """Whether this is what bcrypt gives."""
    return len(text) == 60 and text.startswith(b"$2")


def check_user(user: str, password: str) -> None:
    """End with a clear word where a name or a password is none that the file can hold."""
    if not user or any(letter in user for letter in ":\n\r\0"):
        sys.exit(f"{user!r} cannot be the name of a user: it is empty, or has a colon or a line's end in it.")
    if not password or "\0" in password or len(password.encode("utf-8")) > LONGEST:
        sys.exit(
            f"The password of {user} is empty, has a zero byte, or more than {LONGEST} bytes, which bcrypt cannot take."
        )


def read_file(path: str) -> Optional[str]:
    """The text of the file; None where there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def wanted_text(users: Mapping[str, str], now: Optional[str], crypt: Crypt) -> str:
    """The text that the file should have: what it has, where that is for the same users and passwords."""
    hashes: Dict[str, str] = dict(line.split(":", 1) for line in (now or "").splitlines() if ":" in line)
    lines = []
    for user, password in sorted(users.items()):
        check_user(user, password)
        secret, old = password.encode("utf-8"), hashes.get(user, "").encode("utf-8")
        same = is_hash(old) and secrets.compare_digest(crypt(secret, old), old)
        lines.append(f"{user}:{(old if same else crypt(secret, new_setting())).decode('ascii')}\n")
    return "".join(lines)


def write_file(path: str, text: str) -> None:
    """Write the file whole, or not at all; only its owner can read it."""
    scratch = f"{path}.new"
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(scratch, path)


def main() -> None:
    """Do what standard input says."""
    order = json.load(sys.stdin)
    now = read_file(order["path"])
    text = wanted_text({str(user): str(word) for user, word in order["users"].items()}, now, find_crypt())
    if text == now:
        sys.stdout.write("unchanged\n")
        return
    if not order["check"]:
        write_file(order["path"], text)
    sys.stdout.write("changed\n")


if __name__ == "__main__":
    main()
