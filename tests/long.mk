# SPDX-License-Identifier: BSD-2-Clause
# `make check-long`: what `make check` runs in a short form, for as long as it takes to believe it: most of an hour.
CHECK_LONG_KILLS = 500
CHECK_LONG_SECONDS = 600
# Those that take every n, and more seeds, with TM_LONG=yes.
LONG_UNIT_TESTS = tests/unit/test-store-disk
LONG_COURSES = tests/integration/failpoints.py

TESTS += tests/integration/worst-day.py
EXTRA_DIST += tests/integration/worst-day.py tests/support/audit.py tests/support/fickle_mta.py \
  tests/support/life.py tests/support/load.py tests/support/mailmix.py

.PHONY: check-long
check-long: all $(check_PROGRAMS)
	@for test in $(LONG_UNIT_TESTS); do \
	  echo "$$test"; srcdir=$(srcdir) TM_LONG=yes CK_TIMEOUT_MULTIPLIER=30 ./$$test || exit 1; \
	done
	@for test in $(LONG_COURSES); do \
	  echo "$$test"; srcdir=$(srcdir) TM_LONG=yes $(srcdir)/$$test || exit 1; \
	done
	srcdir=$(srcdir) CHECK_LONG_KILLS=$(CHECK_LONG_KILLS) CHECK_LONG_SECONDS=$(CHECK_LONG_SECONDS) \
	  $(srcdir)/tests/integration/worst-day.py
