# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real registries, and what stands around them, for the tests, the benchmarks and the demo (standard library only)."""
