# SPDX-License-Identifier: BSD-2-Clause
# Unit tests: one Check program a module, `tests/unit/test-MODULE.c`.
UNIT_TESTS =
if HAVE_CHECK
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CHECK_CFLAGS) -DTM_TESTS
# All rooms, lowest last; what a test does not use is not linked.
ROOM_LIBS = \
  src/libdesk.a src/liboutbox.a src/libstore.a src/libconf.a src/libmime.a src/libcore.a src/libbase.a \
  $(SQLITE_LIBS) $(ZSTD_LIBS) $(YAML_LIBS) $(ICAL_LIBS) $(GMIME_LIBS) $(XML_LIBS) $(YTNEF_LIBS) $(PCRE2_LIBS) \
  $(NETTLE_LIBS) $(CURL_LIBS) $(GLIB_LIBS)
TEST_LIBS = $(ROOM_LIBS) $(CHECK_LIBS)

include tests/unit/core.mk
include tests/unit/calendar.mk
include tests/unit/rules.mk
include tests/unit/reading.mk
include tests/unit/mime.mk
include tests/unit/cli.mk
include tests/unit/conf.mk
include tests/unit/store.mk
include tests/unit/outbox.mk
include tests/unit/who.mk
include tests/unit/base.mk
include tests/data/data.mk
include tests/lint/lint.mk
include tests/integration/integration.mk
include tests/mta/mta.mk
include tests/bench/bench.mk
include tests/long.mk
include tests/fuzz/fuzz.mk
