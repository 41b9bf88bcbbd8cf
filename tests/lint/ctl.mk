# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/lint/ctl-man.py
EXTRA_DIST += tests/lint/ctl-man.py
