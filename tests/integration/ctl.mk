# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += tests/support/feed
tests_support_feed_SOURCES = tests/support/feed.c
tests_support_feed_LDADD = $(ROOM_LIBS)
TESTS += tests/integration/ctl.py
EXTRA_DIST += tests/integration/ctl.py
TESTS += tests/integration/change.py
EXTRA_DIST += tests/integration/change.py
