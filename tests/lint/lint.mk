# SPDX-License-Identifier: BSD-2-Clause
# The house rules that a program can check; each lint also plants violations and has to see them.
LINTS = tests/lint/faults.py tests/lint/includes.py tests/lint/log-messages.py tests/lint/packages.py \
  tests/lint/pure.py tests/lint/scripts.py tests/lint/sizes.py tests/lint/sql.py tests/lint/units.py
TESTS += $(LINTS)
EXTRA_DIST += $(LINTS) tests/lint/lintlib.py
include tests/lint/ctl.mk
