# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same work for many items at once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Callable, Generic, List, Optional, Sequence, TypeVar

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import RegistryError

Item = TypeVar("Item")
Value = TypeVar("Value")

#: What counts as the failure of one item. Anything else is a mistake in the program, and ends the run.
ITEM_ERRORS = (RegistryError, OSError)


@dataclass(frozen=True)
class Outcome(Generic[Item, Value]):
    """What became of one item: a value, an error, or (after another's failure, with fail_fast) nothing."""

    item: Item
    value: Optional[Value] = None
    error: Optional[BaseException] = None
    skipped: bool = False

    @property
    def good(self) -> bool:
        """Whether there is a value."""
        return self.error is None and not self.skipped


def run_all(
    function: Callable[[Item], Value], items: Sequence[Item], limit: int, fail_fast: bool = False
) -> List[Outcome[Item, Value]]:
    """Call `function` with each item, at most `limit` at a time; the outcomes come in the order of the items.

    A failure stops no other item, unless `fail_fast`: then nothing is started after it, and what was not started
    is `skipped`. Raises only what is not the failure of an item (see ITEM_ERRORS).
    """
    stop = threading.Event()

    def attempt(item: Item) -> Outcome[Item, Value]:
        if stop.is_set():
            return Outcome(item, skipped=True)
        try:
            return Outcome(item, value=function(item))
        except ITEM_ERRORS as error:
            if fail_fast:
                stop.set()
            return Outcome(item, error=error)
        except BaseException:
            stop.set()
            raise

    if len(items) < 2 or limit < 2:
        return [attempt(item) for item in items]
    # Imported here: most tasks have one item, and every task pays for what is imported.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=min(limit, len(items))) as pool:
        return list(pool.map(attempt, items))
