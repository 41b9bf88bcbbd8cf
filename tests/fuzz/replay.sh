#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
exec tests/fuzz/replay "${srcdir:-.}/tests/fuzz/seeds" "${srcdir:-.}/tests/fuzz/cases"
