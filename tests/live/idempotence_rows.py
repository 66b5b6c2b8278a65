# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module in every state, one row for each beginning that makes a difference.

A new module joins here by a file of rows. test_idempotence.py fails as long as a module or one of its states has none.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.live.idempotence import Row
from tests.live.rows import (
    artifact,
    blob,
    copy,
    info,
    info_more,
    login,
    manifest_absent,
    manifest_present,
    prune,
    sync,
    tag,
)

ROWS: Sequence[Row] = (
    *info.ROWS,
    *info_more.ROWS,
    *tag.ROWS,
    *manifest_present.ROWS,
    *manifest_absent.ROWS,
    *blob.ROWS,
    *copy.ROWS,
    *prune.ROWS,
    *sync.ROWS,
    *artifact.ROWS,
    *login.ROWS,
)
