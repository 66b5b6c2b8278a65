# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the client and of the operations in Ansible's own kinds."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, Type

from ansible.errors import AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible_collections.regops.oci_registry.plugins.module_utils._client import transport
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._report import Failure
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run_all import ITEM_ERRORS


def message_of(error: BaseException) -> str:
    """What a module would say of the error."""
    return Failure("", error).message


@contextmanager
def ansible_errors(kind: Type[AnsibleError] = AnsibleError, about: str = "") -> Iterator[None]:
    """For the time of a `with` block what the client and the operations raise on purpose is an error of this `kind`.

    `about` stands before the message: what the user was after.
    """
    try:
        yield
    except ITEM_ERRORS as error:
        message = message_of(error)
        # Without the cause: Ansible would say its message once more.
        raise kind(f"{about}: {message}" if about else message) from None


def require_libraries(kind: Type[AnsibleError] = AnsibleError) -> None:
    """Raise an error of this `kind` where the controller's Python lacks what the client needs."""
    if transport.IMPORT_ERROR is not None:
        raise kind(missing_required_lib("requests"))
