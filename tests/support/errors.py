# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error of this package."""

from __future__ import annotations


class SupportError(Exception):
    """Something the tests stand on is missing or did not start; the message says what, and what to do."""
