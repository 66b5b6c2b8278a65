// SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
// SPDX-License-Identifier: GPL-3.0-or-later

module regops.invalid/ggcr

go 1.25.0

require github.com/google/go-containerregistry v0.22.1
