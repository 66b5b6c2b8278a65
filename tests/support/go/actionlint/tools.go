// SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
// SPDX-License-Identifier: GPL-3.0-or-later

//go:build tools

// Package tools pins the program that the tests build.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
